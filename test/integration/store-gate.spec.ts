import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { connectRedis } from '../../lib/cache/connect-redis.js';
import type { CacheStore, StoredValue, Unmarked } from '../../lib/cache/cache-store.js';
import { MemoryStore } from '../../lib/cache/memory-store.js';
import { RedisStore } from '../../lib/cache/redis-store.js';
import { StoreGate } from '../../lib/cache/store-gate.js';
import { StoreUnavailable } from '../../lib/cache/store-unavailable.js';
import { freePort } from '../runner/free-port.mjs';
import { type PrivateRedis, startPrivateRedis } from '../support/private-redis.js';
import { describeOnPrivateRedis } from '../support/redis.js';
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.js';
import { until } from '../support/until.js';

const LONG_MS = 60_000;
/** Long enough for a machine that runs other suites beside this one. */
const TIMEOUT_MS = 250;
const PATIENCE_MS = 20_000;

const warnings: string[] = [];
const infos: string[] = [];
const ends: (() => unknown)[] = [];
let key: string;

beforeEach(() => {
  warnings.length = 0;
  infos.length = 0;
  key = `test:${randomBytes(8).toString('hex')}`;
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function gateOf(store: CacheStore): StoreGate {
  const gate = new StoreGate(store, {
    timeout: TIMEOUT_MS,
    probeKey: 'test:probe',
    tombstoneTtl: 5_000,
    log: { warn: (message) => warnings.push(message), info: (message) => infos.push(message) },
  });
  ends.push(() => gate.close());
  return gate;
}

function value(body: string): StoredValue {
  return { stamp: 's', body, ttl: LONG_MS };
}

describe('the gate in front of a store in memory', () => {
  it('hands out at once what is there at once', () => {
    const gate = gateOf(new MemoryStore({ maxEntries: 10 }));
    expect(gate.isOpen).toBe(true);
    expect(gate.call((store) => store.read([key]))).toEqual([undefined]);
  });

  it('is closed while it pays what is owed, without a word', async () => {
    const gate = gateOf(new MemoryStore({ maxEntries: 10 }));
    void gate.call((store) => store.create(key, value('old')));
    gate.owe([key]);
    expect(gate.isOpen).toBe(false);
    expect(gate.serial).toBe(1);
    expect(() => gate.call((store) => store.read([key]))).toThrow(StoreUnavailable);

    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(gate.call((store) => store.read([key]))).toEqual([undefined]);
    expect([...warnings, ...infos]).toEqual([]);
  });

  it('pays what is owed while it pays', async () => {
    const later = [`${key}:2`, key];
    class Overtaken extends MemoryStore {
      override unmark(keys: readonly Unmarked[], writer: string): void {
        super.unmark(keys, writer);
        if (!keys.some((unmarked) => unmarked.key === key)) return;
        // Somebody could not tell the store again, about the key that has just been paid.
        const next = later.shift();
        this.create(key, value('old'));
        if (next !== undefined) gate.owe([key, next]);
      }
    }
    const store = new Overtaken({ maxEntries: 10 });
    const gate = gateOf(store);
    store.create(`${key}:2`, value('old'));
    gate.owe([key]);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(later).toEqual([]);
    expect(store.read([`${key}:2`])).toEqual([undefined]);
  });

  it('pays many debts', async () => {
    const keys = Array.from({ length: 1_000 }, (_, number) => `${key}:${number}`);
    const store = new MemoryStore({ maxEntries: 10_000 });
    const gate = gateOf(store);
    for (const each of keys) store.create(each, value('old'));
    gate.owe(keys);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(new Set(store.read(keys))).toEqual(new Set([undefined]));
  });

  it('closes at a fault of a step, and says what it was', async () => {
    const gate = gateOf(new MemoryStore({ maxEntries: 10 }));
    const faulty = () => {
      throw new TypeError('a fault of ours');
    };
    expect(() => gate.call(faulty)).toThrow(StoreUnavailable);
    expect(gate.isOpen).toBe(false);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('a fault of ours')]);
    expect(infos).toHaveLength(1);
  });

  it('stays closed once it is ended', async () => {
    const gate = gateOf(new MemoryStore({ maxEntries: 10 }));
    gate.owe([key]);
    const waiting = gate.whenOpen(PATIENCE_MS);
    gate.close();
    expect(await waiting).toBe(false);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(false);
    expect(() => gate.call((store) => store.read([key]))).toThrow(StoreUnavailable);
  });
});

