import { Injectable } from '@nestjs/common';
import type { RetryEvent } from 'nestjs-sqlmodel-ext';
import type { AttemptCount } from './attempt-count.js';

/** How often `@RetryOnConflict()` methods ran, and how that ended. A real shop would feed its metrics. */
@Injectable()
export class AttemptCounts {
  private readonly counts = new Map<string, AttemptCount>();

  note({ method, outcome, kind }: RetryEvent): void {
    const key = `${method} ${outcome} ${kind}`;
    const count = this.counts.get(key)?.count ?? 0;
    this.counts.set(key, { method, outcome, kind: kind ?? null, count: count + 1 });
  }

  list(): AttemptCount[] {
    return [...this.counts.values()];
  }
}
