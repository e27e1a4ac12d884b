import type { DataSource } from 'typeorm';
import { ConnectionWaitTimeoutError } from '../errors/index.js';
import type { CallSite } from './call-site.js';
import { exclusiveRunnerClass, type SqliteDriver, type SqliteRunnerClass } from './exclusive-sqlite-runner.js';

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

  /** Takes the connection if it is free. */
  take(owner: object): boolean {
    if (this.#owner !== undefined) return false;
    this.#owner = owner;
    return true;
  }

  /** @throws ConnectionWaitTimeoutError when the present owner does not let go in time */
  async acquire(owner: object): Promise<void> {
    if (!this.take(owner)) await this.#wait(owner);
  }

  /** Notes where the owner's transaction began, for messages. */
  note(since: CallSite): void {
    this.#since = since;
  }

  /** Hands the connection to the next in the queue. */
  release(owner: object): void {
    if (this.#owner !== owner) return;
    this.#since = undefined;
    if (this.#queue.length === 0) {
      this.#owner = undefined;
      return;
    }
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

/**
 * Gives everybody who asks a better-sqlite3 data source for a query runner one of their own. With
 * `exact`, integers beyond 2^53 come as `bigint` instead of losing digits.
 */
export function shareSqliteConnection(dataSource: DataSource, exact: boolean): void {
  if (dataSource.options.type !== 'better-sqlite3' || connections.has(dataSource)) return;
  const connection = new SqliteConnection();
  connections.set(dataSource, connection);
  const driver = dataSource.driver as SqliteDriver;
  const Stock = driver.createQueryRunner('master').constructor as SqliteRunnerClass;
  const Runner = exclusiveRunnerClass(Stock, connection, exact);
  driver.createQueryRunner = () => new Runner(driver);
}
