import type { ObjectLiteral } from 'typeorm';
import type { Merging } from './merging.js';
import type { ModelFacts } from './model-facts.js';

/** One call of `add`, `save` or `update`: what it has met, and how related rows are written within it. */
export interface WriteContext {
  /** Entities that this call writes or has written: each once, whatever circles lead to it. */
  readonly seen: Set<object>;
  /** Entities that are new whatever key they bring: the caller said add. */
  readonly brandNew: Set<object>;
  /** Entities whose row this call has inserted. */
  readonly inserted: Set<object>;
  /** Entities whose row this call has updated: their version has moved. */
  readonly updated: Set<object>;
  /** How rows that somebody else has changed are dealt with; undefined: an error. */
  readonly merging: Merging | undefined;
  /** Writes related entities in the same way. */
  write(facts: ModelFacts, entities: readonly ObjectLiteral[]): Promise<void>;
}
