import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type DataSource,
  type EntitySubscriberInterface,
  JoinColumn,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import {
  Int,
  Model,
  ModelRepository,
  OptimisticLock,
  OptimisticLockError,
  Str64,
  Table,
  UnitOfWork,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import { conflictKind } from '../../lib/locking/index.js';
import { DATABASES } from '../support/databases.js';
import { Account, Bank, BANK, Counter, Label } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';

/** A key that the application gives as a number, and that servers give back as text. */
@Model()
class Ledger extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'bigint' }) part: number | string;
  @Int({ default: 0 }) total: number;
}

/** A key of text. */
@Model()
class Coupon extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'varchar', length: 20 }) code: string;
  @Str64({ nullable: true }) title: string | null;
}

/** A key of the server's own type for UUIDs, where it has one. */
@Model()
class Token extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'uuid' }) code: string;
  @Int({ default: 0 }) uses: number;
}

@Model()
class Owner extends OptimisticLock(Table(class {})) {
  @Str64() name: string;
  @OneToOne(() => Passport, (passport) => passport.owner, { nullable: true }) passport: Relation<Passport> | null;
  @OneToMany(() => Pet, (pet) => pet.owner) pets: Relation<Pet>[];
}

@Model()
class Passport extends OptimisticLock(Table(class {})) {
  @Str64() code: string;
  @OneToOne(() => Owner, (owner) => owner.passport, { nullable: true }) @JoinColumn() owner: Relation<Owner> | null;
}

@Model()
class Pet extends Table(class {}) {
  @Str64() name: string;
  @ManyToOne(() => Owner, (owner) => owner.pets, { nullable: true, orphanedRowAction: 'delete' })
  owner: Relation<Owner> | null;
}

class Refusal extends Error {}

