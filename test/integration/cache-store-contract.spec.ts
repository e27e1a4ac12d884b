import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { CacheStore, StoredValue } from '../../lib/cache/cache-store.js';
import { CACHE_STORES, type OpenStore } from '../support/cache-stores.js';
import { SeededRandom } from '../support/seeded-random.js';
import { StoreModel } from '../support/store-model.js';
import { until } from '../support/until.js';

const LONG_MS = 60_000;
const SHORT_MS = 40;
const TOMBSTONE = { state: 'tombstone' };

const RUNS = 20;
const STEPS = 60;

for (const { name, describe, open } of CACHE_STORES) {
  describe(`a cache store: ${name}`, () => {
    let opened: OpenStore;
    let store: CacheStore;
    let key: string;

    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(async () => opened[Symbol.asyncDispose]());
    beforeEach(() => {
      key = freshKey();
    });

    const value = (body: StoredValue['body'], ttl = LONG_MS): StoredValue => ({
      stamp: `${store.generation}:s`,
      body,
      ttl,
    });
    const held = async () => (await store.read([key]))[0];
    const slot = (body: StoredValue['body']) => ({ state: 'value', stamp: `${store.generation}:s`, body });

    it('reads many keys in their order, and nothing as undefined', async () => {
      const keys = [freshKey(), freshKey(), freshKey()];
      await store.create(keys[2], value('third'));
      await store.create(keys[0], value('first'));

      expect(await store.read(keys)).toEqual([slot('first'), undefined, slot('third')]);
    });

    it.each([[null], [0], [''], [false], [[]], ['\n'], ['L'], [{ a: [1, { b: null }], c: 'ü\u2028😀' }]])(
      'keeps %j as it is',
      async (body) => {
        await store.create(key, value(body));
        expect(await held()).toEqual(slot(body));
      },
    );

    it('fills a lease once', async () => {
      expect(await store.lease(key, 'mine', LONG_MS)).toBeUndefined();
      expect(await store.lease(key, 'other', LONG_MS)).toEqual({ state: 'lease', token: 'mine' });
      expect(await store.fill(key, 'other', value('theirs'))).toBe(false);
      expect(await store.fill(key, 'mine', value('mine'))).toBe(true);
      expect(await store.fill(key, 'mine', value('again'))).toBe(false);
      expect(await held()).toEqual(slot('mine'));
    });

    it('grants a lease again to the one who has it: a command may be sent twice', async () => {
      await store.lease(key, 'mine', LONG_MS);
      expect(await store.lease(key, 'mine', LONG_MS)).toBeUndefined();
    });

    it('leases a value of the unusable stamp, and no other', async () => {
      await store.create(key, value('x'));
      expect(await store.lease(key, 'mine', LONG_MS)).toEqual(slot('x'));
      expect(await store.lease(key, 'mine', LONG_MS, 'other')).toEqual(slot('x'));
      expect(await store.lease(key, 'mine', LONG_MS, value('x').stamp)).toBeUndefined();
      expect(await held()).toEqual({ state: 'lease', token: 'mine' });
    });

    it('takes a lease back, from the one who has it', async () => {
      await store.lease(key, 'mine', LONG_MS);
      await store.giveUp(key, 'other');
      expect(await held()).toEqual({ state: 'lease', token: 'mine' });
      await store.giveUp(key, 'mine');
      expect(await held()).toBeUndefined();
    });

    it('creates where there is nothing', async () => {
      expect(await store.create(key, value('first'))).toEqual(slot('first'));
      expect(await store.create(key, value('second'))).toEqual(slot('first'));
    });

    it('drops a fill that a writer came before', async () => {
      await store.lease(key, 'reader', LONG_MS);
      await store.mark([key], 'writer', LONG_MS);
      expect(await store.fill(key, 'reader', value('old'))).toBe(false);
      await store.unmark([{ key, value: value('new') }], 'writer');
      expect(await store.fill(key, 'reader', value('old'))).toBe(false);
      expect(await held()).toEqual(slot('new'));
    });

    it('leaves nothing where a writer brings nothing', async () => {
      await store.mark([key], 'writer', LONG_MS);
      expect(await held()).toEqual(TOMBSTONE);
      expect(await store.lease(key, 'reader', LONG_MS)).toEqual(TOMBSTONE);
      expect(await store.create(key, value('x'))).toEqual(TOMBSTONE);
      await store.unmark([{ key }], 'writer');
      expect(await held()).toBeUndefined();
    });

    it('takes no value of writers that overlap', async () => {
      await store.mark([key], 'one', LONG_MS);
      await store.mark([key], 'two', LONG_MS);
      await store.unmark([{ key, value: value('one') }], 'one');
      expect(await held()).toEqual(TOMBSTONE);
      await store.unmark([{ key, value: value('two') }], 'two');
      expect(await held()).toBeUndefined();
    });

    it('takes the value of a writer that has marked twice', async () => {
      await store.mark([key], 'writer', LONG_MS);
      await store.mark([key], 'writer', LONG_MS);
      await store.unmark([{ key, value: value('new') }], 'writer');
      expect(await held()).toEqual(slot('new'));
    });

    it('voids what came after a lost tombstone', async () => {
      await store.create(key, value('perhaps old'));
      await store.unmark([{ key, value: value('mine') }], 'writer');
      expect(await held()).toBeUndefined();

      await store.lease(key, 'reader', LONG_MS);
      await store.unmark([{ key, value: value('mine') }], 'writer');
      expect(await store.fill(key, 'reader', value('perhaps old'))).toBe(false);
    });

    it('contends the tombstone of another after its own was lost', async () => {
      await store.mark([key], 'other', LONG_MS);
      await store.unmark([{ key, value: value('mine') }], 'writer');
      expect(await held()).toEqual(TOMBSTONE);
      await store.unmark([{ key, value: value('perhaps old') }], 'other');
      expect(await held()).toBeUndefined();
    });

    it('marks and unmarks many keys, each for itself', async () => {
      const keys = [freshKey(), freshKey(), freshKey()];
      await store.mark([keys[1]], 'other', LONG_MS);
      await store.mark(keys, 'writer', LONG_MS);
      await store.unmark(
        [{ key: keys[0], value: value('a') }, { key: keys[1], value: value('b') }, { key: keys[2] }],
        'writer',
      );
      expect(await store.read(keys)).toEqual([slot('a'), TOMBSTONE, undefined]);
    });

    it('does nothing for no keys', async () => {
      await store.mark([], 'writer', LONG_MS);
      await store.unmark([], 'writer');
      expect(await store.read([])).toEqual([]);
    });

    it('forgets values, leases and tombstones at their end', async () => {
      const [a, b, c] = [freshKey(), freshKey(), freshKey()];
      await store.create(a, value('x', SHORT_MS));
      await store.lease(b, 'token', SHORT_MS);
      await store.mark([c], 'writer', SHORT_MS);
      await until(async () => (await store.read([a, b, c])).every((each) => each === undefined));

      expect(await store.fill(b, 'token', value('late'))).toBe(false);
      await store.unmark([{ key: c, value: value('late') }], 'writer');
      expect(await store.read([b, c])).toEqual([undefined, undefined]);
    });

    it('never shortens a tombstone', async () => {
      const witness = freshKey();
      await store.mark([key], 'one', LONG_MS);
      await store.mark([key, witness], 'one', SHORT_MS);
      await store.mark([key], 'two', SHORT_MS);
      await until(async () => (await store.read([witness]))[0] === undefined);
      await store.unmark([{ key }], 'two');
      expect(await held()).toEqual(TOMBSTONE);
    });

    it('forgets a writer that has died, though others go on', async () => {
      const witness = freshKey();
      await store.mark([key], 'live', LONG_MS);
      await store.mark([key], 'dead', SHORT_MS);
      await store.mark([witness], 'dead', SHORT_MS);
      await until(async () => (await store.read([witness]))[0] === undefined);

      await store.unmark([{ key, value: value('perhaps old') }], 'live');
      expect(await held()).toBeUndefined();
    });

    it('does not let one writer that died contend later ones for ever', async () => {
      const witness = freshKey();
      await store.mark([key], 'live', LONG_MS);
      await store.mark([key], 'dead', SHORT_MS);
      await store.mark([witness], 'dead', SHORT_MS);
      await until(async () => (await store.read([witness]))[0] === undefined);
      await store.mark([key], 'next', LONG_MS);
      await store.unmark([{ key }], 'live');
      await store.unmark([{ key }], 'next');
      expect(await held()).toBeUndefined();

      await store.mark([key], 'last', LONG_MS);
      await store.unmark([{ key, value: value('new') }], 'last');
      expect(await held()).toEqual(slot('new'));
    });

    it('follows the protocol in random sequences', async () => {
      const first = process.env['SEED'] === undefined ? randomBytes(4).readUInt32LE() : Number(process.env['SEED']);
      for (let run = 0; run < RUNS; run++) {
        const seed = (first + run) >>> 0;
        const model = new StoreModel(store, new SeededRandom(seed), [freshKey(), freshKey()]);
        for (let step = 0; step < STEPS; step++) {
          await model.step().catch((cause: Error) => {
            throw new Error(`SEED=${seed}, step ${step}: ${cause.message}`, { cause });
          });
        }
      }
    });
  });
}

function freshKey(): string {
  return `test-cache-store:${randomBytes(8).toString('hex')}`;
}
