/** Characters of text in one statement; four bytes each are a quarter of MariaDB's smallest usual packet. */
const CHARACTERS_PER_STATEMENT = 1_000_000;

/** Rows in groups of a size that every server takes (MariaDB: max_allowed_packet, 16 MiB by default). */
export function* bySize<Row>(
  rows: readonly Row[],
  valuesOf: (row: Row) => readonly unknown[],
): Generator<readonly Row[]> {
  let group: Row[] = [];
  let size = 0;
  for (const row of rows) {
    let length = 0;
    for (const value of valuesOf(row)) length += lengthOf(value);
    if (group.length > 0 && size + length > CHARACTERS_PER_STATEMENT) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(row);
    size += length;
  }
  if (group.length > 0) yield group;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? 200 : 0;
}
