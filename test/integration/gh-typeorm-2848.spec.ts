import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DataSource, Entity, PrimaryGeneratedColumn, Column, VersionColumn, type EntityManager } from 'typeorm';
import { ModelRepository, OptimisticLockError, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { Account, Bank, BANK, Branch, Label } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';

/** A plain entity in an application that has models as well. */
@Entity()
class Plain {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'int' }) value: number;
  @VersionColumn() version: number;
}

/*
 * typeorm/typeorm#2848, open since 2018: save() of a stale entity overwrites what others have written, and writes the
 * old version back.
 */
describe.each(DATABASES)("TypeORM's own writes of versioned entities on $name", ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let manager: EntityManager;
  let unitOfWork: UnitOfWork;
  let accounts: ModelRepository<Account>;
  let account: Account;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...BANK, Plain]));
    ({ manager } = dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    accounts = new ModelRepository(Account, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    account = await accounts.add({ name: 'Ada', balance: 100 });
  });

  class Refusal extends Error {}
  const row = (id = account.id) => accounts.getExistOne(id, { withDeleted: true });
  const elsewhere = async (id = account.id) => accounts.update(await row(id), { note: 'elsewhere' });
  const conflict = async (work: Promise<unknown>): Promise<OptimisticLockError> => {
    const error: unknown = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OptimisticLockError);
    return error as OptimisticLockError;
  };

  describe('save()', () => {
    it('moves the version, in memory as well', async () => {
      account.balance = 1;
      await manager.save(account);
      expect(account.version).toBe(2);
      account.balance = 2;
      await accounts.save(account);
      account.balance = 3;
      await manager.save(account, { reload: false, listeners: false });
      expect(account.version).toBe(4);
      account.balance = 4;
      await accounts.save(account);
      expect(await row()).toMatchObject({ balance: 4, version: 5 });
    });

    it('of a stale entity fails and leaves the row alone', async () => {
      await elsewhere();
      account.balance = 1;
      const error = await conflict(manager.save(account));
      expect(error.fields).toMatchObject({ model: 'Account', expectedVersion: 1, actualVersion: 2, reason: 'changed' });
      expect(await row()).toMatchObject({ balance: 100, note: 'elsewhere', version: 2 });
      expect(account.version).toBe(1);
    });

    it('of a stale entity that has not changed fails as well: TypeORM would write the old values back', async () => {
      await elsewhere();
      await conflict(manager.save(account));
      expect(await row()).toMatchObject({ note: 'elsewhere', version: 2 });
    });

    it('fails when the row changes between its SELECT and its UPDATE', async () => {
      account.balance = 1;
      let done = false;
      const subscriber = {
        beforeUpdate: async () => {
          if (done) return;
          done = true;
          // Plain SQL on the same connection: what another client would have done before the UPDATE.
          await runner.query(`UPDATE ${table()} SET version = version + 1, note = 'raced' WHERE id = '${account.id}'`);
        },
      };
      const runner = dataSource.createQueryRunner();
      dataSource.subscribers.push(subscriber);
      try {
        await conflict(runner.manager.save(account));
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
        await runner.release();
      }
      expect(done).toBe(true);
      expect((await row()).balance).toBe(100);
    });

    it('does not insert a row again that somebody has deleted', async () => {
      await accounts.delete(await row());
      account.balance = 1;
      expect((await conflict(manager.save(account))).reason).toBe('deleted');
      expect(await accounts.getOne(account.id)).toBeNull();
    });

    it('of a list is all or nothing', async () => {
      const other = await accounts.add({ name: 'Bob' });
      await elsewhere();
      other.balance = 5;
      account.balance = 5;
      await conflict(manager.save([other, account]));
      expect(await row(other.id)).toMatchObject({ balance: 0, version: 1 });
      expect(other.version).toBe(1);
    });

    it('in a cascade checks what it reaches', async () => {
      const banks = new ModelRepository(Bank, dataSource);
      const bank = await banks.add({ name: 'First', accounts: [{ name: 'In' }] } as never);
      const read = await manager.findOneOrFail(Bank, { where: { id: bank.id }, relations: { accounts: true } });
      await elsewhere(read.accounts[0].id);
      read.name = 'Second';
      await conflict(manager.save(read));
      expect((await banks.getExistOne(bank.id)).name).toBe('First');
    });

    it('of a changed list alone moves the version and is checked', async () => {
      const labels = new ModelRepository(Label, dataSource);
      const label = await labels.add({ name: `label ${account.id}` });
      const one = await manager.findOneOrFail(Account, { where: { id: account.id }, relations: { labels: true } });
      const two = await manager.findOneOrFail(Account, { where: { id: account.id }, relations: { labels: true } });
      one.labels.push(label);
      await manager.save(one);
      expect(one.version).toBe(2);
      expect((await row()).version).toBe(2);
      two.labels = [];
      await conflict(manager.save(two));
      one.labels = [];
      await manager.save(one);
      expect((await row()).version).toBe(3);
    });

    it('of a plain object with a key alone is not checked, and moves the version', async () => {
      await manager.save(Account, { id: account.id, balance: 7 });
      expect(await row()).toMatchObject({ balance: 7, version: 2 });
    });

    it('of a plain object with a version is checked', async () => {
      await elsewhere();
      await conflict(manager.save(Account, { id: account.id, balance: 7, version: 1 }));
      await manager.save(Account, { id: account.id, balance: 7, version: 2 });
      expect(await row()).toMatchObject({ balance: 7, version: 3, note: 'elsewhere' });
    });

    it('puts the version back with a rollback', async () => {
      account.balance = 1;
      const undone = unitOfWork.run(async () => {
        await manager.save(account);
        expect(account.version).toBe(2);
        throw new Refusal();
      });
      await expect(undone).rejects.toThrow(Refusal);
      expect(account.version).toBe(1);
      await manager.save(account);
      expect(await row()).toMatchObject({ balance: 1, version: 2 });
    });

    it('puts the version back when its own COMMIT fails', async () => {
      account.balance = 1;
      const runner = dataSource.createQueryRunner();
      const commit = runner.commitTransaction.bind(runner);
      runner.commitTransaction = async () => {
        runner.commitTransaction = commit;
        throw new Refusal();
      };
      await expect(runner.manager.save(account)).rejects.toThrow(Refusal);
      await runner.release();
      expect(account.version).toBe(1);
      await accounts.save(account);
      expect(await row()).toMatchObject({ balance: 1, version: 2 });
    });

    it('of a tree is checked', async () => {
      const branches = new ModelRepository(Branch, dataSource);
      const root = await branches.add({ name: 'root' });
      const stale = await branches.getExistOne(root.id);
      root.name = 'first';
      await branches.save(root);
      expect(root.version).toBe(2);
      stale.name = 'second';
      await conflict(branches.save(stale));
      await expect(branches.save(stale, { optimisticRetryCount: 1 })).rejects.toThrow(/cannot merge/);
      expect((await branches.getExistOne(root.id)).name).toBe('first');
    });

    it('guards plain entities of the same data source', async () => {
      const plain = await manager.save(Plain, { value: 1 });
      const [one, two] = [
        await manager.findOneByOrFail(Plain, { id: plain.id }),
        await manager.findOneByOrFail(Plain, { id: plain.id }),
      ];
      one.value = 2;
      await manager.save(one);
      two.value = 3;
      await conflict(manager.save(two));
      await conflict(manager.remove(two));
      expect(await manager.findOneByOrFail(Plain, { id: plain.id })).toMatchObject({ value: 2, version: 2 });
    });

    it('costs no further statement', async () => {
      const read = await row();
      read.balance = 3;
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(() => manager.save(read));
      expect(recorder.queries.filter(({ sql }) => /^(UPDATE|DELETE|INSERT)/.test(sql))).toHaveLength(1);
      expect(recorder.queries.length).toBeLessThanOrEqual(engine === 'postgres' ? 4 : 5);
    });
  });

  describe('remove()', () => {
    it('of a stale entity fails and leaves the row', async () => {
      await elsewhere();
      await conflict(manager.remove(account));
      expect(await accounts.count({ id: account.id })).toBe(1);
      await manager.remove(await row());
      expect(await accounts.count({ id: account.id })).toBe(0);
    });

    it('of a row that was deleted fails', async () => {
      await accounts.delete(await row());
      expect((await conflict(manager.remove(account))).reason).toBe('deleted');
    });

    it('fails when the row changes between its SELECT and its DELETE', async () => {
      let done = false;
      const runner = dataSource.createQueryRunner();
      const subscriber = {
        beforeRemove: async () => {
          if (done) return;
          done = true;
          await runner.query(`UPDATE ${table()} SET version = version + 1 WHERE id = '${account.id}'`);
        },
      };
      dataSource.subscribers.push(subscriber);
      try {
        await conflict(runner.manager.remove(account));
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
        await runner.release();
      }
      expect(done).toBe(true);
      expect(await accounts.count({ id: account.id })).toBe(1);
    });
  });

  describe('softRemove() and recover()', () => {
    it('move the version and are checked', async () => {
      const stale = await row();
      await manager.softRemove(account);
      expect(account.version).toBe(2);
      expect(await row()).toMatchObject({ version: 2 });
      await conflict(manager.softRemove(stale));
      await conflict(manager.recover(stale));
      await manager.recover(account);
      expect(account.version).toBe(3);
      account.balance = 9;
      await accounts.save(account);
      expect(await row()).toMatchObject({ balance: 9, version: 4, deletedAt: null });
    });
  });

  describe('writes that know no entity', () => {
    it.each<[string, () => Promise<unknown>]>([
      ['update()', () => manager.update(Account, account.id, { balance: 5 })],
      ['increment()', () => manager.increment(Account, { id: account.id }, 'balance', 5)],
      [
        'an update builder',
        () => manager.createQueryBuilder().update(Account).set({ balance: 5 }).where({ id: account.id }).execute(),
      ],
      ['softDelete()', () => manager.softDelete(Account, account.id)],
      ['upsert()', () => manager.upsert(Account, { id: account.id, name: 'Ada', balance: 5 }, ['id'])],
    ])('%s moves the version, so that who has read before learns of it', async (_, write) => {
      await write();
      expect((await row()).version).toBe(2);
      account.name = 'Mine';
      await conflict(accounts.save(account));
    });

    it('upsert() of a new row begins with version 1', async () => {
      const label = { name: `new ${account.id}` };
      await manager.upsert(Label, label, ['name']);
      expect(await manager.findOneByOrFail(Label, { name: label.name })).toMatchObject({ version: 1 });
      await manager.upsert(Label, { ...label, version: 40 }, ['name']);
      expect(await manager.findOneByOrFail(Label, { name: label.name })).toMatchObject({ version: 2 });
    });
  });

  const table = () => (engine === 'postgres' ? '"account"' : 'account');
});
