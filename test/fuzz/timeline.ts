import type { SeenRow } from './log-record.js';
import type { Visibility } from './visibility.js';

/** What a row was from one commit on. */
export interface RowState {
  /** Undefined: there is no such row. */
  readonly row: SeenRow | undefined;
  /** Name of the operation that made it; undefined: it was so at the beginning. */
  readonly operation: string | undefined;
  /** Nobody can have seen it before, in microseconds. */
  readonly began: number;
  readonly visibility: Visibility;
}

/** A read's point of view. */
export interface View {
  /** Name of the process that reads. */
  readonly reader: string;
  /** Whether what the contract exempts is held against a read as well. */
  readonly isStrict: boolean;
}

/** The states of one row in the order of their commits. */
export class Timeline {
  #states: RowState[];

  constructor(
    readonly code: string,
    first: SeenRow | undefined,
  ) {
    const always: Visibility = { worker: '', acknowledged: -Infinity, others: -Infinity, strict: -Infinity };
    this.#states = [{ row: first, operation: undefined, began: -Infinity, visibility: always }];
  }

  get states(): readonly RowState[] {
    return this.#states;
  }

  get last(): RowState {
    return this.#states[this.#states.length - 1];
  }

  add(state: RowState): void {
    this.#states.push(state);
  }

  /** Index of the oldest state that a read which begins at this time may give. */
  oldestAt(time: number, view: View): number {
    for (let index = this.#states.length - 1; index > 0; index--) {
      if (seenFrom(this.#states[index].visibility, view) < time) return index;
    }
    return 0;
  }

  /** States that a read may give that has begun and ended so. */
  possible(began: number, ended: number, view: View): readonly RowState[] {
    const oldest = this.oldestAt(began, view);
    return this.#states.filter((state, index) => index === oldest || (index > oldest && state.began <= ended));
  }

  /** Forgets states that no read may give any more. */
  forgetBefore(time: number): void {
    const oldest = Math.min(
      this.oldestAt(time, { reader: '', isStrict: false }),
      this.oldestAt(time, { reader: '', isStrict: true }),
    );
    this.#states = this.#states.slice(oldest);
  }
}

/** From when on everybody with this view must see it, in microseconds. */
function seenFrom({ worker, acknowledged, others, strict }: Visibility, view: View): number {
  if (view.reader === worker) return acknowledged;
  return view.isStrict ? strict : others;
}
