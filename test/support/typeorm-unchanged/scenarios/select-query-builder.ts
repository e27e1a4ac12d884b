import { Brackets, NotBrackets, type SelectQueryBuilder } from 'typeorm';
import { Comment, Medium, Membership, Notebook, Passport, Post, PostTotal, Tag, Team, User } from '../entities.js';
import { TAG_IDS } from '../rows.js';
import type { Scenario, Scenarios, World } from '../world.js';

/** The entities and the rows that a builder gives. */
async function everyResult(make: () => SelectQueryBuilder<any>, { look }: World): Promise<void> {
  await look('getRawAndEntities', make().getRawAndEntities());
  await look('getOne', make().getOne());
}

const posts = ({ manager }: World): SelectQueryBuilder<Post> => manager.createQueryBuilder(Post, 'p').orderBy('p.id');

const querying =
  (build: (builder: SelectQueryBuilder<Post>, world: World) => SelectQueryBuilder<any>): Scenario =>
  (world) =>
    everyResult(() => build(posts(world), world), world);

export const selectQueryBuilder: Scenarios = {
  'selected columns': querying((b) => b.select(['p.id', 'p.title']).addSelect('p.publishing.counters.views')),
  'one selected column': querying((b) => b.select('p.title').addSelect(['p.id'])),
  'computed columns': querying((b) => b.addSelect('UPPER(p.title)', 'loud').addSelect('p.id + 1', 'next')),
  'a subquery as a column': querying((b) =>
    b.addSelect((sub) => sub.select('COUNT(c.id)').from(Comment, 'c').where('c.post_id = p.id'), 'many'),
  ),
  'hidden columns': ({ manager, look }) =>
    look('secrets', manager.createQueryBuilder(User, 'u').addSelect('u.secret').orderBy('u.id').getMany()),
  'inner joins': querying((b) => b.innerJoin('p.author', 'a').where('a.name = :name', { name: 'Ada' })),
  'left joins': querying((b) => b.leftJoin('p.author', 'a').where('a.id IS NULL')),
  'left joins, selected': querying((b) => b.leftJoinAndSelect('p.author', 'a').leftJoinAndSelect('p.section', 's')),
  'inner joins, selected': querying((b) => b.innerJoinAndSelect('p.comments', 'c').addOrderBy('c.id')),
  'joins of joins': querying((b) =>
    b
      .leftJoinAndSelect('p.comments', 'c')
      .leftJoinAndSelect('c.writer', 'w')
      .leftJoinAndSelect('w.profile', 'pr')
      .leftJoinAndSelect('p.tags', 't')
      .addOrderBy('c.id')
      .addOrderBy('t.id'),
  ),
  'joins with some columns': querying((b) =>
    b
      .leftJoin('p.author', 'a')
      .addSelect(['a.id', 'a.name'])
      .leftJoin('p.tags', 't')
      .addSelect('t.label')
      .addOrderBy('t.label'),
  ),
  'joins with conditions': querying((b) => b.leftJoinAndSelect('p.comments', 'c', 'c.text LIKE :text', { text: 'T%' })),
  'joins of an embedded object': querying((b) => b.leftJoinAndSelect('p.publishing.approvedBy', 'ap')),
  'joins of other entities': querying((b) => b.innerJoin(User, 'u', 'u.id = p.authorId').addSelect('u.name', 'who')),
  'joins of tables': querying((b) =>
    b.leftJoin('post_tags', 'pt', `pt.${b.escape('postsId')} = p.id`).addOrderBy(`pt.${b.escape('tagsId')}`),
  ),
  'joins of subqueries': querying((b) =>
    b
      .leftJoin(
        (sub) => sub.select('c.post_id', 'post').addSelect('COUNT(*)', 'n').from('comments', 'c').groupBy('c.post_id'),
        'k',
        'k.post = p.id',
      )
      .addSelect('k.n', 'n'),
  ),
  'mapped to many': querying((b) =>
    b.leftJoinAndMapMany('p.remarks', 'p.comments', 'c', 'c.text LIKE :text', { text: 'W%' }).addOrderBy('c.id'),
  ),
  'mapped to many of another entity': querying((b) =>
    b.leftJoinAndMapMany('p.everybody', User, 'u', 'u.id <= p.id').addOrderBy('u.id'),
  ),
  'mapped to one': querying((b) => b.leftJoinAndMapOne('p.boss', 'p.author', 'a')),
  'mapped to one of another entity': querying((b) => b.leftJoinAndMapOne('p.boss', User, 'u', 'u.id = p.authorId')),
  'mapped to a relation of its own': querying((b) => b.leftJoinAndMapOne('p.author', 'p.editor', 'e')),
  'mapped lists of a relation of its own': querying((b) =>
    b.leftJoinAndMapMany('p.comments', 'p.comments', 'c', 'c.id < 3').addOrderBy('c.id'),
  ),
  'mapped to many, inner': querying((b) => b.innerJoinAndMapMany('p.words', 'p.comments', 'c').addOrderBy('c.id')),
  'mapped to one, inner': querying((b) => b.innerJoinAndMapOne('p.boss', 'p.author', 'a')),
  'mapped from a subquery': querying((b) =>
    b.leftJoinAndMapOne(
      'p.best',
      (sub) => sub.select().from(User, 'x').where('x.id = 1'),
      'best',
      'best.id = p.authorId',
      {},
      User,
    ),
  ),
  'relation ids': querying((b) => b.loadAllRelationIds()),
  'some relation ids': querying((b) => b.loadAllRelationIds({ relations: ['tags', 'author'], disableMixedMap: true })),
  'mapped relation ids': querying((b) =>
    b.loadRelationIdAndMap('p.tagIds', 'p.tags').loadRelationIdAndMap('p.writer', 'p.author'),
  ),
  'relation ids with a query': querying((b) =>
    b.loadRelationIdAndMap('p.someTags', 'p.tags', 't', (sub) => sub.andWhere('t.label = :label', { label: 'news' })),
  ),
  'relation ids in place of relations': querying((b) =>
    b.loadRelationIdAndMap('p.author', 'p.author').loadRelationIdAndMap('p.comments', 'p.comments'),
  ),
  'relation ids of joined entities': querying((b) =>
    b
      .leftJoinAndSelect('p.author', 'a')
      .loadRelationIdAndMap('a.postIds', 'a.posts')
      .loadRelationIdAndMap('p.publishing.approver', 'p.publishing.approvedBy'),
  ),
  conditions: querying((b) =>
    b
      .where('p.status = :status', { status: 'published' })
      .andWhere(new Brackets((w) => w.where('p.id = 1').orWhere('p.authorId IS NULL')))
      .orWhere({ title: 'Third' })
      .andWhere(new NotBrackets((w) => w.where('p.id = 99'))),
  ),
  'conditions by objects': querying((b) =>
    b.where([{ author: { id: 1 } }, { publishing: { counters: { views: 300 } } }]),
  ),
  'conditions by functions': querying((b) =>
    b.where((w) => `p.id IN ${w.subQuery().select('c.post_id').from('comments', 'c').getQuery()}`),
  ),
  keys: querying((b) => b.whereInIds([1, 2]).andWhereInIds([1, 3]).orWhereInIds({ id: 4 })),
  existing: querying((b, { manager }) => {
    const comments = () => manager.createQueryBuilder(Comment, 'c').where('c.post_id = p.id');
    return b.whereExists(comments()).andWhereExists(comments()).orWhereExists(comments().andWhere('c.id = 4'));
  }),
  groups: ({ manager, look }) =>
    look(
      'groups',
      manager
        .createQueryBuilder(Post, 'p')
        .withDeleted()
        .select('p.authorId', 'author')
        .addSelect('COUNT(*)', 'n')
        .groupBy('p.authorId')
        .addGroupBy('p.status')
        .having('COUNT(*) > :least', { least: 0 })
        .andHaving('COUNT(*) < 10')
        .orHaving('COUNT(*) = 5')
        .orderBy('p.authorId')
        .addOrderBy('p.status')
        .getRawMany(),
    ),
  distinct: querying((b) => b.select('p.status').addSelect('p.id').distinct()),
  'distinct on': ({ manager, look }) =>
    look(
      'distinct on',
      manager.createQueryBuilder(Post, 'p').distinctOn(['p.status']).orderBy('p.status').addOrderBy('p.id').getMany(),
    ),
  limits: querying((b) => b.limit(2).offset(1)),
  pages: async (world) => {
    const page = () => posts(world).leftJoinAndSelect('p.tags', 't').addOrderBy('t.id').skip(1).take(2);
    await world.look('getMany', page().getMany());
    await world.look('getManyAndCount', page().getManyAndCount());
    await world.look('getCount', page().getCount());
    await world.look('getRawAndEntities', page().getRawAndEntities());
    await world.look(
      'a page of partial ones',
      posts(world).select(['p.id', 't.label']).leftJoin('p.tags', 't').take(1).getMany(),
    );
    await world.look('one that is not full', posts(world).take(10).getManyAndCount());
  },
  'one row': async (world) => {
    const one = () =>
      posts(world).where('p.id = :id', { id: 1 }).leftJoinAndSelect('p.comments', 'c').addOrderBy('c.id');
    await world.look('getOne', one().getOne());
    await world.look('getOneOrFail', one().getOneOrFail());
    await world.look('getMany', one().getMany());
    await world.look('getRawMany', one().getRawMany());
    await world.look('getRawOne', one().getRawOne());
    await world.look('getExists', one().getExists());
    await world.look('none', one().andWhere('p.id = 2').getOne());
    await world.fails('none, or fail', () => one().andWhere('p.id = 2').getOneOrFail());
    await world.look('no raw one', one().andWhere('p.id = 2').getRawOne());
    await world.look('execute', one().execute());
  },
  'find options': querying((b) =>
    b.setFindOptions({
      where: { author: { name: 'Ada' } },
      relations: { author: { profile: true }, comments: true },
      select: { id: true, author: { id: true, name: true }, comments: { id: true } },
      order: { id: 'DESC', comments: { id: 'ASC' } },
    }),
  ),
  'find options, strategy query': ({ manager, look }) =>
    look(
      'find options',
      manager
        .createQueryBuilder(Post, 'p')
        .setFindOptions({
          relations: { author: true, tags: true },
          relationLoadStrategy: 'query',
          order: { id: 'ASC' },
        })
        .getMany(),
    ),
  'eager and further relations': ({ manager, look, repository }) => {
    const builder = manager
      .createQueryBuilder(Post, 'p')
      .setFindOptions({ relationLoadStrategy: 'query', order: { id: 'ASC' } });
    builder.concatRelationMetadata(
      ...repository(Post).metadata.ownRelations.filter(({ propertyName }) => propertyName === 'comments'),
    );
    return look('concatRelationMetadata', builder.getMany());
  },
  'deleted ones': querying((b) => b.withDeleted().leftJoinAndSelect('p.comments', 'c').addOrderBy('c.id')),
  'other sources': async ({ manager, look, dataSource }) => {
    const builder = () => dataSource.createQueryBuilder();
    await look('from', builder().select('t').from(Team, 't').orderBy('t.code').getMany());
    await look(
      'from a subquery',
      builder()
        .select('x.id', 'id')
        .from((sub) => sub.select('p.id', 'id').from(Post, 'p'), 'x')
        .orderBy('x.id')
        .getRawMany(),
    );
    await look(
      'two of them',
      builder()
        .select('t.code', 'code')
        .addSelect('u.name', 'name')
        .from(Team, 't')
        .addFrom(User, 'u')
        .orderBy('t.code')
        .addOrderBy('u.name')
        .getRawMany(),
    );
    await look('nothing', builder().select('1 + 1', 'two').fromDummy().getRawOne());
    await look('a view', manager.find(PostTotal, { order: { total: 'DESC' } }));
    await look('subQuery', manager.createQueryBuilder(Post, 'p').subQuery().select('1').from(Tag, 't').getQuery());
    await look('only columns', manager.createQueryBuilder(Post, 'p').select().orderBy('p.id').getRawMany());
  },
  orders: async (world) => {
    await world.look('by an object', posts(world).orderBy({ 'p.status': 'DESC', 'p.id': 'ASC' }).getMany());
    await world.look('none', posts(world).orderBy().where('p.id = 1').getMany());
    await world.look(
      'by a relation',
      posts(world).leftJoinAndSelect('p.author', 'a').orderBy('a.name', 'DESC').addOrderBy('p.id').getMany(),
    );
    await world.failsOn(['mariadb'], 'nulls', () =>
      posts(world).orderBy('p.authorId', 'ASC', 'NULLS FIRST').addOrderBy('p.id').getMany(),
    );
  },
  locks: async ({ manager, look, fails, failsOn }) => {
    const builder = () => manager.createQueryBuilder(Post, 'p').where('p.id = 1');
    await look('optimistic', builder().setLock('optimistic', 1).getOne());
    await fails('optimistic, changed', () => builder().setLock('optimistic', 7).getOne());
    await fails('outside of a transaction', () => builder().setLock('pessimistic_write').getOne());
    await look('setOnLocked', builder().setOnLocked('nowait').getQuery());
    await manager.transaction(async (inside) => {
      const locking = () => inside.createQueryBuilder(Post, 'p').where('p.id = 1');
      await look('no lock', locking().getOne());
      await failsOn(['sqlite'], 'write', () => locking().setLock('pessimistic_write').getOne());
      await failsOn(['sqlite'], 'read', () => locking().setLock('pessimistic_read').getMany());
      await failsOn(['sqlite'], 'nowait', () => locking().setLock('pessimistic_write').setOnLocked('nowait').getOne());
      await failsOn(['sqlite', 'mariadb'], 'a table', () =>
        locking().leftJoinAndSelect('p.author', 'a').setLock('pessimistic_write', undefined, ['p']).getOne(),
      );
    });
  },
  'for other databases': async ({ manager, look }) => {
    const builder = () => manager.createQueryBuilder(Post, 'p').orderBy('p.id');
    await look('maxExecutionTime', builder().maxExecutionTime(10_000).getMany());
    await look('useIndex', builder().useIndex('posts_by_status').getMany());
    await look('timeTravelQuery', builder().timeTravelQuery("'-1s'").getMany());
  },
  options: async (world) => {
    await world.look('pojo', posts(world).setOption('create-pojo').leftJoinAndSelect('p.author', 'a').getMany());
    await world.look(
      'no order',
      world.manager.createQueryBuilder(Post, 'p').setOption('disable-global-order').where('p.id = 1').getMany(),
    );
    await world.look('cached', posts(world).cache('posts', 60_000).getMany());
    await world.look('cached again', posts(world).cache('posts', 60_000).getMany());
    await world.look('cached for a second', posts(world).cache(true).getCount());
    await world.dataSource.queryResultCache?.clear();
  },
  stream: async ({ manager, failsOn, look }) => {
    const stream = await failsOn(['sqlite', 'postgres'], 'stream', () =>
      manager.createQueryBuilder(Post, 'p').orderBy('p.id').stream(),
    );
    if (!stream) return;
    const rows: unknown[] = [];
    for await (const row of stream) rows.push(row);
    await look('rows', rows);
  },
  'common table expressions': ({ manager, look }) =>
    look(
      'with',
      manager
        .createQueryBuilder(Post, 'p')
        .addCommonTableExpression(
          manager.createQueryBuilder(User, 'u').select('u.id', 'id').where("u.name = 'Ada'"),
          'adas',
        )
        .innerJoin('adas', 'x', 'x.id = p.authorId')
        .orderBy('p.id')
        .getMany(),
    ),
  'composite keys': async (world) => {
    const members = () =>
      world.manager.createQueryBuilder(Membership, 'm').orderBy('m.userId').addOrderBy('m.teamCode');
    await everyResult(
      () => members().leftJoinAndSelect('m.badges', 'b').leftJoinAndSelect('m.user', 'u').addOrderBy('b.id'),
      world,
    );
    await world.look(
      'in ids',
      members()
        .whereInIds([{ userId: 1, teamCode: 'red' }])
        .getMany(),
    );
    await world.look('a page', members().leftJoinAndSelect('m.badges', 'b').take(2).getMany());
    await world.look('relation ids', members().loadAllRelationIds().getMany());
    await world.look(
      'passports',
      world.manager
        .createQueryBuilder(Passport, 'p')
        .leftJoinAndSelect('p.user', 'u')
        .leftJoinAndSelect('p.visas', 'v')
        .orderBy('v.id')
        .getMany(),
    );
  },
  'one table for many classes': async (world) => {
    const media = () => world.manager.createQueryBuilder(Medium, 'm').orderBy('m.id');
    await everyResult(() => media().leftJoinAndSelect('m.owner', 'o'), world);
    await world.look('relation ids', media().loadAllRelationIds().getMany());
  },
  'lazy relations': async (world) => {
    await everyResult(
      () =>
        world.manager
          .createQueryBuilder(Notebook, 'n')
          .leftJoinAndSelect('n.notes', 'x')
          .leftJoinAndSelect('n.owner', 'o')
          .orderBy('x.id'),
      world,
    );
    const [first] = await world.manager.createQueryBuilder(Notebook, 'n').orderBy('n.id').getMany();
    await world.look('notes', first.notes);
  },
  'the same row twice': async ({ manager, look }) => {
    const found = await look(
      'found',
      manager
        .createQueryBuilder(Comment, 'c')
        .leftJoinAndSelect('c.post', 'p')
        .leftJoinAndSelect('p.author', 'a')
        .orderBy('c.id')
        .getMany(),
    );
    await look('the same object', found[0].post === found[1].post);
  },
  'parts of a query': async (world) => {
    const builder = posts(world)
      .where('p.id = :id', { id: 1 })
      .leftJoin('p.tags', 'tags')
      .andWhere({ tags: { id: TAG_IDS.news } });
    await world.look('getQuery', builder.getQuery());
    await world.look('getSql', builder.getSql());
    await world.look('getParameters', builder.getParameters());
    await world.look('getQueryAndParameters', builder.getQueryAndParameters());
    await world.look('alias', builder.alias);
    await world.look('clone', builder.clone().orderBy('p.title').getQuery());
    await world.look('untouched', builder.getQuery());
  },
};
