import { parseArgs } from 'node:util';
import { type ContestantName, CONTESTANTS } from './contestants/contestant.js';
import type { EngineName } from './database/bench-database.js';
import { type Suite, SUITES, WORKLOADS, type Workload } from './workloads/index.js';

const ENGINES: readonly EngineName[] = ['sqlite', 'postgres', 'mariadb'];

export interface CommandLine {
  readonly engines: readonly EngineName[];
  readonly suites: readonly Suite[];
  readonly workloads: readonly Workload[];
  readonly contestants: readonly ContestantName[];
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly seed: number;
  /** End with exit code 1 when a bound is broken. */
  readonly check: boolean;
  /** Folder for a CPU profile of every contestant. */
  readonly cpuProf?: string;
}

/** Lists are comma-separated. */
export function readCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({
    args,
    options: {
      engines: { type: 'string', default: 'sqlite,postgres' },
      suites: { type: 'string' },
      workloads: { type: 'string' },
      contestants: { type: 'string', default: CONTESTANTS.join(',') },
      rounds: { type: 'string', default: '51' },
      'warm-up': { type: 'string', default: '1500' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      check: { type: 'boolean', default: false },
      'cpu-prof': { type: 'string' },
    },
  });
  const names = WORKLOADS.map(({ name }) => name);
  const workloads = listOf('workloads', values.workloads ?? names.join(','), names);
  const chosen = WORKLOADS.filter(({ name }) => workloads.includes(name));
  const suites = values.suites ?? (values.workloads === undefined ? SUITES : chosen.map(suiteOf)).join(',');
  const contestants = listOf('contestants', values.contestants, CONTESTANTS);
  return {
    engines: listOf('engines', values.engines, ENGINES),
    suites: listOf('suites', suites, SUITES),
    workloads: chosen,
    contestants: CONTESTANTS.filter((name) => contestants.includes(name)),
    rounds: wholeNumber('rounds', values.rounds),
    warmUpMs: wholeNumber('warm-up', values['warm-up']),
    seed: wholeNumber('seed', values.seed),
    check: values.check,
    cpuProf: values['cpu-prof'],
  };
}

function suiteOf({ suite = 'tables' }: Workload): Suite {
  return suite;
}

function listOf<Name extends string>(option: string, text: string, allowed: readonly Name[]): Name[] {
  return text.split(',').map((word) => {
    const name = allowed.find((candidate) => candidate === word);
    if (name === undefined) throw new Error(`--${option} takes ${allowed.join(', ')}, not "${word}"`);
    return name;
  });
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`--${option} takes a positive whole number, not "${text}"`);
  return Number(text);
}
