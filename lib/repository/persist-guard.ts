import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityMetadata, ObjectLiteral, QueryRunner } from 'typeorm';
import {
  engineOf,
  guardPersistence,
  ownModelDefinition,
  type PersistedRow,
  type PersistGuard,
  type RowCondition,
} from '../entity-model/index.js';
import { type OptimisticLockError, ProtectedFieldError } from '../errors/index.js';
import { columnProperty, entityState, persistedValue, setEntityState, type EntityState } from '../hydration/index.js';
import { isSameVersion, nextVersion, type ExpectedVersion } from '../locking/index.js';
import { relationValue } from '../relations/index.js';
import { currentScope } from '../transactions/index.js';
import { factsOf, type Column } from './model-facts.js';
import { itemsOf, keyOf } from './relation-items.js';
import { restoreAfterRollback } from './restore-after-rollback.js';
import { keyOfRelated, setColumnProperty } from './row-values.js';
import { noteWritten } from './state-subscriber.js';
import { conflictError } from './version-conflict.js';
import { savingRows } from './writing-rows.js';

/** What a failed call of TypeORM puts back, its COMMIT included: the transaction may be TypeORM's own. */
const restores = new AsyncLocalStorage<(() => void)[]>();

/** The runner of the call that writes a row. */
const runners = new WeakMap<PersistedRow, QueryRunner>();

/** Rows that TypeORM has updated or deleted. */
const written = new WeakSet<PersistedRow>();

/**
 * Lets no plain `save()`, `remove()`, `softRemove()` or `recover()` of TypeORM write over a row of another version, and
 * keeps what is known about entities, and their versions, right whatever becomes of the transaction.
 */
class VersionGuard implements PersistGuard {
  isActive(dataSource: DataSource): boolean {
    return hasModels(dataSource);
  }

  async aroundCall(dataSource: DataSource, proceed: () => Promise<void>): Promise<void> {
    if (!hasModels(dataSource)) return proceed();
    const undo: (() => void)[] = [];
    try {
      await restores.run(undo, proceed);
    } catch (error) {
      for (const restore of undo.reverse()) restore();
      throw error;
    }
  }

  async around(rows: readonly PersistedRow[], runner: QueryRunner, proceed: () => Promise<void>): Promise<void> {
    if (!hasModels(runner.dataSource)) return proceed();
    return savingRows(rows, runner.dataSource, () => this.#around(rows, runner, proceed));
  }

  async #around(rows: readonly PersistedRow[], runner: QueryRunner, proceed: () => Promise<void>): Promise<void> {
    const owners = ownersOfChangedLists(rows);
    findHolders(rows);
    for (const row of rows) {
      runners.set(row, runner);
      if (row.metadata.versionColumn && (isWritten(row) || owners.has(row))) await refuseStale(row);
      remember(row, runner);
    }
    const held = new Map(rows.map((row) => [row, heldVersion(row)]));
    const changed = new Set(rows.filter(isWritten));
    await proceed();
    for (const row of rows) {
      const expected = held.get(row);
      if (written.has(row) && expected) moveInMemory(row, expected);
      else if (owners.has(row) && expected) await touch(row, expected, runner);
      accept(row, changed.has(row));
    }
  }

  entityOf(row: PersistedRow): ObjectLiteral | undefined {
    return entityOf(row);
  }

  condition(row: PersistedRow): RowCondition | undefined {
    const expected = hasModels(row.metadata.dataSource) ? heldVersion(row) : undefined;
    if (!expected) return undefined;
    written.add(row);
    return { ...expected, missed: () => missed(row, expected) };
  }
}

guardPersistence(new VersionGuard());

const modelled = new WeakMap<DataSource, boolean>();

function hasModels(dataSource: DataSource): boolean {
  let has = modelled.get(dataSource);
  if (has === undefined) {
    has = dataSource.entityMetadatas.some(isOfModel);
    modelled.set(dataSource, has);
  }
  return has;
}

function isOfModel({ target }: EntityMetadata): boolean {
  return typeof target === 'function' && ownModelDefinition(target) !== undefined;
}

function isWritten(row: PersistedRow): boolean {
  return Boolean(
    row.mustBeInserted || row.mustBeUpdated || row.mustBeRemoved || row.mustBeSoftRemoved || row.mustBeRecovered,
  );
}

/** The version that TypeORM has read for an entity that was read without it, and still agrees with its row. */
const presentVersions = new WeakMap<PersistedRow, unknown>();

/**
 * The version with which an entity was read: what is known of its row, else what it brings. Undefined: none, such as
 * for a plain object that only names a key.
 */
