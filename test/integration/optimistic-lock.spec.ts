import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  ConfigurationError,
  ModelRepository,
  NotAnEntityError,
  OptimisticLockError,
  ProtectedFieldError,
  RecordNotFoundError,
  UnitOfWork,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { Account, Bank, BANK, Counter, Label, Parcel } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';

describe.each(DATABASES)('a versioned model on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let accounts: ModelRepository<Account>;
  let banks: ModelRepository<Bank>;
  let labels: ModelRepository<Label>;
  let counters: ModelRepository<Counter>;
  let parcels: ModelRepository<Parcel>;
  let account: Account;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, BANK));
    unitOfWork = new UnitOfWork(dataSource);
    accounts = new ModelRepository(Account, dataSource);
    banks = new ModelRepository(Bank, dataSource);
    labels = new ModelRepository(Label, dataSource);
    counters = new ModelRepository(Counter, dataSource);
    parcels = new ModelRepository(Parcel, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    account = await accounts.add({ name: 'Ada', balance: 100 });
  });

  class Refusal extends Error {}
  const undone = (work: () => Promise<unknown>) =>
    expect(
      unitOfWork.run(async () => {
        await work();
        throw new Refusal();
      }),
    ).rejects.toThrow(Refusal);
  const again = (given: Account = account) => accounts.getExistOne(given.id, { withDeleted: true });
  /** Somebody else has written the account meanwhile. */
  const elsewhere = async (patch: Partial<Account> = { note: 'elsewhere' }, given: Account = account) =>
    accounts.update(await again(given), patch);
  const thrownBy = async (work: Promise<unknown>): Promise<OptimisticLockError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OptimisticLockError);
    return error as OptimisticLockError;
  };

  describe('the version', () => {
    it('is 1 after the insert and one more for every update', async () => {
      expect(account.version).toBe(1);
      account.balance = 90;
      await accounts.save(account);
      expect(account.version).toBe(2);
      await accounts.update(account, { balance: 80 });
      expect(account.version).toBe(3);
      expect(await again()).toMatchObject({ version: 3, balance: 80 });
    });

    it('stays when nothing has changed, without a statement', async () => {
      const read = await again();
      await expectQueries(dataSource, 0, () => accounts.save(read));
      expect(read.version).toBe(1);
    });

    it('costs no statement of its own', async () => {
      const read = await again();
      read.balance = 1;
      await expectQueries(dataSource, 1, () => accounts.save(read));
    });

    it('may have another name', async () => {
      const parcel = await parcels.add({ place: 'Ulm' });
      expect(parcel.revision).toBe(1);
      const other = await parcels.getExistOne(parcel.id);
      await parcels.update(parcel, { place: 'Bonn' });
      expect([parcel.revision, parcel.moves]).toEqual([2, 1]);
      await thrownBy(parcels.update(other, { place: 'Kiel' }));
      expect(await parcels.getExistOne(parcel.id)).toMatchObject({ revision: 2, place: 'Bonn', moves: 1 });
    });

    it('is put back with a rollback, so that later writes are no conflicts', async () => {
      account.balance = 1;
      await undone(() => accounts.save(account));
      expect(account.version).toBe(1);
      await accounts.save(account);
      expect(await again()).toMatchObject({ version: 2, balance: 1 });
    });

    it('is put back with a savepoint', async () => {
      await unitOfWork.run(async () => {
        await accounts.update(account, { balance: 5 });
        const inner = unitOfWork.run(
          async () => {
            await accounts.update(account, { balance: 6 });
            throw new Refusal();
          },
          { propagation: 'NESTED' },
        );
        await expect(inner).rejects.toThrow(Refusal);
        expect(account.version).toBe(2);
        await accounts.update(account, { balance: 7 });
      });
      expect(await again()).toMatchObject({ version: 3, balance: 7 });
    });

    it('never comes from input', async () => {
      await expect(accounts.add({ name: 'Eve', version: 7 })).rejects.toThrow(ProtectedFieldError);
      await expect(accounts.update(account, { version: 7 })).rejects.toThrow(ProtectedFieldError);
      await expect(accounts.update(account, {}, { extra: { version: 7 } })).rejects.toThrow(ProtectedFieldError);
      const made = await accounts.add(Object.assign(new Account(), { name: 'Eve', version: 7 }));
      expect((await again(made)).version).toBe(1);
      Object.assign(account, { version: 7, balance: 1 });
      await expect(accounts.save(account)).rejects.toThrow(ProtectedFieldError);
      expect(await again()).toMatchObject({ version: 1, balance: 100 });
    });

    it('of an insert that was undone does not stand in the way of the next try', async () => {
      const made = Object.assign(new Account(), { name: 'Bob' });
      await undone(() => accounts.add(made));
      await accounts.save(made);
      expect(await again(made)).toMatchObject({ version: 1, name: 'Bob' });
    });

    it('of a failed insert does not stand in the way either', async () => {
      await labels.add({ name: `taken ${engine}` });
      const label = Object.assign(new Label(), { name: `taken ${engine}` });
      await expect(labels.add(label)).rejects.toThrow();
      label.name = `free ${engine}`;
      await labels.save(label);
      expect(label.version).toBe(1);
    });
  });

  describe('a stale writer', () => {
    it('fails, and its value never lands', async () => {
      await elsewhere();
      account.balance = 1;
      const error = await thrownBy(accounts.save(account));
      expect(error.fields).toMatchObject({
        model: 'Account',
        id: { id: account.id },
        expectedVersion: 1,
        actualVersion: 2,
        reason: 'changed',
      });
      expect(error.message).toMatch(/was changed since it was read \(version 1\) and has version 2 now/);
      expect(error.cause).toBeUndefined();
      expect(await again()).toMatchObject({ balance: 100, note: 'elsewhere', version: 2 });
    });

    it('learns that the row was deleted', async () => {
      await accounts.delete(await again());
      account.balance = 1;
      const error = await thrownBy(accounts.save(account));
      expect(error.reason).toBe('deleted');
      expect(error.message).toMatch(/was deleted since it was read/);
      expect((await thrownBy(accounts.delete(account))).reason).toBe('deleted');
      expect(await accounts.getOne(account.id)).toBeNull();
    });

    it('cannot update, delete, or bring a version of its own', async () => {
      await elsewhere();
      await thrownBy(accounts.update(account, { balance: 2 }));
      expect(account.balance).toBe(100);
      await thrownBy(accounts.delete(account));
      const brought = Object.assign(new Account(), { id: account.id, version: 1, balance: 3 });
      await thrownBy(accounts.save(brought));
      await thrownBy(accounts.delete(brought));
      const current = Object.assign(new Account(), { id: account.id, version: 2, balance: 4 });
      await accounts.save(current);
      expect(await again()).toMatchObject({ balance: 4, version: 3, note: 'elsewhere' });
    });

    it('in a batch undoes the batch', async () => {
      const others = await accounts.add([{ name: 'Bob' }, { name: 'Cid' }, { name: 'Dan' }]);
      await elsewhere({ note: 'x' }, others[1]);
      for (const each of others) each.balance = 9;
      const error = await thrownBy(accounts.save(others));
      expect(error.fields['id']).toEqual({ id: others[1].id });
      for (const each of others) expect(await again(each)).toMatchObject({ balance: 0 });
      expect(others.map(({ version }) => version)).toEqual([1, 1, 1]);
      expect((await thrownBy(accounts.delete(others))).fields['id']).toEqual({ id: others[1].id });
      expect(await accounts.count({ id: others[0].id })).toBe(1);
      others[1] = await again(others[1]);
      others[1].balance = 9;
      await accounts.save(others);
      expect(others.map(({ version }) => version)).toEqual([2, 3, 2]);
      expect(await accounts.delete(others)).toBe(3);
    });

    it('in a cascade undoes everything', async () => {
      const bank = await banks.add({ name: 'First', accounts: [{ name: 'In' }] } as never);
      const read = await banks.getExistOne(bank.id, { load: ['accounts'] });
      await elsewhere({ note: 'x' }, read.accounts[0]);
      read.name = 'Second';
      read.accounts[0].balance = 77;
      await thrownBy(banks.save(read));
      expect(await banks.getExistOne(bank.id)).toMatchObject({ name: 'First', version: 1 });
      expect(read.version).toBe(1);
    });

    it('of a relation that it changes alone is stale as well', async () => {
      const bank = await banks.add({ name: 'Other' });
      const stale = await accounts.getExistOne(account.id, { load: ['bank'] });
      await elsewhere();
      (stale as Account).bank = bank;
      await thrownBy(accounts.save(stale));
      expect((await accounts.getExistOne(account.id, { load: ['bank'] })).bank).toBeNull();
    });
  });

  describe('softDelete() and restore()', () => {
    it('move the version, are checked, and can be undone', async () => {
      const stale = await again();
      expect(await accounts.softDelete(account)).toBe(account);
      expect(account.version).toBe(2);
      expect(account.deletedAt).toBeInstanceOf(Date);
      expect(await accounts.getOne(account.id)).toBeNull();
      await thrownBy(accounts.softDelete(stale));
      await thrownBy(accounts.restore([stale]));
      await undone(() => accounts.restore([account]));
      expect(account.version).toBe(2);
      await accounts.restore([account]);
      expect(await again()).toMatchObject({ version: 3, deletedAt: null });
      account.balance = 3;
      await accounts.save(account);
      expect(account.version).toBe(4);
    });

    it('need a date of deletion and entities', async () => {
      const counter = await counters.add({ name: 'a' });
      await expect(counters.softDelete(counter)).rejects.toThrow(/no date of deletion/);
      await expect(accounts.softDelete({ id: 'x' } as never)).rejects.toThrow(NotAnEntityError);
    });
  });

  describe('a list of many-to-many', () => {
    it('moves the version, once, and is checked', async () => {
      const [red, blue] = await labels.add([{ name: `red ${account.id}` }, { name: `blue ${account.id}` }]);
      const one = await accounts.getExistOne(account.id, { load: ['labels'] });
      const two = await accounts.getExistOne(account.id, { load: ['labels'] });
      (one as Account).labels.push(red);
      await accounts.save(one);
      expect(one.version).toBe(2);
      (two as Account).labels.push(blue);
      await thrownBy(accounts.save(two));
      expect((await accounts.getExistOne(account.id, { load: ['labels'] })).labels.map(({ id }) => id)).toEqual([
        red.id,
      ]);
      one.balance = 1;
      (one as Account).labels = [blue];
      await accounts.save(one);
      expect(one.version).toBe(3);
      (one as Account).labels = [...one.labels];
      await accounts.save(one);
      expect(one.version).toBe(3);
      // The lists of both merge.
      await accounts.save(two, { optimisticRetryCount: 1 });
      expect(await again()).toMatchObject({ version: 4 });
    });

    it('that is loaded is merged as well, so that nobody takes it for a wish', async () => {
      const [red, blue, green] = await labels.add(['r', 'b', 'g'].map((name) => ({ name: `${name} ${account.id}` })));
      account.labels = [green];
      await accounts.save(account);
      const one = await accounts.getExistOne(account.id, { load: ['labels'] });
      const two = await accounts.getExistOne(account.id, { load: ['labels'] });
      one.labels = [red] as never;
      await accounts.save(one);
      (two as Account).labels.push(blue);
      two.balance = 1;
      await accounts.save(two, { optimisticRetryCount: 1 });
      const names = (held: { labels: readonly Label[] }) => held.labels.map(({ id }) => id).sort((a, b) => a - b);
      expect(names(two as Account)).toEqual([red.id, blue.id]);
      // TypeORM compares the list with the database and deletes what it does not hold.
      await dataSource.manager.save(two);
      const read = await accounts.getExistOne(account.id, { load: ['labels'] });
      expect(names(read as Account)).toEqual([red.id, blue.id]);
    });
  });

  describe('batches', () => {
    it('write the same columns by one statement', async () => {
      const list = await accounts.add(Array.from({ length: 30 }, (_, index) => ({ name: `n${index}` })));
      for (const [index, each] of list.entries()) each.balance = index + 1;
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(() => accounts.save(list));
      const updates = recorder.queries.filter(({ sql }) => /\bUPDATE\b.*\bSET\b/i.test(sql));
      expect(updates).toHaveLength(1);
      expect(new Set(list.map(({ version }) => version))).toEqual(new Set([2]));
      const read = await accounts.get(
        {},
        { fetch: 'all', filter: (query, alias) => query.andWhere(`${alias}.version = 2`) },
      );
      const byId = new Map(read.map((each) => [each.id, each]));
      for (const each of list) expect(byId.get(each.id)).toMatchObject({ balance: each.balance, name: each.name });
    });

    it('keep null, and rows that change in other columns apart', async () => {
      const list = await accounts.add(['a', 'b', 'c', 'd'].map((name) => ({ name, note: name })));
      list[0].note = null;
      list[1].note = 'new';
      list[2].balance = 4;
      await accounts.save(list);
      const read = await Promise.all(list.map((each) => again(each)));
      expect(read.map(({ note, balance, version }) => [note, balance, version])).toEqual([
        [null, 0, 2],
        ['new', 0, 2],
        ['c', 4, 2],
        ['d', 0, 1],
      ]);
    });

    it('of models without a version find rows that are gone', async () => {
      const list = await counters.add([{ name: 'a' }, { name: 'b' }]);
      await counters.deleteWhere({ id: list[1].id });
      for (const each of list) each.count = 5;
      await expect(counters.save(list)).rejects.toThrow(RecordNotFoundError);
      expect((await counters.getExistOne(list[0].id)).count).toBe(0);
    });

    it('merge one by one', async () => {
      const list = await accounts.add([{ name: 'a' }, { name: 'b' }]);
      await elsewhere({ note: 'theirs' }, list[1]);
      for (const each of list) each.balance = 5;
      await accounts.save(list, { optimisticRetryCount: 1 });
      expect(await again(list[1])).toMatchObject({ balance: 5, note: 'theirs', version: 3 });
      expect(list[1]).toMatchObject({ note: 'theirs', version: 3 });
    });
  });

  describe('a merge', () => {
    it('keeps both when they have changed different fields', async () => {
      await elsewhere({ note: 'theirs' });
      account.balance = 1;
      await accounts.save(account, { optimisticRetryCount: 1 });
      expect(account).toMatchObject({ balance: 1, note: 'theirs', version: 3 });
      expect(await again()).toMatchObject({ balance: 1, note: 'theirs', version: 3 });
    });

    it('fails by default when both have changed one field', async () => {
      await elsewhere({ balance: 50, note: 'theirs' });
      account.balance = 1;
      account.name = 'Mine';
      const error = await thrownBy(accounts.save(account, { optimisticRetryCount: 3 }));
      expect(error.fields).toMatchObject({ conflicts: ['balance'], actualVersion: 2 });
      expect(error.message).toMatch(/onConflict/);
      expect(account).toMatchObject({ balance: 1, name: 'Mine', note: null, version: 1 });
    });

    it('is a conflict when both have set the same value: both may have added ten', async () => {
      await elsewhere({ balance: 110 });
      account.balance += 10;
      const error = await thrownBy(accounts.save(account, { optimisticRetryCount: 1 }));
      expect(error.fields['conflicts']).toEqual(['balance']);
    });

    it.each([
      ['mine', { balance: 1, name: 'Mine', note: 'theirs', version: 3 }],
      ['theirs', { balance: 50, name: 'Mine', note: 'theirs', version: 3 }],
    ] as const)('with %s takes that side', async (onConflict, expected) => {
      await elsewhere({ balance: 50, note: 'theirs' });
      account.balance = 1;
      account.name = 'Mine';
      await accounts.save(account, { optimisticRetryCount: 1, onConflict });
      expect(account).toMatchObject(expected);
      expect(await again()).toMatchObject(expected);
    });

    it('with theirs writes nothing when nothing is left', async () => {
      await elsewhere({ balance: 50 });
      account.balance = 1;
      await accounts.save(account, { optimisticRetryCount: 1, onConflict: 'theirs' });
      expect(account).toMatchObject({ balance: 50, version: 2 });
      expect(await again()).toMatchObject({ balance: 50, version: 2 });
    });

    it('of a patch merges the patch', async () => {
      await elsewhere({ note: 'theirs' });
      await accounts.update(account, { balance: 2 }, { optimisticRetryCount: 1 });
      expect(await again()).toMatchObject({ balance: 2, note: 'theirs', version: 3 });
      await elsewhere({ balance: 60 });
      await thrownBy(accounts.update(account, { balance: 3 }, { optimisticRetryCount: 1 }));
      expect(account).toMatchObject({ balance: 2, version: 3 });
    });

    it('ends when the row was deleted', async () => {
      await accounts.delete(await again());
      account.balance = 1;
      expect((await thrownBy(accounts.save(account, { optimisticRetryCount: 5 }))).reason).toBe('deleted');
    });

    it('unloads a relation that they have moved, and keeps one that this writer has moved', async () => {
      const [one, two] = await banks.add([{ name: 'one' }, { name: 'two' }]);
      const mine = await accounts.getExistOne(account.id, { load: ['bank'] });
      const theirs = await accounts.getExistOne(account.id, { load: ['bank'] });
      (theirs as Account).bank = one;
      await accounts.save(theirs);
      mine.balance = 1;
      await accounts.save(mine, { optimisticRetryCount: 1 });
      expect(Object.hasOwn(mine, 'bank')).toBe(false);
      (theirs as Account).bank = two;
      await thrownBy(accounts.save(theirs));
      await accounts.save(theirs, { optimisticRetryCount: 1 });
      expect((await accounts.getExistOne(account.id, { load: ['bank'] })).bank?.id).toBe(two.id);
    });

    it('is put back with a rollback', async () => {
      await elsewhere({ note: 'theirs' });
      account.balance = 1;
      await undone(() => accounts.save(account, { optimisticRetryCount: 1 }));
      expect(account).toMatchObject({ balance: 1, note: null, version: 1 });
      await accounts.save(account, { optimisticRetryCount: 1 });
      expect(await again()).toMatchObject({ balance: 1, note: 'theirs', version: 3 });
    });

    it('costs nothing without a conflict', async () => {
      const read = await again();
      read.balance = 1;
      await expectQueries(dataSource, 1, () => accounts.save(read, { optimisticRetryCount: 5 }));
    });

    it.each([
      [{ optimisticRetryCount: -1 }],
      [{ optimisticRetryCount: 1.5 }],
      [{ optimisticRetryCount: 1, onConflict: 'both' }],
      [{ onConflict: 'mine' }],
    ])('refuses %j', async (options) => {
      await expect(accounts.save(account, options as never)).rejects.toThrow(ConfigurationError);
      await expect(accounts.update(account, {}, options as never)).rejects.toThrow(ConfigurationError);
    });

    it('is refused for models without a version', async () => {
      const counter = await counters.add({ name: 'a' });
      await expect(counters.save(counter, { optimisticRetryCount: 1 })).rejects.toThrow(/has no version/);
    });
  });

  describe('a function of update()', () => {
    it('computes again from the row as it is', async () => {
      await elsewhere({ balance: 50 });
      await accounts.update(account, (current) => ({ balance: current.balance - 10 }), { optimisticRetryCount: 1 });
      expect(account).toMatchObject({ balance: 40, version: 3 });
      expect(await again()).toMatchObject({ balance: 40, version: 3 });
    });

    it('fails without retries, and the entity keeps its values', async () => {
      await elsewhere({ balance: 50 });
      await thrownBy(accounts.update(account, (current) => ({ balance: current.balance - 10 })));
      expect(account).toMatchObject({ balance: 100, version: 1 });
    });

    it('may be asynchronous, and keeps other changes of the entity', async () => {
      await elsewhere({ note: 'theirs' });
      account.name = 'Mine';
      await accounts.update(account, async (current) => Promise.resolve({ balance: current.balance + 1 }), {
        optimisticRetryCount: 1,
      });
      expect(await again()).toMatchObject({ name: 'Mine', note: 'theirs', balance: 101 });
    });

    it('reads the row first where there is no version', async () => {
      const counter = await counters.add({ name: 'a', count: 1 });
      await counters.typeorm.update(counter.id, { count: 5 });
      await counters.update(counter, (current) => ({ count: current.count + 1 }));
      expect((await counters.getExistOne(counter.id)).count).toBe(6);
      expect(counter.count).toBe(6);
    });

    it('must return a patch', async () => {
      await expect(accounts.update(account, () => 5 as never)).rejects.toThrow(NotAnEntityError);
      await expect(accounts.update(account, () => ({ unknown: 1 }))).rejects.toThrow(/unknown/);
      await expect(
        accounts.update(account, () => {
          throw new Refusal();
        }),
      ).rejects.toThrow(Refusal);
    });
  });
});
