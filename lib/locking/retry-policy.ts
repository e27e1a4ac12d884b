import type { DataSource } from 'typeorm';
import { conflictKind, isOutcomeUnknown, type ConflictKind } from './conflict-kind.js';
import type { RetryDefaults, RetryEvent, RetryRules } from './retry-options.js';
import { realTiming, type RetryTiming } from './retry-timing.js';

/** Where retries tell what they cannot throw. */
export type RetryLog = (message: string, cause: unknown) => void;

/** What retries are like on a data source. */
export interface RetryConfiguration {
  readonly defaults: RetryDefaults;
  readonly timing: RetryTiming;
  readonly log: RetryLog;
}

const STOCK: RetryConfiguration = {
  defaults: {},
  timing: realTiming,
  log: (message, cause) => {
    process.emitWarning(`${message} ${String(cause)}`, 'SqlModelExtWarning');
  },
};

const known = new WeakMap<DataSource, RetryConfiguration>();

/** Notes what retries are like on a data source; what is left out stays as it was. */
export function configureRetries(dataSource: DataSource, configuration: Partial<RetryConfiguration>): void {
  known.set(dataSource, { ...(known.get(dataSource) ?? STOCK), ...definedOf(configuration) });
}

/** Decides about the attempts of one method on one data source. */
export class RetryPolicy {
  readonly timing: RetryTiming;
  readonly #retries: number;
  readonly #delay: number;
  readonly #maxDelay: number;
  readonly #jitter: boolean;
  readonly #deadline: number;
  readonly #on: RetryRules['on'];
  readonly #hooks: readonly (RetryDefaults['onAttempt'] & {})[];
  readonly #log: RetryLog;

  constructor(dataSource: DataSource, rules: RetryRules) {
    const { defaults, timing, log } = known.get(dataSource) ?? STOCK;
    const merged: RetryRules = { ...definedOf(defaults), ...definedOf(rules) };
    this.timing = timing;
    this.#log = log;
    this.#retries = merged.retries ?? 3;
    this.#delay = merged.delay ?? 20;
    this.#maxDelay = merged.maxDelay ?? 1000;
    this.#jitter = merged.jitter ?? true;
    this.#deadline = merged.deadline ?? Infinity;
    this.#on = rules.on;
    this.#hooks = [defaults.onAttempt, rules.onAttempt].filter((hook) => hook !== undefined);
  }

  /** Milliseconds to wait after this attempt has failed; undefined: no other attempt. */
  delayAfter(attempt: number, error: unknown, kind: ConflictKind | undefined, elapsed: number): number | undefined {
    if (attempt > this.#retries || !this.#isRetried(error, kind)) return undefined;
    // Beyond 2 ** 40 every delay is the longest: no overflow, and no 0 * Infinity.
    const full = Math.min(this.#maxDelay, this.#delay * 2 ** Math.min(attempt - 1, 40));
    const delay = this.#jitter ? this.timing.random() * full : full;
    return elapsed + delay <= this.#deadline ? delay : undefined;
  }

  /** Tells the hooks of an attempt. Does not wait for them. */
  report(event: RetryEvent): void {
    for (const hook of this.#hooks) {
      const failed = (error: unknown): void => {
        this.#log(`onAttempt failed for attempt ${event.attempt} of ${event.method}; nothing else is affected.`, error);
      };
      try {
        Promise.resolve(hook(event)).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  #isRetried(error: unknown, kind: ConflictKind | undefined): boolean {
    if (isOutcomeUnknown(error)) return false;
    const on = this.#on;
    if (typeof on !== 'function') return kind !== undefined && (on ?? [kind]).includes(kind);
    try {
      return on(error);
    } catch (failure) {
      this.#log("The function 'on' of a retry failed; the error that it was asked about is not retried.", failure);
      return false;
    }
  }
}

/** The conflict that an event is about; none where the outcome of a COMMIT is unknown. */
export function kindOfEvent(error: unknown): ConflictKind | undefined {
  return isOutcomeUnknown(error) ? undefined : conflictKind(error);
}

function definedOf<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<Options>;
}
