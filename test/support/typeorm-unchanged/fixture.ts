import type { DataSource } from 'typeorm';
import type { DatabaseName } from '../database-name.js';
import { connectIndependently, type IndependentConnection } from '../independent-connection.js';
import { ROWS } from './rows.js';

type Rows = Record<string, unknown>[];

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
    await connection.rows(
      {
        sqlite: 'PRAGMA foreign_keys = OFF',
        postgres: "SET session_replication_role = 'replica'",
        mariadb: 'SET FOREIGN_KEY_CHECKS = 0',
      }[engine],
    );
    for (const table of Object.keys(ROWS)) await fixture.#insert(table);
    if (engine === 'postgres') {
      const columns = await connection.rows(
        `SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE column_default LIKE 'nextval%'`,
      );
      for (const { t, c } of columns) {
        await connection.rows(`SELECT setval(pg_get_serial_sequence('"${String(t)}"', '${String(c)}'), 100)`);
      }
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
    for (const table of Object.keys(changes)) {
      await this.#connection.rows(`DELETE FROM ${this.#name(table)}`);
      await this.#insert(table);
    }
    return changes;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #read(): Promise<Map<string, string>> {
    const content = new Map<string, string>();
    for (const table of Object.keys(ROWS)) {
      const rows = await this.#connection.rows(`SELECT * FROM ${this.#name(table)}`);
      content.set(table, `[${rows.map((row) => JSON.stringify(row)).sort().join(',')}]`);
    }
    return content;
  }

  async #insert(table: string): Promise<void> {
    const rows = ROWS[table];
    const columns = Object.keys(rows[0]).map((column) => this.#name(column));
    const values = rows.map((row) => `(${Object.values(row).map(literal).join(', ')})`);
    await this.#connection.rows(
      `INSERT INTO ${this.#name(table)} (${columns.join(', ')}) VALUES ${values.join(', ')}`,
    );
  }

  #name(name: string): string {
    return this.#engine === 'mariadb' ? `\`${name}\`` : `"${name}"`;
  }
}

function literal(value: string | number | null): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
