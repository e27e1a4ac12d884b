import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { now } from './clock.js';
import { flavourOf } from './flavour.js';
import { type FuzzOptions, TIMES } from './fuzz-options.js';
import { readLog } from './read-log.js';
import type { RedisProxy } from './redis-proxy.js';
import type { Answer, Order } from './worker-message.js';
import { WorkerProcess } from './worker-process.js';

/** What workers are made with. */
export interface CrewSettings {
  readonly options: FuzzOptions;
  readonly database: DataSourceOptions;
  readonly proxies: readonly RedisProxy[];
  /** Where the logs are. */
  readonly folder: string;
}

/** The processes of a run: one in each slot, another one when it has died. */
export class Crew {
  /** When each worker died that did, in microseconds. */
  readonly deaths = new Map<string, number>();
  readonly #workers: WorkerProcess[] = [];
  #names: string[] = [];
  #epoch: number | undefined;
  /** Loads its modules while nobody waits for it. */
  #spare = new WorkerProcess();

  constructor(readonly settings: CrewSettings) {}

  async start(): Promise<void> {
    const { workers } = this.settings.options;
    await Promise.all(Array.from({ length: workers }, (_, slot) => this.#fill(slot, 0)));
  }

  at(slot: number): WorkerProcess {
    return this.#workers[slot];
  }

  /** Everybody who has logged in this epoch. */
  get names(): readonly string[] {
    return this.#names;
  }

  logOf(name: string, epoch: number): string {
    return join(this.settings.folder, `${name}.${epoch}.log`);
  }

  /** Removes the logs of an epoch that has been looked at, and forgets those who did not live to its end. */
  async forgetLogs(epoch: number): Promise<void> {
    await Promise.all(this.#names.map((name) => rm(this.logOf(name, epoch), { force: true })));
    this.#names = this.#workers.map(({ name }) => name);
  }

  run(epoch: number): void {
    this.#epoch = epoch;
    for (const worker of this.#workers) this.#run(worker);
  }

  /** Asks every worker, and waits for all. */
  async ask<Type extends Answer['type']>(order: Order, type: Type): Promise<Extract<Answer, { type: Type }>[]> {
    const answers = await Promise.all(this.#workers.map((worker) => worker.ask(order, type)));
    return answers.filter((answer) => answer !== undefined);
  }

  /** Whether everybody has ended what was under way. */
  async pause(): Promise<boolean> {
    this.#epoch = undefined;
    return (await this.ask({ type: 'pause' }, 'idle')).length === this.#workers.length;
  }

  /** Notes that the worker of a slot has died, tells the others what it was about to write, and puts another in. */
  async replace(slot: number): Promise<void> {
    const dead = this.#workers[slot];
    await dead.ended;
    this.deaths.set(dead.name, now());
    const codes = this.#epoch === undefined ? [] : unfinished(this.logOf(dead.name, this.#epoch));
    const milliseconds = 2 * TIMES.tombstoneTtl + 1_000;
    for (const worker of this.#workers) worker.send({ type: 'watch', codes, milliseconds });
    await this.#fill(slot, dead.incarnation + 1);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#workers, this.#spare].map((worker) => worker.end()));
    for (const { name } of this.#workers) if (!this.deaths.has(name)) this.deaths.set(name, now());
  }

  async #fill(slot: number, incarnation: number): Promise<void> {
    const { options, database, proxies } = this.settings;
    const worker = this.#spare;
    this.#spare = new WorkerProcess();
    if (!(await worker.setUp({ options, slot, incarnation, database, redisPort: proxies[slot].port }))) {
      throw new Error(`worker ${worker.name} did not start: FUZZ_LOG=1 shows what it says`);
    }
    this.#workers[slot] = worker;
    this.#names.push(worker.name);
    if (this.#epoch !== undefined) this.#run(worker);
  }

  #run(worker: WorkerProcess): void {
    const epoch = this.#epoch;
    if (epoch !== undefined)
      worker.send({
        type: 'run',
        log: this.logOf(worker.name, epoch),
        flavour: flavourOf(this.settings.options, epoch),
      });
  }
}

/** Rows that a log's writes name that have not ended. */
function unfinished(path: string): string[] {
  const records = readLog(path);
  const ended = new Set(records.flatMap((record) => (record.type === 'end' ? [record.operation] : [])));
  return records.flatMap((record) => (record.type === 'begin' && !ended.has(record.operation) ? record.codes : []));
}
