import type { Operations } from '../contestants/contestant.js';

export type WorkloadName = keyof Operations;

export type InputOf<Name extends WorkloadName> = Parameters<Operations[Name][string]>[0];

export type OutputOf<Name extends WorkloadName> = Awaited<ReturnType<Operations[Name][string]>>;

/** A piece of work that every contestant does. */
export interface Workload<Name extends WorkloadName = WorkloadName> {
  readonly name: Name;
  /** How the report calls it. */
  readonly title: string;
  /** Most that this module may take of TypeORM's time; else the bound of the run. */
  readonly bound?: number;
  /** How many articles are stored before the first operation. */
  readonly storedArticles: number;
  /** Whether an operation leaves rows behind, so that the table is emptied before each sample. */
  readonly addsArticles: boolean;
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
