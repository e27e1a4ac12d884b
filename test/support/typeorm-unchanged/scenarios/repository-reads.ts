import {
  And,
  Any,
  Between,
  Equal,
  ILike,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  Like,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Or,
  Raw,
  type FindManyOptions,
  type FindOneOptions,
} from 'typeorm';
import { Comment, Membership, Passport, Post, User } from '../entities.js';
import { TAG_IDS } from '../rows.js';
import type { Scenario, Scenarios } from '../world.js';

/** What can be asked of posts, besides where they are. */
const OF_POSTS: Readonly<Record<string, FindManyOptions<Post>>> = {
  'nothing special': {},
  'a to-one relation': { relations: { author: true } },
  'a to-many relation': { relations: { comments: true }, order: { id: 'ASC', comments: { id: 'DESC' } } },
  'nested relations': {
    relations: { author: { profile: true }, comments: { writer: true, replies: true }, tags: true },
  },
  'a relation of an embedded object': { relations: { publishing: { approvedBy: true } } },
  'relations of a relation only': { relations: { author: { memberships: { team: true } } } },
  'some columns': { select: { id: true, title: true } },
  'columns of an embedded object': { select: { id: true, publishing: { counters: { views: true } } } },
  'columns of relations': {
    select: { id: true, author: { name: true }, comments: { id: true, text: true } },
    relations: { author: true, comments: true },
  },
  'hidden columns of a relation': {
    select: { id: true, author: { id: true, secret: true } },
    relations: { author: true },
  },
  'order by relations': { relations: { author: true }, order: { author: { name: 'DESC' }, id: 'ASC' } },
  'order with nulls': { order: { authorId: { direction: 'ASC', nulls: 'LAST' }, id: 'DESC' } },
  'order by embedded columns': { order: { publishing: { counters: { views: 'DESC' } } } },
  'a page': { order: { id: 'ASC' }, skip: 1, take: 2 },
  'a page with to-many relations': {
    relations: { tags: true, comments: true },
    order: { id: 'DESC' },
    skip: 1,
    take: 2,
  },
  'deleted ones': { withDeleted: true, relations: { comments: true } },
  'relation ids': { loadRelationIds: true },
  'some relation ids': { loadRelationIds: { relations: ['tags', 'comments'], disableMixedMap: true } },
  'no eager relations': { loadEagerRelations: false },
  'no eager relations, but others': { loadEagerRelations: false, relations: { author: true } },
  'an eager relation by name': { relations: { section: { chief: true } } },
  'a comment': { comment: 'where it came from' },
  'a transaction': { transaction: true },
  'the relation of a condition': { where: { author: { name: 'Ada' } } },
  'the relation of a condition, loaded too': { where: { author: { name: 'Ada' } }, relations: { author: true } },
  'conditions deep down': { where: { comments: { writer: { name: In(['Ada', 'Cleo']) } }, tags: { label: 'news' } } },
  'a condition on a key of a relation': { where: { editor: { id: 2 }, tags: { id: TAG_IDS.news } } },
  'a condition on an embedded object': { where: { publishing: { counters: { views: MoreThan(100) } } } },
  'a condition on the relation of an embedded object': { where: { publishing: { approvedBy: { name: 'Cleo' } } } },
  'a missing relation': { where: { author: IsNull() } },
  alternatives: { where: [{ title: 'First' }, { author: { name: 'Bob' } }], relations: { author: true } },
  'all at once': {
    select: { id: true, title: true, tags: { label: true }, author: { id: true, name: true } },
    relations: { tags: true, author: true },
    where: { status: Not('draft') },
    order: { title: 'ASC', tags: { label: 'ASC' } },
    skip: 0,
    take: 3,
    withDeleted: true,
  },
};

