import type { Report } from '../report.js';
import type { Suppression } from '../suppression.js';

/** Suppressions that cover nothing. None are known to where handlers were not read: they may cover what is there. */
export function certainlyStale({ stale, unread }: Report): readonly Suppression[] {
  return unread.length === 0 ? stale : [];
}
