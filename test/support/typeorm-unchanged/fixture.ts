import type { DataSource } from 'typeorm';
import type { DatabaseName } from '../database-name.js';
import { connectIndependently, type IndependentConnection } from '../independent-connection.js';
import { ROWS } from './rows.js';

type Rows = Record<string, unknown>[];

/** Tables are filled in any order, and nobody needs them after a power failure. */
const WITHOUT_CARE: Readonly<Record<DatabaseName, readonly string[]>> = {
  sqlite: ['PRAGMA foreign_keys = OFF', 'PRAGMA synchronous = OFF'],
  postgres: ["SET session_replication_role = 'replica'", 'SET synchronous_commit = off'],
  mariadb: ['SET FOREIGN_KEY_CHECKS = 0'],
};

/** The rows of the application's tables, read and put back past TypeORM. */
export class Fixture {
  readonly #engine: DatabaseName;
  readonly #connection: IndependentConnection;
  #content = new Map<string, string>();

  private constructor(engine: DatabaseName, connection: IndependentConnection) {
    this.#engine = engine;
    this.#connection = connection;
  }

  /** Fills the empty tables of a data source. */
  static async fill(engine: DatabaseName, dataSource: DataSource): Promise<Fixture> {
    const connection = await connectIndependently(dataSource);
    const fixture = new Fixture(engine, connection);
    for (const statement of WITHOUT_CARE[engine]) await connection.rows(statement);
    await fixture.#refill(Object.keys(ROWS));
    if (engine === 'postgres') {
      // Generated keys begin behind the given ones, as they do elsewhere.
      const generated = await connection.rows(
        "SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) AS name FROM information_schema.columns WHERE column_default LIKE 'nextval%'",
      );
      for (const { name } of generated) await connection.rows(`SELECT setval('${String(name)}', 100)`);
    }
    fixture.#content = await fixture.#read();
    return fixture;
  }

  /** The tables that have changed, with all of their rows; they are as before afterwards. */
  async takeChanges(): Promise<Record<string, Rows>> {
    const changes: Record<string, Rows> = {};
    for (const [table, content] of await this.#read()) {
      if (content !== this.#content.get(table)) changes[table] = JSON.parse(content) as Rows;
    }
    await this.#refill(Object.keys(changes));
    return changes;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** All tables by one statement: it is sent hundreds of times. */
  async #read(): Promise<Map<string, string>> {
    const object = this.#engine === 'postgres' ? 'json_build_object' : 'json_object';
    const selects = Object.entries(ROWS).map(([table, [row]]) => {
      const values = Object.keys(row).map((column) => `'${column}', ${this.#name(column)}`);
      const text = `${object}(${values.join(', ')})${this.#engine === 'postgres' ? '::text' : ''}`;
      return `SELECT '${table}' AS name, ${text} AS content FROM ${this.#name(table)}`;
    });
    const content = new Map(Object.keys(ROWS).map((table) => [table, [] as string[]]));
    for (const { name, content: row } of await this.#connection.rows(selects.join(' UNION ALL '))) {
      // MariaDB's driver parses JSON.
      content.get(String(name))?.push(typeof row === 'string' ? row : JSON.stringify(row));
    }
    return new Map([...content].map(([table, rows]) => [table, `[${rows.sort().join(',')}]`]));
  }

  async #refill(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    await this.#connection.rows('BEGIN');
    for (const table of tables) {
      const rows = ROWS[table];
      const columns = Object.keys(rows[0]).map((column) => this.#name(column));
      const values = rows.map((row) => `(${Object.values(row).map(literal).join(', ')})`);
      await this.#connection.rows(`DELETE FROM ${this.#name(table)}`);
      await this.#connection.rows(
        `INSERT INTO ${this.#name(table)} (${columns.join(', ')}) VALUES ${values.join(', ')}`,
      );
    }
    await this.#connection.rows('COMMIT');
  }

  #name(name: string): string {
    return this.#engine === 'mariadb' ? `\`${name}\`` : `"${name}"`;
  }
}

function literal(value: string | number | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
