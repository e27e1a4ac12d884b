import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityMetadata } from 'typeorm';
import type { Statement } from '../entity-model/index.js';
import { CallSite } from '../transactions/index.js';

type Relation = EntityMetadata['relations'][number];

/** Counts the statements of a piece of work. */
export interface Tracker {
  note(statement: Statement, dataSource: DataSource): void;
}

/** How the statements of one call count. */
export type Counting =
  /** The first statement counts; each other shape only when the call repeats it. */
  | 'first'
  /** Each shape counts once. */
  | 'once'
  /** Each shape that writes counts once, and no other. */
  | 'writes once'
  | 'not';

/** One call of a repository, however many statements it sends. */
export interface Call {
  readonly counting: Counting;
  /** The shapes that it has sent already, for each who counts. */
  readonly sent: WeakMap<object, Set<object>>;
  readonly site: CallSite;
  /** The relation that it is loading. */
  readonly relation: Relation | undefined;
}

const trackers = new AsyncLocalStorage<readonly Tracker[]>();
const calls = new AsyncLocalStorage<Call | undefined>();

/** The trackers around the current flow, the outermost first. */
export function currentTrackers(): readonly Tracker[] {
  return trackers.getStore() ?? [];
}

/** The outermost call that the current flow is in, with the relation that is being loaded. */
export function currentCall(): Call | undefined {
  return calls.getStore();
}

/** Runs work whose statements a tracker counts, beside those around it. */
export function runTracked<T>(tracker: Tracker, work: () => T): T {
  return trackers.run([...currentTrackers(), tracker], () => calls.run(undefined, work));
}

/**
 * Makes work one call: it may send the same statement for every batch and row, but counts once. The function
 * that it gives may run several pieces of work, as a stream reads its batches. Inside another call work is a part
 * of that one; where nothing is counted, it just runs.
 *
 * @param relation what the work loads
 */
export function oneCall(counting: Exclude<Counting, 'not'>, relation?: Relation): <T>(work: () => T) => T {
  if (currentTrackers().length === 0) return (work) => work();
  const outer = currentCall();
  if (outer && !relation) return (work) => work();
  const call = outer ? { ...outer, relation } : newCall(counting, relation);
  return (work) => calls.run(call, work);
}

/**
 * Runs work whose statements do not count as repetition: a loop that reads batch by batch on purpose.
 *
 * @returns what the work gives
 */
export function untracked<T>(work: () => T): T {
  return currentTrackers().length === 0 ? work() : calls.run(newCall('not'), work);
}

function newCall(counting: Counting, relation?: Relation): Call {
  return { counting, sent: new WeakMap(), site: new CallSite(), relation };
}
