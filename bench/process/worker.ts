import 'reflect-metadata';
import type { Contestant } from '../contestants/contestant.js';
import { openContestant } from '../contestants/open-contestant.js';
import { normalForm } from '../method/normal-form.js';
import { workloadNamed } from '../workloads/index.js';
import type { Reply, Request, RunRequest, VariantNames } from './messages.js';

// The process of one contestant: it does what bench/method asks for, one request after the other.

let contestant: Contestant;

process.on('message', (request: Request) => {
  answer(request).then(
    (value) => reply({ value }),
    (error: unknown) => reply({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function answer(request: Request): Promise<unknown> {
  switch (request.kind) {
    case 'open':
      contestant = await openContestant(request.contestant, request.database);
      return variantNames();
    case 'time':
      return time(request);
    case 'results':
      return results(request);
    case 'close':
      await contestant.close();
      setImmediate(() => process.disconnect());
      return undefined;
  }
}

/** Nanoseconds that the operations took together. */
async function time(request: RunRequest): Promise<number> {
  const workload = workloadNamed(request.workload);
  const run = operation(request);
  const inputs = Array.from({ length: request.operations }, (_, index) =>
    workload.input(request.firstStep + index, request.turn),
  );
  // The processor has worked for another process until now: one operation to get it back, where that leaves no rows.
  if (!workload.addsArticles) await run(workload.input(request.firstStep + request.operations, request.turn));

  const start = process.hrtime.bigint();
  for (const input of inputs) await run(input);
  return Number(process.hrtime.bigint() - start);
}

async function results(request: RunRequest): Promise<unknown[]> {
  const workload = workloadNamed(request.workload);
  const run = operation(request);
  const comparable = workload.comparable as (output: unknown) => unknown;
  const outputs: unknown[] = [];
  for (let index = 0; index < request.operations; index += 1) {
    const output = await run(workload.input(request.firstStep + index, request.turn));
    outputs.push(normalForm(comparable(output)));
  }
  return outputs;
}

function operation({ workload, variant }: RunRequest): (input: unknown) => unknown {
  const run = contestant.operations[workload][variant];
  if (!run) throw new Error(`no variant ${variant} of ${workload}`);
  return run as (input: unknown) => unknown;
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
