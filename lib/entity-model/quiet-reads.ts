import { AsyncLocalStorage } from 'node:async_hooks';

/*
 * Whether properties of entities are being read by something that only looks: TypeORM's own bookkeeping, or
 * ours. Then a guarded property that was not loaded is undefined, as it is for TypeORM, and no error.
 */
let depth = 0;
const flow = new AsyncLocalStorage<true>();

/** Whether the current read only looks. */
export function isQuiet(): boolean {
  return depth > 0 || flow.getStore() === true;
}

/** Runs synchronous work that only looks at entities. */
export function quietly<T>(look: () => T): T {
  depth++;
  try {
    return look();
  } finally {
    depth--;
  }
}

/** Runs asynchronous work that only looks at entities, in all of its flow. */
export function quietlyThroughout<T>(look: () => Promise<T>): Promise<T> {
  return flow.run(true, look);
}

/** Reads one property without meeting its guard. */
export function quietRead(owner: object, name: string): unknown {
  depth++;
  try {
    return (owner as Record<string, unknown>)[name];
  } finally {
    depth--;
  }
}

type Method = (this: unknown, a: never, b: never, c: never) => unknown;

/** A method of the same shape, of three parameters at most, that only looks at the entities that it is given. */
export function quietMethod<Look extends Method>(method: Look): Look {
  return function (this: unknown, a: never, b: never, c: never): unknown {
    depth++;
    try {
      return method.call(this, a, b, c);
    } finally {
      depth--;
    }
  } as Look;
}

/** Makes methods of a prototype quiet. */
export function quietMethods<Names extends string>(prototype: Record<Names, unknown>, ...names: Names[]): void {
  for (const name of names) prototype[name] = quietMethod(prototype[name] as Method);
}
