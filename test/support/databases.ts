import type { DatabaseName } from './database-name.js';
import { isPostgresEmbedded } from './is-postgres-embedded.js';
import { isServerReachable } from './is-server-reachable.js';

export { createTestDatabase } from './create-test-database.js';
export type { DatabaseName } from './database-name.js';
export type { FreshDatabase } from './fresh-database.js';

export interface TestDatabase {
  readonly name: DatabaseName;
  /**
   * Whether several connections can hold a transaction open at the same time. False for SQLite and for PGlite:
   * skip a race visibly there, with `(hasConcurrency ? it : it.skip)('…')`.
   */
  readonly hasConcurrency: boolean;
  /** Whether a suite can have a second fresh database beside its first. False for PGlite: skip visibly there as well. */
  readonly hasSeveral: boolean;
}

/** With class fields assigned, which is not the stock setting, one engine is enough for everyday runs. */
const isSecondSetting = !Object.hasOwn(
  new (class {
    field: undefined;
  })(),
  'field',
);

/**
 * The engines of this run, for `describe.each(DATABASES)('on $name', ({ name }) => { … })`. The runner says which they
 * are, and reports those that are missing; without it, the servers on their usual ports are tried.
 */
export const DATABASES: readonly TestDatabase[] = (await reachableNames()).map((name) => ({
  name,
  hasConcurrency: name === 'mariadb' || (name === 'postgres' && !isPostgresEmbedded()),
  hasSeveral: name !== 'postgres' || !isPostgresEmbedded(),
}));

/**
 * The engines of suites that are long and hardly depend on the engine: everyday runs play them on SQLite alone, and
 * with REQUIRE_ALL_ENGINES=1 on all.
 */
export const DATABASES_OF_FULL_RUNS: readonly TestDatabase[] =
  process.env['REQUIRE_ALL_ENGINES'] !== '1' && DATABASES.some(({ name }) => name === 'sqlite')
    ? DATABASES.filter(({ name }) => name === 'sqlite')
    : DATABASES;

async function reachableNames(): Promise<DatabaseName[]> {
  const names = await everyName();
  return isSecondSetting && process.env['REQUIRE_ALL_ENGINES'] !== '1' && names.includes('sqlite') ? ['sqlite'] : names;
}

async function everyName(): Promise<DatabaseName[]> {
  const given = process.env['TEST_ENGINES'];
  if (given !== undefined) return given.split(',') as DatabaseName[];
  const names: DatabaseName[] = ['sqlite'];
  for (const name of ['postgres', 'mariadb'] as const) {
    if (await isServerReachable(name)) names.push(name);
  }
  return names;
}
