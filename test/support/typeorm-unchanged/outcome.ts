import type { Entry } from './journal.js';

/** What came of one scenario, as plain data. */
export interface Outcome {
  readonly entries: readonly Entry[];
  /** The tables that are different afterwards, with all of their rows. */
  readonly rows: Readonly<Record<string, unknown>>;
  /** Why the scenario did not run to its end. */
  readonly problem?: string;
}

/** What came of all scenarios on one engine. */
export interface EngineOutcome {
  /** What reading a relation that was not loaded gives: tells whether entities are guarded. */
  readonly unloaded: string;
  readonly scenarios: Readonly<Record<string, Outcome>>;
}

/** What came of one run, by engine. */
export interface RunOutcome {
  readonly engines: Readonly<Record<string, EngineOutcome>>;
  /** Whether the library was there to patch TypeORM. */
  readonly patched: boolean;
  /** The public methods that the scenarios called themselves, as `Class.method`; the variant `off` tells. */
  readonly called?: readonly string[];
}
