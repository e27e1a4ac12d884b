import { type DataSource, QueryFailedError } from 'typeorm';
import {
  type Isolation,
  ModelRepository,
  OptimisticLockError,
  RecordNotFoundError,
  TransactionAbortedError,
  UnitOfWork,
} from 'nestjs-sqlmodel-ext';
import { Account, Label } from '../models/bank.js';
import { SeededRandom } from '../seeded-random.js';
import { Gates } from './gates.js';
import { FIRST, faultsOf, type Final, type RowState, type Refused, type Written } from './history.js';
import { LABELS, type Program, ROWS, type Step } from './program.js';

/** What a program ended with. */
export interface Played {
  readonly faults: readonly string[];
  readonly written: number;
  readonly refused: number;
}

class Undone extends Error {}

/** The database gave the transaction up, for a reason that is its right: somebody else was there. */
const GIVEN_UP: readonly unknown[] = ['40001', '40P01', 1213, 1020];

/** What a writer holds of one row: the entity, and what it has changed since it was read or written. */
interface Held {
  readonly entity: Account;
  set: Record<string, string>;
  raisedBy: number;
  labels: { label: number; joins: boolean }[];
}

/** Writes in an open transaction. */
interface Open {
  readonly written: Written[];
  readonly locked: Set<number>;
}

/** Runs schedules of writers on one database. */
export class SchedulePlayer {
  readonly #accounts: ModelRepository<Account>;
  readonly #unitOfWork: UnitOfWork;
  #labels: Label[] = [];

  constructor(readonly dataSource: DataSource) {
    this.#accounts = new ModelRepository(Account, dataSource);
    this.#unitOfWork = new UnitOfWork(dataSource);
  }

  async prepare(): Promise<void> {
    const labels = new ModelRepository(Label, this.dataSource);
    this.#labels = await labels.add(Array.from({ length: LABELS }, (_, index) => ({ name: `label ${index}` })));
  }