function heldVersion(row: PersistedRow): ExpectedVersion | undefined {
  const { versionColumn: column } = row.metadata;
  const entity = entityOf(row);
  if (!column || !entity) return undefined;
  const value = entityState(entity)?.stored(column) ?? columnProperty(entity, column) ?? presentVersions.get(row);
  return value === undefined || value === null ? undefined : { column, value };
}

/** Entities of rows for which TypeORM knows a key alone. */
const holders = new WeakMap<PersistedRow, ObjectLiteral>();

function entityOf(row: PersistedRow): ObjectLiteral | undefined {
  return row.entity ?? holders.get(row);
}

/** TypeORM binds what a list holds by its key, whatever has become of it since: the object in the list has its version. */
function findHolders(rows: readonly PersistedRow[]): void {
  const bound = rows.filter(({ entity, identifier, metadata }) => !entity && identifier && metadata.versionColumn);
  if (bound.length === 0) return;
  const held = new Map<EntityMetadata, Map<string, ObjectLiteral>>();
  for (const { entity, metadata } of rows) {
    for (const relation of entity ? metadata.relations.filter(({ isOwning }) => !isOwning) : []) {
      const facts = factsOf(relation.inverseEntityMetadata);
      const items = held.get(facts.metadata) ?? new Map<string, ObjectLiteral>();
      held.set(facts.metadata, items);
      for (const item of itemsOf(relationValue(entity as ObjectLiteral, relation))) items.set(keyOf(facts, item), item);
    }
  }
  for (const row of bound) {
    const holder = held.get(row.metadata)?.get(keyOf(factsOf(row.metadata), row.identifier as ObjectLiteral));
    if (holder) holders.set(row, holder);
  }
}

/**
 * @throws OptimisticLockError when the row has another version, or is gone; for an entity that was read without its
 * version, when a column that it has read holds something else by now
 * @throws ProtectedFieldError when another version was assigned to the entity
 */
async function refuseStale(row: PersistedRow): Promise<void> {
  const { databaseEntity, metadata } = row;
  const entity = entityOf(row);
  if (!entity) return;
  const expected = heldVersion(row);
  const state = entityState(entity);
  if (!expected) {
    if (state?.isRead === true && databaseEntity) compareColumns(row, entity, state, databaseEntity);
    return;
  }
  const own = columnProperty(entity, expected.column);
  if (state && own !== undefined && own !== null && !isSameVersion(own, expected.value)) {
    throw new ProtectedFieldError(metadata.name, [expected.column.propertyPath]);
  }
  if (databaseEntity) {
    if (isSameVersion(columnProperty(databaseEntity, expected.column), expected.value)) return;
    // TypeORM reads the row as its transaction has first seen it, which may be long ago.
    const error = await missed(row, expected);
    if (!isSameVersion(error.fields['actualVersion'], expected.value)) throw error;
    // What it has seen differs from the entity in the version too, and it would write that, and not count it up.
    setColumnProperty(databaseEntity, expected.column, columnProperty(entity, expected.column));
    const index = row.changeMaps.findIndex(({ column }) => column === expected.column);
    if (index !== -1) row.changeMaps.splice(index, 1);
    return;
  }
  if (row.mustBeInserted ? state !== undefined : row.databaseEntityLoaded) {
    throw conflictError(factsOf(metadata), entity, expected, null);
  }
}

/** Without a version: TypeORM would write over what others have changed in the columns that the entity has read. */
function compareColumns(
  row: PersistedRow,
  entity: ObjectLiteral,
  state: EntityState,
  databaseEntity: ObjectLiteral,
): void {
  const { metadata } = row;
  const column = metadata.versionColumn;
  if (!column) return;
  const isOld = metadata.columns.some((each) => {
    const read = each.isVirtual || each.isVirtualProperty ? undefined : state.stored(each);
    const now = persistedValue(metadata.dataSource, each, columnProperty(databaseEntity, each));
    return read !== undefined && now !== undefined && read !== now;
  });
  const value = columnProperty(databaseEntity, column);
  if (isOld) throw conflictError(factsOf(metadata), entity, { column, value: undefined }, databaseEntity);
  presentVersions.set(row, value);
}

/** What the row is now: read by the connection that has missed it, past the snapshot of its transaction. */
async function missed(row: PersistedRow, expected: ExpectedVersion): Promise<OptimisticLockError> {
  const { metadata, identifier = {} } = row;
  const entity = entityOf(row) ?? {};
  const manager = runners.get(row)?.manager ?? metadata.dataSource.manager;
  const query = manager.createQueryBuilder(metadata.target, 'row').whereInIds([identifier]).withDeleted().cache(false);
  const isOpen = manager.queryRunner?.isTransactionActive === true;
  if (isOpen && engineOf(metadata.dataSource) === 'mysql') query.setLock('pessimistic_write');
  return conflictError(factsOf(metadata), entity, expected, await query.getOne());
}

