import type { ObjectLiteral } from 'typeorm';
import { columnProperty, entityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { keyOfRelated } from './row-values.js';
import { SqlWriter, type Statement } from './sql-writer.js';

/** An INSERT of several rows. */
export interface InsertStatement extends Statement {
  /** The statement gives the counted ids of the rows, in their order. */
  readonly returnsIds: boolean;
}

/** An INSERT so far that a clause can follow. */
export interface InsertClause {
  readonly sql: string;
  readonly writer: SqlWriter;
}

/** One INSERT for these rows. */
export function insertStatementOf(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): InsertStatement {
  const { sql, writer } = insertClause(facts, entities, numbering);
  const returnsIds = numbering !== undefined && facts.dataSource.driver.isReturningSqlSupported('insert');
  const returning = returnsIds ? ` RETURNING ${writer.column(numbering)}` : '';
  return { ...writer.done(sql + returning), returnsIds };
}

/**
 * INSERT INTO … VALUES. Columns of which no row has a value are left to the database; where only some rows have one,
 * the others get the column's default.
 */
export function insertClause(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): InsertClause {
  const writer = new SqlWriter(facts.dataSource);
  const columns = insertedColumns(facts, entities, numbering);
  const rows = entities.map((entity) => {
    const values = columns.map((column) => {
      const value = insertedValue(entity, column);
      if (value !== undefined) return writer.value(column, value);
      return writer.engine === 'sqlite' ? sqliteDefault(facts, column) : 'DEFAULT';
    });
    return `(${values.join(', ')})`;
  });
  const names = columns.map((column) => writer.column(column)).join(', ');
  return { sql: `INSERT INTO ${writer.table(facts.metadata)}(${names}) VALUES ${rows.join(', ')}`, writer };
}

/** SQLite has no DEFAULT in VALUES: the default is written out. */
function sqliteDefault(facts: ModelFacts, column: Column): string {
  const { driver } = facts.dataSource;
  const isKnown = column.default !== undefined && column.default !== null;
  return isKnown ? (driver.normalizeDefault(column) ?? 'NULL') : 'NULL';
}

function insertedColumns(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): Column[] {
  const keys = facts.owning.flatMap(({ joinColumns }) => joinColumns.filter((column) => column.isVirtual));
  const columns = [...new Set([...facts.insertable, ...keys])].filter((column) => column !== numbering);
  const given = columns.filter((column) => entities.some((entity) => insertedValue(entity, column) !== undefined));
  // A statement needs a column: rows without any value get the first one's default.
  return given.length > 0 ? given : columns.slice(0, 1);
}

function insertedValue(entity: ObjectLiteral, column: Column): unknown {
  const own = column.isVirtual ? undefined : columnProperty(entity, column);
  if (own !== undefined || !column.relationMetadata) return own;
  const related = relationValue(entity, column.relationMetadata);
  return related === undefined ? entityState(entity)?.stored(column) : keyOfRelated(related, column);
}
