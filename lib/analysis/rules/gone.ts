import type { Gone } from '../interpreter/cell.js';

/** Why an instance is no good any more, as the second half of a sentence. */
export function whyGone({ how, by }: Gone): string {
  switch (how) {
    case 'deleted':
      return `after ${by} has deleted its row`;
    case 'removed':
      return `after ${by} has deleted its row and taken its key away`;
    case 'rolledBack':
      return `after the transaction in which ${by} stored it was rolled back`;
    case 'attempt':
      return `in a method with ${by}, but was read before its attempt: a second attempt has the row of the first`;
  }
}
