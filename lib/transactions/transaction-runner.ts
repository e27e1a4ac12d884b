import type { DataSource, QueryRunner } from 'typeorm';

/** The arguments of `QueryRunner.query`. */
export type QueryArguments = [sql: string, parameters?: unknown[], useStructuredResult?: boolean];

type StreamArguments = Parameters<QueryRunner['stream']>;

/** What TypeORM's runners keep to themselves. */
type Runner = QueryRunner & { transactionDepth: number; isReleased: boolean };

/** TypeORM's own methods of the present runner. */
type RawMethods = Pick<
  QueryRunner,
  'query' | 'stream' | 'connect' | 'startTransaction' | 'commitTransaction' | 'rollbackTransaction' | 'release'
>;

/** Decides what happens when somebody uses the runner of a transaction. */
export interface RunnerGate {
  query(args: QueryArguments): Promise<unknown>;
  stream(args: StreamArguments): Promise<unknown>;
  /** Somebody begins, ends or releases by hand; `proceed` does what TypeORM would. */
  control(step: 'start' | 'commit' | 'rollback' | 'release', proceed: () => Promise<void>): Promise<void>;
  isTransactionActive(): boolean;
}

/**
 * The query runner that everybody in a transaction uses, and the connection behind it, which `renew`
 * exchanges: query builders that were made before go on with the new one.
 */
export class TransactionRunner {
  readonly #dataSource: DataSource;
  readonly #gate: RunnerGate;
  readonly #handed = new WeakSet<QueryRunner>();
  #runner: Runner;
  #raw: RawMethods;

  constructor(dataSource: DataSource, gate: RunnerGate) {
    this.#dataSource = dataSource;
    this.#gate = gate;
    [this.#runner, this.#raw] = this.#make();
  }

  get runner(): QueryRunner {
    return this.#runner;
  }

  /** 0 outside a transaction, 1 in it, one more for each savepoint. */
  get depth(): number {
    return this.#runner.transactionDepth;
  }

  set depth(depth: number) {
    this.#runner.transactionDepth = depth;
  }

  /** Whether the runner is, or was before `renew`, this one. */
  owns(runner: QueryRunner): boolean {
    return this.#handed.has(runner);
  }

  /** Sends a statement as TypeORM would, past the gate. */
  send([sql, parameters, structured]: QueryArguments): Promise<unknown> {
    return this.#raw.query(sql, parameters, structured as true);
  }

  sendStream(args: StreamArguments): Promise<unknown> {
    return this.#raw.stream(...args);
  }

  /** The driver's own connection. */
  connection(): Promise<unknown> {
    return this.#raw.connect();
  }

  /** Gives the connection back; it must not be in a transaction any more. */
  async release(): Promise<void> {
    await this.#raw.release();
    // TypeORM forgets this on SQLite, and lazy relations then keep using the runner.
    this.#runner.isReleased = true;
  }

  /** Throws the connection away: nobody knows what state it is in. */
  async discard(): Promise<void> {
    if (this.#runner.isReleased || this.#dataSource.options.type === 'better-sqlite3') return;
    const connection = (await this.#raw.connect()) as { destroy?(): void; end(): Promise<void> };
    if (connection.destroy) connection.destroy();
    else connection.end().catch(() => undefined);
  }

  /** Goes on with another connection, after `release()`. */
  renew(): void {
    const before = this.#runner;
    [this.#runner, this.#raw] = this.#make();
    before.isReleased = false;
  }

  #make(): [Runner, RawMethods] {
    const runner = this.#dataSource.createQueryRunner() as Runner;
    const raw = {
      query: runner.query.bind(runner),
      stream: runner.stream.bind(runner),
      connect: runner.connect.bind(runner),
      startTransaction: runner.startTransaction.bind(runner),
      commitTransaction: runner.commitTransaction.bind(runner),
      rollbackTransaction: runner.rollbackTransaction.bind(runner),
      release: runner.release.bind(runner),
    };
    const gate = this.#gate;
    runner.query = ((...args: QueryArguments) => gate.query(args)) as QueryRunner['query'];
    runner.stream = ((...args: StreamArguments) => gate.stream(args)) as QueryRunner['stream'];
    runner.connect = () => this.#raw.connect();
    runner.startTransaction = (isolation) => gate.control('start', () => this.#raw.startTransaction(isolation));
    runner.commitTransaction = () => gate.control('commit', () => this.#raw.commitTransaction());
    runner.rollbackTransaction = () => gate.control('rollback', () => this.#raw.rollbackTransaction());
    runner.release = () => gate.control('release', () => this.#raw.release());
    Object.defineProperty(runner, 'isTransactionActive', {
      configurable: true,
      get: () => gate.isTransactionActive(),
      set: () => undefined,
    });
    this.#handed.add(runner);
    return [runner, raw];
  }
}
