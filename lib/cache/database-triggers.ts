import type { DataSource } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { schemasOf } from './schemas-of.js';

/** A trigger as the database has it. */
export interface DatabaseTrigger {
  readonly name: string;
  /** The table whose writes fire it. */
  readonly table: string;
  /** What it does: its own text, and those of the functions and procedures that are named there. */
  readonly body: string;
}

interface Routine {
  readonly name: string;
  readonly body: string;
}

const TRIGGERS = {
  postgres: `
    SELECT g.tgname AS name, t.relname AS "table", p.prosrc AS body
    FROM pg_catalog.pg_trigger g
    JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid
    JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
    JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D'
      AND (pg_catalog.pg_table_is_visible(t.oid) OR n.nspname = ANY ($1))`,
  mysql: `
    SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS \`table\`, ACTION_STATEMENT AS body
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()`,
  sqlite: `SELECT name, tbl_name AS "table", sql AS body FROM sqlite_master WHERE type = 'trigger'`,
  other: undefined,
};

const ROUTINES = {
  postgres: `
    SELECT p.proname AS name, p.prosrc AS body
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE l.lanname NOT IN ('internal', 'c') AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  mysql: `
    SELECT ROUTINE_NAME AS name, ROUTINE_DEFINITION AS body
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()`,
  sqlite: undefined,
  other: undefined,
};

/** The triggers of a database. Rejects where they cannot be read. */
export async function triggersOf(dataSource: DataSource): Promise<DatabaseTrigger[]> {
  const engine = engineOf(dataSource);
  const sql = TRIGGERS[engine];
  if (sql === undefined) return [];
  const triggers = await dataSource.query<DatabaseTrigger[]>(sql, schemasOf(dataSource));
  const routinesSql = ROUTINES[engine];
  if (triggers.length === 0) return [];
  const routines = routinesSql === undefined ? [] : await dataSource.query<Routine[]>(routinesSql);
  return triggers.map(({ name, table, body }) => ({ name, table, body: withRoutines(actionOf(body), routines) }));
}

/** SQLite gives the whole statement, whose head names the table as well. */
function actionOf(body: string): string {
  return body.replace(/^\s*CREATE\b.*?\bBEGIN\b/is, '');
}

function withRoutines(body: string, routines: readonly Routine[]): string {
  const texts = [body];
  const open = new Set(routines.filter((routine) => typeof routine.body === 'string'));
  for (let index = 0; index < texts.length; index++) {
    const names = new Set(texts[index].toLowerCase().match(/[\w$]+/g));
    for (const routine of open) {
      if (!names.has(routine.name.toLowerCase())) continue;
      texts.push(routine.body);
      open.delete(routine);
    }
  }
  return texts.join(';\n');
}
