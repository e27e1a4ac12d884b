import type { LogRecord } from './log-record.js';

/** Numbers of a run, by what they count. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, this.get(name) + by);
  }

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** The sum of all whose names begin so. */
  sum(prefix: string): number {
    return this.list(prefix).reduce((sum, [, count]) => sum + count, 0);
  }

  /** Those whose names begin so, without it. */
  list(prefix: string): [name: string, count: number][] {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]): [string, number] => [name.slice(prefix.length), count])
      .sort(([left], [right]) => left.localeCompare(right));
  }

  note(record: LogRecord): void {
    switch (record.type) {
      case 'read':
        this.add(`reads: ${record.kind}`);
        for (const answer of record.cache) this.add(`cache: ${answer}`);
        break;
      case 'end':
        this.add(`writes: ${record.outcome}`, record.writes);
        this.add(`operations: ${record.outcome}`);
        if (record.error !== undefined) this.add(`errors: ${record.error}`);
        break;
      default:
    }
  }

  /** Reads and writes. */
  get operations(): number {
    return this.sum('reads: ') + this.sum('writes: ');
  }
}
