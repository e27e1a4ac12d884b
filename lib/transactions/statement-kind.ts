const READ_ONLY =
  /^\s*(?:SELECT|SHOW|EXPLAIN|DESCRIBE|VALUES|PRAGMA|SET|START|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|DECLARE|FETCH|CLOSE)\b/i;
const DATA_CHANGE = /\b(?:INSERT|UPDATE|DELETE|MERGE|REPLACE|INTO|CREATE|CALL)\b/i;
const LOCKING_CLAUSE = /\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b/gi;
const ENDS_TRANSACTION = /^\s*(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK(?!\s+(?:\w+\s+)?TO\b))\b/i;
const COMMITS_IMPLICITLY =
  /^\s*(?:(?:CREATE|DROP)(?!\s+TEMPORARY\b)|ALTER|TRUNCATE|RENAME|GRANT|REVOKE|ANALYZE|OPTIMIZE|REPAIR|LOCK\s+TABLES?|UNLOCK|FLUSH)\b/i;

/**
 * Whether a statement may change data. What is not known to be harmless counts as a change; functions
 * that write behind a SELECT cannot be seen.
 */
export function mayWrite(sql: string): boolean {
  if (/^\s*(?:WITH|EXPLAIN)\b/i.test(sql)) return DATA_CHANGE.test(sql.replace(LOCKING_CLAUSE, ''));
  if (!READ_ONLY.test(sql)) return true;
  // Several statements in one, or SELECT … INTO a new table.
  return /;\s*\S/.test(sql) || (/^\s*SELECT\b/i.test(sql) && /\bINTO\b/i.test(sql));
}

/** Whether a statement begins or ends a transaction by hand. Savepoints do not. */
export function endsTransaction(sql: string): boolean {
  return ENDS_TRANSACTION.test(sql);
}

/** Whether MariaDB and MySQL commit what is open before this statement, as they do for the schema's. */
export function commitsImplicitly(sql: string): boolean {
  return COMMITS_IMPLICITLY.test(sql);
}

/** The first word of a statement, for messages. */
export function verbOf(sql: string): string {
  return sql.trim().split(/\s+/, 1)[0].toUpperCase();
}
