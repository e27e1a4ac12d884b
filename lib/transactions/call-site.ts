import { AsyncLocalStorage } from 'node:async_hooks';

const FRAMES = 30;

const labels = new AsyncLocalStorage<string>();

/** Names the places that are captured in `work` where no frame of the caller's code is on the stack. */
export function labelCallSites<T>(label: string, work: () => T): T {
  return labels.run(label, work);
}

/** A place in the caller's code. Capturing is cheap; the text is made only when somebody reads it. */
export class CallSite {
  readonly #trace: Error;
  readonly #label = labels.getStore();

  /** Captures the current stack. */
  constructor() {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = FRAMES;
    this.#trace = new Error();
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** The first frame outside this library and its dependencies, as `function (file:line:column)`. */
  toString(): string {
    const own = import.meta.url.replace(/transactions\/call-site\.[jt]s$/, '').replace(/^file:\/\//, '');
    const frame = (this.#trace.stack ?? '')
      .split('\n')
      .slice(1)
      .find((line) => !line.includes(own) && !/node:|node_modules|<anonymous>/.test(line));
    return frame?.trim().replace(/^at (?:async )?/, '') ?? this.#label ?? 'an unknown place';
  }
}
