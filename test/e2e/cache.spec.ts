import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CACHE_MANAGER, type Cache } from '@nestjs/cache-manager';
import { Body, Controller, Get, Injectable, Module, Patch, Post, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { Cluster, Redis } from 'ioredis';
import { DataSource, ManyToOne, type Relation } from 'typeorm';
import {
  AllFieldsOptional,
  getModelRepositoryToken,
  InjectModelRepository,
  Int,
  ListResponseOf,
  Model,
  ModelParam,
  ModelRepository,
  Nested,
  OptimisticLock,
  ResponseModel,
  RetryOnConflict,
  SqlModelExtModule,
  Str64,
  Transactional,
  Uuid,
  UuidIdInfo,
  UuidTable,
  withSqlModelExt,
  type CacheOptions,
  type SqlModelExtOptions,
} from 'nestjs-sqlmodel-ext';
import { cacheOf } from '../../lib/cache/index.js';
import { onStatement } from '../../lib/entity-model/index.js';
import { freePort } from '../runner/free-port.mjs';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { startPrivateRedis, type PrivateRedis } from '../support/private-redis.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { describeOnPrivateRedis, describeOnRedis, REDIS_URL } from '../support/redis.js';
import { until } from '../support/until.js';
import { expectError } from './support/expect-error.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class WriterBase {
  @Str64() name: string;
}
@Model({ cacheTtl: 600 })
class Writer extends UuidTable(WriterBase) {}
@Model()
class NoteBase {
  @Str64() title: string;
  @Int({ default: 0 }) views: number;
}
@Model({ cacheTtl: 600 })
class Note extends OptimisticLock(UuidTable(NoteBase)) {
  @Uuid({ nullable: true }) writerId: string | null;
  @ManyToOne(() => Writer, { nullable: true }) writer: Relation<Writer> | null;
}
@Model()
class NoteUpdate extends AllFieldsOptional(NoteBase) {}
@Model()
class WriterResponse extends UuidIdInfo(WriterBase) {}
@Model()
class NoteResponse extends UuidIdInfo(NoteBase) {
  @Nested(() => WriterResponse, { nullable: true }) writer: WriterResponse | null;
}

const MODELS = [Note, Writer];

@Injectable()
class Counter {
  attempts = 0;
  between: () => Promise<unknown> = async () => undefined;

  constructor(@InjectModelRepository(Note) readonly notes: ModelRepository<Note>) {}

  /** Somebody else comes between its read and its write. */
  @RetryOnConflict({ delay: 1 })
  @Transactional({ isolation: 'READ COMMITTED' })
  async count(id: string): Promise<number> {
    this.attempts++;
    const note = await this.notes.getExistOne(id);
    await this.between();
    await this.notes.update(note, { views: note.views + 1 });
    return note.views;
  }
}

@Controller('notes')
class NoteController {
  constructor(
    @InjectModelRepository(Note) readonly notes: ModelRepository<Note>,
    @InjectModelRepository(Writer) readonly writers: ModelRepository<Writer>,
  ) {}

