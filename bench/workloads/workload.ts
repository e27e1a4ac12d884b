import type { ContestantName, Operations } from '../contestants/contestant.js';
import type { EngineName } from '../database/bench-database.js';
import type { Suite } from './suite.js';

export type WorkloadName = keyof Operations;

export type InputOf<Name extends WorkloadName> = Parameters<Operations[Name][string]>[0];

/** What an operation gives; with `loadsFirst`, what its timed part gives. */
export type OutputOf<Name extends WorkloadName> =
  Awaited<ReturnType<Operations[Name][string]>> extends infer Output
    ? Output extends () => infer Saved
      ? Awaited<Saved>
      : Output
    : never;

/** The most that this module may take, for each unit that another contestant takes. */
export interface Bound {
  readonly to: Exclude<ContestantName, 'module'>;
  readonly most: number;
  /** On these engines only; on all when missing. */
  readonly engines?: readonly EngineName[];
}

/** A piece of work that the contestants do. */
export interface Workload<Name extends WorkloadName = WorkloadName> {
  readonly name: Name;
  /** How the report calls it. */
  readonly title: string;
  /** With which others it is measured; the work on tables when missing. */
  readonly suite?: Suite;
  /** What the workload is held to; else the bound of every workload (bench/method/bounds.ts). */
  readonly bounds?: readonly Bound[];
  /** Whether the articles are those with a version. */
  readonly isVersioned?: boolean;
  /** Whether an operation loads before it is timed, and gives its timed part as a function. */
  readonly loadsFirst?: boolean;
  /** How many articles are stored before the first operation. */
  readonly storedArticles: number;
  /** Whether an operation leaves rows behind, so that the table is emptied before each sample. */
  readonly addsArticles: boolean;
  /**
   * For a workload through a cache: how many inputs there are. Each is read once before anything is timed, so that the
   * cache has the answers. Undefined where it must not have them.
   */
  readonly cachedInputs?: number;
  /** Most operations in one sample; what adds articles does so once. */
  readonly maxOperations: number;
  /**
   * The input of an operation. All contestants take the same steps; `turn` is different for every sample of a run,
   * so that a change is never one that another contestant has just made.
   */
  input(step: number, turn: number): InputOf<Name>;
  /** The part of a result in which all contestants have to agree. */
  comparable(output: OutputOf<Name>): unknown;
}
