import type { DataSource, QueryRunner } from 'typeorm';
import { ConnectionWaitTimeoutError } from '../errors/index.js';
import { CallSite } from './call-site.js';
import { exactIntegers, type SqliteStatement } from './exact-integers.js';

interface Waiting {
  readonly owner: object;
  readonly grant: () => void;
}

/**
 * SQLite's one connection. TypeORM shares one query runner between everybody, so that an unrelated write
 * joins another request's transaction and is rolled back with it. Here everybody has a runner of their
 * own, and the connection belongs to one at a time: to a transaction until it ends, to a statement outside
 * transactions while it runs. Who waits is served in order.
 */
export class SqliteConnection {
  /** Milliseconds after which a wait is an error; it then names the transaction that holds the connection. */
  waitTimeout = 30_000;
  #owner: object | undefined;
  #since: CallSite | undefined;
  readonly #queue: Waiting[] = [];

  /** Whether the connection belongs to this owner. */
  belongsTo(owner: object): boolean {
    return this.#owner === owner;
  }

  /** @throws ConnectionWaitTimeoutError when the present owner does not let go in time */
  async acquire(owner: object): Promise<void> {
    if (this.#owner !== undefined) await this.#wait(owner);
    else this.#owner = owner;
  }

  /** Notes where the owner's transaction began, for messages. */
  note(since: CallSite): void {
    this.#since = since;
  }

  /** Hands the connection to the next in the queue. */
  release(owner: object): void {
    if (this.#owner !== owner) return;
    this.#since = undefined;
    const next = this.#queue.shift();
    this.#owner = next?.owner;
    next?.grant();
    // An owner that waits twice holds the connection for both.
    for (const waiting of this.#queue.filter(({ owner: other }) => other === this.#owner)) {
      this.#queue.splice(this.#queue.indexOf(waiting), 1);
      waiting.grant();
    }
  }

  #wait(owner: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        owner,
        grant: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1);
        reject(new ConnectionWaitTimeoutError(this.waitTimeout, String(this.#since ?? 'an unknown place')));
      }, this.waitTimeout);
      this.#queue.push(waiting);
    });
  }
}

const connections = new WeakMap<DataSource, SqliteConnection>();

/** The connection of a better-sqlite3 data source that `shareSqliteConnection` has prepared. */
export function sqliteConnectionOf(dataSource: DataSource): SqliteConnection | undefined {
  return connections.get(dataSource);
}

/** The part of a better-sqlite3 connection that tells whether SQLite itself is in a transaction. */
interface Database {
  readonly inTransaction: boolean;
  exec(sql: string): unknown;
}

interface SqliteRunner extends QueryRunner {
  transactionDepth: number;
  isTransactionActive: boolean;
  stmtCache: Map<string, unknown>;
  getStmt(sql: string): Promise<SqliteStatement>;
}

/**
 * Gives everybody who asks a better-sqlite3 data source for a query runner one of their own. With
 * `exact`, integers beyond 2^53 come as `bigint` instead of losing digits.
 */
export function shareSqliteConnection(dataSource: DataSource, exact: boolean): void {
  if (dataSource.options.type !== 'better-sqlite3' || connections.has(dataSource)) return;
  const connection = new SqliteConnection();
  connections.set(dataSource, connection);
  const driver = dataSource.driver as DataSource['driver'] & { databaseConnection: Database };
  const Runner = driver.createQueryRunner('master').constructor as new (driver: unknown) => SqliteRunner;
  // Statements live as long as the database that prepared them: a data source may be closed and opened again.
  const statements = new WeakMap<Database, Map<string, unknown>>();
  driver.createQueryRunner = () => {
    const runner = new Runner(driver);
    const database = driver.databaseConnection;
    if (!statements.has(database)) statements.set(database, runner.stmtCache);
    runner.stmtCache = statements.get(database) as Map<string, unknown>;
    if (exact) {
      const getStmt = runner.getStmt.bind(runner);
      runner.getStmt = async (sql) => exactIntegers(await getStmt(sql));
    }
    return exclusive(runner, connection, database);
  };
}

/** Makes a runner take the connection before it uses it. */
function exclusive(runner: SqliteRunner, connection: SqliteConnection, database: Database): SqliteRunner {
  const query = runner.query.bind(runner);
  const startTransaction = runner.startTransaction.bind(runner);
  const commitTransaction = runner.commitTransaction.bind(runner);
  const rollbackTransaction = runner.rollbackTransaction.bind(runner);
  const release = runner.release.bind(runner);
  let running = 0;

  const use = async <T>(work: () => Promise<T>): Promise<T> => {
    running++;
    try {
      if (!connection.belongsTo(runner)) await connection.acquire(runner);
      return await work();
    } finally {
      running--;
      // SQLite's own word counts too: somebody may have sent BEGIN as a statement.
      if (running === 0 && runner.transactionDepth === 0 && !(connection.belongsTo(runner) && database.inTransaction)) {
        connection.release(runner);
      }
    }
  };
  /** SQLite may have rolled back by itself, at `ON CONFLICT ROLLBACK` or a full disk. */
  const noticeEnd = (): void => {
    if (!connection.belongsTo(runner) || database.inTransaction) return;
    runner.transactionDepth = 0;
    runner.isTransactionActive = false;
  };

  runner.query = ((...args: Parameters<typeof query>) => use(() => query(...args))) as typeof query;
  runner.startTransaction = (isolation) => {
    const since = new CallSite();
    return use(async () => {
      if (runner.transactionDepth === 0) connection.note(since);
      await startTransaction(isolation);
    });
  };
  runner.commitTransaction = () => use(commitTransaction);
  runner.rollbackTransaction = () =>
    use(async () => {
      try {
        await rollbackTransaction();
      } finally {
        noticeEnd();
      }
    });
  runner.release = async () => {
    // A transaction that nobody ended must not keep everybody else waiting.
    if (connection.belongsTo(runner) && database.inTransaction) database.exec('ROLLBACK');
    noticeEnd();
    if (running === 0) connection.release(runner);
    await release();
  };
  return runner;
}
