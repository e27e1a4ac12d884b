import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { isSameVersion } from '../locking/index.js';
import { chunked } from '../relations/index.js';
import { bySize } from './by-size.js';
import { changedColumns, type Changes } from './changed-columns.js';
import { hydratedValues } from './hydrated-values.js';
import { hasListeners } from './listeners.js';
import type { ModelFacts } from './model-facts.js';
import { keyOfRow } from './key-of-row.js';
import { latestVersions } from './latest-versions.js';
import { readBack, rowOf, takeOver } from './refresh-row.js';
import { keyOf } from './relation-items.js';
import { planUpdate, type PlannedUpdate } from './row-update.js';
import { checkedValues } from './row-values.js';
import { runStatement } from './run-statement.js';
import { SqlWriter } from './sql-writer.js';
import { updateLoaded, type UpdateReach } from './update-row.js';
import { batchUpdateStatement, hasUpdateReturning } from './update-statement.js';
import { writingRows } from './writing-rows.js';

/** Parameters in one statement: below the limits of PostgreSQL (65,535) and SQLite (32,766). */
const PARAMETERS_PER_STATEMENT = 30_000;

/** MariaDB compares every row with every CASE. */
const ROWS_PER_CASE = 200;

/**
 * Writes what changed of loaded entities: those that have changed in the same columns by one statement, as far as
 * the engine's limits allow. Gives the entities whose row was written. Several need a transaction around them.
 *
 * @throws OptimisticLockError, RecordNotFoundError as `updateLoaded` does
 * @throws InvalidFieldValueError before anything is written
 */
export async function updateRows(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  reach: UpdateReach,
): Promise<ObjectLiteral[]> {
  const written: ObjectLiteral[] = [];
  const single = async (entity: ObjectLiteral): Promise<void> => {
    const state = entityState(entity);
    if (state && (await updateLoaded(facts, entity, state, reach))) written.push(entity);
  };
  if (entities.length === 1 || hasListeners(facts, 'Update')) {
    for (const entity of entities) await single(entity);
    return written;
  }
  const groups = groupsOf(facts, entities, reach);
  const present = await lockedFirst(facts, groups);
  for (const group of groups) {
    if (group.length === 1) {
      await single(group[0].entity);
      continue;
    }
    for (const part of statementsOf(facts, group)) {
      const missed = await (present ? updatePresent(facts, part, present) : updatePart(facts, part));
      written.push(...part.flatMap(({ entity }) => (missed.has(entity) ? [] : [entity])));
      // Each on its own: it is merged, or says what has become of its row.
      for (const entity of missed) await single(entity);
    }
  }
  return written;
}

/**
 * The versions of all rows, under their locks, where the statements themselves would lock them in no fixed order: with
 * several statements, and where UPDATE does not tell what it has met. Undefined: one statement that does both.
 */
async function lockedFirst(
  facts: ModelFacts,
  groups: readonly (readonly PlannedUpdate[])[],
): Promise<Map<string, unknown> | undefined> {
  const { engine } = new SqlWriter(facts.dataSource);
  const plans = groups.flat();
  if (engine === 'sqlite' || plans.length < 2 || (engine === 'postgres' && groups.length === 1)) return undefined;
  return latestVersions(
    facts,
    plans.map(({ entity }) => entity),
  );
}