const CONDITIONS = {
  equal: { karma: Equal(10) },
  'not, not in, not null': { name: Not('Ada'), karma: Not(In([1, 2])), settings: Not(IsNull()) },
  'more and less': {
    karma: MoreThan(5),
    version: MoreThanOrEqual(1),
    id: LessThan(3),
    balance: LessThanOrEqual('9000000000000009'),
  },
  'between dates': { createdAt: Between(new Date('2024-01-01'), new Date('2025-01-01')) },
  like: { name: Like('%a'), address: { street: ILike('high%') } },
  'and, or': { karma: And(MoreThan(5), LessThan(25)), name: Or(Equal('Ada'), Equal('Bob')) },
  raw: { karma: Raw((alias) => `${alias} > :least`, { least: 15 }) },
  'a value of a transformed column': { avatar: Buffer.from('c0ffee', 'hex') },
  'a hidden column': { secret: 'secret of Ada' },
  'an own key of a relation': { profile: { bio: Like('Bio%') }, posts: { status: 'draft' } },
  'a relation of an embedded object': { address: { country: { code: 'AT' } } },
} as const;

const finding =
  (options: FindManyOptions<Post>): Scenario =>
  async ({ repository, failsOn }) => {
    const posts = repository(Post);
    const engines = 'order' in options && JSON.stringify(options).includes('"nulls"') ? (['mariadb'] as const) : [];
    await failsOn(engines, 'findAndCount', () => posts.findAndCount(options));
    const { skip: _, take: __, ...one } = options;
    const first: FindOneOptions<Post> = { where: { status: 'published' }, order: { id: 'ASC' }, ...one };
    await failsOn(engines, 'findOne', () => posts.findOne(first));
  };

const findingByQueries =
  (options: FindManyOptions<Post>): Scenario =>
  async ({ repository, look }) => {
    const posts = repository(Post);
    await look('findAndCount', posts.findAndCount({ ...options, relationLoadStrategy: 'query' }));
    await look('findOne', posts.findOne({ where: { id: 1 }, ...options, relationLoadStrategy: 'query' }));
  };

/** By what further queries can load. */
const BY_QUERIES = [
  'nothing special',
  'a to-one relation',
  'nested relations',
  'a relation of an embedded object',
  'relations of a relation only',
  'a page with to-many relations',
  'deleted ones',
  'no eager relations, but others',
  'an eager relation by name',
  'the relation of a condition, loaded too',
];

