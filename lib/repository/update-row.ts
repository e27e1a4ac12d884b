import type { ObjectLiteral } from 'typeorm';
import { InvalidFieldValueError } from '../errors/index.js';
import { columnProperty, entityState, type EntityState } from '../hydration/index.js';
import type { ExpectedVersion } from '../locking/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { changedColumns, type Changes } from './changed-columns.js';
import { hydratedValues } from './hydrated-values.js';
import { broadcastUpdate, hasListeners, withRunner } from './listeners.js';
import { mergeLists } from './merge-lists.js';
import { mergeRow, restoreOf } from './merge-row.js';
import type { Merging } from './merging.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';
import { latestRowOf, readBack, rowIsGone, rowOf } from './refresh-row.js';
import { planUpdate } from './row-update.js';
import { checkedValues } from './row-values.js';
import { runStatement } from './run-statement.js';
import { SqlWriter } from './sql-writer.js';
import { hasUpdateReturning, updateStatement, type Assignment } from './update-statement.js';
import { conflictError, missedRow } from './version-conflict.js';
import { writingRows } from './writing-rows.js';

/** How far one update goes. */
export interface UpdateReach {
  /** Columns that trusted code has set although updates leave them alone. */
  readonly trusted?: ReadonlySet<Column>;
  /** Only the key of this relation is written, whatever else has changed. */
  readonly keyOf?: Relation;
  /** The row is written only while it still has these values; a row that has moved on is left alone. */
  readonly while?: readonly Assignment[];
  /** Moves the version although no column has changed: something that belongs to the entity has. */
  readonly touch?: boolean;
  /** How often, and how, an entity is brought up to a row that somebody else has changed. */
  readonly merging?: Merging;
}

/** The row was not there as it was read. */
interface Missed {
  readonly expected: ExpectedVersion | undefined;
}

/**
 * Writes what changed of one loaded entity: one UPDATE, or nothing. Listeners run as TypeORM runs them.
 *
 * @returns whether the row was written
 * @throws OptimisticLockError when the row has another version, or none
 * @throws RecordNotFoundError when the row of a model without version is gone
 */
export async function updateLoaded(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  reach: UpdateReach = {},
): Promise<boolean> {
  const done = await updateOnce(facts, entity, state, reach);
  if (typeof done === 'boolean') return done;
  const { merging } = reach;
  if (reach.while && (await hasMovedOn(facts, entity, reach.while))) return false;
  if (!done.expected || !merging) throw await missedRow(facts, entity, done.expected);
  return new UnitOfWork(facts.dataSource).run(() => mergeAndUpdate(facts, entity, state, reach, done, merging));
}

/** The row is read under its lock, so that nobody comes in between again. */
async function mergeAndUpdate(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  reach: UpdateReach,
  missed: Missed,
  merging: Merging,
): Promise<boolean> {
  const restoreState = state.snapshot();
  const restore = restoreOf(facts, entity);
  try {
    return await mergeUntilWritten(facts, entity, state, reach, missed, merging);
  } catch (error) {
    // As stale as before, also where the transaction goes on: its values are older than what the row has now.
    restore();
    restoreState();
    throw error;
  }
}

async function mergeUntilWritten(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  reach: UpdateReach,
  missed: Missed,
  { retries, onConflict }: Merging,
): Promise<boolean> {
  let done: boolean | Missed = missed;
  for (let left = retries; typeof done === 'object' && done.expected; left--) {
    const row = await latestRowOf(facts, entity);
    if (!row || left === 0) throw conflictError(facts, entity, done.expected, row);
    mergeRow(facts, entity, state, row, done.expected, onConflict, reach.trusted);
    await mergeLists(facts, entity, state);
    done = await updateOnce(facts, entity, state, reach);
  }
  if (typeof done === 'object') throw rowIsGone(facts, entity);
  return done;
}

async function updateOnce(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  reach: UpdateReach,
): Promise<boolean | Missed> {
  const changes = changesWithin(facts, entity, state, reach);
  if (!isWritten(facts, changes, reach)) return false;
  if (!hasListeners(facts, 'Update')) return update(facts, entity, state, changes, reach);
  return withRunner(facts, async (runner) => {
    // TypeORM's subscribers are told the row as it was.
    // The transaction may have begun before the row was there.
    const row = (await rowOf(facts, entity)) ?? (await latestRowOf(facts, entity));
    if (!row) return { expected: planUpdate(facts, entity, state, changes).expected };
    await broadcastUpdate(facts, runner, 'Before', entity, row, changes);
    const final = changesWithin(facts, entity, state, reach);
    const done = await update(facts, entity, state, final, reach);
    if (done === true) await broadcastUpdate(facts, runner, 'After', entity, row, final);
    return done;
  });
}

function isWritten(facts: ModelFacts, { columns, relations }: Changes, { touch }: UpdateReach): boolean {
  return columns.length > 0 || relations.length > 0 || (touch === true && facts.version !== undefined);
}

function changesWithin(facts: ModelFacts, entity: ObjectLiteral, state: EntityState, reach: UpdateReach): Changes {
  const changes = changedColumns(facts, entity, state, reach.trusted);
  const { keyOf } = reach;
  if (!keyOf) return changes;
  return {
    columns: changes.columns.filter((column) => keyOf.joinColumns.includes(column)),
    relations: changes.relations.filter((relation) => relation === keyOf),
  };
}

async function update(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  changes: Changes,
  reach: UpdateReach,
): Promise<true | Missed> {
  const violations = checkedValues(facts, entity, changes.columns);
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
  const plan = planUpdate(facts, entity, state, changes, reach.trusted);
  const { set, computed } = plan;
  const where = [...plan.where, ...(reach.while ?? [])];
  const { affected, rows } = await writingRows(facts, [entity], () =>
    runStatement(
      facts.dataSource,
      updateStatement(facts, { where, set }, computed),
      set.every(([, value]) => typeof value !== 'function'),
    ),
  );
  if (affected === 0) return { expected: plan.expected };
  plan.accept();
  if (computed.length === 0) return true;
  if (hasUpdateReturning(new SqlWriter(facts.dataSource))) hydratedValues(facts, entity, rows[0], computed);
  else await readBack(facts, [entity], computed);
  return true;
}

/** Whether the row, as it is now, does not have these values any more, or is gone. */
export async function hasMovedOn(
  facts: ModelFacts,
  entity: ObjectLiteral,
  conditions: readonly Assignment[],
): Promise<boolean> {
  const row = await latestRowOf(facts, entity);
  const state = row && entityState(row);
  if (!state) return true;
  return conditions.some(([column, value]) => {
    const stored = column.isVirtual ? state.stored(column) : columnProperty(row, column);
    return stored !== value && String(stored) !== String(value);
  });
}
