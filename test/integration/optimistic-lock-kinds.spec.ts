import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DefaultNamingStrategy, In, type DataSource } from 'typeorm';
import { ModelRepository, OptimisticLockError, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import {
  Box,
  Diary,
  Drawer,
  everythingOn,
  Keeper,
  Ledger,
  Mood,
  OWN_TYPES,
  ownTyped,
  Scrap,
  Slot,
  Stamped,
  Tome,
  VAULT,
  Vee,
  type EverythingFields,
  type OwnTyped,
} from '../support/models/vault.js';
import { openDataSource } from '../support/open-data-source.js';

class ShoutingNames extends DefaultNamingStrategy {
  override tableName(target: string, given: string | undefined) {
    return `T ${given ?? target}`.toUpperCase();
  }
  override columnName(property: string, given: string | undefined, prefixes: string[]) {
    // What is computed names its column itself.
    return property === 'count' ? property : [...prefixes, given ?? property].join(' ').toUpperCase();
  }
}

describe.each(DATABASES)('kinds of versioned models on $name', ({ name: engine, hasSeveral }) => {
  const Everything = everythingOn(engine);
  const ownModels = Object.fromEntries(Object.keys(OWN_TYPES[engine]).map((type) => [type, ownTyped(type)]));
  let dataSource: DataSource;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...VAULT, Everything, ...Object.values(ownModels)]));
  });
  afterAll(() => close());

  const thrownBy = async (work: Promise<unknown>): Promise<OptimisticLockError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OptimisticLockError);
    return error as OptimisticLockError;
  };
  /** The UPDATEs that work sends. */
  const updatesOf = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
    const recorder = new QueryRecorder(dataSource);
    await recorder.record(work);
    return recorder.queries.map(({ sql }) => sql).filter((sql) => /\bUPDATE [^F]/.test(sql.replace('FOR UPDATE', '')));
  };

  describe('columns of every kind', () => {
    let rows: ModelRepository<EverythingFields>;
    beforeAll(() => {
      rows = new ModelRepository(Everything, dataSource);
    });

    type Values = Partial<Omit<EverythingFields, 'id' | 'version' | 'createdAt' | 'updatedAt'>>;
    const uuid = '01a1f8a5-a587-722e-ab2b-2b62e6439f41';
    const common: readonly Values[] = [
      {
        name: 'Ünï ✓ 🙂',
        body: 'it\'s; -- \\ "quoted" `x` % _ ? $1 :name\n',
        flag: true,
        count: 7,
        big: 2n ** 62n,
        ratio: 0.1,
        token: uuid,
        at: new Date('2024-05-05T05:05:05.123Z'),
        day: '2024-02-29',
        mail: 'a@b.example',
        mood: Mood.Wild,
        words: ['a', 'b,c', ''],
        price: '12345678.1234',
        long: '9007199254740993',
        json: { deep: [1, 'two', null, { three: true }] },
        simple: { x: "it's" },
        list: ['one', 'two'],
        choice: Mood.Calm,
        born: '1999-12-31',
        hour: '23:59:58',
        bytes: Buffer.from([0, 1, 39, 92, 255]),
        scores: new Map([['chess', 3]]),
      },
      {
        name: '',
        body: '',
        flag: false,
        count: 0,
        big: 0n,
        ratio: 0,
        token: uuid,
        at: new Date('1000-01-01T00:00:00.000Z'),
        day: '1000-01-01',
        mail: 'c@d.example',
        mood: Mood.Calm,
        words: [],
        price: '0.0000',
        long: '0',
        json: [],
        simple: [],
        list: ['only'],
        choice: Mood.Wild,
        born: '2000-01-01',
        hour: '00:00:00',
        bytes: Buffer.alloc(0),
        scores: new Map(),
      },
      {
        name: '42',
        body: 'null',
        flag: true,
        count: -2147483648 / 2,
        big: -(2n ** 63n),
        ratio: -1.5e300,
        token: uuid,
        at: new Date('9999-12-31T23:59:59.999Z'),
        day: '9999-12-31',
        mail: 'e@f.example',
        mood: Mood.Wild,
        words: ['null'],
        price: '-99999999.9999',
        long: '-9223372036854775807',
        json: 'text',
        simple: 'text',
        list: ['1', '2', '3'],
        choice: Mood.Calm,
        born: '1970-01-01',
        hour: '12:00:00',
        bytes: Buffer.from('text'),
        scores: new Map([['go', -1]]),
      },
    ];
    const nothing = Object.fromEntries(Object.keys(common[0]).map((name) => [name, null])) as Values;
    const more: Values =
      engine === 'postgres' ? { tags: ['a', 'b,"c'], moods: [Mood.Calm], data: { a: [1] } } : { data: { a: [1] } };
    const noMore = Object.fromEntries(Object.keys(more).map((name) => [name, null])) as Values;
    const own = engine === 'mariadb' ? ([{}, {}, {}, {}] as Values[]) : [more, noMore, more, noMore];
    const values = [...common, nothing].map((row, index) => ({ ...row, ...own[index] }));

    const contents = async (given: readonly EverythingFields[]) => {
      const read = await rows.get({ id: In(given.map(({ id }) => id)) }, { fetch: 'all' });
      const byId = new Map(read.map((row) => [row.id, row]));
      return given.map(({ id }) => {
        const { id: _, createdAt: __, updatedAt: ___, ...row } = byId.get(id) as EverythingFields;
        return row;
      });
    };

    it.each<[string, (index: number) => Values, (index: number) => Values]>([
      ['over nulls', () => ({}), (index) => values[index]],
      ['over values of each other', (index) => values[index], (index) => values[(index + 1) % values.length]],
      ['over one and the same', () => values[0], (index) => values[index === 0 ? 3 : index]],
      ['by nothing at all', (index) => values[index % 3], () => values[3]],
    ])('survive a batch as they survive single saves, %s', async (_name, before, after) => {
      const make = () => rows.add(values.map((_value, index) => before(index) as never));
      const [batch, singles] = [await make(), await make()];
      const set = (list: EverythingFields[]) => {
        for (const [index, row] of list.entries()) Object.assign(row, after(index));
      };
      set(batch);
      set(singles);
      await rows.save(batch);
      for (const row of singles) await rows.save(row);
      const written = await contents(batch);
      expect(written).toEqual(await contents(singles));
      for (const [index, row] of written.entries()) {
        const { price, long, ...expected } = after(index);
        expect(row).toMatchObject(expected);
        expect(row.doubled).toBe(typeof expected.count === 'number' ? expected.count * 2 : null);
        // SQLite has no decimals, and gives large integers as numbers.
        if (engine !== 'sqlite') expect(row).toMatchObject({ price, long });
        expect({ ...batch[index] }).toMatchObject({ doubled: row.doubled, version: row.version });
      }
      await expectQueries(dataSource, 0, () => rows.save(batch));
      const read = await rows.get({ id: In(batch.map(({ id }) => id)) }, { fetch: 'all' });
      await expectQueries(dataSource, 0, () => rows.save(read));
    });

    it('are one UPDATE for the rows that set the same columns', async () => {
      const batch = await rows.add(values.map(() => ({}) as never));
      const read = await rows.get({ id: In(batch.map(({ id }) => id)) }, { fetch: 'all' });
      for (const [index, row] of read.entries()) Object.assign(row, values[(index % 2) * 2]);
      expect(await updatesOf(() => rows.save(read))).toHaveLength(1);
      expect(read.map(({ version }) => version)).toEqual([2, 2, 2, 2]);
    });

    it.each(Object.keys(values[0]) as (keyof Values)[])('%s alone, in a batch with null', async (name) => {
      const batch = await rows.add(values.map((row) => ({ [name]: row[name] }) as never));
      const next = (index: number) => values[(index + 1) % values.length][name];
      for (const [index, row] of batch.entries()) Object.assign(row, { [name]: next(index) });
      await rows.save(batch);
      const read = await contents(batch);
      const isExact = engine !== 'sqlite' || (name !== 'price' && name !== 'long');
      if (isExact) expect(read.map((row) => row[name])).toEqual(values.map((_row, index) => next(index)));
      const others = Object.keys(values[0]).filter((other) => other !== name) as (keyof Values)[];
      for (const row of read) expect(others.map((other) => row[other])).toEqual(others.map(() => null));
    });
  });

  describe('a key of several columns', () => {
    let slots: ModelRepository<Slot>;
    let made: Slot[];
    let shelf = 0;
    beforeAll(() => {
      slots = new ModelRepository(Slot, dataSource);
    });
    beforeEach(async () => {
      shelf++;
      const [{ id }] = await slots.add([{ part: 0, shelf: `shelf ${shelf}`, place: 0 }]);
      // Rows that share the first part of the key.
      made = await slots.add([1, 2, 3].map((part) => ({ id, part, shelf: `shelf ${shelf}`, place: part }) as never));
    });
    const read = () => slots.get({ shelf: `shelf ${shelf}` }, { fetch: 'all', order: { part: 'ASC' } });

    it('is met whole by a batch', async () => {
      for (const slot of made) slot.content = `content ${slot.part}`;
      expect(await updatesOf(() => slots.save(made))).toHaveLength(1);
      expect(made.map(({ version }) => version)).toEqual([2, 2, 2]);
      expect((await read()).map(({ content, version }) => [content, version])).toEqual([
        [null, 1],
        ['content 1', 2],
        ['content 2', 2],
        ['content 3', 2],
      ]);
    });

    it('is checked with its version by a batch, all or none', async () => {
      const mine = await read();
      await slots.update(made[1], { content: 'theirs' });
      for (const slot of mine) slot.content = 'mine';
      const error = await thrownBy(slots.save(mine));
      const id = { id: made[1].id, part: 2 };
      expect(error.fields).toMatchObject({ id, expectedVersion: 1, actualVersion: 2, reason: 'changed' });
      expect((await read()).map(({ content }) => content)).toEqual([null, null, 'theirs', null]);
      expect(mine.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
      await slots.save(mine, { optimisticRetryCount: 1, onConflict: 'mine' });
      expect((await read()).map(({ content, version }) => [content, version])).toEqual([
        ['mine', 2],
        ['mine', 2],
        ['mine', 3],
        ['mine', 2],
      ]);
    });

    it('is checked with its version by the delete of a list, all or none', async () => {
      const mine = await read();
      await slots.update(made[0], { content: 'theirs' });
      await thrownBy(slots.delete(mine));
      expect(await read()).toHaveLength(4);
      expect(await slots.delete([mine[0], made[0], mine[2]])).toBe(3);
      expect((await read()).map(({ part }) => part)).toEqual([3]);
    });

    it('is met by upsert, which moves the version', async () => {
      const [{ id }] = made;
      const rows = [2, 3, 9].map((part) => ({ id, part, shelf: `shelf ${shelf}`, place: part, content: 'put' }));
      const put = await slots.upsert(rows as never[], { conflict: ['id', 'part'] });
      expect(put.map(({ part, version }) => [part, version])).toEqual([
        [2, 2],
        [3, 2],
        [9, 1],
      ]);
      made[1].content = 'stale';
      await thrownBy(slots.save(made[1]));
      put[0].content = 'fresh';
      await slots.save(put);
      expect((await read()).map(({ content }) => content)).toEqual([null, null, 'fresh', 'put', 'put']);
    });

    it('is met by upsert over another unique key', async () => {
      const put = await slots.upsert(
        [
          { part: 77, shelf: `shelf ${shelf}`, place: 2, content: 'put' },
          { part: 78, shelf: `shelf ${shelf}`, place: 8 },
        ],
        { conflict: ['shelf', 'place'] },
      );
      expect(put.map(({ part, version, content }) => [part, version, content])).toEqual([
        [2, 2, 'put'],
        [78, 1, null],
      ]);
    });
  });

  describe('types of this engine', () => {
    const types = Object.entries(OWN_TYPES[engine]);

    it.each(types)('%s survives a batch as it survives single saves', async (type, [one, other]) => {
      const own = new ModelRepository(ownModels[type], dataSource);
      const [batch, singles] = [await own.add([{}, {}, {}]), await own.add([{}, {}, {}])];
      const contents = async (given: readonly OwnTyped[]) => {
        const read = await own.get({ id: In(given.map(({ id }) => id)) }, { fetch: 'all', order: { id: 'ASC' } });
        return read.map(({ column, version }) => [column, version]);
      };
      const steps = [
        [one, other, one],
        [other, null, null],
        [null, one, null],
      ];
      for (const [step, values] of steps.entries()) {
        for (const list of [batch, singles]) for (const [index, row] of list.entries()) row.column = values[index];
        await own.save(batch);
        for (const row of singles) await own.save(row);
        const written = await contents(batch);
        expect(written).toEqual(await contents(singles));
        expect(written.map(([column]) => column === null)).toEqual(values.map((value) => value === null));
        if (step === 0) expect(written[0]).toEqual(written[2]);
        if (step === 0) expect(written[0]).not.toEqual(written[1]);
        await expectQueries(dataSource, 0, () => own.save(batch));
      }
    });
  });

  describe('embedded objects that hold a key, or the version', () => {
    it('a key is met by batches and deletes, and told by the error', async () => {
      const drawers = new ModelRepository(Drawer, dataSource);
      const [{ id }] = await drawers.add([{ key: { row: 0, code: 'z' }, content: '' }]);
      const made = await drawers.add(
        ['a', 'b', 'c'].map((code, row) => ({ id, key: { row: row === 2 ? 1 : row, code }, content: code }) as never),
      );
      const read = async () => {
        const found = await drawers.get({ id }, { fetch: 'all' });
        return found.sort((one, other) => (one.content < other.content ? -1 : 1));
      };
      const stale = await read();
      for (const drawer of made) drawer.content += '!';
      expect(await updatesOf(() => drawers.save(made))).toHaveLength(1);
      expect((await read()).map(({ content, version }) => [content, version])).toEqual([
        ['', 1],
        ['a!', 2],
        ['b!', 2],
        ['c!', 2],
      ]);
      for (const drawer of stale) drawer.content += '?';
      const { fields } = await thrownBy(drawers.save(stale));
      expect(fields).toMatchObject({ id: { id, key: { row: 0, code: 'a' } }, actualVersion: 2 });
      await thrownBy(drawers.delete(stale));
      await thrownBy(drawers.delete(stale[1]));
      await drawers.save(stale, { optimisticRetryCount: 1, onConflict: 'mine' });
      expect((await read()).map(({ content }) => content)).toEqual(['?', 'a?', 'b?', 'c?']);
      await thrownBy(drawers.update(made[0], { content: '' }));
      expect(await drawers.delete(stale)).toBe(4);
    });

    it('a version is checked and moved', async () => {
      const stamps = new ModelRepository(Stamped, dataSource);
      const made = await stamps.add([{ content: 'a' }, { content: 'b' }]);
      expect(made.map(({ stamp }) => stamp.version)).toEqual([1, 1]);
      const ids = { id: In(made.map(({ id }) => id)) };
      const read = () => stamps.get(ids, { fetch: 'all', order: { content: 'ASC' } });
      const stale = await read();
      for (const one of made) one.stamp.ink++;
      await stamps.save(made);
      expect((await read()).map(({ stamp }) => stamp)).toEqual([1, 2].map(() => ({ version: 2, ink: 1 })));
      for (const one of stale) one.content += '!';
      await thrownBy(stamps.save(stale));
      await thrownBy(stamps.save(stale[0]));
      await thrownBy(stamps.delete(stale[0]));
      await thrownBy(stamps.delete(stale));
      await expect(stamps.typeorm.save(stale[0])).rejects.toThrow(OptimisticLockError);
      await stamps.typeorm.save(Object.assign(made[0], { content: 'plain' }));
      expect(made[0].stamp.version).toBe(3);
      const [put] = await stamps.upsert([{ id: made[0].id, content: 'put' }], { conflict: ['id'] });
      expect(put.stamp).toEqual({ version: 4, ink: 1 });
      await stamps.save(stale, { optimisticRetryCount: 1, onConflict: 'mine' });
      expect(stale.map(({ stamp }) => stamp)).toEqual([
        { version: 5, ink: 1 },
        { version: 3, ink: 1 },
      ]);
      expect(await stamps.delete(stale)).toBe(2);
    });
  });

  describe('a version that servers give as text', () => {
    let ledgers: ModelRepository<Ledger>;
    beforeAll(() => {
      ledgers = new ModelRepository(Ledger, dataSource);
    });
    const versions = (rows: readonly Ledger[]) => rows.map(({ version }) => Number(version));

    it('counts on by every write', async () => {
      const ledger = await ledgers.add({ total: 1 });
      await ledgers.update(ledger, { total: 2 });
      const read = await ledgers.getExistOne(ledger.id);
      expect(versions([ledger, read])).toEqual([2, 2]);
      for (let total = 3; total <= 12; total++) await ledgers.update(read, { total });
      expect(versions([read, await ledgers.getExistOne(ledger.id)])).toEqual([12, 12]);
      await thrownBy(ledgers.update(ledger, { total: 0 }));
      await ledgers.update(ledger, (current) => ({ total: current.total + 1 }), { optimisticRetryCount: 1 });
      expect(await ledgers.getExistOne(ledger.id)).toMatchObject({ total: 13 });
      await ledgers.delete(ledger);
    });

    it('is checked by batches and deletes', async () => {
      const made = await ledgers.add([{ total: 1 }, { total: 2 }]);
      const read = await ledgers.get({ id: In(made.map(({ id }) => id)) }, { fetch: 'all' });
      for (const ledger of read) ledger.total += 10;
      await ledgers.save(read);
      expect(versions(read)).toEqual([2, 2]);
      for (const ledger of made) ledger.total += 100;
      await thrownBy(ledgers.save(made));
      await thrownBy(ledgers.delete(made));
      await thrownBy(ledgers.delete(made[0]));
      expect(await ledgers.delete(read)).toBe(2);
    });

    it('is checked by plain save() and remove()', async () => {
      const { id } = await ledgers.add({ total: 1 });
      const [one, two, three] = await Promise.all([1, 2, 3].map(() => ledgers.getExistOne(id)));
      one.total = 2;
      await ledgers.typeorm.save(one);
      two.total = 3;
      await expect(ledgers.typeorm.save(two)).rejects.toThrow(OptimisticLockError);
      await expect(ledgers.typeorm.remove(three)).rejects.toThrow(OptimisticLockError);
      expect(versions([one, await ledgers.getExistOne(id)])).toEqual([2, 2]);
      one.total = 4;
      await ledgers.save(one);
      await ledgers.typeorm.remove(one);
      expect(await ledgers.getOne(id)).toBeNull();
    });
  });

  describe('embedded objects, hidden columns, soft deletes and foreign keys', () => {
    let boxes: ModelRepository<Box>;
    let keepers: Keeper[];
    let made: Box[];
    beforeAll(async () => {
      boxes = new ModelRepository(Box, dataSource);
      keepers = await new ModelRepository(Keeper, dataSource).add([{ name: 'Ada' }, { name: 'Bob' }]);
    });
    beforeEach(async () => {
      made = await boxes.add(
        ['a', 'b', 'c'].map((label) => ({
          label,
          secret: `secret ${label}`,
          lock: { code: label, counts: { opened: 1 } },
        })),
      );
    });
    const read = (): Promise<Box[]> =>
      boxes.get(
        { id: In(made.map(({ id }) => id)) },
        { fetch: 'all', order: { label: 'ASC' }, withDeleted: true, load: ['guard', 'keeper'] },
      );
    const secrets = async () =>
      (
        await boxes.get(
          { id: In(made.map(({ id }) => id)) },
          { fetch: 'all', addSelect: ['secret'], withDeleted: true },
        )
      )
        .map(({ secret }) => secret)
        .sort();

    it('a batch writes embedded columns', async () => {
      const list = await read();
      for (const [index, box] of list.entries()) {
        box.lock.counts.opened += index;
        box.lock.counts.closed = index === 1 ? null : index;
        box.lock.code = index === 2 ? null : `code ${index}`;
      }
      await boxes.save(list);
      expect((await read()).map(({ lock, version }) => [lock, version])).toEqual([
        [{ code: 'code 0', counts: { opened: 1, closed: 0 } }, 2],
        [{ code: 'code 1', counts: { opened: 2, closed: null } }, 2],
        [{ code: null, counts: { opened: 3, closed: 2 } }, 2],
      ]);
    });

    it('a batch leaves hidden columns alone, unless they are set', async () => {
      const list = await read();
      for (const box of list) box.label += '!';
      await boxes.save(list);
      expect(await secrets()).toEqual(['secret a', 'secret b', 'secret c']);
      list[0].secret = 'new';
      list[1].secret = null;
      for (const box of list) box.label += '?';
      await boxes.save(list);
      expect(await secrets()).toEqual(expect.arrayContaining(['new', 'secret c', null]));
      expect((await read()).map(({ label, version }) => [label, version])).toEqual([
        ['a!?', 3],
        ['b!?', 3],
        ['c!?', 3],
      ]);
    });

    it('a batch writes foreign keys with a property, by the key and by the object', async () => {
      const list = await read();
      list[0].keeper = keepers[0];
      list[1].keeperId = keepers[1].id;
      list[2].keeper = keepers[1];
      expect(await updatesOf(() => boxes.save(list))).toHaveLength(1);
      const again = await read();
      expect(again.map(({ keeper }) => keeper?.name)).toEqual(['Ada', 'Bob', 'Bob']);
      again[0].keeperId = null;
      again[1].keeper = null;
      again[2].keeper = keepers[0];
      await boxes.save(again);
      expect((await read()).map(({ keeper, keeperId }) => [keeper?.name, keeperId])).toEqual([
        [undefined, null],
        [undefined, null],
        ['Ada', keepers[0].id],
      ]);
    });

    it('a batch writes foreign keys without a property, of one column and of two', async () => {
      const slots = await new ModelRepository(Slot, dataSource).add(
        made.map(({ id }, place) => ({ part: 5, shelf: id, place })),
      );
      const list: Box[] = await boxes.get(
        { id: In(made.map(({ id }) => id)) },
        { fetch: 'all', order: { label: 'ASC' }, load: ['guard', 'slot'] },
      );
      for (const [index, box] of list.entries()) {
        box.guard = keepers[index % 2];
        box.slot = slots[index];
      }
      expect(await updatesOf(() => boxes.save(list))).toHaveLength(1);
      const again: Box[] = await boxes.get(
        { id: In(made.map(({ id }) => id)) },
        { fetch: 'all', order: { label: 'ASC' }, load: ['guard', 'slot'] },
      );
      expect(again.map(({ guard, slot }) => [guard?.name, slot?.id])).toEqual(
        slots.map(({ id }, index) => [index % 2 === 0 ? 'Ada' : 'Bob', id]),
      );
      for (const box of again) {
        box.guard = null;
        box.slot = null;
      }
      await boxes.save(again);
      expect((await read()).map(({ guard }) => guard)).toEqual([null, null, null]);
      await expectQueries(dataSource, 0, () => boxes.save(again));
    });

    it('soft deletes are writes of the row, also plain ones, and in a batch', async () => {
      const stale = await read();
      const list = await read();
      for (const box of list) box.deletedAt = new Date('2024-01-01T00:00:00.000Z');
      await boxes.save(list);
      expect((await read()).map(({ deletedAt, version }) => [deletedAt, version])).toEqual(
        list.map(() => [new Date('2024-01-01T00:00:00.000Z'), 2]),
      );
      expect(await boxes.count({ id: In(made.map(({ id }) => id)) })).toBe(0);
      for (const box of stale) box.label += ' late';
      const { fields } = await thrownBy(boxes.save(stale));
      expect(fields).toMatchObject({ reason: 'changed', actualVersion: 2 });
      await boxes.save(stale, { optimisticRetryCount: 1 });
      expect((await read()).map(({ deletedAt }) => deletedAt?.getTime())).toEqual(
        list.map(() => Date.parse('2024-01-01T00:00:00.000Z')),
      );
      await expect(boxes.typeorm.recover(list)).rejects.toThrow(OptimisticLockError);
      await boxes.typeorm.recover(stale);
      const restored = await read();
      expect(restored.map(({ deletedAt, version }) => [deletedAt, version])).toEqual(list.map(() => [null, 4]));
      for (const box of stale) box.label += ' again';
      await boxes.save(stale);
      await thrownBy(boxes.delete(restored));
      expect(await boxes.delete(stale)).toBe(3);
    });
  });

  (hasSeveral ? describe : describe.skip)('with names of a strategy, in a schema of its own', () => {
    let other: DataSource;
    let closeOther: () => Promise<void>;
    beforeAll(async () => {
      const options = { synchronize: false, namingStrategy: new ShoutingNames() };
      const schema = engine === 'postgres' ? { schema: 'the vault' } : {};
      ({ dataSource: other, close: closeOther } = await openDataSource(engine, [Slot, Everything], {
        ...options,
        ...schema,
      }));
      if (engine === 'postgres') await other.query('CREATE SCHEMA "the vault"');
      await other.synchronize();
    });
    afterAll(() => closeOther());

    it('batches find their columns', async () => {
      const rows = new ModelRepository(Everything, other);
      const list = await rows.add([{ count: 1 }, { count: 2 }] as never[]);
      for (const [index, row] of list.entries()) {
        Object.assign(row, {
          count: 10 * index,
          mood: Mood.Wild,
          at: new Date(0),
          big: 5n,
          scores: new Map([['a', index]]),
        });
      }
      await rows.save(list);
      expect(list.map(({ doubled, version }) => [doubled, version])).toEqual([
        [0, 2],
        [20, 2],
      ]);
      const read = await rows.get({ id: In(list.map(({ id }) => id)) }, { fetch: 'all', order: { count: 'ASC' } });
      expect(read.map(({ mood, at, big, scores, doubled }) => [mood, at, big, scores, doubled])).toEqual(
        list.map(({ scores }, index) => [Mood.Wild, new Date(0), 5n, scores, 20 * index]),
      );
      await rows.save(list.map((row) => Object.assign(row, { count: null })) as never);
      for (const row of read) row.count = 3;
      await thrownBy(rows.save(read));
    });

    it('upserts, deletes and plain writes find the version', async () => {
      const slots = new ModelRepository(Slot, other);
      const [one, two] = await slots.add([1, 2].map((place) => ({ part: 1, shelf: 'here', place })));
      const [put] = await slots.upsert([{ id: one.id, part: 1, shelf: 'here', place: 3 }], {
        conflict: ['id', 'part'],
      });
      expect(put.version).toBe(2);
      await slots.typeorm.upsert({ id: two.id, part: 1, shelf: 'here', place: 4 }, ['id', 'part']);
      expect((await slots.getExistOne({ id: two.id, part: 1 })).version).toBe(2);
      await expect(slots.typeorm.softRemove(one).catch(() => slots.typeorm.remove(one))).rejects.toThrow(
        OptimisticLockError,
      );
      await expect(slots.typeorm.save(Object.assign(two, { place: 9 }))).rejects.toThrow(OptimisticLockError);
      await thrownBy(slots.delete([put, two]));
      expect(await slots.delete(put)).toBe(1);
    });
  });

  describe('listeners', () => {
    let diaries: ModelRepository<Diary>;
    beforeAll(() => {
      diaries = new ModelRepository(Diary, dataSource);
    });

    it('run for each entity, alone and in a list, and what they set is written', async () => {
      const list = await diaries.add([{ text: 'a' }, { text: 'b' }]);
      Diary.told.length = 0;
      for (const diary of list) diary.text += '!';
      await diaries.save(list);
      expect(Diary.told).toEqual(['before a!', 'after a!', 'before b!', 'after b!']);
      await diaries.update(list[0], { text: 'c' });
      expect(Diary.told.slice(4)).toEqual(['before c', 'after c']);
      const read = await diaries.get({ id: In(list.map(({ id }) => id)) }, { fetch: 'all', order: { id: 'ASC' } });
      expect(read.map(({ text, edits, version }) => [text, edits, version])).toEqual([
        ['c', 2, 3],
        ['b!', 1, 2],
      ]);
      Diary.told.length = 0;
      await diaries.save(read);
      expect(Diary.told).toEqual([]);
    });

    it('see no end of a write that is refused', async () => {
      const diary = await diaries.add({ text: 'a' });
      const stale = await diaries.getExistOne(diary.id);
      await diaries.update(diary, { text: 'b' });
      Diary.told.length = 0;
      await thrownBy(diaries.update(stale, { text: 'late' }));
      expect(Diary.told.filter((told) => told.startsWith('after'))).toEqual([]);
      expect(await diaries.getExistOne(diary.id)).toMatchObject({ text: 'b', edits: 1, version: 2 });
    });
  });

  describe('batches', () => {
    let vees: ModelRepository<Vee>;
    beforeAll(() => {
      vees = new ModelRepository(Vee, dataSource);
    });

    it('work for tables and columns that are named as the parts of the statement', async () => {
      const list = await vees.add([{}, {}, {}]);
      for (const [index, vee] of list.entries())
        Object.assign(vee, { c0: index, target: `t${index}`, own: `o${index}` });
      await vees.save(list);
      const read = await vees.get({ id: In(list.map(({ id }) => id)) }, { fetch: 'all', order: { id: 'ASC' } });
      expect(read.map(({ c0, target, own, version }) => [c0, target, own, version])).toEqual(
        [0, 1, 2].map((index) => [index, `t${index}`, `o${index}`, 2]),
      );
    });

    it('may have 1,000 rows, of which each gets its own values', async () => {
      const keepers = new ModelRepository(Keeper, dataSource);
      const list = await keepers.add(Array.from({ length: 1_000 }, (_, index) => ({ name: `keeper ${index}` })));
      for (const [index, keeper] of list.entries()) keeper.name = `moved ${999 - index}`;
      const sent = await updatesOf(() => keepers.save(list));
      expect(sent).toHaveLength(engine === 'mariadb' ? 5 : 1);
      const read = await keepers.get({ id: In(list.map(({ id }) => id)) }, { fetch: 'all', order: { id: 'ASC' } });
      expect(read.map(({ name, version }) => `${name} ${version}`)).toEqual(
        list.map((_, index) => `moved ${999 - index} 2`),
      );
      // One of them is stale: none is written.
      const [stale] = await keepers.get({ id: list[500].id }, { fetch: 'all' });
      await keepers.update(stale, { name: 'elsewhere' });
      for (const keeper of list) keeper.name += '!';
      expect((await thrownBy(keepers.save(list))).fields).toMatchObject({ id: { id: list[500].id } });
      expect(await keepers.count({ id: In(list.map(({ id }) => id)), version: 2 })).toBe(999);
      expect(new Set(list.map(({ version }) => version))).toEqual(new Set([2]));
      await keepers.save(list, { optimisticRetryCount: 1, onConflict: 'mine' });
      expect(await keepers.count({ id: In(list.map(({ id }) => id)), version: 3 })).toBe(999);
      expect(await keepers.get({ id: list[500].id })).toMatchObject({ version: 4, name: 'moved 499!' });
    });

    it('of large values stay within what a server takes at once', async () => {
      const tomes = new ModelRepository(Tome, dataSource);
      const list = await tomes.add(Array.from({ length: 20 }, () => ({ text: '' })));
      for (const [index, tome] of list.entries()) tome.text = String(index % 10).repeat(1_000_000);
      await tomes.save(list);
      const read = await tomes.get({}, { fetch: 'all', order: { id: 'ASC' } });
      expect(read.map(({ text, version }) => [text.length, text[0], version])).toEqual(
        list.map((_, index) => [1_000_000, String(index % 10), 2]),
      );
      await tomes.delete(list);
    });

    it('refuse the second of two entities of one row', async () => {
      const keepers = new ModelRepository(Keeper, dataSource);
      const list = await keepers.add([{ name: 'a' }, { name: 'b' }]);
      const twin = await keepers.getExistOne(list[0].id);
      list[0].name = 'first';
      list[1].name = 'other';
      twin.name = 'second';
      const { fields } = await thrownBy(keepers.save([...list, twin]));
      expect(fields).toMatchObject({ id: { id: twin.id }, expectedVersion: 1, actualVersion: 2 });
      expect([list[0].version, list[1].version, twin.version]).toEqual([1, 1, 1]);
      expect(await keepers.getExistOne(list[0].id)).toMatchObject({ name: 'a', version: 1 });
      await keepers.save([...list, twin], { optimisticRetryCount: 1, onConflict: 'mine' });
      expect(await keepers.getExistOne(list[0].id)).toMatchObject({ name: 'second', version: 3 });
      expect([list[0].version, list[1].version, twin.version]).toEqual([2, 2, 3]);
    });

    it('write the last of two entities of one row without a version', async () => {
      const scraps = new ModelRepository(Scrap, dataSource);
      const [one, other] = await scraps.add([{ text: 'a' }, { text: 'b' }]);
      const twin = await scraps.getExistOne(one.id);
      for (const [index, scrap] of [twin, other, one].entries()) scrap.text = `written ${index}`;
      await scraps.save([twin, other, one]);
      expect(await scraps.getExistOne(one.id)).toMatchObject({ text: 'written 2' });
      expect(await scraps.getExistOne(other.id)).toMatchObject({ text: 'written 1' });
    });

    it('are one with the transaction around them', async () => {
      const keepers = new ModelRepository(Keeper, dataSource);
      const list = await keepers.add([{ name: 'a' }, { name: 'b' }]);
      for (const keeper of list) keeper.name += '!';
      const undone = new UnitOfWork(dataSource).run(async () => {
        await keepers.save(list);
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(list.map(({ name, version }) => [name, version])).toEqual([
        ['a!', 1],
        ['b!', 1],
      ]);
      await keepers.save(list);
      const read = await keepers.get({ id: In(list.map(({ id }) => id)) }, { fetch: 'all', order: { id: 'ASC' } });
      expect(read.map(({ name, version }) => [name, version])).toEqual([
        ['a!', 2],
        ['b!', 2],
      ]);
    });
  });
});
