import type { ObjectLiteral, QueryRunner } from 'typeorm';
import {
  InvalidFieldValueError,
  nearNames,
  NotAnEntityError,
  ProtectedFieldError,
  RecordNotFoundError,
  UnknownFieldError,
} from '../errors/index.js';
import { columnProperty, entityState, setEntityState, type EntityState } from '../hydration/index.js';
import { loadPlan, loadRelations, relationValue, setRelationValue, unloadRelation } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { changedColumns, reachesFurther, type Changes } from './changed-columns.js';
import { insertRows, saveGraph } from './insert-rows.js';
import { broadcastUpdate, hasListeners, withRunner } from './listeners.js';
import { isKeptByServer, type Column, type ModelFacts } from './model-facts.js';
import { primaryKeyCondition } from './primary-key.js';
import type { SaveOptions, UpdateOptions } from './query-options.js';
import { checkedValues, setColumnProperty } from './row-values.js';
import { noteWritten, rememberForRollback } from './state-subscriber.js';

type AnySaveOptions = SaveOptions<ObjectLiteral>;

/** Writes entities, all or none: new ones are inserted, loaded ones updated by their changed columns. */
export async function saveRows(
  facts: ModelFacts,
  entities: readonly unknown[],
  options: AnySaveOptions,
): Promise<void> {
  const plan = loadPlan(facts.metadata, options.load ?? []);
  const known = entities.map((entity) => asEntity(facts, entity, 'save'));
  const saveAll = async (): Promise<void> => {
    for (const entity of known) await saveRow(facts, entity);
  };
  await (known.length > 1 ? new UnitOfWork(facts.dataSource).run(saveAll) : saveAll());
  if (options.refresh === true) for (const entity of known) await refreshRow(facts, entity);
  await loadRelations(facts.dataSource, known, plan, { keepLoaded: true });
}

/**
 * Writes a patch: only fields that are set, and only fields that input may set. The entity keeps its old
 * values when anything is wrong.
 *
 * @throws UnknownFieldError, ProtectedFieldError, InvalidFieldValueError before anything is changed
 */
export async function patchRow(
  facts: ModelFacts,
  given: unknown,
  patch: object,
  options: UpdateOptions<ObjectLiteral>,
): Promise<void> {
  const entity = asEntity(facts, given, 'update');
  const values = patchValues(facts, patch, options);
  const undo = assign(facts, entity, values);
  try {
    await saveRows(facts, [entity], options);
  } catch (error) {
    undo();
    throw error;
  }
}

/** An entity of the model, or an error that says what was passed instead. */
export function asEntity(facts: ModelFacts, given: unknown, operation: string): ObjectLiteral {
  if (typeof given === 'object' && given !== null && given instanceof facts.target) return given;
  const received =
    typeof given === 'object' && given !== null ? `a ${given.constructor?.name ?? 'plain object'}` : String(given);
  throw new NotAnEntityError(facts.name, received === 'a Object' ? 'a plain object' : received, operation);
}

async function saveRow(facts: ModelFacts, entity: ObjectLiteral): Promise<void> {
  const state = entityState(entity);
  if (!state) {
    const isNew = facts.primaryColumns.some((column) => columnProperty(entity, column) === undefined);
    if (isNew) await insertRows(facts, [entity]);
    else await saveUnknown(facts, entity);
    return;
  }
  const changes = changedColumns(facts, entity, state);
  if (reachesFurther(facts, entity, state)) {
    check(facts, entity, changes.columns);
    rememberForRollback(facts.metadata, entity);
    await saveGraph(facts, [entity]);
    noteLists(facts, entity, state);
    return;
  }
  if (changes.columns.length === 0 && changes.relations.length === 0) return;
  if (hasListeners(facts, 'Update')) {
    await withRunner(facts, (runner) => updateHeard(facts, entity, state, runner));
  } else {
    await updateRow(facts, entity, changes);
  }
}

/** An entity that was not read here but brings a key: TypeORM looks whether the row is there. */
async function saveUnknown(facts: ModelFacts, entity: ObjectLiteral): Promise<void> {
  const set = facts.updatable.filter((column) => columnProperty(entity, column) !== undefined);
  check(facts, entity, set);
  await saveGraph(facts, [entity]);
}

async function updateHeard(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  runner: QueryRunner,
): Promise<void> {
  const before = changedColumns(facts, entity, state);
  await broadcastUpdate(facts, runner, 'Before', entity, before);
  const changes = changedColumns(facts, entity, state);
  await updateRow(facts, entity, changes, runner);
  await broadcastUpdate(facts, runner, 'After', entity, changes);
}

