import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { TransactionAbortedError, TransactionEndedError, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { DATABASES, type DatabaseName } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { latch } from '../support/latch.js';
import { NOTEBOOK } from '../support/models/notebook.js';
import { openDataSource } from '../support/open-data-source.js';
import { SeededRandom } from '../support/seeded-random.js';

/*
 * Random programs of nested scopes, errors and hooks run on the engine and, beside it, on a model that is a
 * few lines long. `SEED=7` runs one program; `SOAK=1` runs as many as `SOAK_SECONDS` (60) allow.
 */
const COUNT = 40;

type Ending = 'returns' | 'throws';
type Step = { id: number } & (
  | { kind: 'insert' | 'duplicate' | 'check' | 'commit hook' | 'rollback hook' | 'late' | 'reset' }
  | { kind: 'nested' | 'joined' | 'new'; steps: Step[]; ending: Ending }
  | { kind: 'parallel'; steps: Step[] }
);

/** What can be seen of a program from outside. */
interface Outcome {
  /** By step: what it came to. */
  readonly results: Record<number, string>;
  readonly rows: string[];
  readonly hooks: string[];
  readonly end: string;
}

class Refusal extends Error {}

class ProgramWriter {
  #id = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly engine: DatabaseName,
    private readonly hasConcurrency: boolean,
  ) {}

  steps(depth: number, inside: 'outer' | 'new' | 'parallel'): Step[] {
    return Array.from({ length: 1 + this.random.below(5) }, () => this.#step(depth, inside));
  }

  ending(): Ending {
    return this.random.chance(0.35) ? 'throws' : 'returns';
  }

  #step(depth: number, inside: 'outer' | 'new' | 'parallel'): Step {
    const id = ++this.#id;
    const kinds: Step['kind'][] = ['insert', 'insert', 'commit hook', 'rollback hook', 'late'];
    // Beside others, an aborted transaction would depend on who comes first; the other connection's
    // duplicate would wait for the outer one's locks on MariaDB.
    if (inside === 'outer') kinds.push('duplicate', 'check');
    if (inside === 'outer' && depth === 4) kinds.push('reset');
    if (depth > 0) {
      kinds.push('nested', 'nested', 'joined', 'parallel');
      if (inside === 'outer' && this.engine !== 'sqlite' && this.hasConcurrency) kinds.push('new');
    }
    const kind = this.random.pick(kinds);
    switch (kind) {
      case 'nested':
      case 'joined': {
        // A scope of its own may fail inside even beside others.
        const within = inside === 'parallel' && kind === 'nested' ? 'parallel' : inside;
        return { id, kind, steps: this.steps(depth - 1, within), ending: this.ending() };
      }
      case 'new':
        return { id, kind, steps: this.steps(Math.min(depth - 1, 3), 'new'), ending: this.ending() };
      case 'parallel':
        return { id, kind, steps: this.steps(depth - 1, inside === 'new' ? 'new' : 'parallel') };
      default:
        return { id, kind };
    }
  }
}

/** One level in the model. */
class ModelScope {
  rows: string[] = [];
  commitHooks: string[] = [];
  rollbackHooks: string[] = [];
  isAborted = false;
  hasWritten = false;

  constructor(readonly outer?: ModelScope) {}

  visible(): string[] {
    return [...(this.outer?.visible() ?? []), ...this.rows];
  }
}

