import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { now } from './clock.js';
import { Crew } from './crew.js';
import { describeViolation } from './describe-violation.js';
import { FaultInjector } from './fault-injector.js';
import { createFuzzDatabase, type FuzzDatabase } from './fuzz-database.js';
import { type FuzzOptions, TIMES } from './fuzz-options.js';
import { readTables, takeHistory } from './history-table.js';
import { type EpochFacts, Oracle, type Violation } from './oracle.js';
import { pause } from './pause.js';
import { planFaults } from './plan-faults.js';
import { FuzzRedis } from './fuzz-redis.js';
import { readLog } from './read-log.js';
import { RedisProxy } from './redis-proxy.js';
import { Tally } from './tally.js';

/** What a run has found. */
export interface FuzzReport {
  readonly options: FuzzOptions;
  readonly tally: Tally;
  /** Reads that the contract forbids. */
  readonly staleReads: number;
  /** All that is wrong, stale reads among them. */
  readonly violations: number;
  /** The first ones of each kind. */
  readonly details: readonly string[];
  readonly seconds: number;
}

/** Violations of each kind that are put into words. */
const TOLD = 4;

/** Longer than the last tombstone of an epoch lives. */
const QUIET_MS = TIMES.tombstoneTtl + 400;

/** Lets workers read and write while things go wrong, until the first epoch in which the oracle finds something. */
export async function runFuzzer(options: FuzzOptions, onEpoch: (text: string) => void): Promise<FuzzReport> {
  const folder = await mkdtemp(join(tmpdir(), 'nestjs-sqlmodel-ext-fuzz-'));
  await using database = await createFuzzDatabase();
  await using redis = await FuzzRedis.start();
  const proxies = await Promise.all(Array.from({ length: options.workers }, () => RedisProxy.start(redis.port)));
  const crew = new Crew({ options, database: database.options, proxies, folder });
  try {
    await crew.start();
    return await new Run(options, { database, redis, proxies, crew }).epochs(onEpoch);
  } finally {
    await crew.end();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

interface RunParts {
  readonly database: FuzzDatabase;
  readonly redis: FuzzRedis;
  readonly proxies: readonly RedisProxy[];
  readonly crew: Crew;
}

class Run {
  readonly #tally = new Tally();
  readonly #injector: FaultInjector;

  constructor(
    readonly options: FuzzOptions,
    readonly parts: RunParts,
  ) {
    this.#injector = new FaultInjector(parts);
  }

  async epochs(onEpoch: (text: string) => void): Promise<FuzzReport> {
    const { options } = this;
    const began = Date.now();
    const oracle = new Oracle(options, this.#tally, await readTables(this.parts.database.client));
    const seconds = (): number => (Date.now() - began) / 1_000;
    for (let epoch = 0; ; epoch++) {
      const { facts, problems } = await this.#epoch(epoch);
      const violations = [...problems, ...oracle.check(facts)];
      const stale = violations.filter(({ kind }) => kind === 'stale');
      const others = violations.filter(({ kind }) => kind === 'other');
      const isOver = seconds() >= options.seconds || this.#tally.operations >= options.operations;
      onEpoch(
        `epoch ${epoch}: ${this.#tally.operations} operations, ${seconds().toFixed(0)} s, ${violations.length} violations`,
      );
      if (violations.length > 0 || isOver) {
        for (const { fault } of this.#injector.past) this.#tally.add(`faults: ${fault.kind}`);
        const details = [...others.slice(0, TOLD), ...stale.slice(0, TOLD)].map((violation) =>
          describeViolation(violation, facts, oracle.timelines.get(violation.complaint?.code ?? '')),
        );
        return {
          options,
          tally: this.#tally,
          staleReads: stale.length,
          violations: violations.length,
          details,
          seconds: seconds(),
        };
      }
      oracle.forgetBefore(now());
      await this.parts.crew.forgetLogs(epoch);
    }
  }

  /** Operations and faults; then quiet, in which everybody reads everything. */
  async #epoch(epoch: number): Promise<{ facts: EpochFacts; problems: Violation[] }> {
    const { options, parts } = this;
    const { crew, database } = parts;
    crew.run(epoch);
    await this.#injector.run(planFaults(options, epoch), options.epochSeconds * 1_000);
    const isQuiet = await crew.pause();
    const problems = isQuiet ? [] : [await this.#describeHang()];
    if (!isQuiet) await crew.end();
    await pause(QUIET_MS);
    if (isQuiet) problems.push(...(await this.#readAll()));
    const facts: EpochFacts = {
      logs: new Map(crew.names.map((name) => [name, readLog(crew.logOf(name, epoch))])),
      history: await takeHistory(database.client),
      deaths: crew.deaths,
      faults: this.#injector.past,
      tables: await readTables(database.client),
    };
    return { facts, problems };
  }

  async #describeHang(): Promise<Violation> {
    const { rows } = await this.parts.database.client.query(
      `SELECT application_name, state, wait_event, query FROM pg_stat_activity
       WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`,
    );
    const statements = rows.map((each) => `  ${Object.values(each as object).join(', ')}`);
    return { kind: 'other', text: ['A worker hangs, or has ended by itself. Sessions:', ...statements].join('\n') };
  }

  /** When all is well again the cache must be of use again. */
  async #readAll(): Promise<Violation[]> {
    const answers = await this.parts.crew.ask({ type: 'read all' }, 'has read all');
    if (!this.options.cache) return [];
    return answers
      .filter(({ hits, keys }) => hits < keys / 2)
      .map(({ hits, keys }) => ({
        kind: 'other',
        text: `of ${keys} rows that were just read, ${hits} came from the cache`,
      }));
  }
}
