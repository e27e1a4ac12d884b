import type { Engine } from './engine.js';
import type { EngineColumn, FieldColumn } from './field-column.js';

const MYSQL_VARCHAR_LIMIT = 2_048;
const MYSQL_BYTES_PER_CHARACTER = 4;

/** A text column that holds `limit` characters, and whose limit the database enforces where it can. */
export function textColumn(limit: number): FieldColumn {
  return {
    portable: { type: String, length: limit },
    byEngine: (engine) => engineColumn(limit, engine),
    check: (column, engine) => (engine === 'sqlite' ? `length(${column}) <= ${limit}` : undefined),
    databaseDefault: true,
  };
}

function engineColumn(limit: number, engine: Engine): EngineColumn | undefined {
  if (engine !== 'mysql' || limit <= MYSQL_VARCHAR_LIMIT) return undefined;
  const bytes = limit * MYSQL_BYTES_PER_CHARACTER;
  return { type: bytes < 2 ** 16 ? 'text' : bytes < 2 ** 24 ? 'mediumtext' : 'longtext', length: '' };
}
