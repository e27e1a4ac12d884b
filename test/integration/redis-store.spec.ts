import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Cluster, Redis } from 'ioredis';
import { ConfigurationError } from '../../lib/errors/index.js';
import type { StoredValue } from '../../lib/cache/cache-store.js';
import { connectRedis } from '../../lib/cache/connect-redis.js';
import { RedisStore } from '../../lib/cache/redis-store.js';
import { freePort } from '../runner/free-port.mjs';
import { type PrivateRedis, startPrivateRedis } from '../support/private-redis.js';
import { describeOnPrivateRedis } from '../support/redis.js';
import { startRedisCluster } from '../support/redis-cluster.js';
import { startStallingProxy } from '../support/stalling-proxy.js';
import { until } from '../support/until.js';

const LONG_MS = 60_000;

describeOnPrivateRedis('the store on Redis', () => {
  let server: PrivateRedis;
  /** Of the test, past the store. */
  let redis: Redis;
  let store: RedisStore;
  let key: string;
  const warnings: string[] = [];
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await startPrivateRedis();
    redis = new Redis(server.url);
    redis.on('error', () => undefined);
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    key = `test:${randomBytes(8).toString('hex')}`;
    warnings.length = 0;
    store = await open(server.url);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const storeOn = (client: Redis | Cluster, own = true): RedisStore => {
    const opened = new RedisStore({ client, own, warn: (message) => warnings.push(message) });
    ends.push(() => opened.close());
    return opened;
  };
  const open = async (url: string): Promise<RedisStore> => {
    const { client } = await connectRedis(url);
    const opened = storeOn(client as Redis);
    await until(() => opened.generation !== undefined);
    return opened;
  };
  const value = (body: StoredValue['body']): StoredValue => ({ stamp: `${store.generation}:s`, body, ttl: LONG_MS });
  const held = async () => (await store.read([key]))[0];

  it('is on the connection of an application, before and after it is made, and leaves it alone', async () => {
    const clients = [new Redis(server.url), new Redis(server.url, { lazyConnect: true }), new Redis(server.url)];
    ends.push(() => clients.forEach((client) => client.disconnect()));
    await until(() => clients[2].status === 'ready');
    for (const client of clients) {
      const other = storeOn((await connectRedis(client)).client as Redis, false);
      await until(() => other.generation !== undefined);
      expect(other.generation).toBe(store.generation);
      await other.close();
      expect(other.generation).toBeUndefined();
      expect(client.status).toBe('ready');
    }
  });

  it('keeps what it wrote apart from what it finds after a restart from a file', async () => {
    const before = store.generation as string;
    await store.create(key, value('old'));
    await redis.save();
    await store.mark([key], 'writer', LONG_MS);
    await store.unmark([{ key, value: value('new') }], 'writer');
    await server.kill();
    await until(() => store.generation === undefined);
    await expect(held()).rejects.toThrow('Redis is not connected');
    await server.start();
    await until(() => store.generation !== undefined);

    expect(store.generation).not.toBe(before);
    expect(await held()).toEqual({ state: 'value', stamp: `${before}:s`, body: 'old' });
    expect(await store.create(key, value('current'))).toEqual({
      state: 'value',
      stamp: `${store.generation}:s`,
      body: 'current',
    });
  });

  it('leaves nothing stale behind a flush', async () => {
    await store.lease(key, 'reader', LONG_MS);
    await redis.flushall();
    expect(await store.fill(key, 'reader', value('perhaps old'))).toBe(false);

    await store.mark([key], 'writer', LONG_MS);
    await redis.flushall();
    await store.lease(key, 'reader', LONG_MS);
    await store.fill(key, 'reader', value('perhaps old'));
    await store.unmark([{ key, value: value('new') }], 'writer');
    expect(await held()).toBeUndefined();
  });

  it('sends its scripts again to a server that has forgotten them', async () => {
    await redis.script('FLUSH');
    expect(await Promise.all([store.lease(key, 'a', LONG_MS), store.lease(key, 'b', LONG_MS)])).toEqual([
      undefined,
      { state: 'lease', token: 'a' },
    ]);
  });

  describe('takes what is not its own for nothing:', () => {
    const foreign: [string, (of: string) => Promise<unknown>][] = [
      ...['', 'x', '{"a":1}', 'V', 'Vstamp', 'Vstamp\n', 'Vstamp\n{"a":', 'T', 'Tx', 'T2,a:1'].map(
        (text): [string, (of: string) => Promise<unknown>] => [JSON.stringify(text), (of) => redis.set(of, text)],
      ),
      ['a broken value of this generation', (of) => redis.set(of, `V${store.generation}:s\n[1,`)],
      ['a lease without end', (of) => redis.set(of, 'Lx')],
      ['a tombstone without end', (of) => redis.set(of, 'T0,x:1')],
      ['a list', (of) => redis.rpush(of, 'x')],
      ['a hash', (of) => redis.hset(of, 'a', 'x')],
      ['a stream', (of) => redis.xadd(of, '*', 'a', 'x')],
    ];

    it.each(foreign)('%s', async (name, put) => {
      await put(key);
      const slot = await held();
      if (!name.includes('without end')) expect(slot === undefined || 'stamp' in slot).toBe(true);
      if (slot?.state === 'value') expect(slot).toEqual({ state: 'value', stamp: '?', body: null });
      expect(await store.lease(key, 'reader', LONG_MS)).toBeUndefined();
      expect(await store.fill(key, 'reader', value('x'))).toBe(true);
      expect(await held()).toEqual({ state: 'value', stamp: `${store.generation}:s`, body: 'x' });

      await redis.del(key);
      await put(key);
      expect(await store.create(key, value('y'))).toMatchObject({ body: 'y' });
      expect(await held()).toMatchObject({ body: 'y' });

      await redis.del(key);
      await put(key);
      await store.mark([key], 'writer', LONG_MS);
      expect(await held()).toEqual({ state: 'tombstone' });
      expect(await redis.pttl(key)).toBeGreaterThan(0);
      await redis.del(key);
      await put(key);
      await store.unmark([{ key, value: value('z') }], 'writer');
      expect(await redis.exists(key)).toBe(0);

      await put(key);
      await store.giveUp(key, 'reader');
      expect(await store.fill(key, 'reader', value('x'))).toBe(false);
    });
  });

  it('gives every key an end', async () => {
    const keys = ['value', 'lease', 'tombstone'].map((name) => `${key}:${name}`);
    await store.create(keys[0], value('x'));
    await store.lease(keys[1], 'token', 2_000.7);
    await store.mark([keys[2]], 'writer', 3_000);
    const ends = await Promise.all(keys.map((each) => redis.pttl(each)));
    expect(ends.every((end) => end > 0 && end <= LONG_MS)).toBe(true);
  });

  it('says at once that there is no connection, and why, and finds back by itself', async () => {
    await server.kill();
    await until(() => store.generation === undefined);
    for (const step of [
      () => store.read([key]),
      () => store.lease(key, 'a', LONG_MS),
      () => store.fill(key, 'a', { stamp: 's', body: 1, ttl: 1 }),
      () => store.giveUp(key, 'a'),
      () => store.create(key, { stamp: 's', body: 1, ttl: 1 }),
      () => store.mark([key], 'a', LONG_MS),
      () => store.unmark([{ key }], 'a'),
    ]) {
      await expect(step()).rejects.toThrow('Redis is not connected');
    }
    await until(() => store.read([key]).then(Boolean, (error: Error) => error.message.includes('ECONNREFUSED')));
    await server.start();
    await until(() => store.generation !== undefined);
    expect(await store.lease(key, 'a', LONG_MS)).toBeUndefined();
  });

  it('believes no answer to a command that its client has sent again on another connection', async () => {
    await using proxy = await startStallingProxy('127.0.0.1', server.port);
    // As applications make them: with a queue, and commands sent again.
    const client = new Redis(proxy.port);
    ends.push(() => client.disconnect());
    const patient = storeOn(client);
    await until(() => patient.generation !== undefined);

    proxy.stall();
    const read = patient.read([key]);
    const lease = patient.lease(key, 'a', LONG_MS);
    const outcomes = Promise.allSettled([read, lease]);
    proxy.cut();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the connection to Redis was lost' } });
    }
  });

  it('reads but fails to write where memory has run out', async () => {
    await store.create(key, value('x'));
    await redis.config('SET', 'maxmemory', '1');
    ends.push(() => redis.config('SET', 'maxmemory', '0'));

    await expect(store.mark([key], 'writer', LONG_MS)).rejects.toThrow('OOM');
    await expect(store.lease(`${key}:2`, 'a', LONG_MS)).rejects.toThrow('OOM');
    expect(await held()).toMatchObject({ body: 'x' });
  });

  it('fails to write on a replica', async () => {
    await redis.replicaof('127.0.0.1', await freePort());
    ends.push(() => redis.replicaof('NO', 'ONE'));
    const { client } = await connectRedis({ port: server.port, reconnectOnError: null });
    const replica = storeOn(client as Redis);
    await until(() => replica.generation !== undefined);
    await expect(replica.mark([key], 'writer', LONG_MS)).rejects.toThrow('READONLY');
  });

  it('waits for a server that is loading its file', async () => {
    const pipeline = redis.pipeline();
    for (let number = 0; number < 400; number++) pipeline.set(`${key}:${number}`, 'x'.repeat(1_000));
    await pipeline.exec();
    await redis.save();
    await server.kill();
    await until(() => store.generation === undefined);
    const impatient = new Redis(server.port, { enableReadyCheck: false, retryStrategy: () => 20 });
    impatient.on('error', () => undefined);
    ends.push(() => impatient.disconnect());

    const started = server.start(['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024']);
    await until(() =>
      impatient.get(key).then(
        () => false,
        (error: Error) => error.message.startsWith('LOADING'),
      ),
    );
    expect(store.generation).toBeUndefined();
    await started;
    await until(() => store.generation !== undefined);
    await redis.flushall();
  });

  it('goes on without a name of the server where it may not ask, and says so once', async () => {
    await redis.call('ACL', 'SETUSER', 'restricted', 'on', '>secret', '~*', '+@all', '-info');
    const client = new Redis({
      port: server.port,
      username: 'restricted',
      password: 'secret',
      enableReadyCheck: false,
    });
    ends.push(() => client.disconnect());
    const restricted = storeOn(client);
    await until(() => restricted.generation !== undefined);
    expect(restricted.generation).toBe('00000000');
    client.disconnect(true);
    await until(() => restricted.generation === undefined);
    await until(() => restricted.generation !== undefined);
    expect(warnings).toEqual([expect.stringContaining('run_id')]);
  });

  it('is another memory after a node of a cluster has restarted, and none while a node is missing', async () => {
    await using cluster = await startRedisCluster();
    const client = new Cluster(cluster.nodes, { clusterRetryStrategy: () => 50 });
    ends.push(() => client.disconnect());
    const clustered = storeOn(client);
    await until(() => clustered.generation !== undefined);
    const before = clustered.generation;
    const other = storeOn(new Cluster(cluster.nodes.slice(1)));
    await until(() => other.generation !== undefined);
    expect(other.generation).toBe(before);

    await cluster.servers[1].kill();
    await until(() => clustered.generation === undefined);
    await expect(clustered.read([key, `${key}:2`])).rejects.toThrow('Redis is not connected');
    await cluster.servers[1].start();
    await until(() => clustered.generation !== undefined);
    expect(clustered.generation).not.toBe(before);
    await until(() => other.generation === clustered.generation);
    expect(await clustered.lease(key, 'a', LONG_MS)).toBeUndefined();
  }, 60_000);

  describe('connecting', () => {
    it('does not wait for the server', async () => {
      const { client, own } = await connectRedis({ host: '127.0.0.1', port: await freePort() });
      const away = storeOn(client as Redis);
      expect(own).toBe(true);
      expect(away.generation).toBeUndefined();
    });

    it.each([
      'localhost:6379',
      'http://user:topsecret@localhost',
      'redis//:topsecret@host',
      'redis://:topsecret@host:99999',
      'redis://:topsecret%zz@host',
    ])('refuses %s without repeating it', async (url) => {
      const error = await connectRedis(url).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(String(error)).not.toMatch(/topsecret|zz/);
    });

    it('refuses a cluster that reads from replicas', async () => {
      const client = new Cluster([{ port: server.port }], { scaleReads: 'slave', lazyConnect: true });
      await expect(connectRedis(client)).rejects.toThrow(ConfigurationError);
    });
  });
});
