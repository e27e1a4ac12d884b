import type { QueryBuilder } from 'typeorm';
import { Category, Gauge, Post, Team } from '../entities.js';
import type { Scenario, Scenarios, World } from '../world.js';

/** A builder of each kind. */
const BUILDERS: Readonly<Record<string, (world: World) => QueryBuilder<any>>> = {
  select: ({ manager }) => manager.createQueryBuilder(Gauge, 'g').orderBy('g.id'),
  insert: ({ manager }) => manager.createQueryBuilder(Gauge, 'g').insert().values({ name: 'inherited' }),
  update: ({ manager }) => manager.createQueryBuilder(Gauge, 'g').update().set({ value: 9 }).where({ id: 1 }),
  delete: ({ manager }) => manager.createQueryBuilder(Gauge, 'g').delete().where({ id: 1 }),
  'soft delete': ({ manager }) => manager.createQueryBuilder(Category, 'c').softDelete().where({ id: 4 }),
  relation: ({ manager }) => manager.createQueryBuilder(Post, 'p').relation('tags').of(1),
};

/** What every builder inherits. */
const inherited =
  (name: string, make: (world: World) => QueryBuilder<any>): Scenario =>
  async (world) => {
    const { look, fails, failsOn, dataSource } = world;
    const builder = () => make(world);
    await look('alias', builder().alias);
    await look('getQuery', builder().getQuery());
    await look('getSql', builder().getSql());
    await look('getQueryAndParameters', builder().getQueryAndParameters());
    await look('escape', builder().escape('name'));
    await look(
      'setParameter',
      builder()
        .setParameter('a', 1)
        .setParameters({ b: [2], c: 'x' })
        .getParameters(),
    );
    await fails('a wrong parameter', () => builder().setParameter('a b', 1));
    await look('hasParameter', [builder().setParameter('a', 1).hasParameter('a'), builder().hasParameter('b')]);
    await look('hasRelation', [
      builder().hasRelation(Post, 'author'),
      builder().hasRelation(Post, ['publishing.approvedBy', 'nothing']),
    ]);
    await look('clone', builder().clone().getQuery());
    await look('createQueryBuilder', builder().createQueryBuilder());
    await look('comment', builder().comment('by the test').getQuery());
    await look('disableEscaping', builder().disableEscaping().getQuery());
    await look('with', builder().addCommonTableExpression('SELECT 1', 'one').getQuery());
    await look('select', builder().select('value').getQuery());
    await look('insert', builder().insert().values({ name: 'n' }).getQuery());
    await look('update', builder().update(Gauge, { value: 2 }).getQuery());
    await look('delete', builder().delete().getQuery());
    await look('softDelete', builder().softDelete().from(Category).getQuery());
    await look('restore', builder().restore().from(Category).getQuery());
    await look('relation', builder().relation(Team, 'memberships').of('blue').loadMany());
    // A relation builder has no statement of its own.
    const refuse = name === 'relation' ? (['sqlite', 'mariadb'] as const) : [];
    await failsOn(refuse, 'execute', () => builder().callListeners(false).execute());
    const runner = dataSource.createQueryRunner();
    try {
      await failsOn(refuse, 'in a transaction', () => builder().setQueryRunner(runner).useTransaction(true).execute());
    } finally {
      await runner.release();
    }
  };

export const inheritedBuilderMethods: Scenarios = Object.fromEntries(
  Object.entries(BUILDERS).map(([name, make]) => [name, inherited(name, make)]),
);