  async play(program: Program): Promise<Played> {
    const { name, balance } = FIRST;
    const rows = await this.#accounts.add(Array.from({ length: ROWS }, () => ({ name, balance })));
    const ids = rows.map(({ id }) => id);
    const history: { written: Written[]; refused: Refused[]; wrong: string[] } = {
      written: [],
      refused: [],
      wrong: [],
    };
    const gates = new Gates(new SeededRandom(program.seed ^ 0x5eed));
    await gates.run(
      program.writers.map(
        (steps, index) => (gate) => new Writer(this, `writer ${index}`, ids, history, gate).run(steps),
      ),
    );
    const finals = await Promise.all(ids.map((id) => this.#final(id)));
    const faults = faultsOf(history, finals);
    await this.dataSource.getRepository(Account).delete(ids);
    return { faults, written: history.written.length, refused: history.refused.length };
  }

  get accounts(): ModelRepository<Account> {
    return this.#accounts;
  }

  get unitOfWork(): UnitOfWork {
    return this.#unitOfWork;
  }

  get labels(): readonly Label[] {
    return this.#labels;
  }

  async #final(id: string): Promise<Final | undefined> {
    const row = await this.#accounts.getOne(id, { load: ['labels'] });
    if (!row) return undefined;
    return {
      state: stateOf(row),
      labels: row.labels.map((label) => this.#labels.findIndex((each) => each.id === label.id)),
    };
  }
}

function stateOf({ version, balance, name, note }: Account): RowState {
  return { version, balance, name, note };
}

class Writer {
  readonly #held = new Map<number, Held>();

  constructor(
    readonly player: SchedulePlayer,
    readonly name: string,
    readonly ids: readonly string[],
    readonly history: { written: Written[]; refused: Refused[]; wrong: string[] },
    readonly gate: () => Promise<void>,
  ) {}

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'transaction') await this.#transaction(step);
      else await this.#step(step, undefined).catch((error: unknown) => this.#judge(error, undefined));
    }
  }

  async #transaction({ steps, commits, isolation }: Step & { kind: 'transaction' }): Promise<void> {
    const open: Open = { written: [], locked: new Set() };
    const before = new Map([...this.#held.values()].map(({ entity }) => [entity, entity.version]));
    const work = async (): Promise<void> => {
      for (const step of steps) if (step.kind !== 'transaction') await this.#step(step, open);
      await this.gate();
      if (!commits) throw new Undone();
    };
    const options = isolation === undefined ? {} : { isolation: isolation as Isolation };
    try {
      await this.player.unitOfWork.run(work, options);
      this.history.written.push(...open.written);
    } catch (error) {
      for (const [entity, version] of before) {
        if (entity.version === version) continue;
        this.history.wrong.push(`${this.name} holds version ${entity.version} after a rollback, not ${version}`);
      }
      if (!(error instanceof Undone)) this.#judge(error, open);
      // What it holds may be of the transaction that is gone.
      this.#held.clear();
    }
  }

  async #step(step: Exclude<Step, { kind: 'transaction' }>, open: Open | undefined): Promise<void> {
    const { accounts, dataSource, labels } = this.player;
    if (step.kind === 'save all') return this.#saveAll(step.policy, open);
    const held = this.#held.get(step.row);
    switch (step.kind) {
      case 'read':
      case 'locked read':
        return this.#read(step.row, step.kind === 'locked read', open);
      case 'forget':
        this.#held.delete(step.row);
        return;
      case 'bulk':
        await this.gate();
        await dataSource.manager
          .increment(Account, { id: this.ids[step.row] }, 'balance', step.by)
          .then(({ affected }) => {
            if (affected === 1) this.#note(step.row, { raisedBy: step.by }, open);
          });
        return;
      default:
    }
    if (!held) return;
    const { entity } = held;
    switch (step.kind) {
      case 'set':
        entity[step.field] = step.value;
        held.set[step.field] = step.value;
        return;
      case 'raise':
        entity.balance += step.by;
        held.raisedBy += step.by;
        return;
      case 'label': {
        const label = labels[step.label];
        const has = entity.labels.some(({ id }) => id === label.id);
        if (has === step.joins) return;
        entity.labels = step.joins ? [...entity.labels, label] : entity.labels.filter(({ id }) => id !== label.id);
        held.labels.push({ label: step.label, joins: step.joins });
        return;
      }
      case 'save':
        await this.gate();
        await this.#attempt([step.row], open, () => accounts.save(entity, step.policy));
        return;
      case 'typeorm save':
        await this.gate();
        await this.#attempt([step.row], open, () => dataSource.manager.save(entity)).catch((error: unknown) => {
          throw open && isOldSnapshot(error) ? new Undone() : error;
        });
        return;
      case 'patch':
        await this.gate();
        held.set[step.field] = step.value;
        await this.#attempt([step.row], open, () => accounts.update(entity, { [step.field]: step.value }, step.policy));
        return;
      case 'compute': {
        await this.gate();
        held.raisedBy += step.by;
        const compute = (current: Account) => ({ balance: current.balance + step.by });
        const isMerged = held.raisedBy === step.by;
        const options = { optimisticRetryCount: isMerged ? step.retries : 0 };
        await this.#attempt([step.row], open, () => accounts.update(entity, compute, options));
        return;
      }
      case 'delete':
      case 'typeorm remove':
        await this.gate();
        await this.#remove(step.row, held, step.kind === 'delete', open);
    }
  }

  async #read(row: number, isLocked: boolean, open: Open | undefined): Promise<void> {
    await this.gate();
    const withForUpdate = isLocked && open !== undefined;
    const entity = await this.player.accounts
      .getExistOne(this.ids[row], { load: ['labels'], withForUpdate })
      .catch((error: unknown) => {
        if (error instanceof RecordNotFoundError) return undefined;
        throw error;
      });
    this.#held.delete(row);
    if (!entity) return;
    this.#held.set(row, { entity, set: {}, raisedBy: 0, labels: [] });
    if (withForUpdate) open.locked.add(row);
  }

  async #saveAll(policy: object, open: Open | undefined): Promise<void> {
    await this.gate();
    const rows = [...this.#held.keys()].filter((row) => isDirty(this.#held.get(row)));
    // A counter is never overwritten by policy.
    const raises = rows.some((row) => this.#held.get(row)?.raisedBy !== 0);
    const entities = rows.flatMap((row) => this.#held.get(row)?.entity ?? []);
    await this.#attempt(rows, open, () => this.player.accounts.save(entities, raises ? {} : policy));
  }

  /** Writes entities and notes what they hold afterwards. What fails is forgotten: its holder would read again. */
  async #attempt(rows: readonly number[], open: Open | undefined, work: () => Promise<unknown>): Promise<void> {
    const versions = rows.map((row) => this.#held.get(row)?.entity.version);
    try {
      await work();
    } catch (error) {
      if (open) throw error;
      for (const row of rows) this.#held.delete(row);
      this.#judge(error, undefined);
      return;
    }
    for (const [index, row] of rows.entries()) {
      const held = this.#held.get(row);
      if (!held || !isDirty(held) || held.entity.version === versions[index]) continue;
      // With `theirs` a value may have been given up.
      const set = Object.fromEntries(
        Object.entries(held.set).filter(([field, value]) => held.entity[field as 'name' | 'note'] === value),
      );
      const isWritten = Object.keys(set).length > 0 || held.raisedBy !== 0 || held.labels.length > 0;
      if (isWritten) {
        this.#note(row, { set, raisedBy: held.raisedBy, labels: held.labels, after: stateOf(held.entity) }, open);
      }
      held.set = {};
      held.raisedBy = 0;
      held.labels = [];
    }
  }

  async #remove(row: number, { entity }: Held, isOurs: boolean, open: Open | undefined): Promise<void> {
    this.#held.delete(row);
    const { accounts, dataSource } = this.player;
    try {
      await (isOurs ? accounts.delete(entity) : dataSource.manager.remove(entity));
    } catch (error) {
      if (open) throw error;
      this.#judge(error, undefined);
      return;
    }
    this.#note(row, { deletes: true }, open);
  }

  #note(row: number, what: Partial<Written>, open: Open | undefined): void {
    const written = { row, by: this.name, set: {}, raisedBy: 0, labels: [], deletes: false, ...what };
    (open?.written ?? this.history.written).push(written);
  }

  #judge(error: unknown, open: Open | undefined): void {
    if (error instanceof OptimisticLockError) {
      const id = (error.fields['id'] as { id?: string } | undefined)?.id;
      const row = id === undefined ? -1 : this.ids.indexOf(id);
      this.history.refused.push({
        row: row === -1 ? undefined : row,
        by: this.name,
        error,
        isLocked: open?.locked.has(row) === true,
        hasWritten: open?.written.some((each) => each.row === row) === true,
      });
      return;
    }
    const reason = error instanceof TransactionAbortedError ? error.cause : error;
    const driver =
      reason instanceof QueryFailedError ? (reason.driverError as { code?: unknown; errno?: unknown }) : {};
    if (GIVEN_UP.includes(driver.code) || GIVEN_UP.includes(driver.errno)) return;
    this.history.wrong.push(`${this.name} was told ${String(error)}`);
  }
}

/**
 * In a transaction of MariaDB that has read before, TypeORM's own save() looks at a list as it was then, and inserts
 * what a merge has brought since: the key is there already. Nothing is lost, and the error is not ours.
 */
function isOldSnapshot(error: unknown): boolean {
  const driver = error instanceof QueryFailedError ? (error.driverError as { errno?: unknown }) : {};
  return driver.errno === 1062;
}

function isDirty(held: Held | undefined): boolean {
  return held !== undefined && (Object.keys(held.set).length > 0 || held.raisedBy !== 0 || held.labels.length > 0);
}