/** Where TypeORM has not read the new version, as with `reload: false`. */
function moveInMemory({ entity, mustBeRemoved }: PersistedRow, { column, value }: ExpectedVersion): void {
  if (!entity || mustBeRemoved) return;
  if (isSameVersion(columnProperty(entity, column), value)) setColumnProperty(entity, column, nextVersion(value));
}

/** What TypeORM has written is what the row holds. Calls without listeners have told no subscriber. */
function accept(row: PersistedRow, isChanged: boolean): void {
  const { metadata } = row;
  const entity = entityOf(row);
  if (!entity) return;
  if (!isOfModel(metadata)) {
    // Guarded with scope 'all': known by its row alone.
    const known = entityState(entity);
    if (isChanged && !row.mustBeRemoved) {
      known?.accept(
        entity,
        metadata.columns.filter((column) => !column.isVirtual && known.stored(column) !== undefined),
      );
    }
    return;
  }
  if (row.mustBeRemoved) {
    setEntityState(entity, undefined);
    return;
  }
  if (isChanged) noteWritten(metadata, entity);
  const state = entityState(entity);
  if (!state || !(isChanged || row.canBeUpdated)) return;
  for (const relation of metadata.relations) {
    const related = relationValue(entity, relation);
    if (related === undefined) continue;
    state.acceptRelation(relation, related);
    if (!relation.isWithJoinColumn) continue;
    for (const column of relation.joinColumns) {
      const key = keyOfRelated(related, column);
      if (column.isVirtual && key !== undefined) {
        state.acceptValue(column, persistedValue(metadata.dataSource, column, key));
      }
    }
  }
}

/** Entities whose many-to-many lists change, and that have a version. */
function ownersOfChangedLists(rows: readonly PersistedRow[]): Set<PersistedRow> {
  const owners = rows.flatMap(({ metadata, parentSubject, mustBeInserted, mustBeRemoved }) => {
    const isListed = metadata.tableType === 'junction' && (mustBeInserted || mustBeRemoved);
    const isVersioned = parentSubject?.entity && parentSubject.metadata.versionColumn;
    return isListed && isVersioned && !parentSubject.mustBeRemoved && !parentSubject.mustBeInserted
      ? [parentSubject]
      : [];
  });
  return new Set<PersistedRow>(owners);
}

/** Moves the version of an entity of which only a list has changed. */
async function touch(row: PersistedRow, { column, value }: ExpectedVersion, runner: QueryRunner): Promise<void> {
  const { entity, metadata, identifier } = row;
  if (!entity || !identifier) return;
  const { updateDateColumn } = metadata;
  const now = new Date();
  const values: ObjectLiteral = {};
  if (updateDateColumn) setColumnProperty(values, updateDateColumn, now);
  const { affected } = await runner.manager
    .createQueryBuilder()
    .update(metadata.target)
    .set(values)
    .where(metadata.getEntityIdMap(identifier) as ObjectLiteral)
    .andWhere(column.createValueMap(value))
    .callListeners(false)
    .updateEntity(false)
    .execute();
  if (affected === 0) throw await missed(row, { column, value });
  setColumnProperty(entity, column, nextVersion(value));
  if (updateDateColumn) setColumnProperty(entity, updateDateColumn, now);
  noteWritten(metadata, entity);
}

/** Has what is known about an entity put back when the transaction around this call, or of it, is rolled back. */
function remember(row: PersistedRow, runner: QueryRunner): void {
  const { metadata, mustBeInserted, mustBeRemoved } = row;
  const entity = entityOf(row);
  if (!entity || !(metadata.versionColumn ?? isOfModel(metadata))) return;
  const state = entityState(entity);
  const restoreState = state?.snapshot();
  const isKept = (column: Column): boolean =>
    column.isVersion || column.isUpdateDate || (mustBeRemoved && column.isPrimary);
  const kept = isWritten(row) || metadata.versionColumn ? metadata.columns.filter(isKept) : [];
  const before = kept.map((column) => (mustBeInserted ? undefined : columnProperty(entity, column)));
  const restore = (): void => {
    for (const [index, column] of kept.entries()) {
      if (before[index] !== undefined || columnProperty(entity, column) !== undefined) {
        setColumnProperty(entity, column, before[index]);
      }
    }
    restoreState?.();
    setEntityState(entity, state);
  };
  restores.getStore()?.push(restore);
  const scope = currentScope(metadata.dataSource);
  if (scope?.transaction.owns(runner) !== true) restoreAfterRollback(runner, restore);
  else if (scope.outcome === undefined) scope.restores.push(restore);
}
