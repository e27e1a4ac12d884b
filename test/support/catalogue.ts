import type { DataSource } from 'typeorm';
import type { DatabaseName } from './databases.js';

/** One column as the database itself describes it. */
export interface CatalogueColumn {
  /** Such as `character varying(64)`, `datetime(3)`, `varchar(36)`. */
  readonly type: string;
  readonly nullable: boolean;
  /** The default's SQL, or null. */
  readonly default: string | null;
}

/** One table as the database itself describes it: read from the live catalogue, not from TypeORM. */
export interface CatalogueTable {
  readonly columns: Readonly<Record<string, CatalogueColumn>>;
  /** Columns of each index, `unique` first where it is one; sorted. */
  readonly indexes: readonly string[];
  /** The expressions of CHECK constraints, sorted. */
  readonly checks: readonly string[];
  /** `column -> table.column on delete`, sorted. */
  readonly foreignKeys: readonly string[];
}

type Row = Record<string, any>;

/** Every table of a database by its name, TypeORM's own left out. */
export async function catalogueOf(
  dataSource: DataSource,
  engine: DatabaseName,
): Promise<Record<string, CatalogueTable>> {
  const query = (sql: string): Promise<Row[]> => dataSource.query(sql);
  const read = { sqlite: sqliteTable, postgres: postgresTable, mariadb: mariadbTable }[engine];
  const names = await query(
    engine === 'sqlite'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${
          engine === 'postgres' ? "'public'" : 'DATABASE()'
        } AND table_type = 'BASE TABLE'`,
  );
  const tables: Record<string, CatalogueTable> = {};
  for (const name of names.map((row) => String(row['name'])).sort()) {
    if (name !== 'migrations' && name !== 'typeorm_metadata') tables[name] = await read(query, name);
  }
  return tables;
}

type Query = (sql: string) => Promise<Row[]>;

async function sqliteTable(query: Query, name: string): Promise<CatalogueTable> {
  const columns = await query(`PRAGMA table_info("${name}")`);
  const lists = await query(`PRAGMA index_list("${name}")`);
  const indexes = await Promise.all(
    lists
      .filter((index) => index['origin'] !== 'pk')
      .map(async (index) =>
        indexText(index['unique'] === 1, await query(`PRAGMA index_info("${index['name']}")`), 'name'),
      ),
  );
  const [{ sql }] = await query(`SELECT sql FROM sqlite_master WHERE name = '${name}'`);
  const keys = await query(`PRAGMA foreign_key_list("${name}")`);
  return {
    columns: Object.fromEntries(
      columns.map((row) => [
        row['name'],
        {
          type: String(row['type']).toLowerCase(),
          nullable: row['notnull'] === 0,
          default: row['dflt_value'] as string | null,
        },
      ]),
    ),
    indexes: indexes.sort(),
    checks: String(sql)
      .split('CHECK (')
      .slice(1)
      .map((text) => text.slice(0, text.search(/\)(, CONSTRAINT|, FOREIGN|\)?$)/)))
      .sort(),
    foreignKeys: keys.map((row) => `${row['from']} -> ${row['table']}.${row['to']} ${row['on_delete']}`).sort(),
  };
}

async function postgresTable(query: Query, name: string): Promise<CatalogueTable> {
  const relation = `'"${name}"'::regclass`;
  const columns = await query(`
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
      pg_get_expr(d.adbin, d.adrelid) AS fallback
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = ${relation} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`);
  const indexes = await query(`
    SELECT i.indisunique AS "isUnique", array_agg(a.attname::text ORDER BY k.position) AS columns
    FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, position)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = ${relation} AND NOT i.indisprimary GROUP BY i.indexrelid, i.indisunique`);
  const constraints = await query(
    `SELECT contype AS type, pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = ${relation}`,
  );
  const ofType = (type: string) =>
    constraints
      .filter((row) => row['type'] === type)
      .map((row) => String(row['text']))
      .sort();
  return {
    columns: Object.fromEntries(
      columns.map((row) => [row['name'], { type: row['type'], nullable: row['nullable'], default: row['fallback'] }]),
    ),
    indexes: indexes
      .map((row) =>
        indexText(
          row['isUnique'],
          row['columns'].map((column: string) => ({ column })),
          'column',
        ),
      )
      .sort(),
    checks: ofType('c'),
    foreignKeys: ofType('f').map((text) =>
      text.replace(
        /^FOREIGN KEY \("?(\w+)"?\) REFERENCES "?(\w+)"?\("?(\w+)"?\).*?(?: ON DELETE ([A-Z ]+))?$/,
        (_all, from, table, to, action) => `${from} -> ${table}.${to} ${action ?? 'NO ACTION'}`,
      ),
    ),
  };
}

async function mariadbTable(query: Query, name: string): Promise<CatalogueTable> {
  const own = `table_schema = DATABASE() AND table_name = '${name}'`;
  const columns = await query(
    `SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS fallback, extra
     FROM information_schema.columns WHERE ${own} ORDER BY ordinal_position`,
  );
  const statistics = await query(
    `SELECT index_name AS name, non_unique AS other, column_name AS col FROM information_schema.statistics
     WHERE ${own} AND index_name <> 'PRIMARY' ORDER BY index_name, seq_in_index`,
  );
  const keys = await query(
    `SELECT k.column_name AS col, k.referenced_table_name AS target, k.referenced_column_name AS target_col, r.delete_rule AS rule
     FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
       ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
     WHERE k.table_schema = DATABASE() AND k.table_name = '${name}' AND k.referenced_table_name IS NOT NULL`,
  );
  const checks = await query(
    `SELECT check_clause AS text FROM information_schema.check_constraints
     WHERE constraint_schema = DATABASE() AND table_name = '${name}'`,
  );
  const indexNames = [...new Set(statistics.map((row) => String(row['name'])))];
  return {
    columns: Object.fromEntries(
      columns.map((row) => [
        row['name'],
        {
          type: String(row['type']) + (String(row['extra']).includes('on update') ? ' on update' : ''),
          nullable: row['nullable'] === 'YES',
          default: row['fallback'] === 'NULL' ? null : (row['fallback'] as string | null),
        },
      ]),
    ),
    indexes: indexNames
      .map((index) => statistics.filter((row) => row['name'] === index))
      .map((rows) => indexText(Number(rows[0]['other']) === 0, rows, 'col'))
      .sort(),
    checks: checks.map((row) => String(row['text'])).sort(),
    foreignKeys: keys.map((row) => `${row['col']} -> ${row['target']}.${row['target_col']} ${row['rule']}`).sort(),
  };
}

function indexText(isUnique: boolean, rows: readonly Row[], name: string): string {
  return `${isUnique ? 'unique ' : ''}${rows.map((row) => row[name]).join(', ')}`;
}