  @Get() @ResponseModel(ListResponseOf(NoteResponse)) list() {
    return this.notes.getWithCount({}, { order: { title: 'ASC' }, limit: 2 });
  }
  @Get('repeated') async repeated(): Promise<number> {
    for (const { writerId } of await this.notes.get({}, { fetch: 'all' })) {
      if (writerId !== null) await this.writers.getOne(writerId);
    }
    return 1;
  }
  @Get(':id') @ResponseModel(NoteResponse) read(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Post() @ResponseModel(NoteResponse) add(@Body() body: NoteBase) {
    return this.notes.add(body);
  }
  @Patch(':id') @ResponseModel(NoteResponse) edit(
    @ModelParam(Note, 'id', { ifMatch: 'optional' }) note: Note,
    @Body() patch: NoteUpdate,
  ) {
    return this.notes.update(note, patch);
  }
}

const opened: { close(): Promise<unknown> }[] = [];

/** Whatever a test has opened, the last first. */
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

let serial = 0;
let namespace: string;
beforeEach(() => {
  namespace = `cache-e2e-${process.pid}-${Date.now()}-${++serial}`;
});

/** Options that a busy machine does not disturb. */
const patient = (options: CacheOptions = {}): CacheOptions => ({ namespace, timeout: 5_000, ...options });

function notesModule(options: SqlModelExtOptions, database = sqliteInMemory(MODELS)): ModuleMetadata {
  return {
    imports: [database, SqlModelExtModule.forRoot(options), SqlModelExtModule.forFeature(MODELS)],
    controllers: [NoteController],
    providers: [Counter],
  };
}

async function started(
  metadata: ModuleMetadata,
): Promise<Served & { dataSource: DataSource; notes: ModelRepository<Note> }> {
  const served = await serve('express', metadata);
  opened.push(served.app);
  const dataSource = served.app.get<DataSource>(getDataSourceToken(), { strict: false });
  const notes = served.app.get<ModelRepository<Note>>(getModelRepositoryToken(Note), { strict: false });
  return { ...served, dataSource, notes };
}

/** As `started()`, when the cache can be asked. */
async function startedWith(options: SqlModelExtOptions, database?: Parameters<typeof notesModule>[1]) {
  const served = await started(notesModule(options, database));
  expect(await cacheOf(served.dataSource)?.whenAvailable(10_000)).not.toBe(false);
  return served;
}

/** The first words of the statements that are sent meanwhile, by whomsoever: requests are no part of this flow. */
async function statementsOf(dataSource: DataSource, work: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  let isOver = false;
  onStatement(dataSource, ({ sql }) => {
    if (!isOver) sent.push(sql.trim().split(/\s+/, 1)[0]);
  });
  await work();
  isOver = true;
  return sent;
}

async function withoutStatement<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const results: T[] = [];
  expect(await statementsOf(dataSource, async () => results.push(await work()))).toEqual([]);
  return results[0];
}

function connected(url: string, options: object = {}): Redis {
  const client = new Redis(url, options);
  opened.push({ close: async () => client.disconnect() });
  return client;
}

async function connectionsNamed(client: Redis, name: string): Promise<number> {
  const list = (await client.client('LIST')) as string;
  return list.split('\n').filter((line) => line.includes(` name=${name} `)).length;
}

async function keysOf(client: Redis, begin: string): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of client.scanStream({ match: `${begin}*`, count: 1_000 })) found.push(...(keys as string[]));
  return found.sort();
}

