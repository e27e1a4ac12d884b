import type { EntityMetadata } from 'typeorm';
import { engineOf, fieldOfColumn } from '../entity-model/index.js';

type Column = EntityMetadata['columns'][number];

/** The text of a key's value that no other value which the database takes for equal has; undefined: it has none. */
export type KeyText = (value: unknown) => string | undefined;

const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;

/**
 * Letters, digits and signs that no usual collation takes for each other: what is equal to such a text without being
 * it, in capitals, padded, or with signs that do not count, does not match.
 */
const PLAIN = /^[0-9a-z_-]+$/;

const INTEGER_TYPES = /^(?:number|(?:tiny|small|medium|big)?int(?:eger)?|int[248]|unsigned big int)$/;
const TEXT_TYPES = /^(?:string|text|(?:tiny|medium|long)text|n?varchar2?|character varying|(?:simple-)?enum)$/;
const FOLDED_TYPES = /^(?:uuid|citext)$/;
const PADDED_TYPES = /^(?:n?char|character)$/;

/** Collations of MariaDB and MySQL without the rules of a language, some of which take v for w, or i for y. */
const USUAL_COLLATION =
  /^[a-z0-9]+_(?:bin|general|unicode|unicode_520|0900|uca1400)(?:_nopad)?(?:_(?:bin|ai|as|ci|cs))*$/i;

/**
 * How the values of a key's column are written in the names of row entries. Equal texts must be the same row, and a row
 * must have one text, else a writer would not meet the entry of what it has written. Where the database has its own view
 * of what is equal, as with capitals, padding, fractions and dates, rows have no name, and are found by queries only.
 */
export function keyTextOf(column: Column): KeyText {
  const type = (typeof column.type === 'function' ? column.type.name : String(column.type)).toLowerCase();
  const isOwn =
    column.transformer === undefined || column.transformer === fieldOfColumn(column)?.spec.column?.transformer;
  if (column.isArray || !isOwn) return none;
  if (INTEGER_TYPES.test(type)) return integerText;
  if (FOLDED_TYPES.test(type)) return column.collation === undefined ? plainText : none;
  if (PADDED_TYPES.test(type)) return paddedText(column);
  if (!TEXT_TYPES.test(type)) return none;
  switch (engineOf(column.entityMetadata.dataSource)) {
    case 'postgres':
      return column.collation === undefined ? anyText : none;
    case 'sqlite':
      return column.collation === undefined || /^binary$/i.test(column.collation) ? anyText : plainText;
    default:
      return column.collation === undefined || USUAL_COLLATION.test(column.collation) ? plainText : none;
  }
}

/** Where values come padded, those that fill their column are as they were given. */
function paddedText(column: Column): KeyText {
  if (column.collation !== undefined) return none;
  if (engineOf(column.entityMetadata.dataSource) !== 'postgres') return plainText;
  const length = Number(column.length);
  return (value) => (typeof value === 'string' && value.length === length ? plainText(value) : undefined);
}

function none(): undefined {
  return undefined;
}

function integerText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'string' && INTEGER.test(value) ? value : undefined;
}

function anyText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function plainText(value: unknown): string | undefined {
  return typeof value === 'string' && PLAIN.test(value) ? value : undefined;
}
