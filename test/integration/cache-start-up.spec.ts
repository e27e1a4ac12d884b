import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManyToOne, RelationId, VirtualColumn, type DataSource, type Relation } from 'typeorm';
import { ConfigurationError, Int, Model, ModelRepository, Str64, TableBase, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { cacheOf, configureCache } from '../../lib/cache/index.js';
import { checkCachedModels } from '../../lib/cache/check-cached-models.js';
import { defaultIsolation } from '../../lib/cache/default-isolation.js';
import { unseenCascades } from '../../lib/cache/unseen-cascades.js';
import { DATABASES, type DatabaseName } from '../support/databases.js';
import { NEWSROOM } from '../support/models/newsroom.js';
import { openDataSource } from '../support/open-data-source.js';
import { until } from '../support/until.js';

/** Not cached. */
@Model()
class Shelf extends TableBase {
  @Str64() name: string;
}

@Model({ cacheTtl: 600 })
class Leaflet extends TableBase {
  @Str64() title: string;
  /** No relation: what the database makes of it is not known here. */
  @Int({ nullable: true }) shelfId: number | null;
}

/** Not cached, and between two tables. */
@Model()
class Drawer extends TableBase {
  @Str64() name: string;
  @ManyToOne(() => Shelf, { nullable: true, onDelete: 'SET NULL' }) shelf: Relation<Shelf> | null;
}

@Model({ cacheTtl: 600 })
class Slip extends TableBase {
  @Str64() text: string;
  @ManyToOne(() => Drawer, { onDelete: 'CASCADE' }) drawer: Relation<Drawer>;
}

const LIBRARY = [Shelf, Leaflet, Drawer, Slip];

@Model({ cacheTtl: 600 })
class WithVirtual extends TableBase {
  @VirtualColumn({ query: (alias) => `SELECT COUNT(*) FROM shelf WHERE id = ${alias}.id` }) shelves: number;
}

@Model({ cacheTtl: 600 })
class WithRelationId extends TableBase {
  @ManyToOne(() => Shelf) shelf: Relation<Shelf>;
  @RelationId((self: WithRelationId) => self.shelf) shelfId: number;
}

@Model({ cacheTtl: 600_000_000 })
class InMilliseconds extends TableBase {
  @Str64() name: string;
}

const cachedOf = ({ entityMetadatas }: DataSource) =>
  entityMetadatas.filter(({ name }) => !['Shelf', 'Drawer', 'Topic'].includes(name));

const warningsOf = (dataSource: DataSource) => unseenCascades(dataSource, cachedOf(dataSource));

/** Adds a foreign key that no entity knows; on SQLite, to a new table in place of one without rows. */
async function addForeignKey(
  dataSource: DataSource,
  engine: DatabaseName,
  table: string,
  column: string,
  target: string,
  actions: string,
): Promise<void> {
  const name = (each: string) => dataSource.driver.escape(each);
  const key = `FOREIGN KEY (${name(column)}) REFERENCES ${name(target)} (${name('id')}) ${actions}`;
  if (engine !== 'sqlite') {
    await dataSource.query(`ALTER TABLE ${name(table)} ADD CONSTRAINT ${name(`by_hand_${table}`)} ${key}`);
    return;
  }
  const [{ sql }] = await dataSource.query<{ sql: string }[]>(
    `SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '${table}'`,
  );
  const without = sql.replace(/, CONSTRAINT "[^"]*" FOREIGN KEY .*$/s, ')');
  await dataSource.query(`DROP TABLE ${name(table)}`);
  await dataSource.query(without.replace(/\)\s*$/, `, ${key})`));
}

const TRIGGERS: Readonly<Record<DatabaseName, (name: string, table: string, action: string) => readonly string[]>> = {
  sqlite: (name, table, action) => [
    `CREATE TRIGGER ${name} AFTER UPDATE ON ${table} BEGIN SELECT 'leaflet'; ${action}; END`,
  ],
  mariadb: (name, table, action) => [`CREATE TRIGGER ${name} AFTER UPDATE ON ${table} FOR EACH ROW ${action}`],
  postgres: (name, table, action) => [
    `CREATE FUNCTION ${name}_work() RETURNS void LANGUAGE sql AS $$ ${action} $$`,
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM ${name}_work(); RETURN NULL; END $$`,
    `CREATE TRIGGER ${name} AFTER UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ],
};

