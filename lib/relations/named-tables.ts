const NAME = '(?:"(?:[^"]|"")+"|`[^`]+`|\\[[^\\]]+\\]|[A-Za-z_][\\w$]*)';
/** What may follow a table that has no alias. */
const NO_ALIAS =
  '(?!(?:WHERE|ON|USING|INNER|LEFT|RIGHT|FULL|CROSS|NATURAL|JOIN|GROUP|ORDER|HAVING|LIMIT|OFFSET|FETCH|FOR|UNION|SET|VALUES|DEFAULT|SELECT|RETURNING)\\b)';
const TABLE = new RegExp(
  `\\b(?:FROM|JOIN|INTO|UPDATE)\\s+((?:${NAME}\\.)*${NAME})(?:\\s+(?:AS\\s+)?${NO_ALIAS}(${NAME}))?`,
  'gi',
);
const COMPARISON = new RegExp(`(?:(${NAME})\\.)?(${NAME})\\s*(?:=\\s*\\?|\\bIN\\s*\\(\\s*\\?)`, 'gi');

/** A table that a statement names. Names are in lower case and without quotes or schema. */
export interface NamedTable {
  readonly table: string;
  /** What columns are prefixed with. */
  readonly alias: string;
}

/** A column that a statement compares with a value. Names are in lower case and without quotes. */
export interface Comparison {
  readonly alias: string;
  readonly column: string;
}

/** What a statement's shape says about tables. */
export interface NamedTables {
  /** The table that the rows are of. */
  readonly main: NamedTable | undefined;
  /** All tables, the main one first. */
  readonly tables: readonly NamedTable[];
  /** The columns that are compared with values for equality; undefined: other conditions hold as well. */
  readonly comparedWith: readonly Comparison[] | undefined;
  /** Whether only some of the rows are read. */
  readonly isLimited: boolean;
}

/** Reads the tables and conditions of a shape as `statementShape` makes them. */
export function namedTables(shape: string): NamedTables {
  const tables = [...shape.matchAll(TABLE)].map(([, path, alias]) => {
    const table = unquoted(path.split('.').at(-1) ?? path);
    return { table, alias: (alias as string | undefined) === undefined ? table : unquoted(alias) };
  });
  const main = tables.at(0);
  const conditions = shape
    .slice(Math.max(0, shape.search(/\bFROM\b/i)))
    .replace(/\b(?:GROUP BY|ORDER BY|LIMIT|OFFSET|FETCH)\b[\s\S]*$/i, '');
  const compared = [...conditions.matchAll(COMPARISON)].map(([, alias, column]) => ({
    alias: (alias as string | undefined) === undefined ? (main?.alias ?? '') : unquoted(alias),
    column: unquoted(column),
  }));
  const values = conditions.match(/\?/g)?.length ?? 0;
  return {
    main,
    tables,
    comparedWith: compared.length === values ? compared : undefined,
    isLimited: /\b(?:LIMIT|FETCH)\b/i.test(shape),
  };
}

function unquoted(name: string): string {
  return name.replace(/^["`[]|["`\]]$/g, '').toLowerCase();
}
