import { createMariadbDatabase } from './create-mariadb-database.js';
import { createPgliteDatabase } from './create-pglite-database.js';
import { createPostgresDatabase } from './create-postgres-database.js';
import { createSqliteDatabase } from './create-sqlite-database.js';
import type { DatabaseName } from './database-name.js';
import type { FreshDatabase } from './fresh-database.js';
import { isPostgresEmbedded } from './is-postgres-embedded.js';

/** Creates an empty database for one suite: `beforeAll` creates, `afterAll` drops. */
export function createTestDatabase(name: DatabaseName): Promise<FreshDatabase> {
  switch (name) {
    case 'sqlite':
      return createSqliteDatabase();
    case 'postgres':
      return isPostgresEmbedded() ? createPgliteDatabase() : createPostgresDatabase();
    case 'mariadb':
      return createMariadbDatabase();
  }
}