describe.each(DATABASES)('the start of the cache on $name', ({ name: engine }) => {
  describe('with models that can never be cached', () => {
    it.each([
      ['a column of a subquery', WithVirtual, /WithVirtual\.shelves is a @VirtualColumn.*Remove cacheTtl/],
      ['a relation id', WithRelationId, /WithRelationId\.shelfId is a @RelationId.*Remove cacheTtl/],
      ['a time to live that nobody means', InMilliseconds, /InMilliseconds: cacheTtl is 600000000.*milliseconds/],
    ])('is refused: %s', async (_, model, message) => {
      const { dataSource, close } = await openDataSource(engine, [Shelf, model]);
      try {
        const refused = () => configureCache(dataSource, {});
        expect(refused).toThrow(ConfigurationError);
        expect(refused).toThrow(message);
        expect(cacheOf(dataSource)).toBeUndefined();
        await dataSource.destroy();
        // Entities are known when it is opened.
        await expect(dataSource.initialize()).rejects.toThrow(message);
      } finally {
        await close();
      }
    });

    it('takes all others', async () => {
      const { dataSource, close } = await openDataSource(engine, NEWSROOM);
      try {
        expect(() => checkCachedModels(cachedOf(dataSource))).not.toThrow();
      } finally {
        await close();
      }
    });
  });

  describe('on a database whose schema is that of the entities', () => {
    it('has nothing to say', async () => {
      const { dataSource, close } = await openDataSource(engine, [...NEWSROOM, ...LIBRARY]);
      try {
        expect(await warningsOf(dataSource)).toEqual([]);
      } finally {
        await close();
      }
    });
  });

  describe('on a database that does more than the entities say', () => {
    let dataSource: DataSource;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ dataSource, close } = await openDataSource(engine, LIBRARY));
    });
    afterAll(() => close());

    it('tells of foreign keys that change cached rows', async () => {
      await addForeignKey(dataSource, engine, 'leaflet', 'shelfId', 'shelf', 'ON DELETE SET NULL');
      const [warning, ...others] = await warningsOf(dataSource);
      expect(others).toEqual([]);
      expect(warning).toMatch(/changes Leaflet by itself.*'leaflet' has ON DELETE SET NULL for 'shelf'/);
      expect(warning).toMatch(/onDelete: 'SET NULL'.*unitOfWork\.touches\(Leaflet\).*remove cacheTtl/);
    });

    it('tells of those that are stronger than their relations, and reach further', async () => {
      await addForeignKey(dataSource, engine, 'drawer', 'shelfId', 'shelf', 'ON DELETE CASCADE');
      const warnings = await warningsOf(dataSource);
      expect(warnings.filter((each) => each.includes("'drawer' has ON DELETE CASCADE"))).toEqual([
        expect.stringMatching(/changes Slip by itself/),
      ]);
    });

    it('tells of triggers that may write cached tables', async () => {
      for (const [name, action] of [
        ['writes_leaflets', 'UPDATE leaflet SET title = title'],
        ['writes_shelves', "INSERT INTO shelf (name) SELECT title FROM leaflet WHERE title = 'UPDATE'"],
      ] as const) {
        for (const sql of TRIGGERS[engine](name, 'drawer', action)) await dataSource.query(sql);
      }
      const warnings = (await warningsOf(dataSource)).filter((each) => each.includes('trigger'));
      expect(warnings).toEqual([
        expect.stringMatching(/trigger 'writes_leaflets' on the table 'drawer' may write Leaflet.*touches\(Leaflet\)/),
      ]);
    });

    it('warns of it when the cache is made, and when the database is opened', async () => {
      const warnings: string[] = [];
      await configureCache(dataSource, {}, { warn: (message) => warnings.push(message), info: () => undefined });
      await until(() => warnings.some((each) => each.includes('writes_leaflets')));
      const { length } = warnings;
      await dataSource.destroy();
      dataSource.setOptions({ synchronize: false });
      await dataSource.initialize();
      // The other database went with its connection.
      if (engine === 'sqlite') return;
      await until(() => warnings.length === 2 * length);
    });

    it('starts where the database does not show its catalogue', async () => {
      const blind = Object.create(dataSource, {
        query: { value: () => Promise.reject(new Error('no')) },
      }) as DataSource;
      expect(await warningsOf(blind)).toEqual([]);
      expect(await defaultIsolation(blind)).toBeUndefined();
    });
  });

  it('asks for the isolation that transactions have', async () => {
    const { dataSource, close } = await openDataSource(engine, LIBRARY);
    try {
      const level = { sqlite: undefined, postgres: 'READ COMMITTED', mariadb: 'REPEATABLE READ' }[engine];
      expect(await defaultIsolation(dataSource)).toBe(level);
    } finally {
      await close();
    }
  });

  (engine === 'postgres' ? it : it.skip)('reads past the cache where all transactions have a snapshot', async () => {
    const extra = { options: '-c default_transaction_isolation=serializable' };
    const { dataSource, close } = await openDataSource(engine, LIBRARY, { extra });
    try {
      const reasons: string[] = [];
      await configureCache(dataSource, { metrics: { onBypass: ({ reason }) => reasons.push(reason) } });
      const leaflets = new ModelRepository(Leaflet, dataSource);
      const { id } = await leaflets.add({ title: 'x' });
      await new UnitOfWork(dataSource).run(() => leaflets.getOne(id));
      expect(reasons).toEqual(['snapshot']);
    } finally {
      await close();
    }
  });
});
