import type { OwnState } from './log-record.js';
import { modelOf } from './universe.js';

/** Stands for every volume. */
export const EVERY_VOLUME = 'volume*';

/** A row that may or may not have been written. */
export const PERHAPS = '?';

/** What a write has made of rows, by their codes. */
export type WriteEffect = Readonly<Record<string, OwnState>>;

/** What an open transaction has written, and what of it a savepoint takes back. */
export class OwnWrites {
  #states: Record<string, OwnState> = {};

  add(effect: WriteEffect): void {
    // What is said of every volume comes after what was said of some.
    const before = Object.hasOwn(effect, EVERY_VOLUME) ? withoutVolumes(this.#states) : this.#states;
    this.#states = { ...before, ...effect };
  }

  /** Undefined: nothing. */
  get states(): WriteEffect | undefined {
    return Object.keys(this.#states).length === 0 ? undefined : this.#states;
  }

  /** What gives this moment back. */
  remember(): () => void {
    const states = this.#states;
    return () => {
      this.#states = states;
    };
  }
}

function withoutVolumes(states: WriteEffect): Record<string, OwnState> {
  return Object.fromEntries(Object.entries(states).filter(([code]) => modelOf(code) !== 'volume'));
}