/** What must happen, without a database. */
function predict(program: Step[], ending: Ending, engine: DatabaseName): Outcome {
  const results: Record<number, string> = {};
  const stored: string[] = [];
  const hooks: string[] = [];

  const transaction = (steps: Step[], end: Ending): string => {
    const scope = new ModelScope();
    const undone: string[] = [];
    const run = (step: Step, current: ModelScope): void => {
      switch (step.kind) {
        case 'insert':
          if (!current.isAborted) current.rows.push(`row ${step.id}`);
          if (!current.isAborted) scope.hasWritten = true;
          results[step.id] = current.isAborted ? 'aborted' : 'ok';
          return;
        case 'duplicate':
          scope.hasWritten = true;
          results[step.id] = current.isAborted ? 'aborted' : 'failed';
          if (engine === 'postgres') current.isAborted = true;
          return;
        case 'check':
          results[step.id] = current.isAborted ? 'aborted' : current.visible().sort().join();
          return;
        case 'commit hook':
          current.commitHooks.push(`commit ${step.id}`);
          return;
        case 'rollback hook':
          current.rollbackHooks.push(`rollback ${step.id}`);
          return;
        case 'late':
          results[step.id] = 'refused';
          return;
        case 'reset':
          results[step.id] = scope.hasWritten ? 'refused' : 'ok';
          return;
        case 'parallel':
          for (const inner of step.steps) run(inner, current);
          return;
        case 'joined':
          for (const inner of step.steps) run(inner, current);
          results[step.id] = step.ending;
          return;
        case 'new':
          results[step.id] = transaction(step.steps, step.ending);
          return;
        case 'nested': {
          if (current.isAborted) {
            results[step.id] = 'failed';
            return;
          }
          const inner = new ModelScope(current);
          for (const each of step.steps) run(each, inner);
          if (step.ending === 'returns' && !inner.isAborted) {
            current.rows.push(...inner.rows);
            current.commitHooks.push(...inner.commitHooks);
            current.rollbackHooks.push(...inner.rollbackHooks);
            results[step.id] = 'returns';
          } else {
            undone.push(...inner.rollbackHooks);
            results[step.id] = step.ending === 'throws' ? 'throws' : 'aborted';
          }
        }
      }
    };
    for (const step of steps) run(step, scope);
    const isStored = end === 'returns' && !scope.isAborted;
    if (isStored) stored.push(...scope.rows);
    hooks.push(...undone, ...(isStored ? scope.commitHooks : scope.rollbackHooks));
    return isStored ? 'returns' : end === 'throws' ? 'throws' : 'aborted';
  };

  const end = transaction(program, ending);
  return { results, rows: stored.sort(), hooks: hooks.sort(), end };
}