describe('an application with cached models', () => {
  it('caches in memory unless it is told otherwise', async () => {
    const { dataSource, http, notes } = await startedWith({});
    const { id } = await notes.add({ title: 'a' });
    await notes.invalidateAll();
    expect(await statementsOf(dataSource, () => http.get(`/notes/${id}`))).toEqual(['SELECT']);
    const answer = await withoutStatement(dataSource, () => http.get(`/notes/${id}`));
    expect(answer.body).toEqual({ id, title: 'a', views: 0, writer: null });
  });

  it('caches nothing with cache: false', async () => {
    const { dataSource, notes } = await startedWith({ cache: false });
    expect(cacheOf(dataSource)).toBeUndefined();
    const note = await notes.add({ title: 'a' });
    for (let read = 0; read < 2; read++) {
      expect(await statementsOf(dataSource, () => notes.getExistOne(note.id))).toEqual(['SELECT']);
    }
    expect(await statementsOf(dataSource, () => notes.update(note, { title: 'b' }))).toEqual(['UPDATE']);
    await withoutStatement(dataSource, () => notes.invalidateAll());
  });

  it('caches where a data source is opened again', async () => {
    const { dataSource, notes } = await startedWith({});
    await notes.add({ title: 'before' });
    await dataSource.destroy();
    await dataSource.initialize();
    const again = new ModelRepository(Note, dataSource);
    const { id } = await again.add({ title: 'a' });
    const note = await withoutStatement(dataSource, () => again.getExistOne(id));
    await again.update(note, { title: 'b' });
    expect((await again.getExistOne(id)).title).toBe('b');
    await notes.update(await notes.getExistOne(id), { title: 'c' });
    expect((await again.getExistOne(id)).title).toBe('c');
  });

  it('reads rows, lists, pages and relations of answers from the cache', async () => {
    const { app, dataSource, http, notes } = await startedWith({});
    const ada = await app.get<ModelRepository<Writer>>(getModelRepositoryToken(Writer)).add({ name: 'Ada' });
    const [a] = await notes.add([{ title: 'a', writerId: ada.id }, { title: 'b', writerId: ada.id }, { title: 'c' }]);
    const page = await http.get('/notes');
    expect(page.body).toMatchObject({ count: 3, items: [{ writer: { name: 'Ada' } }, { title: 'b' }] });
    expect((await withoutStatement(dataSource, () => http.get('/notes'))).body).toEqual(page.body);
    const row = await withoutStatement(dataSource, () => http.get(`/notes/${a.id}`));
    expect(row.body).toEqual(page.body.items[0]);
    await http.patch(`/notes/${a.id}`, { title: 'A' });
    expect((await http.get('/notes')).body.items[0]).toMatchObject({ title: 'A', writer: { name: 'Ada' } });
  });

  it('answers with the ETag of the row as it is, and compares If-Match with it', async () => {
    const { dataSource, http, notes } = await startedWith({});
    const { id } = await notes.add({ title: 'a' });
    const tagOf = async () => (await http.get(`/notes/${id}`)).headers.get('etag') ?? '';
    const first = await tagOf();
    const edit = (title: string, tag: string) =>
      http.send('PATCH', `/notes/${id}`, { title }, { 'content-type': 'application/json', 'if-match': tag });
    await withoutStatement(dataSource, tagOf);
    expect(await edit('b', first)).toMatchObject({ status: 200, body: { title: 'b' } });
    expectError(await edit('c', first), 412);
    const second = await withoutStatement(dataSource, tagOf);
    expect(second).not.toBe(first);
    const unchanged = await withoutStatement(dataSource, () =>
      http.send('GET', `/notes/${id}`, undefined, { 'if-none-match': second }),
    );
    expect(unchanged.status).toBe(304);
    expect(await edit('c', second)).toMatchObject({ status: 200, body: { title: 'c' } });
  });

  it('keeps streams out of the cache', async () => {
    const { dataSource, notes } = await startedWith({});
    await notes.add(Array.from({ length: 5 }, (_, number) => ({ title: `${number}` })));
    for (let pass = 0; pass < 2; pass++) {
      const titles: string[] = [];
      const sent = await statementsOf(dataSource, async () => {
        for await (const { title } of notes.stream({}, { batchSize: 2 })) titles.push(title);
      });
      expect(sent).toEqual(['SELECT', 'SELECT', 'SELECT']);
      expect(titles).toHaveLength(5);
    }
  });

  it('takes no hit for a query that repeats', async () => {
    const { app, http, notes, logs } = await startedWith({ relations: { nPlusOne: 3 }, analysis: { mode: 'off' } });
    const writers = app.get<ModelRepository<Writer>>(getModelRepositoryToken(Writer));
    const added = await writers.add(Array.from({ length: 5 }, (_, number) => ({ name: `w${number}` })));
    await notes.add(added.map(({ id }) => ({ title: 'x', writerId: id })));
    const reports = () => logs.filter((line) => line.includes('Writer'));
    await http.get('/notes/repeated');
    expect(reports()).toEqual([]);
    await writers.invalidateAll();
    await http.get('/notes/repeated');
    expect(reports()).toHaveLength(1);
  });

  it('keeps tenants apart by a prefix that follows the request', async () => {
    const tenant = new AsyncLocalStorage<string>();
    const { dataSource, notes } = await startedWith({
      cache: patient({ keyPrefix: () => tenant.getStore() ?? 'nobody' }),
    });
    const { id } = await tenant.run('north', () => notes.add({ title: 'a' }));
    const read = (name: string) => statementsOf(dataSource, () => tenant.run(name, () => notes.getExistOne(id)));
    expect(await read('north')).toEqual([]);
    expect(await read('south')).toEqual(['SELECT']);
    expect(await Promise.all([read('north'), read('south')])).toEqual([[], []]);
    await tenant.run('south', () => notes.invalidateAll());
    expect(await read('north')).toEqual([]);
    expect(await read('south')).toEqual(['SELECT']);
    expect(await read('west:%:{}')).toEqual(['SELECT']);
    expect(await read('west:%:{}')).toEqual([]);
  });

  it('has a cache of its own for each data source', async () => {
    const events: string[] = [];
    const hits = (name: string) => ({ onHit: () => void events.push(name) });
    const { app } = await started({
      imports: [
        sqliteInMemory([Note, Writer]),
        sqliteInMemory([Note, Writer], { name: 'archive' }),
        SqlModelExtModule.forRoot({ cache: { metrics: hits('default') } }),
        SqlModelExtModule.forRoot({ dataSource: 'archive', cache: { maxEntries: 10, metrics: hits('archive') } }),
        SqlModelExtModule.forFeature(MODELS),
        SqlModelExtModule.forFeature(MODELS, 'archive'),
      ],
    });
    const notes = app.get<ModelRepository<Note>>(getModelRepositoryToken(Note));
    const archived = app.get<ModelRepository<Note>>(getModelRepositoryToken(Note, 'archive'));
    const { id } = await notes.add({ title: 'here' });
    await archived.add({ id, title: 'there' });
    expect((await notes.getExistOne(id)).title).toBe('here');
    expect((await archived.getExistOne(id)).title).toBe('there');
    expect(events).toEqual(['default', 'archive']);
    await archived.update(await archived.getExistOne(id), { title: 'gone' });
    expect((await notes.getExistOne(id)).title).toBe('here');
  });
});

