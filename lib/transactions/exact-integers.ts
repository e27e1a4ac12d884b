/** The part of a better-sqlite3 statement that TypeORM uses. */
export interface SqliteStatement {
  readonly reader: boolean;
  all(...parameters: unknown[]): unknown[];
  run(...parameters: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  safeIntegers(enabled: boolean): this;
}

const wrapped = new WeakMap<SqliteStatement, SqliteStatement>();

/**
 * A statement that reads integers without losing digits: better-sqlite3 gives all of them as numbers or
 * all as `bigint`, so they are read as `bigint`, and those that a number holds exactly become numbers again.
 */
export function exactIntegers(statement: SqliteStatement): SqliteStatement {
  let exact = wrapped.get(statement);
  if (!exact) {
    statement.safeIntegers(true);
    exact = {
      reader: statement.reader,
      all: (...parameters) => statement.all(...parameters).map(withNumbers),
      run: (...parameters) => {
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return { changes: Number(changes), lastInsertRowid: asNumber(lastInsertRowid) as number | bigint };
      },
      safeIntegers: () => exact as SqliteStatement,
    };
    wrapped.set(statement, exact);
  }
  return exact;
}

function withNumbers(row: unknown): unknown {
  const record = row as Record<string, unknown>;
  for (const name of Object.keys(record)) {
    if (typeof record[name] === 'bigint') record[name] = asNumber(record[name]);
  }
  return record;
}

function asNumber(value: unknown): unknown {
  const number = Number(value);
  return typeof value === 'bigint' && Number.isSafeInteger(number) ? number : value;
}
