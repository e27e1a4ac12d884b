import { expect } from '@jest/globals';
import { TIMESTAMP, UUID } from './patterns.js';

/**
 * What an answer must look like, from an answer in a page: `<uuid>`, `<timestamp>` and `<integer>` become patterns.
 * A name such as `$ADA` stands for the value at its place in the actual answer: kept in `variables` the first
 * time, the same value from then on.
 */
export function fillPlaceholders(promised: unknown, actual: unknown, variables: Map<string, string>): unknown {
  if (Array.isArray(promised)) {
    return promised.map((item, index) => fillPlaceholders(item, (actual as unknown[] | undefined)?.[index], variables));
  }
  if (typeof promised === 'object' && promised !== null) {
    return Object.fromEntries(
      Object.entries(promised).map(([key, value]) => [
        key,
        fillPlaceholders(value, (actual as Record<string, unknown> | undefined)?.[key], variables),
      ]),
    );
  }
  if (promised === '<uuid>') return expect.stringMatching(UUID);
  if (promised === '<timestamp>') return expect.stringMatching(TIMESTAMP);
  if (promised === '<integer>') return expect.any(Number);
  if (typeof promised === 'string' && promised.startsWith('$')) return variable(promised.slice(1), actual, variables);
  return promised;
}

function variable(name: string, actual: unknown, variables: Map<string, string>): unknown {
  const known = variables.get(name);
  if (known !== undefined) return known;
  if (typeof actual !== 'string') return expect.stringMatching(UUID);
  variables.set(name, actual);
  return expect.stringMatching(UUID);
}
