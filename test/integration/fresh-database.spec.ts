import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createTestDatabase, DATABASES, type DatabaseName, type FreshDatabase } from '../support/databases.js';

describe.each(DATABASES)('a fresh database on $name', ({ name, hasConcurrency }) => {
  it('is empty, although the one before it was not', async () => {
    await inFreshDatabase(name, (dataSource) => dataSource.query('CREATE TABLE note (id integer PRIMARY KEY)'));
    await inFreshDatabase(name, async (dataSource) => {
      await dataSource.query('CREATE TABLE note (id integer PRIMARY KEY)');
      expect(await dataSource.query('SELECT id FROM note')).toEqual([]);
    });
  });

  it('keeps text of every plane', async () => {
    await inFreshDatabase(name, async (dataSource) => {
      await dataSource.query('CREATE TABLE note (body varchar(20))');
      await dataSource.query(`INSERT INTO note (body) VALUES ('žluť 🐈')`);
      expect(await dataSource.query('SELECT body FROM note')).toEqual([{ body: 'žluť 🐈' }]);
    });
  });

  (hasConcurrency ? it : it.skip)('takes several transactions at a time', async () => {
    await inFreshDatabase(name, async (dataSource) => {
      await dataSource.transaction(async (first) => {
        await dataSource.transaction(async (second) => {
          expect(await sessionOf(first)).not.toEqual(await sessionOf(second));
        });
      });
    });

    function sessionOf(manager: { query(sql: string): Promise<unknown> }) {
      return manager.query(name === 'postgres' ? 'SELECT pg_backend_pid() AS id' : 'SELECT CONNECTION_ID() AS id');
    }
  });
});

async function inFreshDatabase(name: DatabaseName, use: (dataSource: DataSource) => Promise<unknown>): Promise<void> {
  const database: FreshDatabase = await createTestDatabase(name);
  try {
    const dataSource = await new DataSource(database.options).initialize();
    try {
      await use(dataSource);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    await database.drop();
  }
}
