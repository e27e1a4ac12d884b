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

interface SqliteRunner extends QueryRunner {
  transactionDepth: number;
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
  const { driver } = dataSource;
  const shared = driver.createQueryRunner('master') as SqliteRunner;
  const Runner = shared.constructor as new (driver: unknown) => SqliteRunner;
  driver.createQueryRunner = () => {
    const runner = new Runner(driver);
    runner.stmtCache = shared.stmtCache;
    if (exact) {
      const getStmt = runner.getStmt.bind(runner);
      runner.getStmt = async (sql) => exactIntegers(await getStmt(sql));
    }
    return exclusive(runner, connection);
  };
}

/** Makes a runner take the connection before it uses it. */
function exclusive(runner: SqliteRunner, connection: SqliteConnection): SqliteRunner {
  const query = runner.query.bind(runner);
  const startTransaction = runner.startTransaction.bind(runner);
  const commitTransaction = runner.commitTransaction.bind(runner);
  const rollbackTransaction = runner.rollbackTransaction.bind(runner);
  const release = runner.release.bind(runner);
  const letGo = (): void => {
    if (runner.transactionDepth === 0) connection.release(runner);
  };

  runner.query = (async (...args: Parameters<typeof query>): Promise<unknown> => {
    if (connection.belongsTo(runner)) return query(...args) as Promise<unknown>;
    await connection.acquire(runner);
    try {
      return (await query(...args)) as unknown;
    } finally {
      letGo();
    }
  }) as typeof query;
  runner.startTransaction = async (isolation) => {
    if (!connection.belongsTo(runner)) {
      const since = new CallSite();
      await connection.acquire(runner);
      connection.note(since);
    }
    try {
      await startTransaction(isolation);
    } catch (error) {
      letGo();
      throw error;
    }
  };
  runner.commitTransaction = async () => {
    await commitTransaction();
    letGo();
  };
  runner.rollbackTransaction = async () => {
    try {
      await rollbackTransaction();
    } finally {
      letGo();
    }
  };
  runner.release = async () => {
    // A transaction that nobody ended must not keep everybody else waiting.
    while (connection.belongsTo(runner)) await runner.rollbackTransaction();
    await release();
  };
  return runner;
}
