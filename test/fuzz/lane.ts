import type { EntityManager } from 'typeorm';
import { SeededRandom } from '../support/seeded-random.js';
import { now } from './clock.js';
import { describeStep } from './describe-step.js';
import type { EndRecord } from './log-record.js';
import type { Flavour } from './flavour.js';
import { mixSeeds } from './mix-seeds.js';
import type { OperationLog } from './operation-log.js';
import { traced } from './operation-trace.js';
import { EVERY_VOLUME, OwnWrites, PERHAPS, type WriteEffect } from './own-writes.js';
import { performPlainRead, performRead, type ReadResult, seenRow } from './perform-read.js';
import { performWrite, removedBy } from './perform-write.js';
import { planStep } from './plan-step.js';
import type { Repositories, Row } from './repositories.js';
import type { ReadStep, SavepointStep, Step, TransactionStep, WriteStep } from './step.js';
import { idOf, modelOf } from './universe.js';
import type { WatchList } from './watch-list.js';
import { Undone, writeErrorOf } from './write-error.js';

/** What a lane shares with the others of its worker. */
export interface LaneSettings {
  readonly repositories: Repositories;
  readonly log: OperationLog;
  readonly watchList: WatchList;
}

/** The transaction that a step is a part of. */
interface Open {
  readonly own: OwnWrites;
  readonly plain: EntityManager | undefined;
  /** When it began, if it sees a snapshot. */
  readonly snapshot: number | undefined;
}

/** The operation that a write belongs to: its tags begin with its name. */
interface Operation {
  readonly name: string;
  writes: number;
}

/** Does one step after the other, as its seed says, and notes each. */
export class Lane {
  #count = 0;
  #current: Step | undefined;

  constructor(
    readonly settings: LaneSettings,
    readonly name: string,
    readonly seed: number,
  ) {}

