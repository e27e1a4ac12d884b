import type { ObjectLiteral } from 'typeorm';
import { ProtectedFieldError } from '../errors/index.js';
import { columnProperty, entityState, persistedValue, type EntityState } from '../hydration/index.js';
import { relationValue, unloadRelation } from '../relations/index.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';
import { conflict, isSameKey, keyOfRelated, setColumnProperty } from './row-values.js';

/** What an UPDATE of one entity would write. */
export interface Changes {
  readonly columns: readonly Column[];
  /** To-one relations whose foreign key has no property of its own and whose object was exchanged. */
  readonly relations: readonly Relation[];
}

const NOTHING: ReadonlySet<Column> = new Set();

/**
 * Compares an entity with what is known of its row. Values that were never read are written only when
 * they were set. To-one relations and their foreign keys are made to agree: an assigned object gives its
 * key; a changed key makes the loaded object count as not loaded.
 *
 * @param trusted columns that trusted code has set although updates leave them alone
 * @throws ProtectedFieldError when the primary key was changed
 * @throws ConflictingRelationError when a relation and its foreign key were both changed, differently
 */
export function changedColumns(
  facts: ModelFacts,
  entity: ObjectLiteral,
  state: EntityState,
  trusted: ReadonlySet<Column> = NOTHING,
): Changes {
  for (const column of facts.primaryColumns) {
    const stored = state.stored(column);
    if (stored !== undefined && isChanged(facts, entity, column, stored)) {
      throw new ProtectedFieldError(facts.name, [column.propertyPath]);
    }
  }
  const relations = facts.owning.filter((relation) => alignForeignKeys(facts, entity, relation, state));
  const candidates = trusted.size === 0 ? facts.updatable : new Set([...facts.updatable, ...trusted]);
  const columns = [...candidates].filter((column) => isChanged(facts, entity, column, state.stored(column)));
  return { columns, relations };
}

/** Whether a related entity is new, differs from its row, or leads on to others that might. */
export function isNewOrChanged(related: object): boolean {
  const state = entityState(related);
  if (!state) return true;
  const { metadata } = state;
  const leadsOn = metadata.relations.some(
    (relation) =>
      (relation.isCascadeInsert || relation.isCascadeUpdate) && relationValue(related, relation) !== undefined,
  );
  if (leadsOn) return true;
  return metadata.columns.some((column) => {
    if (column.isVirtual || column.isVirtualProperty) return false;
    const value = columnProperty(related, column);
    return value !== undefined && persistedValue(metadata.dataSource, column, value) !== state.stored(column);
  });
}

function isChanged(facts: ModelFacts, entity: ObjectLiteral, column: Column, stored: unknown): boolean {
  const value = columnProperty(entity, column);
  return value !== undefined && persistedValue(facts.dataSource, column, value) !== stored;
}

/** Makes a relation and its keys agree; true when the relation's object must be written itself. */
function alignForeignKeys(facts: ModelFacts, entity: ObjectLiteral, relation: Relation, state: EntityState): boolean {
  const related = relationValue(entity, relation);
  if (related === undefined) return false;
  const untouched = state.isRelationUnchanged(relation, related);
  let writeObject = false;
  for (const joinColumn of relation.joinColumns) {
    const stored = state.stored(joinColumn);
    const key = keyOfRelated(related, joinColumn);
    const objectChanged = !untouched && persistedValue(facts.dataSource, joinColumn, key ?? null) !== stored;
    if (joinColumn.isVirtual) {
      writeObject ||= objectChanged;
      continue;
    }
    const keyChanged = isChanged(facts, entity, joinColumn, stored) && stored !== undefined;
    if (objectChanged && keyChanged && !isSameKey(facts, joinColumn, columnProperty(entity, joinColumn), key)) {
      throw conflict(facts, relation, joinColumn);
    }
    if (objectChanged && !keyChanged) setColumnProperty(entity, joinColumn, key);
    if (keyChanged && !objectChanged) unloadRelation(entity, relation);
  }
  return writeObject;
}
