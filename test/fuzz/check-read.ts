import type { ReadRecord, SeenRow } from './log-record.js';
import { EVERY_VOLUME, PERHAPS } from './own-writes.js';
import type { Wanted } from './step.js';
import type { RowState, Timeline, View } from './timeline.js';
import { codesOf, modelOf } from './universe.js';

/** What is wrong with a read: the row, and a sentence. */
export interface Complaint {
  readonly code: string;
  readonly text: string;
  /** What the read should have given instead, at the least. */
  readonly missed: RowState | undefined;
}

/** Timelines of all rows, by code. */
export type Timelines = ReadonlyMap<string, Timeline>;

/** Compares a read with everything that it may have seen. */
export function checkRead(read: ReadRecord, timelines: Timelines, view: View): Complaint[] {
  const check = new ReadCheck(read, timelines, view);
  return [...check.rows(), ...check.missing(), ...check.counts()];
}

class ReadCheck {
  /** The moment whose commits the read must see. */
  readonly #from: number;
  readonly #until: number;

  constructor(
    readonly read: ReadRecord,
    readonly timelines: Timelines,
    readonly view: View,
  ) {
    this.#from = read.snapshot ?? read.began;
    this.#until = read.ended;
  }

  /** Each row that was given must be one of its states, and not an old one. */
  rows(): Complaint[] {
    return (this.read.rows ?? []).flatMap((row) => [
      ...this.#row(row, this.read.wanted),
      ...(row.loaded ? this.#row(row.loaded, { code: row.shelf }) : []),
      ...(row.loaded === null ? this.#absent(row.shelf ?? '') : []),
    ]);
  }

  /** Rows that must have been given. A page need not give those before its first and after its last. */
  missing(): Complaint[] {
    const { rows, limit, offset } = this.read;
    if (!rows) return [];
    const given = new Set(rows.map(({ code }) => code));
    const isFull = limit !== undefined && rows.length >= limit;
    const first = offset > 0 ? (rows.at(0)?.code ?? '~') : '';
    const last = isFull ? (rows.at(-1)?.code ?? '') : '~';
    const complaints = this.#wantedCodes()
      .filter((code) => !given.has(code) && code >= first && code <= last)
      .flatMap((code) => this.#absent(code));
    const before = this.#wantedCodes().filter((code) => code < first);
    // Behind the end of a list there may be fewer rows than the offset.
    const bounds = this.#bounds(before);
    if (offset > 0 && (bounds.least > offset || (rows.length > 0 && bounds.most < offset))) {
      const text = `gave the rows after ${offset}, but there were ${bounds.least} to ${bounds.most} before them`;
      complaints.push({ code: before[0], text, missed: undefined });
    }
    return complaints;
  }

  counts(): Complaint[] {
    const { count } = this.read;
    if (count === undefined) return [];
    const { least, most, certain } = this.#bounds(this.#wantedCodes());
    if (count >= least && count <= most) return [];
    const text = `counted ${count}, but there were ${least} to ${most}`;
    return [{ code: certain.at(-1) ?? this.#wantedCodes()[0], text, missed: undefined }];
  }

  #row(row: SeenRow, wanted: Wanted): Complaint[] {
    const { code, tag } = row;
    const own = this.#own(code);
    if (own !== undefined) {
      if (own === PERHAPS || own === tag) return [];
      return [{ code, text: `gave ${tag}, but the transaction itself has made it ${own ?? 'go'}`, missed: undefined }];
    }
    const timeline = this.#timeline(code);
    const { states } = timeline;
    const index = states.findLastIndex((state) => state.row?.tag === tag);
    const oldest = timeline.oldestAt(this.#from, this.view);
    const missed = states[oldest];
    if (index < 0)
      return [{ code, text: `gave ${tag}, which is older than all that is known, or was never committed`, missed }];
    if (index < oldest) return [{ code, text: `gave ${tag}, which is older than ${nameOf(missed)}`, missed }];
    if (states[index].began > this.#until) return [{ code, text: `gave ${tag} before it was written`, missed }];
    const { row: state } = states[index];
    if (state && isSame(state, row) && matches(state, wanted)) return [];
    return [{ code, text: `gave ${JSON.stringify(row)}, but ${tag} is ${JSON.stringify(state)}`, missed }];
  }

  #absent(code: string): Complaint[] {
    const own = this.#own(code);
    if (own !== undefined) {
      if (own === null || own === PERHAPS || this.read.wanted.code !== code) return [];
      return [{ code, text: `does not see ${own}, which the transaction itself has written`, missed: undefined }];
    }
    if (this.#canMiss(code)) return [];
    const timeline = this.#timeline(code);
    const missed = timeline.states[timeline.oldestAt(this.#from, this.view)];
    return [{ code, text: `does not see ${code}, which was there since ${nameOf(missed)}`, missed }];
  }

  /** How many of these rows can have been there. */
  #bounds(codes: readonly string[]): { least: number; most: number; certain: readonly string[] } {
    const certain = codes.filter((code) => !this.#canMiss(code));
    return { least: certain.length, most: codes.filter((code) => this.#canMatch(code)).length, certain };
  }

  #canMiss(code: string): boolean {
    return (
      this.#own(code) !== undefined || this.#possible(code).some(({ row }) => !row || !matches(row, this.read.wanted))
    );
  }

  #canMatch(code: string): boolean {
    return (
      this.#own(code) !== undefined || this.#possible(code).some(({ row }) => row && matches(row, this.read.wanted))
    );
  }

  #possible(code: string): readonly RowState[] {
    return this.#timeline(code).possible(this.#from, this.#until, this.view);
  }

  #wantedCodes(): readonly string[] {
    const { model, wanted } = this.read;
    return wanted.code === undefined ? codesOf(model) : [wanted.code];
  }

  #own(code: string): string | null | undefined {
    const { own } = this.read;
    if (!own) return undefined;
    if (Object.hasOwn(own, code)) return own[code];
    return modelOf(code) === 'volume' ? own[EVERY_VOLUME] : undefined;
  }

  #timeline(code: string): Timeline {
    const timeline = this.timelines.get(code);
    if (!timeline) throw new Error(`there is no row ${code}`);
    return timeline;
  }
}

function matches(row: SeenRow, { code, bucket, shelf }: Wanted): boolean {
  return (
    (code === undefined || row.code === code) &&
    (bucket === undefined || row.bucket === bucket) &&
    (shelf === undefined || row.shelf === shelf)
  );
}

function isSame(left: SeenRow, right: SeenRow): boolean {
  return left.value === right.value && left.bucket === right.bucket && left.shelf === right.shelf;
}

function nameOf({ row, operation }: RowState): string {
  if (operation === undefined) return 'its first state';
  return row ? row.tag : `${operation}, which deleted it`;
}
