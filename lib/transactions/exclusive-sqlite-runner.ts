import type { DataSource, QueryRunner } from 'typeorm';
import { CallSite } from './call-site.js';
import { exactIntegers, type SqliteStatement } from './exact-integers.js';

/** The part of a better-sqlite3 connection that tells whether SQLite itself is in a transaction. */
interface Database {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
}

export type SqliteDriver = DataSource['driver'] & { databaseConnection: Database };

interface SqliteRunner extends QueryRunner {
  transactionDepth: number;
  isTransactionActive: boolean;
  stmtCache: Map<string, unknown>;
  getStmt(sql: string): Promise<SqliteStatement>;
}

export type SqliteRunnerClass = new (driver: SqliteDriver) => SqliteRunner;

/** Who may use the connection. */
export interface ExclusiveConnection {
  belongsTo(owner: object): boolean;
  take(owner: object): boolean;
  acquire(owner: object): Promise<void>;
  note(since: CallSite): void;
  release(owner: object): void;
}

/** TypeORM's better-sqlite3 query runner, which takes the connection before it uses it. */
export function exclusiveRunnerClass(
  Stock: SqliteRunnerClass,
  connection: ExclusiveConnection,
  exact: boolean,
): SqliteRunnerClass {
  // Statements live as long as the database that prepared them: a data source may be closed and opened again.
  const statements = new WeakMap<Database, Map<string, unknown>>();

  return class ExclusiveSqliteRunner extends Stock {
    readonly #database: Database;
    #running = 0;

    constructor(driver: SqliteDriver) {
      super(driver);
      this.#database = driver.databaseConnection;
      const shared = statements.get(this.#database);
      if (shared) this.stmtCache = shared;
      else statements.set(this.#database, this.stmtCache);
    }

    override async getStmt(sql: string): Promise<SqliteStatement> {
      const statement = await super.getStmt(sql);
      return exact ? exactIntegers(statement) : statement;
    }

    override async query(...args: Parameters<QueryRunner['query']>): Promise<never> {
      return this.#use(() => super.query(...args) as Promise<never>);
    }

    override startTransaction(isolation?: Parameters<QueryRunner['startTransaction']>[0]): Promise<void> {
      const since = new CallSite();
      return this.#use(async () => {
        if (this.transactionDepth === 0) connection.note(since);
        await super.startTransaction(isolation);
      });
    }

    override commitTransaction(): Promise<void> {
      return this.#use(() => super.commitTransaction());
    }

    override rollbackTransaction(): Promise<void> {
      return this.#use(async () => {
        try {
          await super.rollbackTransaction();
        } finally {
          this.#noticeEnd();
        }
      });
    }

    override async release(): Promise<void> {
      // A transaction that nobody ended must not keep everybody else waiting.
      if (connection.belongsTo(this) && this.#database.inTransaction) this.#database.exec('ROLLBACK');
      this.#noticeEnd();
      if (this.#running === 0) connection.release(this);
      await super.release();
    }

    async #use<T>(work: () => Promise<T>): Promise<T> {
      this.#running++;
      try {
        if (!connection.belongsTo(this) && !connection.take(this)) await connection.acquire(this);
        return await work();
      } finally {
        this.#running--;
        // SQLite's own word counts too: somebody may have sent BEGIN as a statement.
        const isOpen = connection.belongsTo(this) && this.#database.inTransaction;
        if (this.#running === 0 && this.transactionDepth === 0 && !isOpen) connection.release(this);
      }
    }

    /** SQLite may have rolled back by itself, at `ON CONFLICT ROLLBACK` or a full disk. */
    #noticeEnd(): void {
      if (!connection.belongsTo(this) || this.#database.inTransaction) return;
      this.transactionDepth = 0;
      this.isTransactionActive = false;
    }
  };
}