/** One UPDATE of the changed columns. */
async function updateRow(
  facts: ModelFacts,
  entity: ObjectLiteral,
  changes: Changes,
  runner?: QueryRunner,
): Promise<void> {
  check(facts, entity, changes.columns);
  const { dataSource, metadata, target } = facts;
  const touched = metadata.columns.filter((column) => column.isUpdateDate);
  const now = new Date();
  const values = {} as ObjectLiteral;
  for (const column of changes.columns) setColumnProperty(values, column, columnProperty(entity, column));
  for (const relation of changes.relations) values[relation.propertyName] = relationValue(entity, relation);
  for (const column of touched) setColumnProperty(values, column, now);
  const { affected } = await dataSource
    .createQueryBuilder(runner ?? dataSource.manager.queryRunner)
    .update(target)
    .set(values)
    .where(metadata.getEntityIdMap(entity) as ObjectLiteral)
    .callListeners(false)
    .updateEntity(false)
    .execute();
  if (affected === 0) {
    throw new RecordNotFoundError(facts.name, undefined, { id: metadata.getEntityIdMap(entity), deleted: true });
  }
  const previous = touched.map((column) => columnProperty(entity, column));
  rememberForRollback(metadata, entity, () => {
    for (const [index, column] of touched.entries()) setColumnProperty(entity, column, previous[index]);
  });
  for (const column of touched) setColumnProperty(entity, column, now);
  noteWritten(metadata, entity, [...changes.columns, ...touched]);
  for (const relation of changes.relations) noteKeys(entity, relation);
}

function noteKeys(entity: ObjectLiteral, relation: ModelFacts['owning'][number]): void {
  const state = entityState(entity);
  for (const joinColumn of relation.joinColumns) {
    state?.acceptValue(joinColumn, joinColumn.getEntityValue(entity));
  }
}

function noteLists(facts: ModelFacts, entity: ObjectLiteral, state: EntityState): void {
  for (const relation of facts.remote) {
    const value = relationValue(entity, relation);
    if (Array.isArray(value)) state.acceptList(relation, value);
  }
}

function check(facts: ModelFacts, entity: ObjectLiteral, columns: readonly Column[]): void {
  const violations = checkedValues(facts, entity, columns);
  if (violations.length > 0) throw new InvalidFieldValueError(facts.name, violations);
}

/** Reads the row again into the same instance; to-one relations whose key differs count as not loaded. */
async function refreshRow(facts: ModelFacts, entity: ObjectLiteral): Promise<void> {
  const { dataSource, metadata, target, name } = facts;
  const where = primaryKeyCondition(facts, metadata.getEntityIdMap(entity) ?? {});
  const fresh =
    where && (await dataSource.manager.findOne(target, { where, withDeleted: true, loadEagerRelations: false }));
  if (!fresh) throw new RecordNotFoundError(name, undefined, { id: metadata.getEntityIdMap(entity), deleted: true });
  const before = entityState(entity);
  for (const relation of facts.owning) {
    const changed = relation.joinColumns.some(
      (column) => before && before.stored(column) !== entityState(fresh)?.stored(column),
    );
    if (changed) unloadRelation(entity, relation);
  }
  for (const column of metadata.columns) {
    if (column.isVirtual || column.isVirtualProperty) continue;
    const value = columnProperty(fresh, column);
    if (value !== undefined) setColumnProperty(entity, column, value);
  }
  const state = entityState(fresh);
  if (state) setEntityState(entity, state);
  // The fresh state knows no lists; what is loaded was not read again and stays as it was.
  for (const relation of facts.remote) {
    const value = relationValue(entity, relation);
    if (Array.isArray(value) && before?.isListUnchanged(relation, value) === true) {
      setRelationValue(entity, relation, value);
    }
  }
}

function patchValues(
  facts: ModelFacts,
  patch: unknown,
  { exclude = [], extra = {} }: UpdateOptions<ObjectLiteral>,
): Map<Column, unknown> {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw new NotAnEntityError(facts.name, `${String(patch)} as the patch`, 'update');
  }
  const values = new Map<Column, unknown>();
  const unknown: string[] = [];
  const guarded: string[] = [];
  const read = (source: object, trusted: boolean): void => {
    for (const [name, value] of Object.entries(source)) {
      if (value === undefined || (!trusted && exclude.includes(name))) continue;
      const column = facts.metadata.columns.find(({ propertyPath, isVirtual }) => propertyPath === name && !isVirtual);
      const relation = facts.metadata.relations.find(({ propertyPath }) => propertyPath === name);
      if (column && !column.isPrimary && (trusted || mayPatch(column))) values.set(column, value);
      else if (column ?? relation) guarded.push(name);
      else unknown.push(name);
    }
  };
  read(patch, false);
  read(extra, true);
  if (unknown.length > 0) {
    const names = facts.updatable.map(({ propertyPath }) => propertyPath);
    throw new UnknownFieldError(facts.name, unknown, nearNames(unknown[0], names));
  }
  if (guarded.length > 0) throw new ProtectedFieldError(facts.name, guarded);
  return values;
}

function mayPatch(column: Column): boolean {
  return !column.isPrimary && !isKeptByServer(column) && !column.isDeleteDate && column.isUpdate;
}

/** Sets checked values on an entity; the function it gives puts the old ones back. */
function assign(facts: ModelFacts, entity: ObjectLiteral, values: ReadonlyMap<Column, unknown>): () => void {
  const trial = facts.metadata.create() as ObjectLiteral;
  for (const [column, value] of values) setColumnProperty(trial, column, value);
  check(facts, trial, [...values.keys()]);
  const old = [...values.keys()].map((column) => [column, columnProperty(entity, column)] as const);
  const loaded = facts.owning.map((relation) => [relation, relationValue(entity, relation)] as const);
  for (const column of values.keys()) setColumnProperty(entity, column, columnProperty(trial, column));
  return () => {
    for (const [column, value] of old) setColumnProperty(entity, column, value);
    for (const [relation, value] of loaded) if (value !== undefined) setRelationValue(entity, relation, value);
  };
}
