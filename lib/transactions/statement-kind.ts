const READ_ONLY =
  /^\s*(?:SELECT|SHOW|EXPLAIN|DESCRIBE|VALUES|PRAGMA|SET|START|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|DECLARE|FETCH|CLOSE)\b/i;
const DATA_CHANGE = /\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE)\b/i;

/** Whether a statement may change data. What is not known to be harmless counts as a change. */
export function mayWrite(sql: string): boolean {
  if (/^\s*WITH\b/i.test(sql)) return DATA_CHANGE.test(sql);
  return !READ_ONLY.test(sql);
}
