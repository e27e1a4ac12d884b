import type { DataSource } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { schemasOf } from './schemas-of.js';

/** A foreign key as the database has it. Names of tables without a schema, in lower case. */
export interface DatabaseForeignKey {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly string[];
  /** `CASCADE`, `SET NULL`, `SET DEFAULT`, `RESTRICT` or `NO ACTION`. */
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** One column of one foreign key. */
interface Row {
  readonly name: string | number;
  readonly from_table: string;
  readonly to_table: string;
  readonly column_name: string;
  readonly on_delete: string;
  readonly on_update: string;
}

const ACTION = (column: string): string =>
  `CASE ${column} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END`;

const POSTGRES = `
  SELECT c.conname AS name, f.relname AS from_table, t.relname AS to_table, a.attname AS column_name,
    ${ACTION('c.confdeltype')} AS on_delete, ${ACTION('c.confupdtype')} AS on_update
  FROM pg_catalog.pg_constraint c
  JOIN pg_catalog.pg_class f ON f.oid = c.conrelid
  JOIN pg_catalog.pg_class t ON t.oid = c.confrelid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
  JOIN pg_catalog.pg_namespace n ON n.oid = f.relnamespace
  WHERE c.contype = 'f' AND (pg_catalog.pg_table_is_visible(f.oid) OR n.nspname = ANY ($1))`;

const MYSQL = `
  SELECT r.CONSTRAINT_NAME AS name, r.TABLE_NAME AS from_table, r.REFERENCED_TABLE_NAME AS to_table,
    k.COLUMN_NAME AS column_name, r.DELETE_RULE AS on_delete, r.UPDATE_RULE AS on_update
  FROM information_schema.REFERENTIAL_CONSTRAINTS r
  JOIN information_schema.KEY_COLUMN_USAGE k
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME
    AND k.TABLE_NAME = r.TABLE_NAME
  WHERE r.CONSTRAINT_SCHEMA = DATABASE()`;

const SQLITE = `
  SELECT k.id AS name, m.name AS from_table, k."table" AS to_table, k."from" AS column_name,
    k.on_delete AS on_delete, k.on_update AS on_update
  FROM sqlite_master m, pragma_foreign_key_list(m.name) k
  WHERE m.type = 'table'`;

/** The foreign keys of a database. Rejects where they cannot be read. */
export async function foreignKeysOf(dataSource: DataSource): Promise<DatabaseForeignKey[]> {
  const sql = { postgres: POSTGRES, mysql: MYSQL, sqlite: SQLITE, other: undefined }[engineOf(dataSource)];
  if (sql === undefined) return [];
  const keys = new Map<string, DatabaseForeignKey & { columns: string[] }>();
  for (const row of await dataSource.query<Row[]>(sql, schemasOf(dataSource))) {
    const from = row.from_table.toLowerCase();
    const id = `${from} ${row.name}`;
    const key = keys.get(id);
    if (key) key.columns.push(row.column_name);
    else {
      keys.set(id, {
        name: String(row.name),
        from,
        to: row.to_table.toLowerCase(),
        columns: [row.column_name],
        onDelete: row.on_delete,
        onUpdate: row.on_update,
      });
    }
  }
  return [...keys.values()];
}
