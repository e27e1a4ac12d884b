/** Errors that are looked at: enough for every wrapping that makes sense, and an end for what was built by accident. */
const LIMIT = 50;

/** An error and those underneath it, by `cause` and by TypeORM's `driverError`: each once, the outermost first. */
export function errorChain(error: unknown): object[] {
  const chain = new Set<object>();
  const waiting: unknown[] = [error];
  while (waiting.length > 0 && chain.size < LIMIT) {
    const next = waiting.shift();
    if (typeof next !== 'object' || next === null || chain.has(next)) continue;
    chain.add(next);
    const { driverError, cause } = next as { driverError?: unknown; cause?: unknown };
    waiting.push(driverError, cause);
  }
  return [...chain];
}
