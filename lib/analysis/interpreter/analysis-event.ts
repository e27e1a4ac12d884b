import type { EntityMetadata } from 'typeorm';
import type { Gone, Origin } from './cell.js';

/** What the interpreter has seen that a rule may have something to say about. */
export type AnalysisEvent =
  RelationRead | RelationShown | GoneUsed | LockMissing | UsedAfterYield | SubclassField | UnresolvedShown;

/** A relation that is not loaded is read, or asked whether it is there. */
export interface RelationRead {
  readonly type: 'relationRead';
  readonly entity: EntityMetadata;
  readonly relation: string;
  readonly how: 'value' | 'truth';
  readonly origin: Origin;
  /** The write that has unloaded it: `update()`. */
  readonly unloadedBy: string | undefined;
}

/** An answer shows a relation that is not loaded. */
export interface RelationShown {
  readonly type: 'relationShown';
  readonly entity: EntityMetadata;
  readonly relation: string;
  readonly origin: Origin;
  /** Name of the class of the answer, and where it is declared. */
  readonly view: string;
  readonly declared: string;
}

/** An instance is used that stands for no row any more. */
export interface GoneUsed {
  readonly type: 'goneUsed';
  readonly entity: EntityMetadata;
  readonly gone: Gone;
  readonly use: 'field' | 'method' | 'passed';
  /** The field, the method, or what it is passed to. */
  readonly name: string;
}

/** A method that needs a locked row is called on one that was read without a lock. */
export interface LockMissing {
  readonly type: 'lockMissing';
  readonly entity: EntityMetadata;
  readonly method: string;
  readonly origin: Origin;
}

/** What was read before a `yield` is written after it. */
export interface UsedAfterYield {
  readonly type: 'usedAfterYield';
  readonly entity: EntityMetadata;
  readonly by: string;
  readonly origin: Origin;
}

/** An answer must have a field that only some of the possible classes have. */
export interface SubclassField {
  readonly type: 'subclassField';
  readonly entity: EntityMetadata;
  readonly field: string;
  readonly without: readonly string[];
  readonly view: string;
  readonly declared: string;
}

/** An answer shows a relation, but nobody knows as what. */
export interface UnresolvedShown {
  readonly type: 'unresolvedShown';
  readonly entity: EntityMetadata;
  readonly property: string;
  readonly view: string;
  readonly declared: string;
}
