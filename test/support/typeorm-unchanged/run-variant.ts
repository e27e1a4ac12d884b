import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { EntityManager, type DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseName } from '../database-name.js';
import { createTestDatabase } from '../create-test-database.js';
import { ENTITIES, User } from './entities.js';
import { Fixture } from './fixture.js';
import { Journal } from './journal.js';
import type { EngineOutcome, Outcome, RunOutcome } from './outcome.js';
import { recordCalls } from './record-calls.js';
import { ResultCache } from './result-cache.js';
import { SCENARIOS } from './scenarios.js';
import { steadyDriver } from './steady-driver.js';
import { Subscriber } from './subscriber.js';
import type { Variant } from './variant.js';
import { World, type Scenario } from './world.js';

/*
 * A process of its own: `node run-variant.js <variant> <engines> <file>` runs every scenario on the engines
 * and writes what came of it. TypeORM is patched by loading the library, so only this way one variant goes without.
 */
const [variant, engines, file] = process.argv.slice(2) as [Variant, string, string];

const open = async (options: DataSourceOptions) =>
  variant === 'off'
    ? (await import('./open-plain.js')).openPlain(options)
    : (await import('./open-extended.js')).openExtended(options, variant);

// Recording wraps TypeORM's methods: nobody who would be deceived by that is among those who are not recorded.
const called = variant === 'off' ? recordCalls() : undefined;
const outcome: Record<string, EngineOutcome> = {};
for (const engine of engines.split(',') as DatabaseName[]) outcome[engine] = await runOn(engine);
const run: RunOutcome = {
  engines: outcome,
  patched: Object.hasOwn(EntityManager.prototype, 'queryRunner'),
  ...(called && { called: [...called].sort() }),
};
await writeFile(file, JSON.stringify(run));

async function runOn(engine: DatabaseName): Promise<EngineOutcome> {
  const database = await createTestDatabase(engine);
  try {
    const journal = new Journal();
    const application = await open({
      ...database.options,
      entities: ENTITIES,
      subscribers: [Subscriber],
      synchronize: true,
      logger: journal,
      cache: { provider: () => new ResultCache() },
      // What TypeORM sends at once over several connections comes back in any order.
      ...(engine !== 'sqlite' && { poolSize: 1 }),
      ...steadyDriver(engine),
    } as DataSourceOptions);
    try {
      const { dataSource } = application;
      const fixture = await Fixture.fill(engine, dataSource);
      try {
        const scenarios: Record<string, Outcome> = {};
        const unloaded = await readUnloaded(dataSource);
        for (const [name, scenario] of Object.entries(SCENARIOS)) {
          journal.clear();
          scenarios[name] = await outcomeOf(scenario, new World(engine, dataSource, journal), journal, fixture);
        }
        return { unloaded, scenarios };
      } finally {
        await fixture.close();
      }
    } finally {
      await application.close();
    }
  } finally {
    await database.drop();
  }
}

async function outcomeOf(scenario: Scenario, world: World, journal: Journal, fixture: Fixture): Promise<Outcome> {
  let problem: string | undefined;
  try {
    await world.look('result', scenario(world));
  } catch (error) {
    problem = (error as Error).stack ?? String(error);
  }
  const rows = journal.wrote ? journal.snapshot(await fixture.takeChanges()) : {};
  return {
    entries: journal.entries,
    rows: sorted(rows as Record<string, unknown[]>),
    ...(problem !== undefined && { problem }),
  };
}

/** Tables with their rows in an order that does not depend on generated keys. */
function sorted(tables: Record<string, unknown[]>): Outcome['rows'] {
  const inOrder = (rows: unknown[]) =>
    rows
      .map((row) => JSON.stringify(row))
      .sort()
      .map((row): unknown => JSON.parse(row));
  return Object.fromEntries(Object.entries(tables).map(([table, rows]) => [table, inOrder(rows)]));
}

async function readUnloaded(dataSource: DataSource): Promise<string> {
  const user = await dataSource.getRepository(User).findOneByOrFail({ id: 1 });
  try {
    return (user.posts as unknown) === undefined ? 'undefined' : 'loaded';
  } catch (error) {
    return (error as Error).constructor.name;
  }
}
