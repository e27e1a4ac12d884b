import type { RuleCode } from '../../../lib/analysis/index.js';

/** A change of one file of a sample. */
export interface Edit {
  /** Path in the sample. */
  readonly file: string;
  /** Occurs once in the file. */
  readonly replace: string;
  readonly by: string;
}

/** Something that the analysis must say about a changed sample. */
export interface Expected {
  readonly rule: RuleCode;
  /** A word of the message: mostly the relation. */
  readonly word: string;
  /** Where: the path of a file in the sample, and the text of one of its lines. A finding about tables has a place instead. */
  readonly at: readonly [file: string, line: string] | string;
}

/** A mistake of a working day, made in a copy of a sample. */
export interface SeededFault {
  readonly mistake: string;
  readonly edits: readonly Edit[];
  readonly found: readonly Expected[];
}

/** Faults that do not touch each other, by the name of the copy that has all of them. */
export type SeededCopies = Readonly<Record<string, readonly SeededFault[]>>;
