import Database from 'better-sqlite3';

/**
 * SQLite is part of its driver: it always runs.
 * @returns {import('./engine.js').Engine}
 */
export function sqliteEngine() {
  const database = new Database(':memory:');
  const version = /** @type {string} */ (database.prepare('SELECT sqlite_version()').pluck().get());
  database.close();
  return {
    name: 'sqlite',
    version: `SQLite ${version}`,
    note: 'better-sqlite3',
    environment: {},
    stop: async () => {},
  };
}
