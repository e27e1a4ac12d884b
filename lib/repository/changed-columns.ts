import type { ObjectLiteral } from 'typeorm';
import { ProtectedFieldError } from '../errors/index.js';
import { columnProperty, entityState, persistedValue, type EntityState } from '../hydration/index.js';
import { relationValue, unloadRelation } from '../relations/index.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';
import { conflict, keyOfRelated, setColumnProperty } from './row-values.js';

/** What an UPDATE of one entity would write. */
export interface Changes {
  readonly columns: readonly Column[];
  /** To-one relations whose foreign key has no property of its own and whose object was exchanged. */
  readonly relations: readonly Relation[];
}

/**
 * Compares an entity with what is known of its row. Values that were never read are written only when
 * they were set. To-one relations and their foreign keys are made to agree: an assigned object gives its
 * key; a changed key makes the loaded object count as not loaded.
 *
 * @throws ProtectedFieldError when the primary key was changed
 * @throws ConflictingRelationError when a relation and its foreign key were both changed, differently
 */
export function changedColumns(facts: ModelFacts, entity: ObjectLiteral, state: EntityState): Changes {
  for (const column of facts.primaryColumns) {
    const stored = state.stored(column);
    if (stored !== undefined && isChanged(facts, entity, column, stored)) {
      throw new ProtectedFieldError(facts.name, [column.propertyPath]);
    }
  }
  const relations = facts.owning.filter((relation) => alignForeignKeys(facts, entity, relation, state));
  const columns = facts.updatable.filter((column) => isChanged(facts, entity, column, state.stored(column)));
  return { columns, relations };
}

function isChanged(facts: ModelFacts, entity: ObjectLiteral, column: Column, stored: unknown): boolean {
  const value = columnProperty(entity, column);
  return value !== undefined && persistedValue(facts.dataSource, column, value) !== stored;
}

/** Makes a relation and its keys agree; true when the relation's object must be written itself. */
function alignForeignKeys(facts: ModelFacts, entity: ObjectLiteral, relation: Relation, state: EntityState): boolean {
  const related = relationValue(entity, relation);
  if (related === undefined) return false;
  let writeObject = false;
  for (const joinColumn of relation.joinColumns) {
    const stored = state.stored(joinColumn);
    const key = keyOfRelated(related, joinColumn);
    if (key === undefined) return true;
    const objectChanged = persistedValue(facts.dataSource, joinColumn, key) !== stored;
    if (joinColumn.isVirtual) {
      writeObject ||= objectChanged;
      continue;
    }
    const keyChanged = isChanged(facts, entity, joinColumn, stored);
    if (objectChanged && keyChanged && columnProperty(entity, joinColumn) !== key) {
      throw conflict(facts, relation, joinColumn);
    }
    if (objectChanged && !keyChanged) setColumnProperty(entity, joinColumn, key);
    if (keyChanged && !objectChanged) unloadRelation(entity, relation);
  }
  return writeObject;
}

/**
 * Whether saving an entity writes more than its own row: a tree, a changed to-many relation, a cascade to
 * something that changed. TypeORM does that.
 */
export function reachesFurther(facts: ModelFacts, entity: ObjectLiteral, state: EntityState): boolean {
  if (facts.metadata.treeType !== undefined) return true;
  for (const relation of facts.remote) {
    const value = relationValue(entity, relation);
    if (value === undefined) continue;
    const items = Array.isArray(value) ? (value as unknown[]) : undefined;
    if (!items || !state.isListUnchanged(relation, items)) return true;
    if (cascades(relation) && items.some((item) => isNewOrChanged(facts, item))) return true;
  }
  return facts.owning.some((relation) => {
    const value = relationValue(entity, relation);
    if (typeof value !== 'object' || value === null) return false;
    const keyless = relation.joinColumns.some((column) => keyOfRelated(value, column) === undefined);
    return keyless || (cascades(relation) && isNewOrChanged(facts, value));
  });
}

function cascades(relation: Relation): boolean {
  return relation.isCascadeInsert || relation.isCascadeUpdate;
}

/** Without looking at every level below: what cannot be told counts as changed. */
function isNewOrChanged(facts: ModelFacts, related: unknown): boolean {
  if (typeof related !== 'object' || related === null) return false;
  const state = entityState(related);
  if (!state) return true;
  if (
    state.metadata.relations.some((relation) => cascades(relation) && relationValue(related, relation) !== undefined)
  ) {
    return true;
  }
  return state.metadata.columns.some((column) => {
    if (column.isVirtual || column.isVirtualProperty) return false;
    const value = columnProperty(related, column);
    return value !== undefined && persistedValue(facts.dataSource, column, value) !== state.stored(column);
  });
}