describe.each(DATABASES)('a retry on $name', ({ name, hasConcurrency }) => {
  // On SQLite nobody comes in between.
  (hasConcurrency ? it : it.skip)('reads what the other writer has stored', async () => {
    const database = await createTestDatabase(name);
    opened.push({ close: () => database.drop() });
    const { app, dataSource, notes } = await startedWith(
      { cache: patient() },
      TypeOrmModule.forRoot({ ...database.options, synchronize: true, entities: MODELS }),
    );
    const counter = app.get(Counter);
    const escaped = dataSource.driver.escape('note');
    const { id } = await notes.add({ title: 'a' });
    await notes.getExistOne(id);
    counter.between = async () => {
      counter.between = async () => undefined;
      // A connection of its own, as another request has.
      const runner = dataSource.createQueryRunner();
      await runner.query(`UPDATE ${escaped} SET views = 10, version = version + 1`);
      await runner.release();
    };
    expect(await counter.count(id)).toBe(11);
    expect(counter.attempts).toBe(2);
    expect(await notes.getExistOne(id)).toMatchObject({ views: 11, version: 3 });
  });
});

describe.each(DATABASES)('a retry on $name, once more', ({ name, hasConcurrency }) => {
  (hasConcurrency ? it : it.skip)('reads what a writer has stored that the cache does not know', async () => {
    const database = await createTestDatabase(name);
    opened.push({ close: () => database.drop() });
    const { app, notes } = await startedWith(
      { cache: patient() },
      TypeOrmModule.forRoot({ ...database.options, synchronize: true, entities: MODELS }),
    );
    const foreign = new DataSource({ ...database.options, entities: MODELS });
    await foreign.initialize();
    opened.push({ close: () => foreign.destroy() });
    const { id } = await notes.add({ title: 'a' });
    await notes.getExistOne(id);
    await foreign.query(`UPDATE ${foreign.driver.escape('note')} SET views = 10, version = version + 1`);
    expect(await app.get(Counter).count(id)).toBe(11);
  });
});

