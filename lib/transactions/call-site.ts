const FRAMES = 30;

/** A place in the caller's code. Capturing is cheap; the text is made only when somebody reads it. */
export class CallSite {
  readonly #trace: Error;

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
    return frame?.trim().replace(/^at (?:async )?/, '') ?? 'an unknown place';
  }
}
