import type { EntityMetadata } from 'typeorm';
import { tagOf } from './body-codec.js';
import type { Body } from './cache-store.js';

type Column = EntityMetadata['columns'][number];

/** Kinds of stored values, as bits. Null and undefined are of every kind. */
const TEXT = 1;
const NUMBER = 2;
const BOOLEAN = 4;
const BIGINT = 8;
const DATE = 16;
const BYTES = 32;
const STRUCTURE = 64;
const ANY = 127;

const BY_TAG: Readonly<Record<string, number>> = {
  n: NUMBER,
  i: BIGINT,
  d: DATE,
  b: BYTES,
  y: BYTES,
  j: STRUCTURE,
  a: STRUCTURE,
  o: STRUCTURE,
  c: STRUCTURE,
};

/** What drivers give for the types of columns, whatever they are told about large numbers and dates. */
const BY_TYPE: readonly (readonly [type: RegExp, kinds: number])[] = [
  [
    /^(?:n?varchar2?|n?char|character|character varying|n?text|(?:tiny|medium|long)text|string|uuid|citext|clob)$/,
    TEXT,
  ],
  [/^(?:simple-array|simple-json|set|inet|cidr|macaddr8?|xml|tsvector|tsquery|time with.*|timetz)$/, TEXT],
  [/^(?:bool|boolean)$/, BOOLEAN | NUMBER],
  [/^(?:(?:tiny|small|medium|big)?int(?:eger)?|int[248]|number|unsigned big int|year)$/, NUMBER | TEXT | BIGINT],
  [/^(?:dec|decimal|numeric|fixed|float[48]?|real|double|double precision)$/, NUMBER | TEXT | BIGINT],
  [/^(?:date|datetime|timestamp.*|time)$/, DATE | TEXT | NUMBER],
  [/^(?:bytea|(?:tiny|medium|long)?blob|(?:var)?binary|bit)$/, BYTES | TEXT],
  [/^jsonb?$/, TEXT | NUMBER | BOOLEAN | STRUCTURE],
];

/**
 * The kinds of values that a database gives for a column: too many rather than too few, because applications may set
 * parsers of their own.
 */
export function kindsOf({ type, isArray }: Column): number {
  if (isArray) return TEXT | STRUCTURE;
  const name = (typeof type === 'function' ? type.name : String(type)).toLowerCase();
  return BY_TYPE.find(([pattern]) => pattern.test(name))?.[1] ?? ANY;
}

/** The kind of a stored value: 0 for null and undefined, and for what no value is stored as. */
export function kindOf(body: Body): number {
  switch (typeof body) {
    case 'string':
      return TEXT;
    case 'number':
      return NUMBER;
    case 'boolean':
      return BOOLEAN;
    default:
      return body === null ? 0 : (BY_TAG[tagOf(body) ?? ''] ?? 0);
  }
}
