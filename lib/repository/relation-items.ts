import type { ObjectLiteral } from 'typeorm';
import { comparableKey } from '../relations/index.js';
import type { ModelFacts } from './model-facts.js';

/** The objects that a relation holds: of a list, of a single one, or none. */
export function itemsOf(value: unknown): ObjectLiteral[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  return items.filter((item): item is ObjectLiteral => typeof item === 'object' && item !== null);
}

/** Items by primary key. */
export function keyed(facts: ModelFacts, items: readonly object[]): Map<string, ObjectLiteral> {
  return new Map(items.map((item) => [keyOf(facts, item), item]));
}

/** The primary key of an item, as text that is equal for equal keys. */
export function keyOf(facts: ModelFacts, item: object): string {
  return JSON.stringify(facts.primaryColumns.map((column) => comparableKey(column.getEntityValue(item))));
}