describeOnPrivateRedis('the gate in front of Redis', () => {
  let server: PrivateRedis;
  let proxy: StallingProxy;
  /** Past the gate and the proxy. */
  let direct: RedisStore;
  let redis: Redis;

  beforeEach(async () => {
    server = await startPrivateRedis();
    ends.push(() => server[Symbol.asyncDispose]());
    proxy = await startStallingProxy('127.0.0.1', server.port);
    ends.push(() => proxy[Symbol.asyncDispose]());
    redis = new Redis(server.url);
    redis.on('error', () => undefined);
    direct = new RedisStore({ client: redis, own: true, warn: () => undefined });
    ends.push(() => direct.close());
    await until(() => direct.generation !== undefined);
  });

  const gateOn = async (port: number): Promise<StoreGate> => {
    const { client, own } = await connectRedis({ host: '127.0.0.1', port });
    const store = new RedisStore({ client, own, warn: (message) => warnings.push(message) });
    ends.push(() => store.close());
    return gateOf(store);
  };
  const openGate = async (): Promise<StoreGate> => {
    const gate = await gateOn(proxy.port);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    return gate;
  };

  it('opens without a word when the connection is there soon', async () => {
    const gate = await gateOn(server.port);
    expect(gate.isOpen).toBe(false);
    expect(() => gate.call((store) => store.read([key]))).toThrow(StoreUnavailable);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(await gate.call((store) => store.read([key]))).toEqual([undefined]);
    expect([...warnings, ...infos, gate.serial]).toEqual([0]);
  });

  it('says one line when there is no Redis at the start, and one when it comes', async () => {
    await server.kill();
    const gate = await gateOn(server.port);
    expect(await gate.whenOpen(1)).toBe(false);
    expect(warnings).toEqual([]);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining('ECONNREFUSED')]);
    await server.start();
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect([warnings.length, infos.length]).toEqual([1, 1]);
  });

  it('closes at the first answer that does not come, with one line for all, and opens with one', async () => {
    const gate = await openGate();
    proxy.stall();
    const steps = Array.from({ length: 50 }, async () => gate.call((store) => store.read([key])));
    for (const step of await Promise.allSettled(steps)) {
      expect(step).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
    }
    expect(gate.isOpen).toBe(false);
    for (let call = 0; call < 50; call++) {
      expect(() => gate.call((store) => store.read([key]))).toThrow(StoreUnavailable);
    }
    expect(await gate.whenOpen(1)).toBe(false);
    expect(warnings).toEqual([expect.stringContaining(`no answer within ${TIMEOUT_MS} ms`)]);

    proxy.resume();
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(await gate.call((store) => store.read([key]))).toEqual([undefined]);
    expect([warnings.length, infos.length, gate.serial]).toEqual([1, 1, 1]);
    expect(infos[0]).toMatch(/back after \d+\.\d s/);
  });

  it('closes when the connection is cut', async () => {
    const gate = await openGate();
    proxy.stall();
    const step = gate.call((store) => store.lease(key, 'a', LONG_MS));
    proxy.cut();
    await expect(step).rejects.toThrow(StoreUnavailable);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect([warnings.length, infos.length, gate.serial]).toEqual([1, 1, 1]);
  });

  it('does not take a busy process for a Redis that is away', async () => {
    // Without the proxy, which would be as busy.
    const gate = await gateOn(server.port);
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    const steps = Array.from({ length: 200 }, async (_, number) =>
      gate.call((store) => store.create(`${key}:${number}`, value('x'.repeat(10_000)))),
    );
    for (let round = 0; round < 3; round++) {
      const end = performance.now() + 1.5 * TIMEOUT_MS;
      while (performance.now() < end);
      await new Promise(setImmediate);
    }
    await Promise.all(steps);
    expect([gate.isOpen, gate.serial, warnings.length]).toEqual([true, 0, 0]);
  });

  it('voids what is owed before anybody reads again', async () => {
    const keys = Array.from({ length: 250 }, (_, number) => `${key}:${number}`);
    const gate = await openGate();
    for (const each of keys) await direct.create(each, { ...value('old'), stamp: `${direct.generation}:s` });
    proxy.stall();
    await expect(gate.call((store) => store.mark(keys, 'writer', LONG_MS))).rejects.toThrow(StoreUnavailable);
    gate.owe(keys);
    // The answers are held back, not the commands: every tombstone has come to Redis.
    await until(async () => (await direct.read(keys)).every((slot) => slot?.state === 'tombstone'));
    await direct.unmark(
      keys.map((each) => ({ key: each, value: value('old') })),
      'writer',
    );
    proxy.cut();
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(new Set(await direct.read(keys))).toEqual(new Set([undefined]));
  });

  it('keeps what is owed while the payment fails', async () => {
    const gate = await openGate();
    await direct.create(key, { ...value('old'), stamp: `${direct.generation}:s` });
    await redis.config('SET', 'maxmemory', '1');
    gate.owe([key]);
    await until(() => warnings.length > 0);
    expect(warnings).toEqual([expect.stringContaining('OOM')]);
    expect(await gate.whenOpen(1)).toBe(false);
    await redis.config('SET', 'maxmemory', '0');
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(await direct.read([key])).toEqual([undefined]);
    expect([warnings.length, infos.length]).toEqual([1, 1]);
  });

  it('stays closed while Redis answers reads only', async () => {
    const gate = await openGate();
    await redis.replicaof('127.0.0.1', await freePort());
    await expect(gate.call((store) => store.lease(key, 'a', LONG_MS))).rejects.toThrow('READONLY');
    expect(await direct.read([key])).toEqual([undefined]);
    expect(await gate.whenOpen(300)).toBe(false);
    await redis.replicaof('NO', 'ONE');
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect([warnings.length, infos.length, gate.serial]).toEqual([1, 1, 1]);
  });

  it('knows another memory after a restart', async () => {
    const gate = await openGate();
    const before = await gate.call((store) => store.generation);
    await server.kill();
    // The process is gone: an answer can no longer come, whether or not the client has noticed.
    await expect((async () => gate.call((store) => store.read([key])))()).rejects.toThrow(StoreUnavailable);
    await server.start();
    expect(await gate.whenOpen(PATIENCE_MS)).toBe(true);
    expect(await gate.call((store) => store.generation)).not.toBe(before);
    expect([warnings.length, infos.length]).toEqual([1, 1]);
  });
});