describeOnRedis('an application with Redis', () => {
  const url = REDIS_URL as string;
  let observer: Redis;
  beforeEach(() => {
    observer = connected(url);
  });
  // Runs before what the test has opened is closed.
  afterEach(async () => {
    const keys = await keysOf(observer, namespace);
    if (keys.length > 0) await observer.unlink(keys);
  });

  const { hostname, port, username, password } = new URL(url ?? 'redis://nowhere');
  const address = {
    host: hostname,
    port: Number(port || 6379),
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
  };

  it.each([
    ['a URL', (connectionName: string) => `${url}?connectionName=${connectionName}`, 0],
    ['options', (connectionName: string) => ({ ...address, connectionName }), 0],
    ['a client', (connectionName: string) => connected(url, { connectionName }), 1],
  ])('shares one connection of %s with CACHE_MANAGER, and ends its own', async (_, redisOf, left) => {
    const redis = redisOf(namespace) as CacheOptions['redis'];
    const { app, dataSource, notes } = await startedWith({ cache: patient({ redis }) });
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    const { id } = await notes.add({ title: 'a' });
    await withoutStatement(dataSource, () => notes.getExistOne(id));
    await manager.set('answer', { is: 42 }, 60_000);
    expect(await manager.get('answer')).toEqual({ is: 42 });
    expect(await connectionsNamed(observer, namespace)).toBe(1);
    const keys = await keysOf(observer, namespace);
    expect(keys).toContain(`${namespace}:%manager:answer`);
    expect(keys.some((key) => key.endsWith(`:r:${id}`))).toBe(true);

    await app.close();
    opened.splice(opened.indexOf(app), 1);
    await until(async () => (await connectionsNamed(observer, namespace)) === left);
    if (redis instanceof Redis) expect(await redis.ping()).toBe('PONG');
  });

  it('leaves nothing behind that keeps a process alive', async () => {
    await observer.ping();
    const before = process.getActiveResourcesInfo();
    class Root {}
    Module(notesModule({ cache: patient({ redis: url }) }))(Root);
    const app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
    const dataSource = app.get<DataSource>(getDataSourceToken(), { strict: false });
    await cacheOf(dataSource)?.whenAvailable(10_000);
    await app.get<ModelRepository<Note>>(getModelRepositoryToken(Note), { strict: false }).add({ title: 'a' });
    await app.close();
    const count = (kind: string, kinds: readonly string[]) => kinds.filter((each) => each === kind).length;
    for (const kind of ['TCPSocketWrap', 'Timeout']) {
      await until(() => count(kind, process.getActiveResourcesInfo()) <= count(kind, before));
    }
  });

  it('clears the keys of CACHE_MANAGER alone', async () => {
    const tenant = new AsyncLocalStorage<string>();
    const { app, dataSource, notes } = await startedWith({
      cache: patient({ redis: url, keyPrefix: () => tenant.getStore() ?? '' }),
    });
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    const foreign = `${namespace}-other:%manager:a`;
    await observer.set(foreign, '1', 'PX', 60_000);
    await manager.mset<unknown>([
      { key: 'a', value: 1, ttl: 60_000 },
      { key: 'b', value: 'two', ttl: 60_000 },
    ]);
    const { id } = await notes.add({ title: 'a' });
    const names = ['manager', '%manager'];
    for (const name of names) await tenant.run(name, () => notes.getExistOne(id));
    expect(await manager.mget(['a', 'b', 'c'])).toEqual([1, 'two', undefined]);
    await manager.clear();
    expect(await manager.get('a')).toBeUndefined();
    expect(await keysOf(observer, `${namespace}:%manager:`)).toEqual([]);
    expect(await observer.del(foreign)).toBe(1);
    await withoutStatement(dataSource, async () => {
      await notes.getExistOne(id);
      for (const name of names) await tenant.run(name, () => notes.getExistOne(id));
    });
  });

  it('clears with a client that has a key prefix, and with a namespace that looks like a pattern', async () => {
    const prefix = `${namespace}/`;
    const { app, dataSource, notes } = await startedWith({
      cache: patient({ redis: connected(url, { keyPrefix: prefix }), namespace: 'a*[b]?' }),
    });
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    await manager.set('a', 1, 60_000);
    const { id } = await notes.add({ title: 'a' });
    await observer.set(`${prefix}axbc:%manager:a`, '1', 'PX', 60_000);
    expect(await keysOf(observer, prefix)).toContain(`${prefix}a*[b]?:%manager:a`);
    await manager.clear();
    expect(await manager.get('a')).toBeUndefined();
    expect(await keysOf(observer, prefix)).toContain(`${prefix}axbc:%manager:a`);
    await withoutStatement(dataSource, () => notes.getExistOne(id));
  });

  it('provides no CACHE_MANAGER with cacheManager: false', async () => {
    const { app } = await startedWith({ cache: patient({ redis: url, cacheManager: false }) });
    expect(() => app.get(CACHE_MANAGER, { strict: false })).toThrow();
  });

  const asynchronously = (options: SqlModelExtOptions, cacheManager?: boolean): ModuleMetadata => ({
    imports: [
      sqliteInMemory(MODELS),
      SqlModelExtModule.forRootAsync({
        ...(cacheManager === undefined ? {} : { cacheManager }),
        useFactory: async () => options,
      }),
      SqlModelExtModule.forFeature(MODELS),
    ],
  });

  it('takes the options from a factory, and provides CACHE_MANAGER when that is said beside it', async () => {
    const redis = `${url}?connectionName=${namespace}`;
    const { app, dataSource } = await started(asynchronously({ cache: patient({ redis }) }, true));
    await cacheOf(dataSource)?.whenAvailable(10_000);
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    await manager.set('a', 1, 60_000);
    expect(await manager.get('a')).toBe(1);
    expect(await connectionsNamed(observer, namespace)).toBe(1);
  });

  it('provides no CACHE_MANAGER with a factory that says nothing beside it', async () => {
    const { app } = await started(asynchronously({ cache: patient({ redis: url }) }));
    expect(() => app.get(CACHE_MANAGER, { strict: false })).toThrow();
  });

  it.each([
    [{ cache: { redis: url, cacheManager: true } }, undefined, /Put cacheManager: true beside useFactory/],
    [{ cache: { redis: url, cacheManager: false } }, true, /Put cacheManager: false beside useFactory/],
    [{}, true, /shares the connection of 'cache.redis', which the options do not have/],
    [{ cache: false }, true, /shares the connection of 'cache.redis', which the options do not have/],
  ] as const)('refuses a factory that contradicts what is said beside it: %j', async (options, beside, message) => {
    await expect(serve('express', asynchronously(options, beside))).rejects.toThrow(message);
  });

  it('refuses a second CACHE_MANAGER', async () => {
    const metadata = (cache: CacheOptions): ModuleMetadata => ({
      imports: [
        sqliteInMemory(MODELS),
        sqliteInMemory(MODELS, { name: 'archive' }),
        SqlModelExtModule.forRoot({ cache: patient({ redis: url }) }),
        SqlModelExtModule.forRoot({ dataSource: 'archive', cache: patient({ redis: url, ...cache }) }),
        SqlModelExtModule.forFeature(MODELS),
      ],
    });
    await expect(serve('express', metadata({}))).rejects.toThrow(/one CACHE_MANAGER.*'default' and 'archive'/);
    const { app } = await started(metadata({ cacheManager: false }));
    expect(app.get(CACHE_MANAGER, { strict: false })).toBeDefined();
  });

  it('refuses a URL that is none, without repeating it', async () => {
    const refused = serve('express', notesModule({ cache: { redis: 'redis://user:%E0%A4%A@127.0.0.1' } }));
    await expect(refused).rejects.toThrow(/not a URL of Redis: write redis:\/\/user:password/);
    await expect(refused).rejects.not.toThrow(/%E0/);
  });

  it('sees at once what another application, and a script, have written', async () => {
    const database = await createTestDatabase('sqlite');
    opened.push({ close: () => database.drop() });
    const cache = patient({ redis: url });
    const file = () => TypeOrmModule.forRoot({ ...database.options, synchronize: true, entities: MODELS });
    const one = await startedWith({ cache }, file());
    const other = await startedWith({ cache }, file());
    const { id } = await one.notes.add({ title: 'a' });
    expect((await withoutStatement(other.dataSource, () => other.notes.getExistOne(id))).title).toBe('a');
    await other.notes.update(await other.notes.getExistOne(id), { title: 'b' });
    expect((await withoutStatement(one.dataSource, () => one.notes.getExistOne(id))).title).toBe('b');

    const script = withSqlModelExt(new DataSource({ ...database.options, entities: MODELS }), { cache });
    await script.initialize();
    opened.push({ close: () => script.destroy() });
    await cacheOf(script)?.whenAvailable(10_000);
    await script.manager.update(Note, { id }, { title: 'c' });
    expect((await one.notes.getExistOne(id)).title).toBe('c');
    expect((await other.http.get(`/notes/${id}`)).body.title).toBe('c');
  });
});

