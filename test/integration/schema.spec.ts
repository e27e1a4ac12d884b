import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, CreateDateColumn, DataSource, Entity, PrimaryGeneratedColumn, type DataSourceOptions } from 'typeorm';
import {
  ConfigurationError,
  EnumOf,
  Int64,
  List10,
  DateTime,
  Model,
  ModelRepository,
  Nested,
  Str,
  Str64,
  TableBase,
  UuidTableBase,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { catalogueOf, type CatalogueTable } from '../support/catalogue.js';
import { createTestDatabase, DATABASES, type DatabaseName } from '../support/databases.js';
import { EveryType, GALLERY, Labelled, Picture, Rank, Room, Sticker } from '../support/models/gallery.js';
import { LIBRARY } from '../support/models/library.js';
import { openDataSource } from '../support/open-data-source.js';
import { runTypeOrm, scriptFolder } from '../support/script-folder.js';

const NO_ID = '00000000-0000-7000-8000-000000000000';

describe.each(DATABASES)('the schema on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let tables: Record<string, CatalogueTable>;

  const on = <T>(values: Record<DatabaseName, T>): T => values[engine];
  const typesOf = (table: string) =>
    Object.fromEntries(Object.entries(tables[table].columns).map(([name, { type }]) => [name, type]));

  // A suite of its own, because PGlite has one database: the others come after it is dropped.
  describe('of the gallery', () => {
    beforeAll(async () => {
      ({ dataSource, close } = await openDataSource(engine, GALLERY));
      tables = await catalogueOf(dataSource, engine);
    });
    afterAll(() => close());

    it('has one table for each @Model on a table base, and junction tables', () => {
      expect(Object.keys(tables)).toEqual(
        [
          'every_type',
          'picture_doubles',
          'pictures',
          'pictures_shows_show',
          'room',
          'show',
          'stated',
          'sticker',
        ].sort(),
      );
    });

    it('has the exact column type of every field type', () => {
      const varchar = (n: number) =>
        on({ sqlite: `varchar(${n})`, postgres: `character varying(${n})`, mariadb: `varchar(${n})` });
      const longer = (n: number, type: string) =>
        on({ sqlite: `varchar(${n})`, postgres: `character varying(${n})`, mariadb: type });
      const int = on({ sqlite: 'integer', postgres: 'integer', mariadb: 'int(11)' });
      const bigint = on({ sqlite: 'bigint', postgres: 'bigint', mariadb: 'bigint(20)' });
      const float = on({ sqlite: 'real', postgres: 'double precision', mariadb: 'double' });
      const time = on({ sqlite: 'datetime(3)', postgres: 'timestamp(3) with time zone', mariadb: 'datetime(3)' });
      expect(typesOf('every_type')).toEqual({
        str: varchar(64),
        strN: varchar(7),
        textN: varchar(30),
        str2048: varchar(2048),
        stripped: varchar(64),
        text1K: varchar(1000),
        text2K: varchar(2000),
        text2500: longer(2500, 'text'),
        text10K: longer(10_000, 'text'),
        text16K: longer(16_000, 'text'),
        text32K: longer(32_000, 'mediumtext'),
        text64K: longer(65_536, 'mediumtext'),
        text100K: longer(100_000, 'mediumtext'),
        text1M: longer(1_000_000, 'mediumtext'),
        textLong: longer(5_000_000, 'longtext'),
        digest: varchar(64),
        language: varchar(16),
        email: varchar(254),
        uuid: on({ sqlite: 'varchar(36)', postgres: 'uuid', mariadb: 'char(36)' }),
        int,
        port: int,
        percentage: int,
        positiveInt: int,
        nonNegativeInt: int,
        positiveBigInt: bigint,
        nonNegativeBigInt: bigint,
        int64: bigint,
        float,
        positiveFloat: float,
        nonNegativeFloat: float,
        bool: on({ sqlite: 'boolean', postgres: 'boolean', mariadb: 'tinyint(4)' }),
        dateTime: time,
        dateOnly: 'date',
        mood: on({
          sqlite: 'varchar(11)',
          postgres: 'character varying(11)',
          mariadb: "enum('calm','odd one','wild (very)')",
        }),
        phrase: varchar(4),
        rank: int,
        list: on({ sqlite: 'text', postgres: 'jsonb', mariadb: 'longtext' }),
        id: int,
        createdAt: time,
        updatedAt: engine === 'mariadb' ? `${time} on update` : time,
      });
      expect(Object.values(tables['every_type'].columns).every(({ nullable }) => !nullable)).toBe(true);
    });

    it('has the nullability and the defaults of the fields', () => {
      const { columns } = tables['pictures'];
      const nullable = Object.keys(columns).filter((name) => columns[name].nullable);
      expect(nullable.sort()).toEqual(['formerRoomId', 'mood', 'note', 'place']);
      const withDefault = Object.keys(columns).filter((name) => columns[name].default !== null);
      const expected = [
        'painter',
        'year',
        'isShown',
        'mood',
        'rank',
        'weight',
        'phrase',
        'views',
        'seen',
        'quoted',
        'createdAt',
        'updatedAt',
      ];
      expect(withDefault.sort()).toEqual(expected.sort());
    });

    it('has the indexes and unique constraints of fields and models, once each', () => {
      const { indexes } = tables['pictures'];
      // MariaDB needs an index for each foreign key.
      const keys = engine === 'mariadb' ? ['roomId', 'formerRoomId'] : [];
      expect(indexes).toEqual(
        ['title, painter', 'year', 'unique title, year', 'unique inventory_number', 'place', ...keys].sort(),
      );
    });

    it('gives foreign keys and junction tables the type of the key that they point at', () => {
      const uuid = on({ sqlite: 'varchar(36)', postgres: 'uuid', mariadb: 'char(36)' });
      const int = on({ sqlite: 'integer', postgres: 'integer', mariadb: 'int(11)' });
      expect(typesOf('pictures')).toMatchObject({ id: uuid, roomId: uuid, formerRoomId: uuid });
      expect(typesOf('room')).toMatchObject({ id: uuid, parentId: uuid });
      expect(typesOf('pictures_shows_show')).toEqual({ picturesId: uuid, showId: int });
      expect(typesOf('picture_doubles')).toEqual({ picturesId: uuid, roomId: uuid });
      const noAction = expect.stringMatching(/^formerRoomId -> room\.id (NO ACTION|RESTRICT)$/);
      expect(tables['pictures'].foreignKeys).toEqual([noAction, 'roomId -> room.id CASCADE']);
    });

    it('leaves a column to the user who states one, above or below the field type', () => {
      const varchar = (n: number) =>
        on({ sqlite: `varchar(${n})`, postgres: `character varying(${n})`, mariadb: `varchar(${n})` });
      const { columns, checks } = tables['stated'];
      expect(columns['upper_name']).toMatchObject({ type: varchar(10), nullable: false });
      expect(columns['below']).toMatchObject({ type: varchar(11), nullable: true });
      expect(columns['ours'].type).toBe(varchar(64));
      expect(columns['above']).toBeUndefined();
      expect(checks.filter((check) => /upper_name|below/.test(check))).toEqual([]);
    });

    it('takes the redefinition of a field, not the parent’s', () => {
      expect(tables['pictures'].columns['note']).toMatchObject({
        type: on({ sqlite: 'varchar(1000)', postgres: 'character varying(1000)', mariadb: 'varchar(1000)' }),
        nullable: true,
      });
      expect(tables['pictures'].checks.filter((check) => check.includes('note'))).toEqual(
        engine === 'sqlite' ? ['length("note") <= 1000'] : [],
      );
    });

    it('hands fields, indexes and options of an abstract table down, without what a redefinition left out', () => {
      const { columns, indexes } = tables['sticker'];
      const varchar = (n: number) =>
        on({ sqlite: `varchar(${n})`, postgres: `character varying(${n})`, mariadb: `varchar(${n})` });
      expect(indexes).toEqual(['label', 'unique kept', 'unique label, code']);
      expect(columns['code'].type).toBe(varchar(7));
      expect(columns['shelf'].type).toBe(varchar(8));
      expect(dataSource.hasMetadata(Labelled)).toBe(false);
    });

    it('gives the fields of an embedded object their columns and checks', () => {
      const { columns, checks } = tables['sticker'];
      expect(columns['addressZip'].type).toBe(
        on({ sqlite: 'varchar(5)', postgres: 'character varying(5)', mariadb: 'varchar(5)' }),
      );
      expect(columns['addressOwner'].type).toBe(on({ sqlite: 'varchar(36)', postgres: 'uuid', mariadb: 'char(36)' }));
      expect(columns['addressRank']).toMatchObject({ nullable: false, default: expect.stringContaining('10') });
      expect(checks.filter((check) => check.includes('addressZip')).length).toBe(engine === 'sqlite' ? 1 : 0);
      expect(checks.filter((check) => check.includes('addressRank')).length).toBe(engine === 'mariadb' ? 0 : 1);
    });

    it('stores and reads tables with #private members and embedded fields, with UUIDs of the stated version', async () => {
      const stickers = new ModelRepository(Sticker, dataSource);
      const address = { zip: '12345', owner: NO_ID, rank: Rank.Low };
      const added = await stickers.add({ label: 'red', code: 'r', shelf: 's', kept: 'k', address });
      expect(added.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      const found = await stickers.getExistOne(added.id);
      expect(found.describe()).toBe('red kept');
      expect(found.address).toEqual(address);
    });

    it('makes a schema in which a second synchronize finds nothing', async () => {
      const sql = await dataSource.driver.createSchemaBuilder().log();
      expect(sql.upQueries.map(({ query }) => query)).toEqual([]);
    });

    describe('the database itself', () => {
      const quote = (name: string) => (engine === 'mariadb' ? `\`${name}\`` : `"${name}"`);
      const insert = async (table: string, values: Record<string, string>) => {
        const [names, literals] = [Object.keys(values).map(quote), Object.values(values)];
        await dataSource.query(`INSERT INTO ${quote(table)} (${names.join(', ')}) VALUES (${literals.join(', ')})`);
      };
      const text = (length: number, character = 'x') => `'${character.repeat(length)}'`;
      let count = 0;
      const picture = (values: Record<string, string> = {}) =>
        insert('pictures', {
          id: `'${crypto.randomUUID()}'`,
          title: `'picture ${count}'`,
          inventory_number: `'number ${count++}'`,
          tags: "'[]'",
          roomId: `'${NO_ID}'`,
          ...values,
        });

      beforeAll(() => insert('room', { id: `'${NO_ID}'`, name: "'hall'" }));

      it('fills in the defaults', async () => {
        await picture({ id: "'11111111-1111-7111-8111-111111111111'" });
        const found = await new ModelRepository(Picture, dataSource).getExistOne(
          '11111111-1111-7111-8111-111111111111',
        );
        expect(found).toMatchObject({
          painter: 'unknown',
          year: 1900,
          isShown: true,
          mood: 'odd one',
          phrase: "it's",
          rank: Rank.None,
          weight: 0.5,
          views: 0,
          seen: '2026-01-31',
          quoted: 'it\'s "quoted" \\ back',
          note: null,
          place: null,
          tags: [],
        });
        expect(Math.abs(found.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
        expect(found.updatedAt).toBeInstanceOf(Date);
      });

      it('takes text up to its length in characters, and refuses one more', async () => {
        await picture({ title: text(64) });
        await picture({ title: text(64, '😀') });
        await picture({ note: text(1000, '❤\uFE0F'.slice(0, 1)) });
        await expect(picture({ title: text(65) })).rejects.toThrow();
        await expect(picture({ title: text(65, '😀') })).rejects.toThrow();
        await expect(picture({ note: text(1001) })).rejects.toThrow();
      });

      it('refuses values outside an enum', async () => {
        await picture({ mood: "'wild (very)'", rank: '-1' });
        await picture({ mood: 'NULL' });
        await expect(picture({ mood: "'angry'" })).rejects.toThrow();
        if (engine !== 'mariadb') await expect(picture({ phrase: "'b'" })).rejects.toThrow();
        if (engine !== 'mariadb') await expect(picture({ rank: '5' })).rejects.toThrow();
      });

      it('refuses null, twice the same, and keys that point nowhere', async () => {
        await picture({ inventory_number: "'same'" });
        await expect(picture({ inventory_number: "'same'" })).rejects.toThrow();
        await expect(picture({ inventory_number: 'NULL' })).rejects.toThrow();
        await expect(picture({ roomId: `'11111111-1111-7111-8111-111111111112'` })).rejects.toThrow();
        await picture({ title: "'twice'", year: '1' });
        await expect(picture({ title: "'twice'", year: '1' })).rejects.toThrow();
      });
    });
  });

  describe('values', () => {
    @Model()
    class Reading {
      @Int64() exact: bigint;
      @DateTime() at: Date;
      @List10(Int64) more: bigint[];
      @Nested(() => [Reading], { nullable: true }) inner: Reading[] | null;
    }
    @Model()
    class Exact extends TableBase {
      @List10(Int64, { default: () => [] }) integers: bigint[];
      @List10(DateTime, { nullable: true }) times: Date[] | null;
      @List10(() => Reading) readings: Reading[];
      @Str64({
        nullable: true,
        transformer: {
          to: (value: string) => value && `<${value}>`,
          from: (value: string) => value && value.slice(1, -1),
        },
      })
      wrapped: string | null;
    }

    const emoji = (length: number) => '😀'.repeat(length);
    const low = {
      str: '',
      strN: '',
      textN: '',
      str2048: '',
      stripped: 'x',
      text1K: '',
      text2K: '',
      text2500: '',
      text10K: '',
      text16K: '',
      text32K: '',
      text64K: '',
      text100K: '',
      text1M: '',
      textLong: '',
      digest: '0'.repeat(64),
      language: 'de',
      email: 'a@b.de',
      uuid: NO_ID,
      int: -2_147_483_648,
      port: 1,
      percentage: 0,
      positiveInt: 1,
      nonNegativeInt: 0,
      positiveBigInt: 1,
      nonNegativeBigInt: 0,
      int64: -(2n ** 63n),
      float: -1.797_693_134_862_315e308,
      positiveFloat: 2.225_073_858_507_201_4e-308,
      nonNegativeFloat: 0,
      bool: false,
      dateTime: new Date('1000-01-01T00:00:00.000Z'),
      dateOnly: '1000-01-01',
      mood: 'calm',
      rank: -1,
      phrase: "it's",
      list: [],
    };
    const high = {
      str: emoji(64),
      strN: ' \t\n\\\'" ',
      textN: 'é\u0301\u{10FFFF}\u0001 trailing  ',
      str2048: emoji(2048),
      stripped: 'a  b',
      text1K: emoji(1000),
      text2K: emoji(2000),
      text2500: emoji(2500),
      text10K: emoji(10_000),
      text16K: emoji(16_000),
      text32K: emoji(32_000),
      text64K: emoji(65_536),
      text100K: emoji(100_000),
      text1M: emoji(1_000_000),
      textLong: '日'.repeat(1_500_000),
      digest: 'f'.repeat(64),
      language: 'zh-Hans-CN',
      email: `${'a'.repeat(64)}@example.org`,
      uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
      int: 2_147_483_647,
      port: 65_535,
      percentage: 100,
      positiveInt: 2_147_483_647,
      nonNegativeInt: 2_147_483_647,
      positiveBigInt: Number.MAX_SAFE_INTEGER,
      nonNegativeBigInt: Number.MAX_SAFE_INTEGER,
      int64: 2n ** 63n - 1n,
      float: 0.1 + 0.2,
      positiveFloat: 1.797_693_134_862_315e308,
      nonNegativeFloat: 1e-7,
      bool: true,
      dateTime: new Date('9999-12-31T23:59:59.999Z'),
      dateOnly: '9999-12-31',
      mood: 'wild (very)',
      rank: 10,
      phrase: 'a\\b',
      list: ['', '"', '\\', '😀', "'"],
    };

    it('at both ends of every field type come back as they went', async () => {
      const other = await openDataSource(engine, [EveryType]);
      try {
        const repository = new ModelRepository(EveryType, other.dataSource);
        const added = await repository.add([low, high] as EveryType[]);
        for (const [index, given] of [low, high].entries()) {
          const found = await repository.getExistOne(added[index].id);
          for (const [name, value] of Object.entries(given)) {
            // Not toEqual alone: a difference in a million characters is not to be printed.
            const read = found[name as keyof EveryType];
            const same = typeof value === 'string' ? read === value : undefined;
            expect([name, same ?? read]).toEqual([name, same === undefined ? value : true]);
          }
        }
      } finally {
        await other.close();
      }
    });

    it('of lists of bigints and dates, and of transformers, come back as they went', async () => {
      const other = await openDataSource(engine, [Exact]);
      try {
        const repository = new ModelRepository(Exact, other.dataSource);
        const at = new Date('2026-01-31T12:00:00.123Z');
        const reading = { exact: 9_007_199_254_740_993n, at, more: [1n] };
        const row = {
          integers: [9_007_199_254_740_993n, -1n],
          times: [new Date('2026-01-31T12:00:00.123Z')],
          wrapped: 'a',
          readings: [{ ...reading, inner: [{ ...reading, inner: null }] }],
        };
        const { id } = await repository.add(row);
        expect(await repository.getExistOne(id)).toMatchObject(row);
        const [raw] = await other.dataSource.query('SELECT wrapped FROM exact');
        expect(raw).toEqual({ wrapped: '<a>' });
        expect((await other.dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
      } finally {
        await other.close();
      }
    });
  });

  it('follows a field that changes, and then finds nothing', async () => {
    const database = await createTestDatabase(engine);
    const synchronized = async (entity: Function, check: (source: DataSource) => Promise<void>) => {
      const source = withSqlModelExt(new DataSource({ ...database.options, synchronize: true, entities: [entity] }));
      await source.initialize();
      try {
        expect((await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query)).toEqual([]);
        await check(source);
      } finally {
        await source.destroy();
      }
    };
    const [before, after] = [changing(16, ['a', 'b']), changing(32, ['b', 'c'])];
    try {
      await synchronized(before, async (source) => {
        await expect(source.query(`INSERT INTO changing (text, kind) VALUES ('x', 'c')`)).rejects.toThrow();
      });
      await synchronized(after, async (source) => {
        await source.query(`INSERT INTO changing (text, kind) VALUES ('${'x'.repeat(32)}', 'c')`);
        await expect(
          source.query(`INSERT INTO changing (text, kind) VALUES ('${'x'.repeat(33)}', 'c')`),
        ).rejects.toThrow();
        await expect(source.query(`INSERT INTO changing (text, kind) VALUES ('x', 'a')`)).rejects.toThrow();
      });
    } finally {
      await database.drop();
    }
  });

  it('of the library finds nothing to do a second time either', async () => {
    const library = await openDataSource(engine, LIBRARY);
    try {
      expect((await library.dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query)).toEqual(
        [],
      );
    } finally {
      await library.close();
    }
  });

  describe('migration:generate on the command line', () => {
    it('makes the schema that synchronize makes, and then finds nothing', async () => {
      const synchronized = await openDataSource(engine, GALLERY);
      const expected = await catalogueOf(synchronized.dataSource, engine);
      await synchronized.close();
      const database = await createTestDatabase(engine);
      const folder = await scriptFolder({
        models: ['gallery'],
        files: {
          'data-source.js': `
            import { DataSource } from 'typeorm';
            import { withSqlModelExt } from 'nestjs-sqlmodel-ext';
            import { GALLERY } from './gallery.js';
            const options = ${JSON.stringify(database.options)};
            export default withSqlModelExt(
              new DataSource({ ...options, entities: GALLERY, migrations: ['migrations/*.js'] }),
            );`,
        },
      });
      try {
        const first = await runTypeOrm(folder, 'migration:generate', '--outputJs', '--esm', 'migrations/Init');
        expect(first).toMatchObject({
          exitCode: 0,
          output: expect.stringContaining('has been generated successfully'),
        });
        expect(await runTypeOrm(folder, 'migration:run')).toMatchObject({ exitCode: 0 });
        expect(await runTypeOrm(folder, 'migration:generate', '--check', 'migrations/Again')).toMatchObject({
          exitCode: 0,
          output: expect.stringContaining('No changes in database schema were found'),
        });
        expect(await runTypeOrm(folder, 'migration:generate', '--outputJs', '--esm', 'migrations/Again')).toMatchObject(
          {
            exitCode: 1,
            output: expect.stringContaining('No changes in database schema were found'),
          },
        );
        const migrated = await new DataSource(database.options).initialize();
        try {
          expect(await catalogueOf(migrated, engine)).toEqual(expected);
        } finally {
          await migrated.destroy();
        }
        expect(await runTypeOrm(folder, 'migration:revert')).toMatchObject({ exitCode: 0 });
      } finally {
        await folder[Symbol.asyncDispose]();
        await database.drop();
      }
    }, 120_000);
  });

  describe('a data source', () => {
    async function refused(entities: DataSourceOptions['entities']): Promise<unknown> {
      const database = await createTestDatabase(engine);
      const source = withSqlModelExt(new DataSource({ ...database.options, entities }));
      try {
        await source.initialize();
        return undefined;
      } catch (error) {
        return error;
      } finally {
        if (source.isInitialized) await source.destroy();
        await database.drop();
      }
    }

    it('says at initialize() that a class has no @Model', async () => {
      class Forgotten extends UuidTableBase {
        @Str64() declare name: string;
      }
      const message =
        "Forgotten (in the data source's entities) extends a table base but has no @Model(): add @Model() to it.";
      for (const entities of [[Room, Forgotten], { Room, Forgotten }]) {
        const error = await refused(entities);
        expect(error).toBeInstanceOf(ConfigurationError);
        expect((error as Error).message).toBe(message);
      }
    });

    it('says at initialize() that a class has @Entity too', async () => {
      @Entity()
      @Model()
      class Both extends UuidTableBase {
        @Str64() declare name: string;
      }
      expect(await refused([Both])).toMatchObject({
        message: 'Both has both @Model() and @Entity(): remove @Entity().',
      });
    });

    it('without models is left as TypeORM has it', async () => {
      class Parent {
        @PrimaryGeneratedColumn() declare id: number;
        @Column({ type: 'varchar', length: 10 }) declare name: string;
      }
      @Entity()
      class Plain extends Parent {
        // Stock TypeORM takes the furthest parent's column, and on one class the first that ran (the lower one).
        @Column({ type: 'varchar', length: 20 }) declare name: string;
        @Column({ type: 'varchar', length: 5 }) @Column({ type: 'varchar', length: 6 }) declare twice: string;
        @CreateDateColumn() declare createdAt: Date;
      }
      const { dataSource: plain, close: closePlain } = await openDataSource(engine, [Plain]);
      try {
        const metadata = plain.getMetadata(Plain);
        const lengthOf = (property: string) => metadata.findColumnWithPropertyName(property)?.length;
        const stock = stockLengths();
        expect({ name: lengthOf('name'), twice: lengthOf('twice') }).toEqual(stock);
        expect(metadata.checks).toEqual([]);
        const { columns } = (await catalogueOf(plain, engine))['plain'];
        expect(columns['createdAt'].type).toBe(
          on({ sqlite: 'datetime', postgres: 'timestamp without time zone', mariadb: 'datetime(6)' }),
        );
        const [one, two] = [plain.createQueryRunner(), plain.createQueryRunner()];
        expect(one === two).toBe(engine === 'sqlite');
        await Promise.all([one.release(), two.release()]);
      } finally {
        await closePlain();
      }
    });
  });
});

/** What TypeORM's own rule gives: the first registered column of a name, looking at all classes at once. */
function stockLengths() {
  // Class Parent is evaluated before Plain; decorators of one property run from the lowest up.
  return { name: '10', twice: '6' };
}

/** The same table with other limits. */
function changing(length: number, kinds: string[]): Function {
  @Model({ tableName: 'changing' })
  class Changing extends TableBase {
    @Str(length) text: string;
    @EnumOf(kinds) kind: string;
  }
  return Changing;
}
