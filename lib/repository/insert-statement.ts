import type { ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { columnProperty, entityState } from '../hydration/index.js';
import { relationValue } from '../relations/index.js';
import type { Column, ModelFacts } from './model-facts.js';
import { keyOfRelated } from './row-values.js';

/** An INSERT of several rows. */
export interface InsertStatement {
  readonly sql: string;
  readonly parameters: unknown[];
  /** The statement gives the counted ids of the rows, in their order. */
  readonly returnsIds: boolean;
}

/**
 * One INSERT for these rows. Columns of which no row has a value are left to the database; where only some
 * rows have one, the others get the column's default.
 */
export function insertStatementOf(
  facts: ModelFacts,
  entities: readonly ObjectLiteral[],
  numbering: Column | undefined,
): InsertStatement {
  const { driver } = facts.dataSource;
  const engine = engineOf(facts.dataSource);
  const columns = insertedColumns(facts, entities, numbering);
  const placeholder = engine === 'postgres' ? (index: number) => `$${index}` : () => '?';
  const parameters: unknown[] = [];
  const rows: string[] = [];
  for (const entity of entities) {
    const values: string[] = [];
    for (const column of columns) {
      const value = insertedValue(entity, column);
      if (typeof value === 'function') {
        // TypeORM's way of saying SQL: `() => 'now()'`.
        values.push((value as () => string)());
      } else if (value === undefined) {
        values.push(engine === 'sqlite' ? sqliteDefault(facts, column) : 'DEFAULT');
      } else {
        parameters.push(driver.preparePersistentValue(value, column));
        values.push(placeholder(parameters.length));
      }
    }
    rows.push(`(${values.join(', ')})`);
  }
  const table = facts.metadata.tablePath
    .split('.')
    .map((part) => driver.escape(part))
    .join('.');
  const names = columns.map((column) => driver.escape(column.databaseName)).join(', ');
  const returnsIds = numbering !== undefined && driver.isReturningSqlSupported('insert');
  const returning = returnsIds ? ` RETURNING ${driver.escape(numbering.databaseName)}` : '';
  return { sql: `INSERT INTO ${table}(${names}) VALUES ${rows.join(', ')}${returning}`, parameters, returnsIds };
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
