import type { ObjectLiteral } from 'typeorm';
import { insertClause } from './insert-statement.js';
import type { Column, ModelFacts } from './model-facts.js';
import type { Statement } from './sql-writer.js';

/** How rows that are there already are met and changed. */
export interface UpsertClause {
  /** Columns of the unique key by which a row counts as the same. */
  readonly conflict: readonly Column[];
  /** Columns that a row that is there takes over. */
  readonly overwrite: readonly Column[];
  /** Columns that the statement gives back, where the engine can. */
  readonly returning: readonly Column[];
}

/**
 * INSERT that changes the row which is there already, by this key and no other: MariaDB and MySQL would change a row
 * that meets any unique key, so there a row of another key makes the statement fail (error 1242).
 */
export function upsertStatement(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
  { conflict, overwrite, returning }: UpsertClause,
): Statement {
  const { sql, writer } = insertClause(facts, entities, numbering);
  const table = writer.table(facts.metadata);
  const { version } = facts;
  const moves = version && overwrite.length > 0 ? [version] : [];
  if (writer.engine === 'mysql') {
    const isSame = conflict.map((column) => `${writer.column(column)} <=> VALUES(${writer.column(column)})`);
    const key = writer.column(facts.primaryColumns[0]);
    const set = [
      `${key} = IF(${isSame.join(' AND ')}, ${key}, (SELECT 1 UNION SELECT 2))`,
      // In the key's collation the values may differ: the row's is then found again by what was given.
      ...[...conflict.filter(({ isPrimary }) => !isPrimary), ...overwrite].map(
        (column) => `${writer.column(column)} = VALUES(${writer.column(column)})`,
      ),
      ...moves.map((column) => `${writer.column(column)} = ${writer.column(column)} + 1`),
    ];
    return writer.done(`${sql} ON DUPLICATE KEY UPDATE ${set.join(', ')}`);
  }
  const taken = overwrite.length > 0 ? overwrite : conflict.slice(0, 1);
  const set = [
    ...taken.map((column) => `${writer.column(column)} = EXCLUDED.${writer.column(column)}`),
    ...moves.map((column) => `${writer.column(column)} = ${table}.${writer.column(column)} + 1`),
  ];
  const keys = conflict.map((column) => writer.column(column)).join(', ');
  const returned = returning.map((column) => writer.column(column)).join(', ');
  return writer.done(`${sql} ON CONFLICT (${keys}) DO UPDATE SET ${set.join(', ')} RETURNING ${returned}`);
}
