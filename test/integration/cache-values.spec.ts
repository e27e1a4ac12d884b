import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { instanceToPlain } from 'class-transformer';
import { Redis } from 'ioredis';
import { In, type DataSource, type EntitySubscriberInterface, type ObjectLiteral } from 'typeorm';
import {
  ColumnNotSelectedError,
  isLoaded,
  ModelRepository,
  OptimisticLockError,
  RelationNotLoadedError,
  UnitOfWork,
  type UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import type { Body, CacheStore } from '../../lib/cache/cache-store.js';
import { cacheOf, configureCache, MemoryStore, RedisStore } from '../../lib/cache/index.js';
import { entityState } from '../../lib/hydration/index.js';
import { DATABASES, type DatabaseName } from '../support/databases.js';
import { isPostgresEmbedded } from '../support/is-postgres-embedded.js';
import {
  Account,
  Branch,
  ByBigInt,
  ByDate,
  ByDay,
  ByPaddedText,
  calls,
  City,
  Country,
  FieldValues,
  KEYS,
  LiteValues,
  MariadbValues,
  Money,
  PostgresValues,
  Seat,
  Step,
} from '../support/models/cached-values.js';
import { Mood, Phrase, Rank } from '../support/models/gallery.js';
import { openDataSource } from '../support/open-data-source.js';
import { REDIS_URL } from '../support/redis.js';
import { spyOn, type Spy } from '../support/spied-store.js';

const STORES = [
  { store: 'memory', redis: undefined },
  { store: 'Redis', redis: REDIS_URL },
].filter(({ store, redis }) => store === 'memory' || redis !== undefined);
const EVERYWHERE = DATABASES.flatMap(({ name }) => STORES.map((each) => ({ ...each, engine: name })));

const VALUES = { sqlite: LiteValues, mariadb: MariadbValues, postgres: PostgresValues };

/** Of models that are known at run time only. */
type Row = UuidTableBase & Record<string, unknown>;
type Repository = ModelRepository<Row>;

type Values = Readonly<Record<string, unknown>>;

const awkward = JSON.parse('{"__proto__": {"a": 1}, "n": [1e21, -0, 0.1, null], "é": "\\u0000\\ud83d\\ude00", "d": 1}');
const sql = (expression: string) => () => expression;

/** Rows of values; functions are SQL. Columns that are not named are null. */
const ROWS: Readonly<Record<DatabaseName, readonly Values[]>> = {
  sqlite: [
    {},
    {
      integer: 0,
      bigint: '9007199254740991',
      real: 0.1,
      decimal: 12.5,
      boolean: false,
      varchar: '420',
      text: '',
      blob: Buffer.from([0, 255]),
      date: '2026-02-28',
      time: '23:59:59',
      datetime: new Date('1969-12-31T23:59:59.999Z'),
      json: { a: [1, { b: null }] },
      simpleJson: {},
      simpleArray: ['a', ''],
      simpleEnum: Mood.Odd,
    },
    {
      integer: -1,
      real: sql('9e999'),
      decimal: sql('-9e999'),
      boolean: true,
      varchar: "it's \u{1F600} \\ \n",
      blob: Buffer.alloc(0),
      text: sql("x'00ff'"),
      datetime: sql("'2026-01-31 12:00'"),
      json: 'text',
      simpleJson: [],
      simpleArray: [],
    },
  ],
  mariadb: [
    {},
    {
      int: 0,
      tinyint: -1,
      mediumint: 42,
      bigint: '18446744073709551615',
      float: 0.1,
      double: 1.7976931348623157e308,
      decimal: '123456789012345678901234567890.0123456789',
      boolean: true,
      bit: sql("b'1'"),
      char: 'ab ',
      varchar: "it's \u{1F600} \\ \n ",
      text: 'x'.repeat(70_000),
      binary: Buffer.from([1]),
      varbinary: Buffer.from([0, 255]),
      blob: Buffer.from('\u{1F600}'),
      date: '2024-02-29',
      time: '23:59:59.123456',
      year: 2026,
      datetime: sql("'2026-01-31 12:00:00.123456'"),
      timestamp: sql("'2026-01-31 12:00:00.654321'"),
      json: awkward,
      simpleJson: { a: 1 },
      simpleArray: ['a', 'b'],
      enum: Mood.Wild,
      set: ['c', 'a'],
      point: 'POINT(1 2.5)',
      geometry: 'POLYGON((0 0,4 0,4 4,0 0))',
    },
    {
      double: sql('-0e0'),
      boolean: false,
      text: '',
      varchar: '420',
      blob: Buffer.alloc(0),
      time: sql("'-838:59:59'"),
      json: sql("'null'"),
      simpleJson: [],
      simpleArray: [],
      set: [],
    },
    { json: '"text"' },
    { json: sql("'[1, 12345678901234567890, 1e400]'") },
  ],
  postgres: [
    {},
    {
      int: 0,
      smallint: -32768,
      bigint: '9223372036854775807',
      real: 0.1,
      double: 5e-324,
      numeric: '123456789012345678901234567890.0123456789',
      money: '12.30',
      boolean: false,
      bit: '0101',
      char: 'ab',
      text: '',
      citext: 'AbC',
      uuid: '01890000-0000-7000-8000-000000000001',
      bytea: Buffer.from([0, 255]),
      date: '2024-02-29',
      time: '23:59:59.123456',
      timetz: '23:59:59.123456+02',
      timestamp: sql("'2026-01-31 12:00:00.123456'"),
      timestamptz: sql("'2026-01-31 12:00:00.654321+02'"),
      interval: '1 year 2 mons -3 days 04:05:06.789',
      json: awkward.n,
      jsonb: { a: [1, { b: null }], ['__proto__']: 5 },
      xml: '<a>1</a>',
      simpleJson: { a: 1 },
      simpleArray: ['a', 'b'],
      enum: Mood.Wild,
      enums: [Mood.Wild, Mood.Calm],
      inet: '10.0.0.1/8',
      cidr: '10.0.0.0/8',
      macaddr: '08:00:2b:01:02:03',
      point: '(1,2.5)',
      circle: '<(1,2),3>',
      box: '(1,1),(0,0)',
      polygon: '((0,0),(1,1),(1,0))',
      hstore: { a: 'b', c: null },
      range: '[1,5)',
      dateRange: '[2026-01-01 00:00+00,infinity)',
      ints: [1, null, -1],
      bigints: ['9223372036854775807'],
      doubles: sql(`'{1.5,NaN,Infinity,-Infinity,-0,NULL}'`),
      numerics: sql(`'{1.5,NULL}'`),
      texts: ['', 'a,b', '"', null, 'NULL'],
      booleans: [true, false],
      byteas: sql(`'{"\\\\x00ff",NULL}'`),
      dates: sql(`'{"2026-01-31 12:00:00.123456+02",NULL,infinity}'`),
      intervals: sql(`'{"1 day","-00:00:00.5",NULL}'`),
      jsonbs: sql(`ARRAY['{"a": [1]}', 'null', NULL, '"x"', '1e400']::jsonb[]`),
      uuids: ['01890000-0000-7000-8000-000000000001'],
      points: sql(`'{"(1,2)",NULL}'`),
    },
    {
      real: sql("'NaN'"),
      double: sql("'-Infinity'"),
      numeric: 'NaN',
      boolean: true,
      text: "it's \u{1F600} \\ \n",
      bytea: Buffer.alloc(0),
      timestamp: sql("'infinity'"),
      timestamptz: sql("'-infinity'"),
      date: sql("'0044-03-15 BC'"),
      interval: '0',
      json: sql("'null'"),
      jsonb: sql("'null'"),
      simpleJson: [],
      simpleArray: [],
      enums: [],
      hstore: {},
      range: 'empty',
      ints: [],
      texts: sql(`'{{a,b},{c,NULL}}'`),
    },
    { double: sql("'-0'"), json: sql(`'"text"'`), jsonb: sql("'12345678901234567890.5'"), range: '(,)' },
    { timestamptz: sql("'4714-11-24 00:00:00 BC'"), jsonb: sql("'1e400'"), json: sql("'[]'") },
  ],
};

/** With classes, -0, and names like __proto__; two invalid dates are equal. */
const shown = (value: unknown) => inspect(value, { depth: Infinity, maxArrayLength: null, maxStringLength: null });

interface Opened {
  readonly dataSource: DataSource;
  readonly spy: Spy;
  readonly warnings: string[];
  readonly events: string[];
  close(): Promise<void>;
}

/** @param part tells suites apart that share a Redis */
async function open(
  { engine, redis }: { engine: DatabaseName; redis: string | undefined },
  part: string,
  entities: readonly Function[],
  options: object = {},
): Promise<Opened> {
  const { dataSource, close } = await openDataSource(engine, entities, options);
  const warnings: string[] = [];
  const events: string[] = [];
  const store: CacheStore =
    redis === undefined
      ? new MemoryStore({ maxEntries: 1_000 })
      : new RedisStore({ client: new Redis(redis), own: true, warn: () => undefined });
  const spy = spyOn(store);
  await configureCache(
    dataSource,
    {
      store,
      namespace: `cache-values-${part}-${engine}-${randomUUID()}`,
      // The machine may be busy.
      timeout: 5_000,
      metrics: {
        onHit: ({ model, kind }) => events.push(`hit ${model} ${kind}`),
        onMiss: ({ model, kind }) => events.push(`miss ${model} ${kind}`),
        onBypass: ({ model, kind, reason }) => events.push(`bypass ${model} ${kind} ${reason}`),
      },
    },
    { warn: (message) => warnings.push(message), info: () => undefined },
  );
  expect(await cacheOf(dataSource)?.whenAvailable(10_000)).toBe(true);
  return { dataSource, spy, warnings, events, close };
}

/** What is known of an entity's row. */
function snapshot(entity: ObjectLiteral): unknown {
  const state = entityState(entity);
  return state?.metadata.columns.map((column) => [column.propertyPath, state.stored(column)]);
}

function expectSame(hit: ObjectLiteral, fresh: ObjectLiteral): void {
  expect(shown(hit)).toBe(shown(fresh));
  expect(Object.getPrototypeOf(hit)).toBe(Object.getPrototypeOf(fresh));
  expect(shown(snapshot(hit))).toBe(shown(snapshot(fresh)));
}

/** Insert of a row whose values may be SQL, as a statement of a builder. */
async function insert(dataSource: DataSource, model: Function, values: Values): Promise<unknown> {
  const { identifiers } = await dataSource.createQueryBuilder().insert().into(model).values(values).execute();
  return identifiers[0]['id'];
}

describe.each(EVERYWHERE)('values of the cache in $store, on $engine', ({ engine, redis }) => {
  const nothing = <T>(work: () => Promise<T>) => expectQueries(opened.dataSource, 0, work);
  const repositoryOf = (model: Function): Repository => new ModelRepository<Row>(model as never, opened.dataSource);
  let opened: Opened;

  /** Reads a row in every way from the cache, and compares it with the database. */
  async function expectHits(repository: Repository, id: number | string, isTree = false): Promise<void> {
    const fresh = await repository.getExistOne(id, { noCache: true });
    await repository.getExistOne(id);
    await repository.get({ id: In([id]) }, { fetch: 'all' });
    const hits = [
      await nothing(() => repository.getExistOne(id as never)),
      await nothing(() => repository.getExistOne(id as never)),
      ...(await nothing(() => repository.get({ id: In([id]) }, { fetch: 'all' }))),
    ];
    for (const hit of hits) {
      expectSame(hit, fresh);
    }
    // TypeORM saves trees, in a transaction of its own.
    if (isTree) return;
    const before = await statements(() => repository.save(fresh));
    for (const hit of hits) expect(await statements(() => repository.save(hit))).toBe(before);
    const mayDiffer = Object.values(fresh).some(Number.isNaN);
    if (!mayDiffer) expect(before).toBe(0);
  }

  async function statements(work: () => Promise<unknown>): Promise<number> {
    const recorder = new QueryRecorder(opened.dataSource);
    await recorder.record(work);
    return recorder.queries.length;
  }

  describe('of every type', () => {
    const isComplete = engine !== 'postgres' || !isPostgresEmbedded();
    beforeAll(async () => {
      opened = await open({ engine, redis }, 'types', isComplete ? [VALUES[engine], FieldValues] : [FieldValues]);
    });
    afterAll(() => opened.close());

    (isComplete ? it : it.skip).each(ROWS[engine].map((values, index) => ({ index, values })))(
      'are those of the database: row $index of its own column types',
      async ({ values }) => {
        const repository = repositoryOf(VALUES[engine]);
        const id = (await insert(opened.dataSource, VALUES[engine], values)) as number;
        await expectHits(repository, id);
        expect(opened.events.at(-1)).not.toContain('notStored');
      },
    );

    it('are those of the database: every field type', async () => {
      const repository = repositoryOf(FieldValues);
      const values = {
        text: '',
        long: '\u{1F600}'.repeat(10_000),
        uuid: '01890000-0000-7000-8000-00000000000a',
        int: -(2 ** 31),
        big: Number.MAX_SAFE_INTEGER,
        int64: -(2n ** 63n),
        float: 0.1 + 0.2,
        bool: false,
        dateTime: new Date('9999-12-31T23:59:59.999Z'),
        dateOnly: '2024-02-29',
        mood: Mood.Odd,
        rank: Rank.Low,
        phrase: Phrase.Backslash,
        texts: ['', '__proto__'],
        bigs: [2n ** 62n],
        dates: [new Date(1)],
        steps: [Object.assign(new Step(), { name: 'x', size: 2n ** 60n })],
        address: { zip: '12345', owner: '01890000-0000-7000-8000-00000000000b', rank: Rank.None },
      };
      const nulls = { text: null, uuid: null, int64: null, bool: null, dateTime: null, dateOnly: null };
      for (const each of [values, { ...values, ...nulls, float: -0, texts: [], dates: [] }]) {
        const added = await repository.add(each as never);
        const written = await nothing(() => repository.getExistOne(added.id));
        expectSame(written, await repository.getExistOne(added.id, { noCache: true }));
        await expectHits(repository, added.id);
      }
    });
  });

  describe('of a class with a will of its own', () => {
    let accounts: ModelRepository<Account>;
    let loaded: string[];

    beforeAll(async () => {
      opened = await open({ engine, redis }, 'classes', [Account, Branch]);
      accounts = new ModelRepository(Account, opened.dataSource);
    });
    afterAll(() => opened.close());
    beforeEach(() => {
      calls.loaded = [];
      loaded = [];
    });

    const account = async (values: Partial<Account> = {}) => {
      const { id } = await accounts.add({
        name: 'Ada',
        password: 'hunter2-never-stored',
        balance: new Money(12345n),
        tags: ['a'],
        openedAt: new Date(0),
        note: 'private',
        ...values,
      } as never);
      await accounts.getOne(id);
      return id;
    };

    it('are what the class makes of them', async () => {
      const id = await account();
      const constructed = calls.constructed;
      const fresh = await accounts.getExistOne(id, { noCache: true });
      const constructedOnce = calls.constructed - constructed;
      const hit = await nothing(() => accounts.getExistOne(id));
      expect(calls.constructed - constructed).toBe(2 * constructedOnce);
      expectSame(hit, fresh);
      expect(hit).toBeInstanceOf(Account);
      expect(hit.balance).toBeInstanceOf(Money);
      expect(hit.balance.euros).toBe('123.45');
      expect(hit.secret).toBe('kept Ada');
      expect(hit.initialised).toEqual(fresh.initialised);
      expect(hit.initialised).not.toBe(fresh.initialised);
      expect(instanceToPlain(hit)).toEqual(instanceToPlain(fresh));
      expect(instanceToPlain(hit)).not.toHaveProperty('note');
    });

    it('are told to listeners and subscribers once for each read', async () => {
      const id = await account();
      const subscriber: EntitySubscriberInterface = {
        afterLoad: (entity: Account) => void loaded.push(entity.name),
      };
      opened.dataSource.subscribers.push(subscriber);
      try {
        const list = () => accounts.get({ id: In([id]) }, { fetch: 'all' });
        await list();
        for (const read of [() => accounts.getExistOne(id), list, () => accounts.get({ id })]) {
          calls.loaded = [];
          loaded = [];
          await nothing<unknown>(read);
          expect([calls.loaded, loaded]).toEqual([['Ada'], ['Ada']]);
        }
      } finally {
        opened.dataSource.subscribers.splice(opened.dataSource.subscribers.indexOf(subscriber), 1);
      }
      calls.loaded = [];
      await nothing(() => accounts.getExistOne(id));
      expect(calls.loaded).toEqual(['Ada']);
    });

    it('never hold a column that is not selected', async () => {
      const id = await account();
      const hit = await nothing(() => accounts.getExistOne(id));
      expect(() => hit.password).toThrow(ColumnNotSelectedError);
      const full = await accounts.getExistOne(id, { addSelect: ['password'] } as never);
      expect(full.password).toBe('hunter2-never-stored');
      await accounts.update(hit, { name: 'Ada L.' });
      expect((await accounts.getExistOne(id)).name).toBe('Ada L.');
      expect(opened.spy.stored.length).toBeGreaterThan(0);
      expect(opened.spy.stored.join()).not.toContain('hunter2');
    });

    it('are guarded as from the database', async () => {
      const owner = await account({ name: 'Owner' });
      const id = await account({ ownerId: owner });
      const hit = await nothing(() => accounts.getExistOne(id));
      expect(() => hit.owner).toThrow(RelationNotLoadedError);
      expect(isLoaded(hit, 'owner')).toBe(false);
      expect(await hit.heir).toBeNull();
      const loadedHit = await nothing(() => accounts.getExistOne(id, { load: ['owner'] }));
      expect(isLoaded(loadedHit, 'owner')).toBe(true);
      expect(loadedHit.owner).toBeInstanceOf(Account);
      expectSame(loadedHit, await accounts.getExistOne(id, { load: ['owner'], noCache: true }));
    });

    it('are saved as what they are: nothing, or just what has changed', async () => {
      const id = await account();
      const hit = await nothing(() => accounts.getExistOne(id));
      await nothing(() => accounts.save(hit));
      hit.tags.push('b');
      const recorder = new QueryRecorder(opened.dataSource);
      await recorder.record(() => accounts.save(hit));
      const updates = recorder.queries.filter(({ sql }) => /^\s*UPDATE/.test(sql));
      expect(updates).toHaveLength(1);
      expect(updates[0].sql).toMatch(/tags/);
      expect(updates[0].sql).not.toMatch(/SET[^;]*(?:balance|openedAt|note|name)[^;]*WHERE/);
      const again = await nothing(() => accounts.getExistOne(id));
      expectSame(again, await accounts.getExistOne(id, { noCache: true }));
      expect(again.version).toBe(2);
    });

    it('have the version that a writer is checked by', async () => {
      const id = await account();
      const [one, other] = [await accounts.getExistOne(id), await accounts.getExistOne(id)];
      await accounts.update(one, { name: 'First' });
      await expect(accounts.update(other, { name: 'Second' })).rejects.toThrow(OptimisticLockError);
      expect((await accounts.getExistOne(id)).name).toBe('First');
    });

    it('are of each reader alone', async () => {
      const id = await account();
      const list = async () => (await accounts.get({ id: In([id]) }, { fetch: 'all' }))[0];
      await list();
      for (const read of [() => accounts.getExistOne(id), list]) {
        const before = shown(await accounts.getExistOne(id, { noCache: true }));
        for (let round = 0; round < 2; round++) {
          const hit = await nothing(read);
          expect(shown(hit)).toBe(before);
          hit.tags.push('mine');
          hit.openedAt.setFullYear(1999);
          hit.initialised.push('mine');
          hit.name = 'mine';
          hit.deletedAt = new Date();
        }
      }
    });

    it('of a soft-deleted row are seen only by who asks for them', async () => {
      const id = await account();
      await accounts.softDelete(await accounts.getExistOne(id));
      expect(await accounts.getOne(id)).toBeNull();
      const deleted = () => accounts.getExistOne(id, { withDeleted: true });
      await deleted();
      const hit = await deleted();
      expect(hit.deletedAt).toBeInstanceOf(Date);
      expectSame(hit, await accounts.getExistOne(id, { withDeleted: true, noCache: true }));
    });

    it('of trees are those of the database', async () => {
      const branches = new ModelRepository(Branch, opened.dataSource);
      const root = await branches.add({ name: 'root' } as never);
      const leaf = await branches.add({ name: 'leaf', parent: root } as never);
      await expectHits(branches as unknown as Repository, root.id, true);
      await expectHits(branches as unknown as Repository, leaf.id, true);
      const list = () => branches.get({ id: In([leaf.id]) }, { fetch: 'all', load: ['parent'] });
      await list();
      const [hit] = await nothing(list);
      expect(hit.parent?.name).toBe('root');
    });

    it.each<readonly [string, (body: readonly Body[]) => Body]>([
      ['too short', (body) => body.slice(1)],
      ['too long', (body) => [...body, null]],
      ['no list', () => ({ length: 11 })],
      ['a text', () => 'x'],
      ['of unknown tags', (body) => body.map(() => ({ z: 1 }))],
      ['of tags that are two', (body) => body.map(() => ({ d: 1, n: 'NaN' }))],
      ['JSON that is cut', (body) => body.map(() => ({ j: '[1' }))],
      ['of other types', (body) => body.map((each) => (typeof each === 'string' ? 5 : each))],
      ['objects in place of texts', (body) => body.map(() => ({ j: '{}' }))],
      ['a trick', (body) => body.map(() => JSON.parse('{"__proto__": {"isAdmin": true}}') as Body)],
      ['a trick in an object', (body) => body.map(() => ({ o: [['__proto__', { j: '{"isAdmin": true}' }]] }))],
    ])('that do not fit are read from the database, and said once: %s', async (_, tamper) => {
      const id = await account();
      const fresh = await accounts.getExistOne(id, { noCache: true });
      const isList = (body: Body): body is readonly Body[][] => Array.isArray(body) && Array.isArray(body[0]);
      opened.spy.tamper = (body) => (isList(body) ? body.map(tamper) : tamper(body as readonly Body[]));
      try {
        for (let read = 0; read < 2; read++) {
          expectSame(await accounts.getExistOne(id), fresh);
          expectSame((await accounts.get({ id: In([id]) }, { fetch: 'all' }))[0], fresh);
        }
      } finally {
        opened.spy.tamper = undefined;
      }
      // Once for the model, not once for each case.
      expect(opened.warnings.filter((message) => message.includes('does not fit'))).toHaveLength(1);
      expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
      expectSame(await accounts.getExistOne(id), fresh);
    });
  });

  describe('under keys of every kind', () => {
    const hasChar = engine !== 'sqlite';
    beforeAll(async () => {
      opened = await open({ engine, redis }, 'keys', hasChar ? [...KEYS, ByPaddedText] : KEYS);
    });
    afterAll(() => opened.close());

    it('of several columns', async () => {
      const seats = new ModelRepository(Seat, opened.dataSource);
      await seats.add([
        { row: 'a', id: 1, label: 'one' },
        { row: 'a', id: 11, label: 'eleven' },
        { row: 'a1', id: 1, label: 'other' },
      ] as never);
      const read = async () => {
        const keys = [
          { row: 'a', id: 1 },
          { row: 'a', id: 11 },
          { row: 'a1', id: 1 },
        ];
        return Promise.all(keys.map(async (key) => (await seats.get(key as never))?.label));
      };
      expect(await read()).toEqual(['one', 'eleven', 'other']);
      expect(await nothing(read)).toEqual(['one', 'eleven', 'other']);
      const seat = await seats.getExistOne({ row: 'a', id: 1 });
      await seats.update(seat, { label: 'new' });
      expect(await read()).toEqual(['new', 'eleven', 'other']);
    });

    it.each<readonly [string, Function, unknown, unknown]>([
      ['a point in time', ByDate, new Date('2026-01-31T12:00:00.123Z'), new Date('2026-01-31T12:00:00.124Z')],
      ['a day', ByDay, '2026-01-31', '2026-02-01'],
      // The driver of SQLite has no larger ones.
      ['an integer as a text', ByBigInt, engine === 'sqlite' ? '12' : '9007199254740993', '9007199254740991'],
      ...(hasChar ? [['a padded text', ByPaddedText, 'ab', 'abc'] as const] : []),
    ])('that are %s', async (_, model, key, other) => {
      const repository = repositoryOf(model);
      const plain = opened.dataSource.getRepository<ObjectLiteral>(model);
      await repository.add([
        { id: key, label: 'one' },
        { id: other, label: 'two' },
      ] as never);
      const read = async () => [
        (await repository.get({ id: key as never }))?.['label'],
        (await repository.get({ id: other as never }))?.['label'],
      ];
      expect(await read()).toEqual(['one', 'two']);
      expect(await nothing(read)).toEqual(['one', 'two']);
      await repository.update((await repository.get({ id: key as never })) as never, { label: 'new' });
      expect(await read()).toEqual(['new', 'two']);
      await plain.update({ id: key }, { label: 'newer' });
      expect(await read()).toEqual(['newer', 'two']);
      await repository.delete((await repository.get({ id: key as never })) as never);
      expect(await read()).toEqual([undefined, 'two']);
    });

    it('that the database knows by other spellings', async () => {
      const countries = new ModelRepository(Country, opened.dataSource);
      const cities = new ModelRepository(City, opened.dataSource);
      const fresh = async (code: string) => (await countries.getOne(code, { noCache: true }))?.label;
      const spellings = ['fr', 'FR', 'Fr', 'fr ', 'f\u0301r', 'ｆｒ'];
      const expectFresh = async () => {
        for (const code of spellings) {
          for (let time = 0; time < 2; time++) {
            expect([code, (await countries.getOne(code))?.label]).toEqual([code, await fresh(code)]);
          }
        }
      };
      await countries.add({ id: 'fr', label: 'one' } as never);
      await expectFresh();
      let number = 0;
      for (const code of spellings) {
        // An entity that was never read: its key is as the application spells it.
        // TypeORM inserts it, where the database knows better.
        await countries.typeorm.save({ id: code, label: `saved ${++number}` }).catch(() => undefined);
        await expectFresh();
        await countries.upsert({ id: code, label: `upserted ${number}` }, { conflict: ['id'] });
        await expectFresh();
        await new UnitOfWork(opened.dataSource).run(async () => {
          const read = await countries.getExistOne(code);
          await countries.update(read, { label: `updated ${number}` });
        });
        await expectFresh();
      }
      await countries.typeorm.createQueryBuilder().delete().where('id <> :id', { id: 'fr' }).execute();
      await expectFresh();
      if (engine === 'mariadb') {
        await cities.add({ countryCode: 'FR' } as never);
        const city = async (noCache: boolean) =>
          (await cities.get({ countryCode: 'FR' }, { load: ['country'], noCache }))?.country?.label;
        const label = await city(true);
        expect(label).toBeDefined();
        expect([await city(false), await city(false)]).toEqual([label, label]);
      }
      await cities.typeorm.createQueryBuilder().delete().execute();
      for (const code of spellings) {
        const deletes: readonly ((entity: Country) => Promise<unknown>)[] = [
          (entity) => countries.delete(entity),
          (entity) => countries.delete([entity, Object.assign(new Country(), { id: 'none' })]),
          (entity) => countries.typeorm.remove(entity),
          () => countries.typeorm.delete({ id: code }),
          () => countries.typeorm.delete(code),
        ];
        for (const work of deletes) {
          await countries.upsert({ id: 'fr', label: `row ${++number}` }, { conflict: ['id'] });
          await expectFresh();
          // As the application spells it: it was never read.
          await work(Object.assign(new Country(), { id: code }));
          await expectFresh();
        }
      }
    });
  });
});
