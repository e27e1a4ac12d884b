import type { RedisMemory } from './fuzz-redis.js';
import type { CutManner } from './redis-proxy.js';
import type { Ambush } from './worker-message.js';

/** Something that goes wrong. Slots name workers; times are milliseconds. */
export type Fault =
  | { readonly kind: 'kill redis'; readonly lasts: number; readonly memory: RedisMemory }
  | { readonly kind: 'flush' }
  | { readonly kind: 'evict'; readonly keys: number }
  | { readonly kind: 'cut all'; readonly lasts: number; readonly manner: CutManner }
  | { readonly kind: 'cut one'; readonly slot: number; readonly lasts: number; readonly manner: CutManner }
  | { readonly kind: 'stall one'; readonly slot: number; readonly lasts: number }
  | { readonly kind: 'kill worker'; readonly slot: number; readonly ambush: Ambush | undefined }
  | {
      readonly kind: 'stop worker';
      readonly slot: number;
      readonly lasts: number;
      readonly ends: 'continued' | 'killed';
      readonly ambush: Ambush | undefined;
    };

/** A fault and when it begins, in milliseconds since its epoch began. */
export interface PlannedFault {
  readonly at: number;
  readonly fault: Fault;
  /** Whether Redis saves its memory first, which a later one starts from. */
  readonly saves: boolean;
}

/** A fault that has happened. Times in microseconds of the common clock. */
export interface PastFault {
  readonly fault: Fault;
  readonly began: number;
  ended: number;
}