/** Plans by what they set, those of one key after the other: two writers of the same rows take them in one order. */
function groupsOf(facts: ModelFacts, entities: readonly ObjectLiteral[], { trusted }: UpdateReach): PlannedUpdate[][] {
  const changed: { entity: ObjectLiteral; changes: Changes }[] = [];
  for (const entity of entities) {
    const state = entityState(entity);
    const changes = state && changedColumns(facts, entity, state, trusted);
    if (changes && changes.columns.length + changes.relations.length > 0) changed.push({ entity, changes });
  }
  const violations = changed.flatMap(({ entity, changes }) =>
    checkedValues(facts, entity, changes.columns, `[${entities.indexOf(entity)}].`),
  );
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
  const groups = new Map<string, PlannedUpdate[]>();
  const alone: PlannedUpdate[][] = [];
  const keys = new Map<ObjectLiteral, string>();
  const seen = new Set<string>();
  for (const { entity, changes } of changed) {
    const state = entityState(entity);
    if (!state) continue;
    const plan = planUpdate(facts, entity, state, changes, trusted);
    const key = keyOf(facts, entity);
    keys.set(entity, key);
    // One statement writes a row once: another entity of the same row comes after it, and meets what it has left.
    if (seen.has(key) || plan.set.some(([, value]) => typeof value === 'function')) {
      alone.push([plan]);
      continue;
    }
    seen.add(key);
    const signature = plan.set.map(([column]) => column.propertyPath).join();
    const group = groups.get(signature);
    if (group) group.push(plan);
    else groups.set(signature, [plan]);
  }
  for (const group of groups.values()) sortByKey(group, keys);
  return [...groups.values(), ...alone];
}

function sortByKey(group: PlannedUpdate[], keys: ReadonlyMap<ObjectLiteral, string>): void {
  const key = ({ entity }: PlannedUpdate): string => keys.get(entity) ?? '';
  group.sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}

/** The rows of each statement. */
function* statementsOf(facts: ModelFacts, group: readonly PlannedUpdate[]): Generator<readonly PlannedUpdate[]> {
  for (const part of chunked(group, rowsPerStatement(facts, group[0]))) {
    yield* bySize(part, ({ set }) => set.map(([, value]) => value));
  }
}

function rowsPerStatement(facts: ModelFacts, { set, where }: PlannedUpdate): number {
  const most = Math.max(1, Math.floor(PARAMETERS_PER_STATEMENT / (set.length * 2 + where.length)));
  return hasUpdateReturning(new SqlWriter(facts.dataSource)) ? most : Math.min(most, ROWS_PER_CASE);
}

/** Sends one statement for several rows; gives the entities whose row was not there as it was read. */
async function updatePart(facts: ModelFacts, given: readonly PlannedUpdate[]): Promise<Set<ObjectLiteral>> {
  const { dataSource, primaryColumns } = facts;
  const [{ computed }] = given;
  const { rows } = await writingRows(facts, entitiesOf(given), () =>
    runStatement(dataSource, batchUpdateStatement(facts, given, [...new Set([...primaryColumns, ...computed])])),
  );
  const byKey = new Map(rows.map((row) => [keyOfRow(facts, row), row]));
  // Where every row was met, one that is not found by its key has given this in another form, such as in lower case.
  const isComplete = rows.length === given.length;
  const missed = new Set<ObjectLiteral>();
  for (const plan of given) {
    const { entity } = plan;
    const row = byKey.get(keyOf(facts, entity));
    if (!row && !isComplete) {
      missed.add(entity);
      continue;
    }
    plan.accept();
    if (row) {
      hydratedValues(facts, entity, row, computed);
    } else if (computed.length > 0) {
      const fresh = await rowOf(facts, entity);
      if (fresh) takeOver(entity, fresh, computed);
    }
  }
  return missed;
}

function entitiesOf(plans: readonly PlannedUpdate[]): ObjectLiteral[] {
  return plans.map(({ entity }) => entity);
}

/** The same where the rows are locked already, and it is known what they hold. */
async function updatePresent(
  facts: ModelFacts,
  given: readonly PlannedUpdate[],
  present: ReadonlyMap<string, unknown>,
): Promise<Set<ObjectLiteral>> {
  const isThere = ({ entity, expected, state }: PlannedUpdate): boolean => {
    const key = keyOf(facts, entity);
    return present.has(key) && (!expected || isSameVersion(present.get(key), state.stored(expected.column)));
  };
  const found = given.filter(isThere);
  if (found.length > 0) {
    await writingRows(facts, entitiesOf(found), () =>
      runStatement(facts.dataSource, batchUpdateStatement(facts, found, [])),
    );
  }
  for (const plan of found) plan.accept();
  const { computed } = given[0];
  if (computed.length > 0) {
    await readBack(
      facts,
      found.map(({ entity }) => entity),
      computed,
    );
  }
  return new Set(given.flatMap((plan) => (found.includes(plan) ? [] : [plan.entity])));
}