describe.each(DATABASES)('writes that could lose something on $name', ({ name: engine, hasConcurrency }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let accounts: ModelRepository<Account>;
  let banks: ModelRepository<Bank>;
  let labels: ModelRepository<Label>;
  let counters: ModelRepository<Counter>;
  let account: Account;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...BANK, Ledger, Coupon, Token, Owner, Passport, Pet]));
    unitOfWork = new UnitOfWork(dataSource);
    accounts = new ModelRepository(Account, dataSource);
    banks = new ModelRepository(Bank, dataSource);
    labels = new ModelRepository(Label, dataSource);
    counters = new ModelRepository(Counter, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    account = await accounts.add({ name: 'Ada', balance: 100 });
  });

  const again = (given: Account = account) =>
    accounts.getExistOne(given.id, { withDeleted: true, addSelect: ['secret'] }) as Promise<Account>;
  const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
  async function withSubscriber<T>(subscriber: EntitySubscriberInterface, work: () => Promise<T>): Promise<T> {
    dataSource.subscribers.push(subscriber);
    try {
      return await work();
    } finally {
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
    }
  }

  describe('after plain TypeORM has written an entity', () => {
    it('a relation that is set back is written', async () => {
      const [one, two] = await banks.add([{ name: 'one' }, { name: 'two' }]);
      account.bank = one;
      await accounts.save(account);
      const read = (await accounts.getExistOne(account.id, { load: ['bank'] })) as Account;
      const first = read.bank;
      read.bank = two;
      await dataSource.manager.save(read);
      read.bank = first;
      await accounts.save(read);
      expect((await accounts.getExistOne(account.id, { load: ['bank'] })).bank?.id).toBe(one.id);
    });

    it('a list that is set back is written', async () => {
      const [red, blue] = await labels.add([{ name: `red ${account.id}` }, { name: `blue ${account.id}` }]);
      account.labels = [red];
      await accounts.save(account);
      const read = (await accounts.getExistOne(account.id, { load: ['labels'] })) as Account;
      const before = read.labels;
      read.labels = [blue];
      await dataSource.manager.save(read);
      read.labels = before;
      await accounts.save(read);
      const ids = (await accounts.getExistOne(account.id, { load: ['labels'] })).labels.map(({ id }) => id);
      expect(ids).toEqual([red.id]);
    });

    it('without listeners, a value that is set back is written', async () => {
      const counter = await counters.add({ name: 'a', count: 1 });
      counter.count = 2;
      await dataSource.manager.save(counter, { listeners: false });
      counter.count = 1;
      await counters.save(counter);
      expect((await counters.getExistOne(counter.id)).count).toBe(1);
    });

    it('and has failed, the values count as changes again, with a version and without', async () => {
      const counter = await counters.add({ name: 'a', count: 1 });
      const fresh = Object.assign(new Counter(), { name: 'fresh', count: 1 });
      counter.count = 2;
      account.balance = 2;
      const refuse = () => {
        throw new Refusal();
      };
      await withSubscriber({ afterUpdate: refuse, afterInsert: refuse }, async () => {
        await expect(dataSource.manager.save(counter)).rejects.toThrow(Refusal);
        await expect(dataSource.manager.save(account)).rejects.toThrow(Refusal);
        await expect(dataSource.manager.save(fresh)).rejects.toThrow(Refusal);
      });
      await counters.save([counter, fresh]);
      await accounts.save(account);
      expect((await counters.getExistOne(counter.id)).count).toBe(2);
      expect((await counters.getExistOne(fresh.id)).count).toBe(1);
      expect(await again()).toMatchObject({ balance: 2, version: 2 });
    });

    it('in a transaction by hand that is rolled back, the values count as changes again', async () => {
      const counter = await counters.add({ name: 'a', count: 1 });
      counter.count = 2;
      account.balance = 2;
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await runner.manager.save(counter);
      await runner.manager.save(account);
      await runner.rollbackTransaction();
      await runner.release();
      expect(account.version).toBe(1);
      await counters.save(counter);
      await accounts.save(account);
      expect((await counters.getExistOne(counter.id)).count).toBe(2);
      expect(await again()).toMatchObject({ balance: 2, version: 2 });
    });

    it('in a transaction by hand that is rolled back, another writer of the same version is noticed', async () => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      account.balance = 2;
      await runner.manager.save(account);
      await runner.rollbackTransaction();
      await runner.release();
      await accounts.update(await again(), { balance: 50 });
      const error = await reasonOf(dataSource.manager.save(account));
      expect((await again()).balance).toBe(50);
      expect(error).toBeInstanceOf(OptimisticLockError);
    });
  });

  describe('plain TypeORM', () => {
    it('does not save an entity whose version was not selected', async () => {
      const read = await dataSource.manager.findOneOrFail(Account, {
        where: { id: account.id },
        select: { id: true, name: true, balance: true },
      });
      await accounts.update(await again(), { balance: 50 });
      read.name = 'Mine';
      const error = await reasonOf(dataSource.manager.save(read));
      expect((await again()).balance).toBe(50);
      expect(error).toBeInstanceOf(OptimisticLockError);
    });

    it('does not take a child back that has moved meanwhile', async () => {
      const [one, two] = await banks.add([{ name: 'one' }, { name: 'two' }]);
      account.bank = one;
      await accounts.save(account);
      const read = await banks.getExistOne(one.id, { load: ['accounts'] });
      const moved = await again();
      moved.bank = two;
      await accounts.save(moved);
      read.name = 'renamed';
      const error = await reasonOf(dataSource.manager.save(read));
      expect((await accounts.getExistOne(account.id, { load: ['bank'] })).bank?.id).toBe(two.id);
      expect(error).toBeInstanceOf(OptimisticLockError);
    });

    it('does not take an entity of a list back that does not cascade', async () => {
      const owners = new ModelRepository(Owner, dataSource);
      const passports = new ModelRepository(Passport, dataSource);
      const [one, two] = await owners.add([{ name: 'one' }, { name: 'two' }]);
      const passport = await passports.add({ code: 'x', owner: one });
      const read = await owners.getExistOne(one.id, { load: ['passport'] });
      const moved = (await passports.getExistOne(passport.id)) as Passport;
      moved.owner = two;
      await passports.save(moved);
      read.name = 'renamed';
      const error = await reasonOf(dataSource.manager.save(read));
      expect((await passports.getExistOne(passport.id, { load: ['owner'] })).owner?.id).toBe(two.id);
      expect(error).toBeInstanceOf(OptimisticLockError);
    });

    it('keeps the key of an entity whose removal fails', async () => {
      const id = account.id;
      const refuse = () => {
        throw new Refusal();
      };
      await withSubscriber({ afterRemove: refuse }, () => expect(accounts.delete(account)).rejects.toThrow(Refusal));
      expect(account.id).toBe(id);
      account.balance = 3;
      await accounts.save(account);
      expect(await again()).toMatchObject({ balance: 3, version: 2 });
    });
  });

  describe('a merge', () => {
    it('compares a hidden column that was read', async () => {
      await accounts.update(account, { secret: 'old' });
      const mine = await again();
      await accounts.update(await again(), { secret: 'theirs' });
      mine.secret = 'mine';
      const error = await reasonOf(accounts.save(mine, { optimisticRetryCount: 1 }));
      expect((await again()).secret).toBe('theirs');
      expect((error as OptimisticLockError).fields['conflicts']).toEqual(['secret']);
    });

    it('takes a hidden column over that was read', async () => {
      await accounts.update(account, { secret: 'old' });
      const mine = await again();
      await accounts.update(await again(), { secret: 'theirs' });
      mine.balance = 5;
      await accounts.save(mine, { optimisticRetryCount: 1 });
      expect(mine.secret).toBe('theirs');
      mine.name = 'next';
      await dataSource.manager.save(mine);
      expect(await again()).toMatchObject({ secret: 'theirs', balance: 5, name: 'next' });
    });

    it('writes a hidden column that was not read', async () => {
      await accounts.update(await again(), { note: 'theirs' });
      await accounts.update(account, { secret: 'mine' }, { optimisticRetryCount: 1 });
      expect(await again()).toMatchObject({ secret: 'mine', note: 'theirs' });
    });

    it('whose write fails inside a transaction that goes on leaves no old value to be written', async () => {
      await accounts.update(await again(), { balance: 50 });
      let refused = false;
      await withSubscriber(
        {
          beforeUpdate: () => {
            refused = true;
            throw new Refusal();
          },
        },
        () =>
          unitOfWork.run(async () => {
            const error = await reasonOf(
              accounts.update(account, { balance: 2 }, { optimisticRetryCount: 1, onConflict: 'mine' }),
            );
            expect(error).toBeInstanceOf(Refusal);
          }),
      );
      expect(refused).toBe(true);
      await reasonOf(accounts.save(account));
      expect((await again()).balance).toBe(50);
    });
  });

  describe('a function of update()', () => {
    it('may change the entity in place', async () => {
      await accounts.update(await again(), { balance: 50 });
      await accounts.update(
        account,
        (current) => {
          current.balance -= 10;
          return {};
        },
        { optimisticRetryCount: 1, onConflict: 'mine' },
      );
      expect(account).toMatchObject({ balance: 40, version: 3 });
      expect(await again()).toMatchObject({ balance: 40, version: 3 });
    });

    it("may return the entity's values, undefined among them", async () => {
      await accounts.update(await again(), { balance: 50 });
      await accounts.update(account, (current) => ({ balance: current.balance + 1, name: undefined }), {
        optimisticRetryCount: 1,
      });
      expect(await again()).toMatchObject({ balance: 51, name: 'Ada' });
    });

    it('that throws at its second call leaves the entity writable', async () => {
      await accounts.update(await again(), { balance: 50 });
      let calls = 0;
      const work = accounts.update(
        account,
        (current) => {
          if (++calls > 1) throw new Refusal();
          return { balance: current.balance - 10 };
        },
        { optimisticRetryCount: 2 },
      );
      await expect(work).rejects.toThrow(Refusal);
      expect(account).toMatchObject({ balance: 100, version: 1 });
      await accounts.update(account, ({ balance }) => ({ balance: balance - 1 }), { optimisticRetryCount: 1 });
      expect((await again()).balance).toBe(49);
    });
  });

  describe('one instance in two calls at once', () => {
    it('writes once or fails, and what is in memory is what the row has', async () => {
      account.balance = 1;
      const first = accounts.save(account);
      account.note = 'second';
      const second = accounts.save(account);
      const errors = (await Promise.all([first, second].map(reasonOf))).filter((error) => error !== undefined);
      for (const error of errors) expect(error).toBeInstanceOf(OptimisticLockError);
      await accounts.save(account);
      expect(await again()).toMatchObject({ balance: 1, note: 'second', version: account.version });
    });

    it('of update() does not put back what the other one has written', async () => {
      const results = await Promise.all([
        reasonOf(accounts.update(account, { balance: 1 })),
        reasonOf(accounts.update(account, { note: 'second' })),
      ]);
      for (const error of results) if (error !== undefined) expect(error).toBeInstanceOf(OptimisticLockError);
      await reasonOf(accounts.save(account));
      const row = await again();
      if (results[0] === undefined) expect(row.balance).toBe(1);
      if (results[1] === undefined) expect(row.note).toBe('second');
    });
  });

  describe('batches', () => {
    it('find keys that the server gives back as text', async () => {
      const ledgers = new ModelRepository(Ledger, dataSource);
      const list = await ledgers.add([{ part: 1 }, { part: 2 }, { part: 3 }]);
      for (const each of list) each.total = 5;
      await ledgers.save(list);
      expect(list.map(({ version }) => version)).toEqual([2, 2, 2]);
    });

    it('find keys that the server gives back in another case', async () => {
      const tokens = new ModelRepository(Token, dataSource);
      const list = await tokens.add(
        ['A', 'B'].map((digit) => ({ code: `${digit}0000000-0000-4000-8000-000000000000` })),
      );
      for (const each of list) each.uses = 5;
      await tokens.save(list);
      expect(list.map(({ version }) => version)).toEqual([2, 2]);
    });
  });

  describe('upsert()', () => {
    it('gives every entity its own row where keys are compared without case', async () => {
      const coupons = new ModelRepository(Coupon, dataSource);
      const id = '01890a5d-ac96-774b-bcce-b302099a8057';
      await coupons.add([
        { id, code: 'a', title: 'first' },
        { id, code: 'b', title: 'second' },
      ]);
      const [b, a] = await coupons.upsert(
        [
          { id, code: 'B', title: 'of b' },
          { id, code: 'A', title: 'of a' },
        ],
        { conflict: ['id', 'code'] },
      );
      expect([b.code.toLowerCase(), b.title, a.code.toLowerCase(), a.title]).toEqual(['b', 'of b', 'a', 'of a']);
    });

    it('does not take a hidden column for empty', async () => {
      const name = `hidden ${account.id}`;
      await accounts.update(account, { secret: 's', name });
      const put = await accounts.upsert({ id: account.id, name: 'put' }, { conflict: ['id'] });
      put.note = 'x';
      await dataSource.manager.save(put);
      expect((await again()).secret).toBe('s');
    });

    it('may be called by many for the same keys', async () => {
      const round = `${account.id}`.slice(0, 20);
      const names = [0, 1, 2, 3].map((index) => `${round} ${index}`);
      const workers = Array.from({ length: 32 }, (_, worker) =>
        reasonOf(
          labels.upsert(
            [...names.keys()].map((index) => ({ name: names[(index + worker) % 4], colour: `c${worker}` })),
            { conflict: ['name'] },
          ),
        ),
      );
      const errors = (await Promise.all(workers)).filter((error) => error !== undefined);
      for (const error of errors) expect([conflictKind(error), error]).toEqual(['deadlock', error]);
      const rows = await labels.get(
        {},
        { fetch: 'all', filter: (query, alias) => query.andWhere(`${alias}.name LIKE '${round}%'`) },
      );
      expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: 4 }, () => 32 - errors.length));
    });
  });

  describe('a one-to-one from its other side', () => {
    it('exchanges the row', async () => {
      const owners = new ModelRepository(Owner, dataSource);
      const passports = new ModelRepository(Passport, dataSource);
      const owner = await owners.add({ name: 'one' });
      const old = await passports.add({ code: 'old', owner });
      const next = await passports.add({ code: 'next' });
      const read = (await owners.getExistOne(owner.id, { load: ['passport'] })) as Owner;
      read.passport = next;
      await owners.save(read);
      expect((await passports.getExistOne(next.id, { load: ['owner'] })).owner?.id).toBe(owner.id);
      expect((await passports.getExistOne(old.id, { load: ['owner'] })).owner).toBeNull();
    });
  });

  it('orphans that have moved to another parent meanwhile are not deleted', async () => {
    const owners = new ModelRepository(Owner, dataSource);
    const pets = new ModelRepository(Pet, dataSource);
    const [one, two] = await owners.add([{ name: 'one' }, { name: 'two' }]);
    const pet = await pets.add({ name: 'Rex', owner: one });
    const read = (await owners.getExistOne(one.id, { load: ['pets'] })) as Owner;
    const moved = (await pets.getExistOne(pet.id)) as Pet;
    moved.owner = two;
    await pets.save(moved);
    read.pets = [];
    await owners.save(read);
    expect((await pets.getOne(pet.id, { load: ['owner'] }))?.owner?.id).toBe(two.id);
  });

  (hasConcurrency ? it : it.skip)('inside an old snapshot the row is merged as it is', async () => {
    await unitOfWork.run(
      async () => {
        expect((await accounts.getExistOne(account.id)).balance).toBe(100);
        const outside = new UnitOfWork(dataSource);
        await outside.run(async () => accounts.update(await again(), { note: 'theirs' }), {
          propagation: 'REQUIRES_NEW',
        });
        const work = accounts.update(account, ({ balance }) => ({ balance: balance - 1 }), {
          optimisticRetryCount: 1,
        });
        if (engine === 'postgres') await expect(work).resolves.toBeDefined();
        else await work;
      },
      engine === 'mariadb' ? { isolation: 'REPEATABLE READ' } : {},
    );
    expect(await again()).toMatchObject({ balance: 99, note: 'theirs', version: 3 });
  });

  (hasConcurrency ? it : it.skip)(
    'inside an old snapshot a row that is younger is written, with listeners',
    async () => {
      await withSubscriber({ afterUpdate: () => undefined }, () =>
        unitOfWork.run(
          async () => {
            await accounts.count();
            const made = await unitOfWork.run(() => accounts.add({ name: 'young' }), { propagation: 'REQUIRES_NEW' });
            await accounts.update(made, { balance: 5 });
            expect(made.version).toBe(2);
          },
          engine === 'mariadb' ? { isolation: 'REPEATABLE READ' } : {},
        ),
      );
    },
  );

  (engine === 'mariadb' ? it.skip : it)('a COMMIT that fails puts back what is in memory', async () => {
    const quote = engine === 'postgres' ? '"' : '`';
    await dataSource.query(`CREATE TABLE ${quote}promised${quote} (id integer PRIMARY KEY)`).catch(() => undefined);
    await dataSource
      .query(
        `CREATE TABLE ${quote}promise${quote} (id integer REFERENCES ${quote}promised${quote} (id) DEFERRABLE INITIALLY DEFERRED)`,
      )
      .catch(() => undefined);
    const made = Object.assign(new Account(), { name: 'Eve' });
    const doomed = await accounts.add({ name: 'Doomed' });
    account.balance = 1;
    const work = unitOfWork.run(async () => {
      await accounts.save(account);
      await accounts.save(made);
      await accounts.delete(doomed);
      await dataSource.query(`INSERT INTO ${quote}promise${quote} VALUES (7)`);
    });
    await expect(work).rejects.toThrow();
    expect([account.version, made.version]).toEqual([1, undefined]);
    await accounts.save([account, made]);
    await accounts.update(doomed, { balance: 4 });
    expect(await again()).toMatchObject({ balance: 1, version: 2 });
    expect(await again(made)).toMatchObject({ name: 'Eve', version: 1 });
    expect(await again(doomed)).toMatchObject({ balance: 4, version: 2 });
  });
});
