import { isDeepStrictEqual, inspect } from 'node:util';
import type { Keeper } from '../database/keeper.js';
import type { Workload } from '../workloads/index.js';
import { refill } from './refill.js';
import type { Runner } from './runner.js';

const STEPS = 3;

/** Every runner must answer with the same data, and leave the same data in the table. */
export async function verify(workload: Workload, runners: readonly Runner[], keeper: Keeper): Promise<void> {
  let expected: { runner: Runner; outcome: Outcome } | undefined;
  for (const runner of runners) {
    const outcome = await outcomeOf(workload, runner, keeper);
    expected ??= { runner, outcome };
    compare('answers', workload, expected.runner, expected.outcome.answers, runner, outcome.answers);
    compare('stores', workload, expected.runner, expected.outcome.stored, runner, outcome.stored);
  }
}

interface Outcome {
  answers: unknown;
  stored: unknown;
}

async function outcomeOf(workload: Workload, runner: Runner, keeper: Keeper): Promise<Outcome> {
  await refill(workload, [runner], keeper);
  const { process, variant } = runner;
  const run = { workload: workload.name, variant, firstStep: 0, operations: STEPS, turn: 0 };
  // What is verified is what is timed: the answers of the cache.
  if (workload.cachedInputs !== undefined) await process.results(run);
  return { answers: await process.results(run), stored: await keeper.storedArticles(workload) };
}

function compare(verb: string, { title }: Workload, a: Runner, expected: unknown, b: Runner, actual: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  const path = firstDifference(expected, actual);
  throw new Error(
    `${title}: ${b.contestant} (${b.variant}) ${verb} something else than ${a.contestant} (${a.variant}) at ${path}`,
  );
}

function firstDifference(expected: unknown, actual: unknown, path = 'the result'): string {
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      if (!isDeepStrictEqual(expected[key], actual[key])) {
        return firstDifference(expected[key], actual[key], `${path}.${key}`);
      }
    }
  }
  return `${path}: ${brief(actual)} instead of ${brief(expected)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function brief(value: unknown): string {
  return inspect(value, { depth: 1, breakLength: Infinity }).slice(0, 200);
}
