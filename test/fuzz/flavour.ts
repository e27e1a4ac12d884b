import type { FuzzOptions } from './fuzz-options.js';

/**
 * What an epoch is like. `rows`: only writes of which the cache knows the rows, so that entries of other rows live on;
 * `all`: every way to write, bulk writes and cascades among them, each of which voids a whole table; `calm`: few writes,
 * so that lists and counts live on as well.
 */
export type Flavour = 'rows' | 'all' | 'calm';

const FLAVOURS: readonly Flavour[] = ['rows', 'all', 'calm'];

/** They take turns; without a part of the protocol it is the one in which that shows. */
export function flavourOf({ without }: FuzzOptions, epoch: number): Flavour {
  return FLAVOURS[without ? 0 : epoch % FLAVOURS.length];
}