  async runUntil(isOver: () => boolean, flavour: Flavour): Promise<void> {
    while (!isOver()) {
      const random = new SeededRandom(mixSeeds(this.seed, this.#count++));
      const { watchList } = this.settings;
      const watched = watchList.codes;
      if (watched.length > 0 && random.chance(0.3)) await this.#perform(readOf(random.pick(watched)));
      await this.#perform(planStep(random, flavour));
    }
  }

  /** What it is doing; undefined: nothing. */
  get current(): string | undefined {
    return this.#current && describeStep(this.#current);
  }

  /** A read outside transactions. Undefined: it failed. */
  read(step: ReadStep): Promise<readonly string[] | undefined> {
    return this.#read(step, undefined);
  }

  async #perform(step: Step): Promise<void> {
    this.#current = step;
    await this.#attempt(step);
    this.#current = undefined;
  }

  async #attempt(step: Step): Promise<void> {
    switch (step.type) {
      case 'read':
        await this.#read(step, undefined);
        return;
      case 'write':
        if (this.settings.watchList.has(step.code)) return;
        await this.#operation(step, [step], async (operation) => {
          await this.#write(step, operation, undefined);
        });
        return;
      case 'transaction':
        await this.#transaction(step);
    }
  }

  async #transaction(step: TransactionStep): Promise<void> {
    const all = step.steps.flatMap((each) => (each.type === 'savepoint' ? each.steps : [each]));
    const writes = all.filter((each) => each.type === 'write');
    if (writes.some(({ code }) => this.settings.watchList.has(code))) return;
    const { unitOfWork, dataSource } = this.settings.repositories;
    const { isolation } = step;
    await this.#operation(step, writes, async (operation) => {
      const own = new OwnWrites();
      const snapshot = isolation === undefined ? undefined : now();
      const work = async (plain?: EntityManager): Promise<void> => {
        for (const each of step.steps) await this.#inside(each, operation, { own, plain, snapshot });
        if (!step.commits) throw new Undone();
      };
      if (step.by === 'unit of work') await unitOfWork.run(() => work(), { isolation });
      else if (isolation) await dataSource.transaction(isolation, work);
      else await dataSource.transaction(work);
    });
  }

  async #inside(step: ReadStep | WriteStep | SavepointStep, operation: Operation, open: Open): Promise<void> {
    switch (step.type) {
      case 'read':
        await this.#read(step, open);
        return;
      case 'write':
        await this.#write(step, operation, open);
        return;
      case 'savepoint':
        await this.#savepoint(step, operation, open);
    }
  }

  async #savepoint({ steps, keeps }: SavepointStep, operation: Operation, open: Open): Promise<void> {
    const goBack = open.own.remember();
    const work = async (plain?: EntityManager): Promise<void> => {
      for (const step of steps) await this.#inside(step, operation, { ...open, plain });
      if (!keeps) throw new Undone();
    };
    try {
      if (open.plain) await open.plain.transaction(work);
      else await this.settings.repositories.unitOfWork.run(() => work(), { propagation: 'NESTED' });
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
      goBack();
    }
  }

  /** Notes that a write, or a transaction, begins and how it has ended. What it throws ends here. */
  async #operation(
    step: WriteStep | TransactionStep,
    writes: readonly WriteStep[],
    work: (operation: Operation) => Promise<void>,
  ): Promise<void> {
    const { log } = this.settings;
    const what = describeStep(step);
    const operation = { name: `${this.name}.${this.#count}`, writes: 0 };
    const codes = writes.map(({ code }) => code);
    const removes = [...new Set(writes.flatMap(removedBy))];
    const onMarked = (): void => log.add({ type: 'marked', operation: operation.name });
    await traced(async (trace) => {
      log.add({ type: 'begin', operation: operation.name, what, at: now(), wall: Date.now(), codes, removes });
      let ending: Pick<EndRecord, 'outcome' | 'error'>;
      try {
        await work(operation);
        ending = { outcome: 'acknowledged' };
      } catch (error) {
        const { outcome, name, isRightful } = writeErrorOf(error);
        ending = { outcome, ...(outcome === 'rolled back' ? {} : { error: name }) };
        if (!isRightful) this.#fault(`${what} ${operation.name} failed: ${textOf(error)}`);
      }
      const at = now();
      const { isUnmarked: isTold } = trace;
      log.add({
        type: 'end',
        operation: operation.name,
        at,
        wall: Date.now(),
        ...ending,
        writes: operation.writes,
        isTold,
      });
    }, onMarked);
  }

  async #write(step: WriteStep, operation: Operation, open: Open | undefined): Promise<void> {
    const tag = `${operation.name}.${operation.writes++}`;
    const { repositories } = this.settings;
    const readRow = (code: string): Promise<Row | null> => this.#readRow(code, open);
    const effect: WriteEffect = await performWrite({ repositories, plain: open?.plain, readRow }, step, tag);
    open?.own.add(effect);
    if (open && removedBy(step).includes(EVERY_VOLUME)) open.own.add({ [EVERY_VOLUME]: PERHAPS });
  }

  /** The row that a write begins with: a read like any other. */
  async #readRow(code: string, open: Open | undefined): Promise<Row | null> {
    const repository = this.settings.repositories.of(modelOf(code));
    let row: Row | null = null;
    const failure = await this.#note(readOf(code), open, async () => {
      row = await repository.getOne(idOf(code));
      return { rows: row ? [seenRow(row, false)] : [] };
    });
    if (failure !== undefined) throw failure;
    return row;
  }

  async #read(step: ReadStep, open: Open | undefined): Promise<readonly string[] | undefined> {
    const { repositories } = this.settings;
    let answers: readonly string[] = [];
    const failure = await this.#note(step, open, async (trace) => {
      answers = trace.answers;
      if (open?.plain) return performPlainRead(open.plain, step);
      return performRead(repositories.of(step.model), step);
    });
    if (failure === undefined) return answers;
    if (open) throw failure;
    return undefined;
  }

  /** Notes a read. Gives its error, if it has one. */
  async #note(
    step: ReadStep,
    open: Open | undefined,
    work: (trace: { readonly answers: string[] }) => Promise<ReadResult>,
  ): Promise<Error | undefined> {
    const { log } = this.settings;
    const own = open?.own.states;
    const snapshot = open?.snapshot;
    const began = now();
    return traced(async (trace) => {
      let result: ReadResult = {};
      let failure: Error | undefined;
      try {
        result = await work(trace);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      const { kind, model, wanted, offset, limit } = step;
      const record = { type: 'read', kind, model, wanted, offset, limit, began, ended: now(), ...result } as const;
      if (failure) this.#judge(failure, open);
      else log.add({ ...record, own, snapshot, cache: trace.answers });
      return failure;
    });
  }

  /** A read fails only in a transaction that the database has given up. */
  #judge(error: Error, open: Open | undefined): void {
    if (open && writeErrorOf(error).isRightful) return;
    this.#fault(`a read failed: ${textOf(error)}`);
  }

  #fault(text: string): void {
    this.settings.log.add({ type: 'fault', at: now(), text });
  }
}

function readOf(code: string): ReadStep {
  return {
    type: 'read',
    kind: 'key',
    model: modelOf(code),
    wanted: { code },
    load: false,
    offset: 0,
    limit: undefined,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
