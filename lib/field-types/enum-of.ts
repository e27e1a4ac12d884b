import { ConfigurationError } from '../errors/index.js';
import { fieldDecorator, type FieldDecorator } from './create-field-type.js';
import type { Engine } from './engine.js';
import type { FieldColumn } from './field-column.js';
import type { FieldOptions } from './field-options.js';
import { INT32_MAX } from './numeric-limits.js';
import { isText } from './text-rules.js';

/** A TypeScript enum, an object of constants, or a list of values. */
export type EnumLike = Readonly<Record<string, string | number>> | readonly (string | number)[];

/**
 * One value of an enum. Text values: a `varchar` with a CHECK constraint on PostgreSQL and SQLite, a
 * native `enum` on MariaDB (a `varchar` where a value holds a comma, a quote or a backslash, ends in white space, or
 * differs from another in case or accents only). Number values: an integer column with the same check.
 *
 * @throws ConfigurationError when there is no value, or when text and numbers are mixed
 */
export function EnumOf(values: EnumLike, options: FieldOptions<string | number> = {}): FieldDecorator {
  const members = membersOf(values);
  const numeric = typeof members[0] === 'number';
  const listed = members.map((member) => (numeric ? String(member) : `'${member}'`)).join(', ');
  return fieldDecorator(
    {
      name: 'EnumOf',
      rules: [
        { name: 'isEnum', message: `must be one of ${listed}`, check: (value) => members.includes(value as string) },
      ],
      convert: (value, source) =>
        numeric && source === 'query' && typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
      column: numeric ? numberEnumColumn(members as number[]) : textEnumColumn(members as string[]),
      schema: { type: numeric ? 'integer' : 'string', enum: members },
      literal: members.length === 1,
    },
    options,
  );
}

function membersOf(values: EnumLike): (string | number)[] {
  // A numeric TypeScript enum also maps each number back to its name.
  const members = Array.isArray(values)
    ? [...(values as readonly (string | number)[])]
    : Object.entries(values as Record<string, string | number>)
        .filter(([key]) => !/^-?\d+$/.test(key))
        .map(([, value]) => value);
  const types = new Set(members.map((member) => typeof member));
  if (members.length === 0) throw new ConfigurationError('@EnumOf needs at least one value.');
  if (types.size > 1) throw new ConfigurationError('@EnumOf takes text values or number values, not both in one enum.');
  if (
    members.some((member) =>
      typeof member === 'string' ? !isText.check(member) || member.includes('\0') : !isInt32(member),
    )
  ) {
    throw new ConfigurationError(
      '@EnumOf: number values must be 32-bit integers, text values must not contain NUL bytes.',
    );
  }
  return members;
}

function numberEnumColumn(members: number[]): FieldColumn {
  return {
    portable: { type: Number },
    check: (column, engine) => isOneOf(column, members.join(', '), engine),
    databaseDefault: true,
  };
}

/** TypeORM has no CHECK constraints for MariaDB. */
function isOneOf(column: string, literals: string, engine: Engine): string | undefined {
  return engine === 'postgres' || engine === 'sqlite' ? `${column} IN (${literals})` : undefined;
}

/**
 * MariaDB's enums take letters without case, and TypeORM reads them back by splitting at commas: values that would come
 * back as others, and with them a change in every migration, are plain text there.
 */
function isNativeEnum(members: readonly string[]): boolean {
  const folded = new Set(
    members.map((member) => member.normalize('NFD').replace(/\p{M}/gu, '').trimEnd().toLowerCase()),
  );
  return (
    folded.size === members.length && !members.some((member) => /[',\\]/.test(member) || member.trimEnd() !== member)
  );
}

function isInt32(member: number): boolean {
  return Number.isInteger(member) && member >= -INT32_MAX - 1 && member <= INT32_MAX;
}

function textEnumColumn(members: string[]): FieldColumn {
  const longest = Math.max(...members.map((member) => [...member].length));
  const literals = members.map((member) => `'${member.replaceAll("'", "''")}'`).join(', ');
  return {
    portable: { type: String, length: longest },
    byEngine: (engine) =>
      engine === 'mysql' && isNativeEnum(members) ? { type: 'enum', enum: members, length: '' } : undefined,
    check: (column, engine) => isOneOf(column, literals, engine),
    databaseDefault: true,
  };
}
