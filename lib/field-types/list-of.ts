import { ConfigurationError } from '../errors/index.js';
import { dateTimeSpec } from './date-types.js';
import { fieldDecorator, fieldSpecOf, type FieldDecorator } from './create-field-type.js';
import type { FieldColumn } from './field-column.js';
import type { FieldOptions } from './field-options.js';
import { fieldsOf } from './field-registry.js';
import type { FieldSpec } from './field-spec.js';
import { isObject, itemsRule } from './list-rules.js';
import { Float } from './number-types.js';
import { Bool } from './scalar-types.js';
import { isText, noNulByte, wellFormed } from './text-rules.js';

/**
 * What a list holds: `String`, `Number`, `Boolean`, a field type (`Str64`, `Uuid`), a field with a length
 * (`Str(40)`), or a data class behind a thunk (`() => Address`).
 */
export type ListItem =
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | ((...options: never[]) => PropertyDecorator)
  | PropertyDecorator
  | (() => Function);

/** Options of a list field. */
export interface ListFieldOptions extends FieldOptions<readonly unknown[]> {
  /** Largest number of items. */
  readonly max: number;
}

/** A list of at most `max` items, stored as JSON. Every item passes the rules of its own type. */
export function ListOf(item: ListItem, { max, ...options }: ListFieldOptions): FieldDecorator {
  if (!Number.isInteger(max) || max < 1) {
    throw new ConfigurationError(`@ListOf: 'max' must be a positive integer, but is ${String(max)}.`);
  }
  const spec = itemSpec(item);
  return fieldDecorator(listSpec(spec, max), options);
}

function itemSpec(item: ListItem): FieldSpec {
  if ((item as unknown) === String) {
    return {
      name: 'String',
      rules: [isText, noNulByte, wellFormed],
      convert: (value) => value,
      schema: { type: 'string' },
    };
  }
  const known = (item as unknown) === Number ? Float : (item as unknown) === Boolean ? Bool : item;
  const spec = fieldSpecOf(known);
  if (spec) return spec;
  return {
    name: 'Nested',
    rules: [isObject],
    convert: (value) => value,
    schema: {},
    nested: dataClassThunk(item),
  };
}

/** `ListOf(Address)` and `ListOf(Str)` compile, but mean nothing. */
function dataClassThunk(item: ListItem): () => Function {
  if (typeof item !== 'function') throw new ConfigurationError(`@ListOf: ${String(item)} is not the type of an item.`);
  const isClass = Object.getOwnPropertyDescriptor(item, 'prototype')?.writable === false;
  if (isClass) throw new ConfigurationError(`@ListOf: write the data class as a thunk: ListOf(() => ${item.name}, …).`);
  if (item.length > 0) throw new ConfigurationError(`@ListOf: ${item.name} needs its argument, such as Str(64).`);
  return item as () => Function;
}

function listSpec(item: FieldSpec, max: number): FieldSpec {
  return {
    name: `ListOf(${item.name})`,
    rules: [
      { name: 'isArray', message: 'must be a list', check: Array.isArray },
      {
        name: 'arrayMaxSize',
        message: `must not have more than ${max} items`,
        check: (value) => (value as unknown[]).length <= max,
      },
      itemsRule(item.rules),
    ],
    convert: (value, source) => {
      // A query string gives a single value where the client sent a list of one.
      const list = source === 'query' && typeof value === 'string' ? [value] : value;
      return Array.isArray(list) ? list.map((entry) => item.convert(entry, source)) : list;
    },
    ...(item.normalize
      ? { normalize: (value) => (Array.isArray(value) ? value.map((entry) => item.normalize?.(entry)) : value) }
      : {}),
    ...(item.serialize
      ? { serialize: (value) => (Array.isArray(value) ? value.map((entry) => item.serialize?.(entry)) : value) }
      : {}),
    column: listColumn(item),
    schema: item.nested
      ? { type: () => item.nested?.(), isArray: true, maxItems: max }
      : { type: 'array', maxItems: max, items: item.schema },
    ...(item.nested ? { nested: () => item.nested?.() ?? Object } : {}),
  };
}

/** What JSON cannot carry, such as a `bigint` or a `Date`, is stored as its text. */
function listColumn(item: FieldSpec): FieldColumn {
  if (!item.nested && !item.serialize && item !== dateTimeSpec) return JSON_COLUMN;
  return {
    ...JSON_COLUMN,
    transformer: {
      to: (list: unknown) => each(list, (entry) => toJson(item, entry)),
      from: (list: unknown) => each(list, (entry) => fromJson(item, entry)),
    },
  };
}

function toJson(spec: FieldSpec, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (spec.nested) return each(value, (entry) => withFields(spec, entry, toJson));
  return spec.serialize ? spec.serialize(value) : value;
}

function fromJson(spec: FieldSpec, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  return spec.nested ? each(value, (entry) => withFields(spec, entry, fromJson)) : spec.convert(value, 'json');
}

function each(value: unknown, change: (entry: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(change) : typeof value === 'object' && value !== null ? change(value) : value;
}

/** A plain copy of an object whose fields are changed by their own types. */
function withFields(spec: FieldSpec, value: unknown, change: (spec: FieldSpec, value: unknown) => unknown): unknown {
  if (typeof value !== 'object' || value === null || !spec.nested) return value;
  const fields = fieldsOf(spec.nested());
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => {
      const field = fields.get(name);
      return [name, field ? change(field.spec, entry) : (entry as unknown)];
    }),
  );
}

const JSON_COLUMN: FieldColumn = {
  portable: { type: 'simple-json' },
  byEngine: (engine) => (engine === 'postgres' ? { type: 'jsonb' } : engine === 'mysql' ? { type: 'json' } : undefined),
  databaseDefault: false,
};

type ListAlias = (item: ListItem, options?: Omit<ListFieldOptions, 'max'>) => FieldDecorator;
const listOf =
  (max: number): ListAlias =>
  (item, options = {}) =>
    ListOf(item, { ...options, max });

/** A list of at most 1 items. */
export const List1: ListAlias = listOf(1);
/** A list of at most 2 items. */
export const List2: ListAlias = listOf(2);
/** A list of at most 3 items. */
export const List3: ListAlias = listOf(3);
/** A list of at most 7 items. */
export const List7: ListAlias = listOf(7);
/** A list of at most 10 items. */
export const List10: ListAlias = listOf(10);
/** A list of at most 16 items. */
export const List16: ListAlias = listOf(16);
/** A list of at most 20 items. */
export const List20: ListAlias = listOf(20);
/** A list of at most 32 items. */
export const List32: ListAlias = listOf(32);
/** A list of at most 40 items. */
export const List40: ListAlias = listOf(40);
/** A list of at most 50 items. */
export const List50: ListAlias = listOf(50);
/** A list of at most 64 items. */
export const List64: ListAlias = listOf(64);
/** A list of at most 100 items. */
export const List100: ListAlias = listOf(100);
/** A list of at most 128 items. */
export const List128: ListAlias = listOf(128);
/** A list of at most 200 items. */
export const List200: ListAlias = listOf(200);
/** A list of at most 256 items. */
export const List256: ListAlias = listOf(256);
/** A list of at most 1024 items. */
export const List1024: ListAlias = listOf(1024);
