import { LessThan, MoreThan, type ObjectLiteral } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { columnProperty } from '../hydration/index.js';
import { oneCall } from '../relations/index.js';
import { bothOf, type Branches } from './condition.js';
import type { ModelFacts } from './model-facts.js';
import type { StreamOptions } from './query-options.js';
import type { Query } from './query.js';
import { queryOf, readRows } from './read-rows.js';

const DEFAULT_BATCH = 500;

/** Reads rows by batches, each beginning behind the last primary key of the one before. */
export function streamRows(
  facts: ModelFacts,
  condition: unknown,
  options: StreamOptions<ObjectLiteral>,
): AsyncGenerator<ObjectLiteral, void, undefined> {
  const { batchSize = DEFAULT_BATCH, direction = 'ASC', ...rest } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new ConfigurationError(`stream(): batchSize must be a positive integer, but is ${String(batchSize)}.`);
  }
  if (!['ASC', 'DESC'].includes(direction)) {
    throw new ConfigurationError(`stream(): direction must be 'ASC' or 'DESC', but is '${String(direction)}'.`);
  }
  const order = Object.fromEntries(facts.primaryColumns.map(({ propertyName }) => [propertyName, direction]));
  // Its batches come once: they would only push out what is read again and again.
  const query = { ...queryOf(facts, condition, rest), order, limit: batchSize, noCache: true };
  return batches(facts, query, batchSize, direction);
}

async function* batches(
  facts: ModelFacts,
  query: Query,
  batchSize: number,
  direction: 'ASC' | 'DESC',
): AsyncGenerator<ObjectLiteral, void, undefined> {
  let where = query.where;
  let offset = 0;
  const inOneCall = oneCall('once');
  for (;;) {
    const rows = await inOneCall(() => readRows(facts, { ...query, where, offset: offset === 0 ? undefined : offset }));
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < batchSize) return;
    // A time that is a key may be finer than a Date: what is behind it cannot be said, only counted.
    if (facts.primaryColumns.some((column) => columnProperty(last, column) instanceof Date)) offset += batchSize;
    else where = bothOf(query.where, behind(facts, last, direction));
  }
}

/** Rows behind this one in the order of the primary key: `a > x`, or `a = x` and `b > y`, and so on. */
function behind(facts: ModelFacts, row: ObjectLiteral, direction: 'ASC' | 'DESC'): Branches {
  const further = direction === 'ASC' ? MoreThan : LessThan;
  return facts.primaryColumns.map((column, index) => ({
    ...Object.fromEntries(
      facts.primaryColumns.slice(0, index).map((before) => [before.propertyName, columnProperty(row, before)]),
    ),
    [column.propertyName]: further(columnProperty(row, column)),
  }));
}
