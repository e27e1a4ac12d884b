import { CONFLICT_KINDS, type ConflictKind } from './conflict-kind.js';

/** What is told of each attempt of a `@RetryOnConflict()` method. */
export interface RetryEvent {
  /** The method, as `AccountService.withdraw`. */
  readonly method: string;
  /** From 1. */
  readonly attempt: number;
  /** `retrying`: this attempt failed and another follows; `failed`: this was the last. */
  readonly outcome: 'succeeded' | 'retrying' | 'failed';
  /** The conflict that ended the attempt; undefined: it succeeded, or its error is no conflict. */
  readonly kind?: ConflictKind;
  /** What the attempt threw. */
  readonly error?: unknown;
  /** Milliseconds until the next attempt. */
  readonly delay?: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsed: number;
}

/** Options of `retry` in `SqlModelExtModule.forRoot()`: for every `@RetryOnConflict()` of the data source. */
export interface RetryDefaults {
  /** Further attempts after the first. Default 3. */
  readonly retries?: number;
  /** Milliseconds before the second attempt; twice as many before each further one. Default 20. */
  readonly delay?: number;
  /** The most milliseconds before an attempt. Default 1,000. */
  readonly maxDelay?: number;
  /** Waits a random part of the delay, so that those who met once do not meet again. Default true. */
  readonly jitter?: boolean;
  /** Milliseconds since the first attempt began, after which no attempt begins. Default: none. */
  readonly deadline?: number;
  /**
   * Sees every attempt, when it has ended. What it throws is logged and changes nothing. That of `forRoot()` and that
   * of a method both run.
   */
  readonly onAttempt?: (event: RetryEvent) => unknown;
}

/** When and how often a method runs again. */
export interface RetryRules extends RetryDefaults {
  /**
   * Errors after which the method runs again: kinds of conflicts, or a function that is asked for every error. Either
   * replaces the default: all kinds. A COMMIT of unknown outcome is never among them.
   */
  readonly on?: readonly ConflictKind[] | ((error: unknown) => boolean);
}

/** The longest time that a timer of Node.js waits: more of it is none at all. */
const LONGEST = 2 ** 31 - 1;

const DEFAULTS = ['retries', 'delay', 'maxDelay', 'jitter', 'deadline', 'onAttempt'];

const WRONG: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  retries: (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'an integer from 0'),
  delay: duration(0),
  maxDelay: duration(0),
  deadline: duration(1),
  jitter: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  onAttempt: (value) => (typeof value === 'function' ? undefined : 'a function'),
  on: (value) => (typeof value === 'function' || isListOfKinds(value) ? undefined : wordingOfOn()),
};

/** The first thing wrong with rules for retries as a sentence, or undefined; `more` are allowed besides. */
export function wrongRetryRule(rules: object, more: readonly string[] = []): string | undefined {
  const allowed = [...DEFAULTS, ...more];
  for (const [name, value] of Object.entries(rules) as [string, unknown][]) {
    if (!allowed.includes(name)) return `unknown option '${name}'. Allowed are ${allowed.join(', ')}`;
    if (value === undefined || !Object.hasOwn(WRONG, name)) continue;
    const expected = WRONG[name](value);
    if (expected !== undefined) return `'${name}' must be ${expected}, but is ${described(value)}`;
  }
  return undefined;
}

function duration(least: number): (value: unknown) => string | undefined {
  return (value) =>
    typeof value === 'number' && value >= least && value <= LONGEST
      ? undefined
      : `a number of milliseconds from ${least} to ${LONGEST}`;
}

function isListOfKinds(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((kind) => CONFLICT_KINDS.includes(kind as never));
}

function wordingOfOn(): string {
  return `a function, or a list of ${CONFLICT_KINDS.map((kind) => `'${kind}'`).join(', ')}`;
}

function described(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}
