import { v4, v7 } from 'uuid';
import { ownModelDefinition } from '../entity-model/index.js';
import { ConflictingRelationError, type FieldViolation } from '../errors/index.js';
import { fieldViolations, type FieldDeclaration } from '../field-types/index.js';
import { columnProperty } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import type { Column, ModelFacts, Relation } from './model-facts.js';

/** Sets a column's own property, embedded objects included. */
export function setColumnProperty(entity: object, column: Column, value: unknown): void {
  let owner = entity as Record<string, unknown>;
  for (const name of column.embeddedMetadata?.parentPropertyNames ?? []) {
    owner = (owner[name] ??= {}) as Record<string, unknown>;
  }
  owner[column.propertyName] = value;
}

/** What a new row needs before its INSERT: id, timestamps, defaults, null for what was left out. */
export function completeNewRow(facts: ModelFacts, entity: object, now: Date): void {
  // Whatever version input has brought.
  if (facts.version) setColumnProperty(entity, facts.version, 1);
  for (const column of facts.insertable) {
    if (columnProperty(entity, column) !== undefined) continue;
    const field = facts.fields.get(column);
    if (column.isPrimary && field?.spec.name === 'Uuid') {
      setColumnProperty(entity, column, newUuid(facts));
    } else if (column.isGenerated && column.generationStrategy === 'uuid') {
      setColumnProperty(entity, column, v4());
    } else if (column.isCreateDate || column.isUpdateDate) {
      setColumnProperty(entity, column, now);
    } else if (field && field.options.default !== undefined) {
      const fallback: unknown = field.options.default;
      const value: unknown = typeof fallback === 'function' ? (fallback as () => unknown)() : structuredClone(fallback);
      setColumnProperty(entity, column, value);
    } else if (!isGivenByRelation(entity, column) && isNullWhenLeftOut(column, field)) {
      setColumnProperty(entity, column, null);
    }
  }
}

function isNullWhenLeftOut(column: Column, field: FieldDeclaration | undefined): boolean {
  if (field) return field.options.nullable === true;
  return column.isNullable && column.default === undefined && !column.isGenerated && column.generatedType === undefined;
}

function newUuid(facts: ModelFacts): string {
  return ownModelDefinition(facts.target)?.options.uuidVersion === 4 ? v4() : v7();
}

/**
 * Puts values into the form in which they are written (trimmed, lower case) and checks them against the
 * rules of their fields. Normalised values are set on the entity.
 *
 * @param mayBeMissing required values may still come, from a listener
 */
export function checkedValues(
  facts: ModelFacts,
  entity: object,
  columns: readonly Column[],
  path = '',
  mayBeMissing = false,
): FieldViolation[] {
  const violations: FieldViolation[] = [];
  for (const column of columns) {
    const field = facts.fields.get(column);
    if (!field || column.isGenerated) continue;
    let value = columnProperty(entity, column);
    if (value === null || value === undefined) {
      if (field.options.nullable === true && value === null) continue;
      if (value === undefined && (mayBeMissing || field.optional || isGivenByRelation(entity, column))) continue;
      const message = value === null ? 'must not be null' : 'is missing';
      violations.push({
        field: path + column.propertyPath,
        rule: 'isDefined',
        message: `${path}${column.propertyPath} ${message}`,
      });
      continue;
    }
    if (field.spec.normalize) {
      const tidy = field.spec.normalize(value);
      if (tidy !== value) setColumnProperty(entity, column, (value = tidy));
    }
    for (const violation of fieldViolations(field, value)) {
      violations.push({ ...violation, field: path + violation.field, message: path + violation.message });
    }
  }
  return violations;
}

function isGivenByRelation(entity: object, column: Column): boolean {
  const { relationMetadata } = column;
  return relationMetadata !== undefined && relationValue(entity, relationMetadata) !== undefined;
}

/** The key that a to-one relation's object gives to a join column; undefined: the object has none yet. */
export function keyOfRelated(related: unknown, joinColumn: Column): unknown {
  if (related === null) return null;
  if (typeof related !== 'object') return related;
  return joinColumn.referencedColumn?.getEntityValue(related);
}

/**
 * Makes a new row's to-one relations and their foreign-key properties agree: an object that was assigned
 * gives its key.
 *
 * @throws ConflictingRelationError when both are set and name different rows
 */
export function alignNewForeignKeys(facts: ModelFacts, entity: object): void {
  for (const relation of facts.owning) {
    const related = relationValue(entity, relation);
    if (related === undefined) continue;
    for (const joinColumn of relation.joinColumns) {
      if (joinColumn.isVirtual) continue;
      const key = keyOfRelated(related, joinColumn);
      const own = columnProperty(entity, joinColumn);
      if (own === undefined || own === null || isSameKey(facts, joinColumn, own, key)) {
        if (key !== undefined) setColumnProperty(entity, joinColumn, key);
      } else if (key !== undefined) {
        throw conflict(facts, relation, joinColumn);
      }
    }
  }
}

/** Whether two values of a foreign key are stored as one, such as a UUID in upper and lower case. */
export function isSameKey(facts: ModelFacts, column: Column, a: unknown, b: unknown): boolean {
  const spec = facts.fields.get(column)?.spec;
  return a === b || (spec?.normalize !== undefined && spec.normalize(a) === spec.normalize(b));
}

/** The error of a relation and its foreign key that name different rows. */
export function conflict(facts: ModelFacts, relation: Relation, joinColumn: Column): ConflictingRelationError {
  return new ConflictingRelationError(facts.name, relation.propertyPath, joinColumn.propertyPath);
}