describe('an application whose Redis is away', () => {
  it('starts, reads and writes, says so once, and ends', async () => {
    const redis = `redis://127.0.0.1:${await freePort()}`;
    const { app, http, logs, notes } = await started(notesModule({ cache: patient({ redis }) }));
    const { id } = await notes.add({ title: 'a' });
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'a' });
    expect((await http.patch(`/notes/${id}`, { title: 'b' })).status).toBe(200);
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'b' });
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    await manager.set('a', 1).catch(() => undefined);
    expect(await manager.get('a')).toBeUndefined();
    const said = () => logs.filter((line) => line.includes('cache'));
    await until(() => said().length > 0);
    for (let read = 0; read < 20; read++) await http.get(`/notes/${id}`);
    expect(said()).toEqual([
      expect.stringMatching(/^warn: The cache store cannot be used \(.*ECONNREFUSED.*\): reads go/),
    ]);
  });
});

describeOnPrivateRedis('an application with a Redis of its own', () => {
  let redis: PrivateRedis;
  beforeEach(async () => {
    redis = await startPrivateRedis();
    opened.push({ close: async () => redis[Symbol.asyncDispose]() });
  });

  it('answers a write with 503 while Redis is away, when it is strict', async () => {
    const { dataSource, http, logs, notes } = await startedWith({
      cache: { redis: redis.url, namespace, strict: true, timeout: 5_000 },
    });
    const { id } = await notes.add({ title: 'a' });
    await redis.kill();
    const answer = await http.patch(`/notes/${id}`, { title: 'b' });
    expectError(answer, 503, 'Changes cannot be stored at the moment. Try again in a moment');
    expect(answer.body).toEqual({
      statusCode: 503,
      message: 'Changes cannot be stored at the moment. Try again in a moment',
      error: 'Service Unavailable',
      code: 'CACHE_UNAVAILABLE',
    });
    expectError(await http.post('/notes', { title: 'c' }), 503);
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'a' });
    expect((await http.get('/notes')).body).toMatchObject({ count: 1 });
    await redis.start();
    expect(await cacheOf(dataSource)?.whenAvailable(20_000)).toBe(true);
    expect((await http.patch(`/notes/${id}`, { title: 'b' })).status).toBe(200);
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'b' });
    const said = logs.filter((line) => line.includes('cache store'));
    expect(said).toEqual([
      expect.stringMatching(/^warn: The cache store cannot be used/),
      expect.stringMatching(/^log: The cache store is back after/),
    ]);
  });

  it('goes on writing while Redis is away, and serves nothing old when it is back', async () => {
    const { dataSource, http, notes } = await startedWith({ cache: patient({ redis: redis.url }) });
    const { id } = await notes.add({ title: 'a' });
    await redis.kill();
    expect((await http.patch(`/notes/${id}`, { title: 'b' })).status).toBe(200);
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'b' });
    await redis.start();
    expect(await cacheOf(dataSource)?.whenAvailable(20_000)).toBe(true);
    expect((await http.get(`/notes/${id}`)).body).toMatchObject({ title: 'b' });
    await withoutStatement(dataSource, () => http.get(`/notes/${id}`));
  });
});

