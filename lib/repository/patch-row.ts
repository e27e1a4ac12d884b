import type { ObjectLiteral } from 'typeorm';
import { NotAnEntityError } from '../errors/index.js';
import { entityState } from '../hydration/index.js';
import { expectedVersion } from '../locking/index.js';
import { loadPlan } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { adopted } from './adopted.js';
import { asEntity } from './as-entity.js';
import { mergeLists } from './merge-lists.js';
import { mergeRow, restoreOf } from './merge-row.js';
import { mergingOf, type Merging } from './merging.js';
import type { ModelFacts } from './model-facts.js';
import { assignValues, patchValues } from './patch-values.js';
import type { UpdateOptions } from './query-options.js';
import { latestRowOf, rowIsGone } from './refresh-row.js';
import { conflictError, conflictingEntity } from './version-conflict.js';
import { afterwards, isFresh, saveRows } from './write-rows.js';

type Options = UpdateOptions<ObjectLiteral>;

/** Computes a patch from the entity as it is. */
export type PatchFunction = (current: ObjectLiteral) => unknown;

/**
 * Writes a patch: only fields that are set, and only fields that input may set. The entity keeps its old
 * values when anything is wrong.
 *
 * @throws UnknownFieldError, ProtectedFieldError, InvalidFieldValueError before anything is changed
 */
export async function patchRow(facts: ModelFacts, given: unknown, patch: object, options: Options): Promise<void> {
  const plan = loadPlan(facts.metadata, options.load ?? []);
  const merging = mergingOf(facts, 'update()', options);
  const entity = asEntity(facts, given, 'update');
  if (typeof patch === 'function') await computeAndWrite(facts, entity, patch as PatchFunction, options, merging);
  else await writeValues(facts, entity, patch, options, merging);
  await afterwards(facts, [entity], plan, options);
}

async function writeValues(
  facts: ModelFacts,
  entity: ObjectLiteral,
  patch: unknown,
  options: Options,
  merging: Merging | undefined,
): Promise<void> {
  const { values, trusted } = patchValues(facts, patch, options);
  if (!entityState(entity)) await adoptRow(facts, entity);
  const undo = assignValues(facts, entity, values);
  const merge = merging && { optimisticRetryCount: merging.retries, onConflict: merging.onConflict };
  try {
    await saveRows(facts, [entity], merge ?? {}, trusted);
  } catch (error) {
    undo();
    throw error;
  }
}

/**
 * Computes the values from the entity, and again from its row when somebody else has written that meanwhile. Without
 * a version nobody could tell, so the row is locked and read before anything is computed.
 */
async function computeAndWrite(
  facts: ModelFacts,
  entity: ObjectLiteral,
  compute: PatchFunction,
  options: Options,
  merging: Merging | undefined,
): Promise<void> {
  if (!entityState(entity)) await adoptRow(facts, entity);
  const write = async (): Promise<void> => {
    // The function may have set values itself; the next attempt must not begin with them.
    const restore = restoreOf(facts, entity);
    try {
      const patch = await compute(entity);
      if (typeof patch !== 'object' || patch === null) {
        throw new NotAnEntityError(facts.name, `${String(patch)} as what the function of update() returned`, 'update');
      }
      await writeValues(facts, entity, patch, options, undefined);
    } catch (error) {
      restore();
      throw error;
    }
  };
  if (!facts.version) {
    return new UnitOfWork(facts.dataSource).run(async () => {
      await catchUp(facts, entity, 'mine');
      await write();
    });
  }
  try {
    return await write();
  } catch (error) {
    if (!merging || conflictingEntity(error) !== entity) throw error;
  }
  const { retries, onConflict } = merging;
  await new UnitOfWork(facts.dataSource).run(async () => {
    for (let left = retries; ; left--) {
      await catchUp(facts, entity, onConflict);
      try {
        return await write();
      } catch (error) {
        if (left <= 1 || conflictingEntity(error) !== entity) throw error;
      }
    }
  });
}

/** Brings an entity up to its row, under the row's lock; other changes of its holder stay on it. */
async function catchUp(facts: ModelFacts, entity: ObjectLiteral, policy: Merging['onConflict']): Promise<void> {
  const state = entityState(entity);
  const row = await latestRowOf(facts, entity);
  if (!state) throw rowIsGone(facts, entity);
  const expected = expectedVersion(entity, state);
  if (!row) throw expected ? conflictError(facts, entity, expected, null) : rowIsGone(facts, entity);
  mergeRow(facts, entity, state, row, expected, policy);
  await mergeLists(facts, entity, state);
}

/** An entity that was not read here, or whose row was deleted: an update needs a row. */
async function adoptRow(facts: ModelFacts, entity: ObjectLiteral): Promise<void> {
  if (isFresh(facts, entity) || !(await adopted(facts, entity))) throw rowIsGone(facts, entity);
}
