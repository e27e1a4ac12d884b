/**
 * The data of a result and nothing else: no classes, no order of keys, no keys without a value (class fields own
 * every relation as `undefined`), dates as text.
 */
export function normalForm(value: unknown): unknown {
  if (value instanceof Date) return { date: value.toISOString() };
  if (Array.isArray(value)) return value.map(normalForm);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, normalForm(member)]),
  );
}
