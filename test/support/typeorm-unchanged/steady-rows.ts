type Row = Readonly<Record<string, unknown>>;

/**
 * The rows that a statement gave, in an order that depends on nothing but them: a database gives rows for which no
 * order was asked, and rows that are equal in what they are ordered by, as it likes.
 */
export function steadyRows<Rows>(sql: string, rows: Rows): Rows {
  if (!Array.isArray(rows) || rows.length < 2 || !/^\s*(\/\*.*?\*\/\s*)?(SELECT|WITH)\b/i.test(sql)) return rows;
  const keys = orderOf(sql, rows[0] as Row);
  if (!keys) return rows;
  const place = new Map<string, number>();
  const groups = (rows as Row[]).map((row) => {
    const group = JSON.stringify(keys.map((key) => row[key]));
    if (!place.has(group)) place.set(group, place.size);
    return { row, group: place.get(group) as number, text: JSON.stringify(row) };
  });
  groups.sort((one, other) => one.group - other.group || (one.text < other.text ? -1 : 1));
  return groups.map(({ row }) => row) as Rows;
}

/** The columns by which the rows are ordered; undefined when they are not known by name. */
function orderOf(sql: string, row: Row): string[] | undefined {
  const [, clause] = /^.*\bORDER BY (.*)$/s.exec(sql) ?? [];
  // One in a subquery says nothing about the rows.
  if (clause === undefined || hasOpenEnd(clause)) return [];
  const items = clause.replace(/ (LIMIT|OFFSET|FOR|LOCK)\b.*$/s, '').split(', ');
  const keys = items.map((item) => {
    const names = [...item.matchAll(/["`]([^"`]+)["`]/g)].map(([, name]) => name);
    return [names.join('_'), names.at(-1)].find((name) => name !== undefined && Object.hasOwn(row, name));
  });
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

/** Whether a text closes more parentheses than it opens. */
function hasOpenEnd(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return true;
  }
  return false;
}
