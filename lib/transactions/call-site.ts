import { AsyncLocalStorage } from 'node:async_hooks';
import { findSourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

const FRAMES = 30;

const labels = new AsyncLocalStorage<string>();

/** Names the places that are captured in `work` where no frame of the caller's code is on the stack. */
export function labelCallSites<T>(label: string, work: () => T): T {
  return labels.run(label, work);
}

/** A place in the caller's code. Capturing is cheap; the text is made only when somebody reads it. */
export class CallSite {
  readonly #trace: Error;
  /** The same stack once more, where only printing it tells the lines of the sources. */
  readonly #printed: Error | undefined;
  readonly #label = labels.getStore();
  #text: string | undefined;

  /** Captures the current stack, with the functions that wait for it. */
  constructor() {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = FRAMES;
    this.#trace = new Error();
    this.#printed = isInJest ? new Error() : undefined;
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** The first frame outside this library and its dependencies, as `function (file:line:column)`. */
  toString(): string {
    return this.place ?? 'an unknown place';
  }

  /** The same, or undefined where neither a frame nor a label tells. */
  get place(): string | undefined {
    return (this.#text ??= callerIn(this.#trace, this.#printed) ?? this.#label);
  }
}

type PrepareStackTrace = (error: Error, sites: readonly NodeJS.CallSite[]) => unknown;

/** Jest runs code in a context of its own and prepares stacks outside of it. */
const isInJest = process.env.JEST_WORKER_ID !== undefined;

/** The folder of this library, as its scripts are named in stacks. */
const OWN_FOLDER = fileURLToPath(new URL('../', import.meta.url));

/**
 * The line of the first frame of the caller. Whose a frame is, its script tells, and not its text: what source maps
 * say of a dependency's frame looks like the application's own.
 */
function callerIn(trace: Error, printed: Error | undefined): string | undefined {
  const prepare = Reflect.get(Error, 'prepareStackTrace') as PrepareStackTrace | undefined;
  let index = -1;
  Error.prepareStackTrace = (error, sites) => {
    index = sites.findIndex(isOfCaller);
    if (index < 0) return '';
    return prepare ? prepare(error, [sites[index]]) : described(sites[index]);
  };
  let text: unknown;
  try {
    text = trace.stack;
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepare);
  }
  if (index < 0) return undefined;
  const line = printed ? (printed.stack ?? '').split('\n').slice(1)[index] : String(text).split('\n').at(-1);
  return line
    ?.trim()
    .replace(/^at /, '')
    .replace(/^async /, '');
}

function isOfCaller(site: NodeJS.CallSite): boolean {
  const file = scriptOf(site);
  return file !== '' && !/^node:|[\\/]node_modules[\\/]/.test(file) && !file.startsWith(OWN_FOLDER);
}

function scriptOf(site: NodeJS.CallSite): string {
  const name = site.getFileName() ?? '';
  return name.startsWith('file:') ? fileURLToPath(name) : name;
}

/** A frame as text, in the place that its source map names where the process uses source maps. */
function described(site: NodeJS.CallSite): string {
  const text = `${site as unknown as string}`;
  const map = process.sourceMapsEnabled ? findSourceMap(scriptOf(site)) : undefined;
  const entry = map?.findEntry((site.getLineNumber() ?? 1) - 1, (site.getColumnNumber() ?? 1) - 1);
  if (!entry || !('originalSource' in entry)) return text;
  const place = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return text.endsWith(')') ? text.replace(/\(.*\)$/, `(${place})`) : place;
}