describeOnPrivateRedis('an application with a Redis Cluster', () => {
  it('has CACHE_MANAGER there as well', async () => {
    const servers = await startRedisCluster();
    opened.push({ close: async () => servers[Symbol.asyncDispose]() });
    const cluster = new Cluster(servers.nodes, { redisOptions: { keyPrefix: 'shared/' } });
    opened.push({ close: async () => cluster.disconnect() });
    const { app, dataSource, notes } = await startedWith({ cache: patient({ redis: cluster as never }) });
    const manager = app.get<Cache>(CACHE_MANAGER, { strict: false });
    const keys = Array.from({ length: 20 }, (_, number) => `k${number}`);
    const { id } = await notes.add({ title: 'a' });
    await manager.mset(keys.map((key) => ({ key, value: key, ttl: 60_000 })));
    expect(await manager.mget(keys)).toEqual(keys);
    await manager.mdel(['k0', 'k1', 'k2']);
    expect(await manager.mget(['k0', 'k1', 'k2', 'k3'])).toEqual([undefined, undefined, undefined, 'k3']);
    await manager.clear();
    expect(await manager.mget(keys)).toEqual(keys.map(() => undefined));
    await withoutStatement(dataSource, () => notes.getExistOne(id));
    await app.close();
    opened.splice(opened.indexOf(app), 1);
    expect(await cluster.ping()).toBe('PONG');
  }, 60_000);
});
