import type { ObjectLiteral, QueryRunner } from 'typeorm';
import type { Changes } from './changed-columns.js';
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

/** Runs work on one query runner: the current transaction's, or one of its own that is released afterwards. */
export async function withRunner<T>(facts: ModelFacts, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const current = facts.dataSource.manager.queryRunner;
  if (current) return work(current);
  const runner = facts.dataSource.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
  }
}

/** Tells listeners and subscribers of an update, as TypeORM's own save does. */
export async function broadcastUpdate(
  facts: ModelFacts,
  runner: QueryRunner,
  moment: 'Before' | 'After',
  entity: ObjectLiteral,
  { columns, relations }: Changes,
): Promise<void> {
  await runner.broadcaster.broadcast(
    `${moment}Update`,
    facts.metadata,
    entity,
    undefined,
    [...columns],
    [...relations],
  );
}