export const repositoryReads: Scenarios = {
  ...Object.fromEntries(
    Object.entries(OF_POSTS).map(([name, options]) => [`find with ${name}`, finding(options)] as const),
  ),
  ...Object.fromEntries(
    BY_QUERIES.map((name) => [`find by queries with ${name}`, findingByQueries(OF_POSTS[name])] as const),
  ),
  ...Object.fromEntries(
    Object.entries(CONDITIONS).map(([name, where]): [string, Scenario] => [
      `conditions: ${name}`,
      async ({ repository, look }) => {
        const users = repository(User);
        await look('findBy', users.findBy(where));
        await look('findAndCountBy', users.findAndCountBy([where, { name: 'Cleo' }]));
        await look('findOneBy', users.findOneBy(where));
        await look('findOneByOrFail', users.findOneByOrFail(where));
        await look('countBy', users.countBy(where));
        await look('existsBy', users.existsBy(where));
      },
    ]),
  ),
  'conditions: of PostgreSQL': ({ repository, failsOn }) =>
    failsOn(['sqlite', 'mariadb'], 'any', () => repository(User).findBy({ name: Any(['Ada', 'Bob']) })),

  'entities as conditions': async ({ repository, look }) => {
    const ada = await repository(User).findOneByOrFail({ name: 'Ada' });
    const partial = await repository(User).findOneOrFail({ where: { name: 'Bob' }, select: { id: true } });
    const posts = repository(Post);
    await look('a key', posts.findBy({ author: { id: ada.id } }));
    await look('in a list', posts.findBy({ editor: In([partial.id]) }));
    await look('equal', posts.findBy({ author: Equal(partial.id) }));
    return [ada, partial];
  },

  'a partly loaded entity as a condition': async ({ repository }) => {
    const partial = await repository(User).findOneOrFail({ where: { name: 'Bob' }, select: { id: true } });
    return repository(Post)
      .findBy({ author: partial })
      .catch((error: unknown) => error);
  },

  'no key': async ({ repository, look }) => {
    await look('one table', repository(User).find({ select: { name: true }, order: { name: 'ASC' } }));
    await look(
      'with a relation',
      repository(Comment).find({ select: { text: true, writer: { name: true } }, relations: { writer: true } }),
    );
  },

  'other ways to ask': async ({ repository, look }) => {
    const posts = repository(Post);
    await look('find', posts.find({ relations: { author: true, tags: true }, order: { id: 'ASC' } }));
    await look('all', posts.find({ order: { id: 'ASC' } }));
    await look('findOneOrFail', posts.findOneOrFail({ where: { id: 1 }, relations: { comments: true } }));
    await look('count', posts.count({ where: { author: { name: 'Ada' } }, withDeleted: true, skip: 0, take: 1 }));
    await look('exists', posts.exists({ where: { tags: { label: 'art' } }, withDeleted: true }));
  },

  'nothing found': async ({ repository, look, fails }) => {
    const posts = repository(Post);
    await look('findOne', posts.findOne({ where: { id: 99 }, relations: { author: true } }));
    await look('findOneBy', posts.findOneBy({ id: 99 }));
    await look('find', posts.findBy({ title: 'No such' }));
    await look('exists', posts.existsBy({ id: 99 }));
    await fails('findOneOrFail', () => posts.findOneOrFail({ where: { id: 99 } }));
    await fails('findOneByOrFail', () => posts.findOneByOrFail({ id: 99 }));
  },

  'wrong questions': async ({ repository, fails }) => {
    const posts = repository(Post);
    await fails('an unknown column', () => posts.findBy({ nothing: 1 } as never));
    await fails('an unknown relation', () => posts.find({ relations: { nothing: true } as never }));
    await fails('an unknown order', () => posts.find({ order: { nothing: 'ASC' } as never }));
    await fails('an unknown column to select', () => posts.find({ select: { nothing: true } as never }));
    await fails('no condition', () => posts.findOne({}));
    await fails('undefined', () => posts.findBy({ title: undefined }));
    await fails('null', () => posts.findBy({ title: null } as never));
  },

  aggregates: async ({ repository, look }) => {
    const users = repository(User);
    await look('sum', users.sum('karma'));
    await look('average', users.average('karma', { name: Not('Ada') }));
    await look('minimum', users.minimum('karma', [{ name: 'Ada' }, { name: 'Bob' }]));
    await look('maximum', users.maximum('karma', { id: 99 }));
    await look('count', users.count());
    await look('count with relations', repository(Post).count({ relations: { comments: true, tags: true } }));
  },

  'the cache': async ({ repository, look }) => {
    const posts = repository(Post);
    const options = { where: { id: 1 }, relations: { author: true }, cache: { id: 'posts', milliseconds: 60_000 } };
    await look('first', posts.find(options));
    await look('again', posts.find(options));
    await look('counted', posts.findAndCount({ take: 1, order: { id: 'ASC' }, cache: 60_000 }));
    await posts.manager.dataSource.queryResultCache?.clear();
  },

  locks: async ({ manager, look, fails, failsOn }) => {
    await manager.transaction(async (inside) => {
      const posts = inside.getRepository(Post);
      await posts.update({ id: 1 }, { status: 'locked' });
      await failsOn(['sqlite'], 'write', () =>
        posts.findOne({ where: { id: 1 }, loadEagerRelations: false, lock: { mode: 'pessimistic_write' } }),
      );
      await failsOn(['sqlite'], 'read', () =>
        posts.findOne({ where: { id: 1 }, loadEagerRelations: false, lock: { mode: 'pessimistic_read' } }),
      );
      await failsOn(['sqlite'], 'skip locked', () =>
        posts.find({
          loadEagerRelations: false,
          lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
          order: { id: 'ASC' },
        }),
      );
      await failsOn(['sqlite', 'mariadb'], 'of PostgreSQL', () =>
        posts.findOne({
          where: { id: 1 },
          relations: { author: true },
          loadEagerRelations: false,
          lock: { mode: 'for_no_key_update', tables: ['posts'] },
        }),
      );
    });
    const posts = manager.getRepository(Post);
    await look('optimistic', posts.findOne({ where: { id: 2 }, lock: { mode: 'optimistic', version: 1 } }));
    await fails('optimistic, changed', () =>
      posts.findOne({ where: { id: 2 }, lock: { mode: 'optimistic', version: 2 } }),
    );
    await fails('outside of a transaction', () =>
      posts.findOne({ where: { id: 1 }, lock: { mode: 'pessimistic_write' } }),
    );
  },

  'composite keys and keys that are foreign': async ({ repository, look }) => {
    const members = repository(Membership);
    await look('all', members.find({ relations: { user: true, team: true, badges: true }, order: { userId: 'ASC' } }));
    await look('page', members.find({ relations: { badges: true }, order: { role: 'ASC', userId: 'ASC' }, take: 2 }));
    await look('by key', members.findOneBy({ userId: 1, teamCode: 'blue' }));
    await look('by relations', members.findBy({ user: { name: 'Ada' }, team: { code: 'red' } }));
    await look('by queries', members.find({ relations: { badges: true, user: true }, relationLoadStrategy: 'query' }));
    const passports = repository(Passport);
    await look('passports', passports.find({ relations: { user: true, visas: { country: true } } }));
    await look('passport', passports.findOneBy({ userId: 1 }));
    await look('ids', members.find({ loadRelationIds: true, order: { userId: 'ASC', teamCode: 'ASC' } }));
  },

  'relations to itself': async ({ repository, look }) => {
    const comments = repository(Comment);
    await look('both ways', comments.find({ relations: { replyTo: true, replies: true }, order: { id: 'ASC' } }));
    await look(
      'three levels',
      comments.find({
        where: { id: 1 },
        relations: { replies: { replyTo: { replies: true } }, post: { comments: true } },
        order: { id: 'ASC' },
      }),
    );
  },

  'raw queries': async ({ repository, look, engine, fails }) => {
    const posts = repository(Post);
    const mark = engine === 'postgres' ? '$1' : '?';
    await look('query', posts.query(`SELECT id, title FROM posts WHERE author_id = ${mark} ORDER BY id`, [1]));
    await look('sql', posts.sql`SELECT id, title FROM posts WHERE author_id = ${1} ORDER BY id`);
    await fails('a mistake', () => posts.query('SELECT nothing FROM posts'));
  },

  'keys of entities': async ({ repository, look }) => {
    const members = repository(Membership);
    const member = await members.findOneByOrFail({ userId: 1, teamCode: 'blue' });
    const post = await repository(Post).findOneByOrFail({ id: 1 });
    await look('hasId', [members.hasId(member), repository(Post).hasId(post), members.hasId({ userId: 1 } as never)]);
    await look('getId', [
      members.getId(member),
      repository(Post).getId(post),
      repository(Post).getId({ id: 3 } as never),
    ]);
    const passport = await repository(Passport).findOneByOrFail({ userId: 2 });
    await look('of a passport', [repository(Passport).hasId(passport), repository(Passport).getId(passport)]);
    await look('by its relation', repository(Passport).getId({ user: { id: 7 } } as never));
  },

  'a repository of its own': async ({ repository, manager, look }) => {
    const posts = repository(Post).extend({
      async byTitle(title: string) {
        return this.findOne({ where: { title }, relations: { author: true } });
      },
    });
    await look('extended', posts.byTitle('First'));
    await manager.transaction(async (inside) => {
      await inside.withRepository(posts).update({ id: 1 }, { title: 'Changed' });
      await look('inside', inside.withRepository(posts).byTitle('Changed'));
    });
    await look('builder', posts.createQueryBuilder('p').where('p.id = :id', { id: 2 }).getOne());
  },
};
