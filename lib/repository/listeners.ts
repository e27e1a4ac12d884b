import type { ObjectLiteral, QueryRunner } from 'typeorm';
import type { Changes } from './changed-columns.js';
import { UnitOfWork } from '../transactions/index.js';
import type { ModelFacts } from './model-facts.js';
import { StateSubscriber } from './state-subscriber.js';

type Moment = 'Insert' | 'Update' | 'Remove';

/** Whether anybody listens to writes of a model: `@Before…`/`@After…` methods or subscribers. */
export function hasListeners(facts: ModelFacts, moment: Moment): boolean {
  const { metadata, dataSource } = facts;
  return (
    metadata[`before${moment}Listeners`].length > 0 ||
    metadata[`after${moment}Listeners`].length > 0 ||
    dataSource.subscribers.some((subscriber) => !(subscriber instanceof StateSubscriber))
  );
}

/**
 * Runs work in the current transaction, or in one of its own: what a listener refuses is undone. Gives the
 * transaction's query runner, for its broadcaster.
 */
export async function withRunner<T>(facts: ModelFacts, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  return new UnitOfWork(facts.dataSource).run(() => {
    const runner = facts.dataSource.manager.queryRunner;
    if (!runner) throw new TypeError('A unit of work has a query runner.');
    return work(runner);
  });
}

/** Tells listeners and subscribers of an update, as TypeORM's own save does. */
export async function broadcastUpdate(
  facts: ModelFacts,
  runner: QueryRunner,
  moment: 'Before' | 'After',
  entity: ObjectLiteral,
  row: ObjectLiteral,
  { columns, relations }: Changes,
): Promise<void> {
  await runner.broadcaster.broadcast(`${moment}Update`, facts.metadata, entity, row, [...columns], [...relations]);
}

/** Whether anybody listens to entities of a model being read. */
export function listensToLoads({ metadata, dataSource }: ModelFacts): boolean {
  if (metadata.afterLoadListeners.length > 0) return true;
  for (const child of metadata.childEntityMetadatas) if (child.afterLoadListeners.length > 0) return true;
  for (const subscriber of dataSource.subscribers) if ('afterLoad' in subscriber) return true;
  return false;
}

/** Tells listeners and subscribers of entities that were made from rows past TypeORM's own queries. */
export async function broadcastLoad(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void> {
  const { metadata, dataSource } = facts;
  if (entities.length === 0 || !listensToLoads(facts)) return;
  const current = dataSource.manager.queryRunner;
  const runner = current ?? dataSource.createQueryRunner();
  try {
    await runner.broadcaster.broadcast('Load', metadata, [...entities]);
  } finally {
    if (!current) await runner.release();
  }
}

/** Tells listeners and subscribers of an insert. */
export async function broadcastInsert(
  { metadata }: ModelFacts,
  runner: QueryRunner,
  moment: 'Before' | 'After',
  entity: ObjectLiteral,
): Promise<void> {
  await runner.broadcaster.broadcast(`${moment}Insert`, metadata, entity);
}
