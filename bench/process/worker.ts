import 'reflect-metadata';
import type { Contestant } from '../contestants/contestant.js';
import { openContestant } from '../contestants/open-contestant.js';
import { normalForm } from '../method/normal-form.js';
import { workloadNamed } from '../workloads/index.js';
import { countStatements } from './count-statements.js';
import type { HerdRequest, Reply, Request, RunRequest, VariantNames } from './messages.js';

// The process of one contestant: it does what bench/method asks for, one request after the other.

let contestant: Contestant;

/** From the first herd on, so that nothing else is slowed down. */
let statementsSent: (() => number) | undefined;

// Connections would keep it alive when the process that asks has failed.
process.once('disconnect', () => process.exit());

process.on('message', (request: Request) => {
  answer(request).then(
    (value) => reply({ value }),
    (error: unknown) => reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function answer(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      contestant = await openContestant(request.contestant, request.venue);
      return variantNames();
    case 'time':
      return time(request);
    case 'results':
      return results(request);
    case 'clear':
      return contestant.clear?.();
    case 'herd':
      return herd(request);
    case 'close':
      await contestant.close();
      setImmediate(() => process.disconnect());
      return undefined;
  }
}

/** Nanoseconds that the operations took together. */
async function time(request: RunRequest): Promise<number> {
  const workload = workloadNamed(request.workload);
  const prepare = operation(request);
  const works: Work[] = [];
  for (let index = 0; index < request.operations; index += 1) {
    works.push(await prepare(workload.input(request.firstStep + index, request.turn)));
  }
  // The processor has worked for another process until now: one operation to get it back, where that leaves no rows.
  if (!workload.addsArticles) {
    const first = await prepare(workload.input(request.firstStep + request.operations, request.turn));
    await first();
  }

  const start = process.hrtime.bigint();
  for (const work of works) await work();
  return Number(process.hrtime.bigint() - start);
}

async function results(request: RunRequest): Promise<unknown[]> {
  const workload = workloadNamed(request.workload);
  const prepare = operation(request);
  const plain = contestant.plain ?? ((output: unknown) => output);
  const comparable = workload.comparable as (output: unknown) => unknown;
  const outputs: unknown[] = [];
  for (let index = 0; index < request.operations; index += 1) {
    const work = await prepare(workload.input(request.firstStep + index, request.turn));
    outputs.push(normalForm(comparable(plain(await work()))));
  }
  return outputs;
}

/** @returns statements that were sent to the database */
async function herd({ variant, id, requests }: HerdRequest): Promise<number> {
  const read = contestant.operations.redisRow?.[variant];
  if (!read) throw new Error(`no variant ${variant} of redisRow`);
  statementsSent ??= countStatements();
  const before = statementsSent();
  const articles = await Promise.all(Array.from({ length: requests }, async () => read(id)));
  if (articles.some((article) => article?.id !== id))
    throw new Error(`${variant} did not give article ${id} each time`);
  return statementsSent() - before;
}

/** The timed part of an operation. */
type Work = () => unknown;

/** What has to be done for an input before the clock starts, and gives what is timed. */
function operation({ workload, variant }: RunRequest): (input: unknown) => Promise<Work> {
  const run = contestant.operations[workload]?.[variant] as ((input: unknown) => unknown) | undefined;
  if (!run) throw new Error(`no variant ${variant} of ${workload}`);
  if (workloadNamed(workload).loadsFirst) return async (input) => (await run(input)) as Work;
  return async (input) => () => run(input);
}

function variantNames(): VariantNames {
  const entries = Object.entries(contestant.operations).map(([workload, variants]) => [
    workload,
    Object.keys(variants),
  ]);
  return Object.fromEntries(entries) as VariantNames;
}

function reply(message: Reply): void {
  process.send?.(message);
}