describe.each(DATABASES)('random units of work on $name', ({ name: engine, hasConcurrency }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, NOTEBOOK));
    outside = await connectIndependently(dataSource);
    await outside.rows("INSERT INTO entry (text) VALUES ('taken')");
    unitOfWork = new UnitOfWork(dataSource);
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });

  let runs = 0;
  async function execute(program: Step[], ending: Ending, random: SeededRandom): Promise<Outcome> {
    const prefix = `${++runs}:`;
    const results: Record<number, string> = {};
    const hooks: string[] = [];
    const over = latch();
    const late: Promise<unknown>[] = [];

    const pause = async () => {
      for (let hop = random.below(6); hop > 0; hop--) await Promise.resolve();
    };
    // Transactions of other connections use another table: MariaDB's gap locks would make them wait for each other.
    const insert = (id: number, table: string) =>
      dataSource.query(
        `INSERT INTO ${table} (text${table === 'note' ? ', createdAt, updatedAt' : ''}) VALUES ('${prefix}row ${id}'${
          table === 'note' ? ", '2020-01-01', '2020-01-01'" : ''
        })`.replace(
          'createdAt, updatedAt',
          engine === 'postgres' ? '"createdAt", "updatedAt"' : 'createdAt, updatedAt',
        ),
      );
    const note = async (id: number, work: Promise<unknown>, ok = 'ok') => {
      results[id] = await work.then(
        () => ok,
        (error: unknown) => {
          if (error instanceof Refusal) return 'throws';
          return error instanceof TransactionAbortedError ? 'aborted' : 'failed';
        },
      );
    };
    const all = async (steps: Step[], table: string, end: Ending) => {
      for (const step of steps) await run(step, table);
      if (end === 'throws') throw new Refusal();
    };
    const run = async (step: Step, table: string): Promise<void> => {
      await pause();
      switch (step.kind) {
        case 'insert':
          return note(step.id, insert(step.id, table));
        case 'duplicate':
          return note(step.id, dataSource.query("INSERT INTO entry (text) VALUES ('taken')"));
        case 'check': {
          const read = dataSource.query(`SELECT text FROM entry WHERE text LIKE '${prefix}%'`);
          await note(step.id, read);
          if (results[step.id] !== 'ok') return;
          const rows = (await read).map(({ text }: { text: string }) => text.slice(prefix.length));
          results[step.id] = rows.sort().join();
          return;
        }
        case 'commit hook':
          unitOfWork.afterCommit(() => hooks.push(`commit ${step.id}`));
          return;
        case 'rollback hook':
          unitOfWork.afterRollback(() => hooks.push(`rollback ${step.id}`));
          return;
        case 'late':
          late.push(
            over.opened
              .then(() => insert(step.id, table))
              .then(
                () => 'stored',
                (error: unknown) => (error instanceof TransactionEndedError ? 'refused' : String(error)),
              )
              .then((result) => (results[step.id] = result)),
          );
          return;
        case 'reset':
          await note(step.id, unitOfWork.reset());
          if (results[step.id] !== 'ok') results[step.id] = 'refused';
          return;
        case 'parallel':
          await Promise.all(step.steps.map((inner) => run(inner, table)));
          return;
        case 'joined':
          return note(
            step.id,
            unitOfWork.run(() => all(step.steps, table, step.ending)),
            'returns',
          );
        case 'nested': {
          let began = false;
          const work = () => {
            began = true;
            return all(step.steps, table, step.ending);
          };
          const nested = random.chance(0.5)
            ? unitOfWork.run(work, { propagation: 'NESTED' })
            : dataSource.transaction(work);
          await note(step.id, nested, 'returns');
          if (!began) results[step.id] = 'failed';
          return;
        }
        case 'new':
          return note(
            step.id,
            unitOfWork.run(() => all(step.steps, 'note', step.ending), { propagation: 'REQUIRES_NEW' }),
            'returns',
          );
      }
    };

    await note(
      0,
      unitOfWork.run(() => all(program, 'entry', ending)),
      'returns',
    );
    const { 0: end, ...inner } = results;
    over.open();
    await Promise.all(late);
    for (const id of Object.keys(results)) if (id !== '0') inner[Number(id)] = results[Number(id)];
    const rows = [
      ...(await outside.rows(`SELECT text FROM entry WHERE text LIKE '${prefix}%'`)),
      ...(await outside.rows(`SELECT text FROM note WHERE text LIKE '${prefix}%'`)),
    ];
    return {
      results: inner,
      rows: rows.map(({ text }) => String(text).slice(prefix.length)).sort(),
      hooks: hooks.sort(),
      end,
    };
  }

  const play = async (seed: number) => {
    const random = new SeededRandom(seed);
    const writer = new ProgramWriter(random, engine, hasConcurrency);
    const program = writer.steps(4, 'outer');
    const ending = writer.ending();
    const expected = predict(program, ending, engine);
    const actual = await execute(program, ending, random);
    expect({ seed, program, ...actual }).toEqual({ seed, program, ...expected });
  };

  const given = process.env['SEED'];
  if (given !== undefined) {
    it(`seed ${given}`, () => play(Number(given)));
  } else if (process.env['SOAK'] === '1') {
    const seconds = Number(process.env['SOAK_SECONDS'] ?? 60);
    it(
      `as many as ${seconds} s allow`,
      async () => {
        const first = Date.now() % 1_000_000_000;
        let played = 0;
        for (const end = Date.now() + seconds * 1_000; Date.now() < end; played++) await play(first + played);
        console.log(`${engine}: ${played} programs from seed ${first}`);
      },
      (seconds + 60) * 1_000,
    );
  } else {
    it.each(Array.from({ length: COUNT }, (_, index) => index + 1))('seed %d', play);
    it('several at the same time do not mix', async () => {
      // On MariaDB the duplicates' gap locks may make a deadlock of them.
      if (engine === 'mariadb') return;
      const seeds = Array.from({ length: 20 }, (_, index) => 1_000 + index);
      const results = await Promise.allSettled(seeds.map(play));
      expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
    });
  }
});
