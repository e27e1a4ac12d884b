import type { FindOptionsWhere, ObjectLiteral } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { fieldViolations, fieldSpecOf, Int } from '../field-types/index.js';
import { columnProperty } from '../hydration/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { setColumnProperty } from './row-values.js';

/** The value of a primary key; several columns: an object of them. */
export type PrimaryKey = string | number | bigint | Date | Readonly<Record<string, unknown>>;

/**
 * A key as a condition; undefined when no row can have it: malformed text in a path must be "not found",
 * never an error of the database.
 *
 * @throws ConfigurationError when a key of several columns is not an object, or misses a column
 */
export function primaryKeyCondition(facts: ModelFacts, key: PrimaryKey): FindOptionsWhere<ObjectLiteral> | undefined {
  const { primaryColumns, name } = facts;
  if ((key as unknown) === null || (key as unknown) === undefined) return undefined;
  const isObject = typeof key === 'object' && !(key instanceof Date);
  if (!isObject && primaryColumns.length > 1) {
    throw new ConfigurationError(
      `${name} has a primary key of several columns: pass an object of ${primaryColumns.map(({ propertyPath }) => propertyPath).join(', ')}.`,
    );
  }
  const where: Record<string, unknown> = {};
  for (const column of primaryColumns) {
    const given = isObject ? columnProperty(key, column) : key;
    if (given === undefined || given === null) {
      if (!isObject) return undefined;
      throw new ConfigurationError(`The primary key of ${name} misses '${column.propertyPath}'.`);
    }
    const value = possibleKey(facts, column, given);
    if (value === undefined) return undefined;
    setColumnProperty(where, column, value);
  }
  return where;
}

const INTEGER = fieldSpecOf(Int);

/** The key in the form of its column, or undefined when the column cannot hold it. */
function possibleKey(facts: ModelFacts, column: Column, given: unknown): unknown {
  const field = facts.fields.get(column);
  if (field) {
    const value = field.spec.convert(given, 'query');
    return fieldViolations(field, value).length === 0 ? value : undefined;
  }
  if (INTEGER && (column.type === Number || /^(?:int|integer)$/.test(String(column.type)))) {
    const value = INTEGER.convert(given, 'query');
    return INTEGER.rules.every((rule) => rule.check(value)) ? value : undefined;
  }
  return typeof given === 'string' && given.includes('\0') ? undefined : given;
}
