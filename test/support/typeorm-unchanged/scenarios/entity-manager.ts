import { In } from 'typeorm';
import {
  type Setting,
  Category,
  Comment,
  Gauge,
  Membership,
  Notebook,
  Post,
  Section,
  Tag,
  Team,
  User,
} from '../entities.js';
import { TAG_IDS } from '../rows.js';
import type { Scenarios } from '../world.js';

export const entityManager: Scenarios = {
  finding: async ({ manager, look, fails }) => {
    const options = { where: { id: 1 }, relations: { author: true, comments: true } };
    await look('find', manager.find(Post, options));
    await look('find all', manager.find(Tag, { order: { label: 'ASC' } }));
    await look('findBy', manager.findBy(Post, { author: { name: 'Ada' } }));
    await look(
      'findAndCount',
      manager.findAndCount(Post, { take: 2, order: { id: 'ASC' }, relations: { tags: true } }),
    );
    await look('findAndCountBy', manager.findAndCountBy(Post, { status: 'published' }));
    await look('findOne', manager.findOne(Post, options));
    await look('findOneBy', manager.findOneBy(Post, { id: 99 }));
    await look('findOneOrFail', manager.findOneOrFail(Post, { ...options, relationLoadStrategy: 'query' }));
    await look('findOneByOrFail', manager.findOneByOrFail(Post, { id: 1 }));
    await fails('not found', () => manager.findOneByOrFail(Post, { id: 99 }));
    await look('by name', manager.find('Post', { where: { id: 2 } }));
    await look('by table', manager.find<Setting>('settings', { relations: { group: true }, order: { key: 'ASC' } }));
    await fails('no entity', () => manager.find(class Nothing {}));
  },

  counting: async ({ manager, look }) => {
    await look('exists', manager.exists(Post, { where: { author: { name: 'Ada' } } }));
    await look('existsBy', manager.existsBy(Post, { id: 99 }));
    await look('count', manager.count(Post, { withDeleted: true }));
    await look('countBy', manager.countBy(Post, { tags: { label: 'news' } }));
    await look('sum', manager.sum(User, 'karma', { name: 'Ada' }));
    await look('average', manager.average(User, 'karma'));
    await look('minimum', manager.minimum(User, 'karma'));
    await look('maximum', manager.maximum(User, 'karma', { id: In([1, 2]) }));
  },

  'raw queries': async ({ manager, look, engine, dataSource }) => {
    await look('query', manager.query('SELECT id FROM posts ORDER BY id'));
    await look(
      'with parameters',
      manager.query(`SELECT id FROM posts WHERE id = ${engine === 'postgres' ? '$1' : '?'}`, [1]),
    );
    await look('sql', manager.sql`SELECT title FROM posts WHERE id = ${2}`);
    await look('of the data source', dataSource.query('SELECT name FROM teams ORDER BY code'));
  },

  'making and merging': async ({ manager, look }) => {
    await look('create', manager.create(Post, { title: 'T', tags: [{ label: 'x' }] }));
    await look('create many', manager.create(Post, [{ title: 'A' }, { title: 'B' }]));
    await look('create nothing', manager.create(User));
    const post = await manager.findOneByOrFail(Post, { id: 1 });
    await look('merge', manager.merge(Post, post, { title: 'M', author: { id: 2 } }, { comments: [{ text: 'c' }] }));
    await look('preload', manager.preload(Post, { id: 2, title: 'P', tags: [{ id: TAG_IDS.art }] }));
    await look('hasId', [
      manager.hasId(post),
      manager.hasId(Post, { id: 3 }),
      manager.hasId(Membership, { userId: 3 }),
    ]);
    await look('getId', [manager.getId(post), manager.getId(Membership, { user: { id: 1 }, teamCode: 'blue' })]);
    return post;
  },

  saving: async ({ manager, look }) => {
    const user = manager.create(User, { name: 'Saved' });
    await look('by class', manager.save(user));
    const post = await manager.findOneOrFail(Post, { where: { id: 1 }, relations: { comments: true } });
    post.comments[0].text = 'Changed';
    post.author = user;
    await look('both', manager.save([user, post]));
    await look('target', manager.save(Post, { id: 2, title: 'Target' }));
    await look('many', manager.save(Tag, [{ label: 't1' }, { label: 't2' }], { chunk: 1 }));
    await look(
      'different classes',
      manager.save([manager.create(Tag, { label: 'd' }), manager.create(Team, { code: 'd', name: 'D' })]),
    );
    return post;
  },

  removing: async ({ manager, look }) => {
    const post = await manager.findOneByOrFail(Post, { id: 1 });
    await look('softRemove', manager.softRemove(post));
    await look('recover', manager.recover(post));
    await look('softRemove by target', manager.softRemove(Post, [{ id: 2 }, { id: 3 }]));
    await look('recover by target', manager.recover(Post, { id: 2 }));
    await look('remove', manager.remove(post));
    await look('remove by target', manager.remove(Tag, await manager.find(Tag)));
    const users = await manager.find(User, { where: { id: 3 }, relations: { profile: true } });
    await manager.update(Post, { publishing: { approvedBy: { id: 3 } } }, { publishing: { approvedBy: null } });
    await manager.update(Section, { id: 1 }, { chief: null });
    await manager.update(Comment, { id: 4 }, { writer: null });
    return manager.remove(users);
  },

  statements: async ({ manager, look, fails }) => {
    await look('insert', manager.insert(User, { name: 'I', address: { country: { code: 'AT' } } }));
    await look(
      'insert many',
      manager.insert(Team, [
        { code: 'a', name: 'A' },
        { code: 'b', name: 'B' },
      ]),
    );
    await look(
      'upsert',
      manager.upsert(
        Team,
        [
          { code: 'a', name: 'AA' },
          { code: 'c', name: 'C' },
        ],
        ['code'],
      ),
    );
    await look('update', manager.update(Post, { author: { id: 1 } }, { status: 's' }));
    await look('updateAll', manager.updateAll(Gauge, { value: 7 }));
    await look('increment', manager.increment(User, { id: 1 }, 'karma', 3));
    await look('decrement', manager.decrement(User, { id: 1 }, 'karma', '2'));
    await look('softDelete', manager.softDelete(Post, [1, 2]));
    await look('restore', manager.restore(Post, { id: 1 }));
    await look('delete', manager.delete(Post, { author: { id: 2 } }));
    await look('deleteAll', manager.deleteAll(Gauge));
    await fails('delete without a condition', () => manager.delete(Post, {}));
    await look('clear', manager.clear(Gauge));
  },

  repositories: async ({ manager, look, fails, dataSource }) => {
    await look('the same', manager.getRepository(Post) === manager.getRepository(Post));
    await look('its manager', manager.getRepository(Post).manager === manager);
    await look('trees', manager.getTreeRepository(Category).findRoots());
    await fails('no tree', () => manager.getTreeRepository(Post).findTrees());
    await fails('MongoDB', () => manager.getMongoRepository(Post));
    await look('withRepository', manager.withRepository(dataSource.getRepository(Tag)).count());
    await look('createQueryBuilder', manager.createQueryBuilder(Post, 'p').where('p.id = :id', { id: 1 }).getOne());
    await look('without an entity', manager.createQueryBuilder().select('t.name').from(Team, 't').getMany());
  },

  'lazy relations': async ({ manager, look }) => {
    const notebook = await manager.findOneByOrFail(Notebook, { id: 1 });
    await look('notebook', notebook);
    const notes = await look('notes', notebook.notes);
    await look('notes on it', notebook);
    await look('labels', notes[0].labels);
    await look('back', notes[0].notebook);
    await look(
      'loaded with it',
      manager.find(Notebook, {
        relations: { notes: { labels: true } },
        order: { id: 'ASC', notes: { id: 'ASC', labels: { label: 'ASC' } } } as never,
      }),
    );
    await look('by queries', manager.find(Notebook, { relations: { notes: true }, relationLoadStrategy: 'query' }));
  },

  'a query runner of its own': async ({ dataSource, look, fails }) => {
    const runner = dataSource.createQueryRunner();
    const { manager } = runner;
    try {
      await look('find', manager.findOneBy(Post, { id: 1 }));
      await look('save', manager.save(Post, { id: 1, title: 'By a runner' }));
      await look('its own', manager.getRepository(Post).queryRunner === runner);
    } finally {
      await manager.release();
    }
    await fails('no runner', () => dataSource.manager.release());
  },
};
