import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Column,
  type DataSource,
  type EntitySubscriberInterface,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import {
  ColumnNotSelectedError,
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
import { DATABASES } from '../support/databases.js';
import { Account, Bank, BANK, Counter, Label } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';

class Size {
  @Column({ type: 'int', default: 1 }) width: number;
  @Column({ type: 'int', default: 1 }) height: number;
}

/** A table and a column whose names are keywords; a relation to itself, a lazy and an eager one, an embedded object. */
@Model({ tableName: 'order' })
class Order extends OptimisticLock(Table(class {})) {
  @Str64({ unique: true, name: 'group' }) group: string;
  @Int({ default: 0, name: 'select' }) total: number;
  @Column(() => Size) size: Size;
  @ManyToOne(() => Order, (order) => order.parts, { nullable: true }) whole: Relation<Order> | null;
  @OneToMany(() => Order, (order) => order.whole) parts: Relation<Order>[];
  @ManyToOne(() => Bank, { nullable: true, eager: true, cascade: ['update'] }) bank: Relation<Bank> | null;
  @ManyToOne(() => Bank, { nullable: true, lazy: true }) other: Promise<Bank | null>;
}

@Model()
class Day extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'date' }) day: string;
  @Int({ default: 0 }) count: number;
}

@Model()
class Instant extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'datetime' }) at: Date;
  @Int({ default: 0 }) count: number;
}

class Refusal extends Error {}

describe.each(DATABASES)('ways to write on $name', ({ name: engine, hasConcurrency }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let accounts: ModelRepository<Account>;
  let banks: ModelRepository<Bank>;
  let labels: ModelRepository<Label>;
  let counters: ModelRepository<Counter>;
  let orders: ModelRepository<Order>;
  let account: Account;
  // PostgreSQL has no type of that name.
  const instants = engine !== 'postgres';

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...BANK, Order, Day, ...(instants ? [Instant] : [])], {
      entityPrefix: 'my_',
    }));
    unitOfWork = new UnitOfWork(dataSource);
    accounts = new ModelRepository(Account, dataSource);
    banks = new ModelRepository(Bank, dataSource);
    labels = new ModelRepository(Label, dataSource);
    counters = new ModelRepository(Counter, dataSource);
    orders = new ModelRepository(Order, dataSource);
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
  const refuse = () => {
    throw new Refusal();
  };
  let next = 0;
  const group = () => `g${next++}`;

  it('names that are keywords, and embedded objects in the function form, are written', async () => {
    const order = await orders.add({ group: group(), size: { width: 1, height: 2 } } as never);
    const stale = (await orders.getExistOne(order.id)) as Order;
    await orders.update(order, { size: { width: 5 } });
    expect(order.size).toMatchObject({ width: 5, height: 2 });
    await orders.update(
      stale,
      (current) => ({ total: 3, size: { height: current.size.height + current.size.width } }),
      {
        optimisticRetryCount: 1,
      },
    );
    expect(await orders.getExistOne(order.id)).toMatchObject({ total: 3, size: { width: 5, height: 7 }, version: 3 });
    const list = (await orders.add([{ group: group() }, { group: group() }] as never)) as unknown as Order[];
    for (const each of list) each.size.width = each.total = 9;
    await orders.save(list);
    expect(list.map(({ version }) => version)).toEqual([2, 2]);
    const put = await orders.upsert({ group: list[0].group, total: 4 } as never, { conflict: ['group'] });
    expect(put).toMatchObject({ id: list[0].id, total: 4, size: { width: 9 }, version: 3 });
    expect(await orders.delete([put, list[1]])).toBe(2);
  });

  it('a child of a relation to itself is not taken back from who has it now', async () => {
    const [one, two] = (await orders.add([{ group: group() }, { group: group() }] as never)) as unknown as Order[];
    const part = await orders.add({ group: group(), whole: one } as never);
    const a = (await orders.getExistOne(one.id, { load: ['parts'] })) as Order;
    const b = (await orders.getExistOne(two.id, { load: ['parts'] })) as Order;
    b.parts = [...a.parts];
    await orders.save(b);
    a.parts = [];
    await orders.save(a);
    expect((await orders.getExistOne(part.id, { load: ['whole'] })).whole?.id).toBe(two.id);
    await expect(orders.update(part, { total: 1 })).rejects.toThrow(OptimisticLockError);
  });

  it('eager relations that cascade are checked', async () => {
    const bank = await banks.add({ name: 'B' });
    const order = await orders.add({ group: group(), bank } as never);
    const read = (await orders.getExistOne(order.id, { load: ['bank'] })) as Order;
    await banks.update(await banks.getExistOne(bank.id), { name: 'theirs' });
    read.bank!.name = 'mine';
    read.total = 5;
    expect(await reasonOf(orders.save(read))).toBeInstanceOf(OptimisticLockError);
    expect(await reasonOf(dataSource.manager.save(read))).toBeInstanceOf(OptimisticLockError);
    expect(await orders.getExistOne(order.id)).toMatchObject({ total: 0, version: 1 });
    expect((await banks.getExistOne(bank.id)).name).toBe('theirs');
  });

  it('lazy relations are checked', async () => {
    const [one, two] = await banks.add([{ name: '1' }, { name: '2' }]);
    const order = await orders.add({ group: group() } as never);
    const read = (await orders.getExistOne(order.id)) as Order;
    const stale = (await orders.getExistOne(order.id)) as Order;
    read.other = Promise.resolve(one);
    await orders.save(read);
    expect(read.version).toBe(2);
    stale.other = Promise.resolve(two);
    expect(await reasonOf(orders.save(stale))).toBeInstanceOf(OptimisticLockError);
    const fresh = (await orders.getExistOne(order.id)) as Order;
    expect((await fresh.other)?.id).toBe(one.id);
    fresh.total = 8;
    await orders.save(fresh);
    expect(await orders.getExistOne(order.id)).toMatchObject({ total: 8, version: 3 });
  });

  it('dates in keys are found', async () => {
    const days = new ModelRepository(Day, dataSource);
    const list = await days.add([{ day: '2024-01-02' }, { day: '2024-01-03' }]);
    for (const each of list) each.count = 4;
    await days.save(list);
    expect(list.map(({ version }) => version)).toEqual([2, 2]);
    const [put] = await days.upsert([{ id: list[0].id, day: '2024-01-02', count: 9 }], { conflict: ['id', 'day'] });
    expect(put).toMatchObject({ count: 9, version: 3 });
    if (!instants) return;
    const times = new ModelRepository(Instant, dataSource);
    const at = await times.add([
      { at: new Date(Date.UTC(2024, 1, 2, 3, 4, 5)) },
      { at: new Date(Date.UTC(2024, 1, 2, 3, 4, 6)) },
    ]);
    for (const each of at) each.count = 4;
    await times.save(at);
    expect(at.map(({ version }) => version)).toEqual([2, 2]);
    const read = await times.get({}, { fetch: 'all' });
    for (const each of read) each.count = 5;
    await times.save(read);
    expect(read.map(({ version }) => version)).toEqual([3, 3]);
  });

  it('what joins, builders and streams have read is checked', async () => {
    const bank = await banks.add({ name: 'B' });
    account.bank = bank;
    await accounts.save(account);
    const find = () =>
      dataSource.manager
        .createQueryBuilder(Account, 'a')
        .innerJoinAndSelect('a.bank', 'b')
        .where('a.id = :id', { id: account.id });
    const [one] = await find().getMany();
    const {
      entities: [two],
    } = await find().getRawAndEntities();
    const three = (await accounts.getExistOne(account.id, { load: ['bank'] })) as Account;
    await accounts.update(await again(), { balance: 50 });
    await banks.update(await banks.getExistOne(bank.id), { name: 'theirs' });
    for (const each of [one, two, three]) {
      each.name = 'mine';
      expect(await reasonOf(accounts.save(each))).toBeInstanceOf(OptimisticLockError);
      expect(await reasonOf(dataSource.manager.save(each))).toBeInstanceOf(OptimisticLockError);
      each.bank!.name = 'mine';
      expect(await reasonOf(banks.save(each.bank as Bank))).toBeInstanceOf(OptimisticLockError);
      expect(await reasonOf(dataSource.manager.save(each.bank))).toBeInstanceOf(OptimisticLockError);
    }
    for await (const each of accounts.stream({ id: account.id })) {
      await accounts.update(await again(), { balance: 51 });
      expect(await reasonOf(accounts.update(each, { name: 'x' }))).toBeInstanceOf(OptimisticLockError);
    }
    const partial = await dataSource.manager
      .createQueryBuilder(Account, 'a')
      .select(['a.id', 'a.name'])
      .where('a.id = :id', { id: account.id })
      .getOneOrFail();
    partial.name = 'mine';
    expect(await reasonOf(accounts.save(partial))).toBeInstanceOf(ColumnNotSelectedError);
    expect(await reasonOf(accounts.save([partial, await again()]))).toBeInstanceOf(ColumnNotSelectedError);
    expect(await reasonOf(accounts.delete(partial))).toBeInstanceOf(ColumnNotSelectedError);
    expect(await reasonOf(accounts.update(partial, () => ({ note: 'x' })))).toBeInstanceOf(ColumnNotSelectedError);
  });

  it('subscribers that throw afterwards undo it, in memory as well', async () => {
    const list = await accounts.add([{ name: 'a' }, { name: 'b' }]);
    const counter = await counters.add({ name: 'c' });
    const ware = Object.assign(new Label(), { name: `up ${account.id}` });
    for (const each of list) each.balance = 3;
    await withSubscriber({ afterUpdate: refuse, afterInsert: refuse, afterRemove: refuse }, async () => {
      await expect(accounts.save(list)).rejects.toThrow(Refusal);
      await expect(accounts.update(account, { balance: 1 })).rejects.toThrow(Refusal);
      await expect(accounts.update(account, () => ({ balance: 1 }))).rejects.toThrow(Refusal);
      await expect(labels.upsert(ware, { conflict: ['name'] })).rejects.toThrow(Refusal);
      await expect(counters.update(counter, () => ({ count: 1 }))).rejects.toThrow(Refusal);
      await expect(counters.delete(counter)).rejects.toThrow(Refusal);
    });
    expect(account).toMatchObject({ balance: 100, version: 1 });
    expect(counter.count).toBe(0);
    await accounts.save(list);
    await labels.upsert(ware, { conflict: ['name'] });
    expect(ware.version).toBe(1);
    expect(list.map(({ version }) => version)).toEqual([2, 2]);
    await counters.update(counter, { count: 2 });
    expect(await counters.delete(counter)).toBe(1);
  });

  it('plain remove() that is rolled back leaves an entity that can be written, and one that is done a new one', async () => {
    const { id } = account;
    await expect(
      unitOfWork.run(async () => {
        await dataSource.manager.remove(account);
        throw new Refusal();
      }),
    ).rejects.toThrow(Refusal);
    expect(account.id).toBe(id);
    await accounts.update(account, { balance: 7 });
    expect(await again()).toMatchObject({ balance: 7, version: 2 });
    await dataSource.manager.remove(account);
    await accounts.save(account);
    expect(await again()).toMatchObject({ balance: 7, version: 1 });
  });

  it('plain save() in chunks is restored whole', async () => {
    const list = await accounts.add(['a', 'b', 'c', 'd'].map((name) => ({ name })));
    await accounts.update(await again(list[3]), { note: 'theirs' });
    for (const each of list) each.balance = 5;
    expect(await reasonOf(dataSource.manager.save(list, { chunk: 1 }))).toBeInstanceOf(OptimisticLockError);
    expect(list.map(({ version }) => version)).toEqual([1, 1, 1, 1]);
    await accounts.save(list, { optimisticRetryCount: 1 });
    for (const each of list) expect((await again(each)).balance).toBe(5);
  });

  it('savepoints by hand on a runner put versions back', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    account.balance = 1;
    await runner.manager.save(account);
    await runner.startTransaction();
    account.balance = 2;
    await runner.manager.save(account);
    expect(account.version).toBe(3);
    await runner.rollbackTransaction();
    expect(account.version).toBe(2);
    await runner.startTransaction();
    account.balance = 4;
    await runner.manager.save(account);
    await runner.commitTransaction();
    expect(account.version).toBe(3);
    await runner.commitTransaction();
    await runner.release();
    await accounts.update(account, { note: 'x' });
    expect(await again()).toMatchObject({ balance: 4, version: 4 });
  });

  it('a data source that is closed and opened again is written to by older entities and repositories', async () => {
    // A database in memory is gone with its connection.
    if (engine === 'sqlite') return;
    const read = await again();
    await dataSource.destroy();
    await dataSource.initialize();
    read.balance = 1;
    await accounts.save(read);
    account.note = 'x';
    expect(await reasonOf(accounts.save(account))).toBeInstanceOf(OptimisticLockError);
    await accounts.save(account, { optimisticRetryCount: 1 });
    const fresh = new ModelRepository(Account, dataSource);
    const row = (await fresh.getExistOne(account.id)) as Account;
    row.name = 'n';
    await fresh.save(row);
    await accounts.update(row, { name: 'm' });
    expect(await fresh.getExistOne(account.id)).toMatchObject({ balance: 1, name: 'm' });
  });

  it('of many statements at once some may fail', async () => {
    const list = await labels.add(Array.from({ length: 24 }, (_, index) => ({ name: `p${index} ${account.id}` })));
    const results = await Promise.all(
      list.map(async (label, index) => {
        const error = await reasonOf(
          labels.update(label, index % 3 === 0 && index > 0 ? { name: list[0].name } : { colour: `c${index}` }),
        );
        return [index, error] as const;
      }),
    );
    for (const [index, error] of results) {
      const fails = index % 3 === 0 && index > 0;
      expect(error === undefined).toBe(!fails);
      expect(list[index].version).toBe(fails ? 1 : 2);
      expect(list[index].name).toBe(`p${index} ${account.id}`);
    }
  });

  it('upsert() works in a transaction after a statement that failed in a savepoint', async () => {
    const [label] = await labels.add([{ name: `s ${account.id}` }]);
    await unitOfWork.run(async () => {
      await expect(unitOfWork.run(() => labels.add({ name: label.name }), { propagation: 'NESTED' })).rejects.toThrow();
      await labels.upsert([{ name: label.name, colour: 'x' }, { name: `t ${account.id}` }], { conflict: ['name'] });
    });
    expect(await labels.getExistOne(label.id)).toMatchObject({ colour: 'x', version: 2 });
  });

  it('a listener may load rows and change values, and not the version', async () => {
    let seen = 0;
    await withSubscriber(
      {
        listenTo: () => Account,
        beforeUpdate: async (event) => {
          seen = await event.manager.count(Account);
          (event.entity as Account).note = 'by subscriber';
        },
      },
      () => accounts.update(account, { balance: 2 }),
    );
    expect(seen).toBeGreaterThan(0);
    expect(await again()).toMatchObject({ balance: 2, note: 'by subscriber', version: 2 });
    await withSubscriber(
      {
        listenTo: () => Account,
        beforeUpdate: (event) => {
          (event.entity as Account).version = 40;
        },
      },
      async () => {
        expect(String(await reasonOf(accounts.update(account, { balance: 3 })))).toMatch(/version/);
      },
    );
    expect(await again()).toMatchObject({ balance: 2, version: 2 });
  });

  (hasConcurrency ? it : it.skip)('a merge in a transaction sees the list that another one has changed', async () => {
    const [red, blue] = await labels.add([{ name: `r ${account.id}` }, { name: `b ${account.id}` }]);
    const mine = (await accounts.getExistOne(account.id, { load: ['labels'] })) as Account;
    await unitOfWork.run(async () => {
      await accounts.count();
      const theirs = (await accounts.getExistOne(account.id, { load: ['labels'] })) as Account;
      await unitOfWork.run(
        async () => {
          theirs.labels.push(red);
          await accounts.save(theirs);
        },
        { propagation: 'REQUIRES_NEW' },
      );
      mine.labels.push(blue);
      await accounts.save(mine, { optimisticRetryCount: 1 });
    });
    const ids = (await accounts.getExistOne(account.id, { load: ['labels'] })).labels.map(({ id }) => id);
    expect(ids.sort((a, b) => a - b)).toEqual([red.id, blue.id]);
    expect(mine.labels.length).toBe(2);
    expect(mine.version).toBe(3);
  });

  it('a relation that was assigned before an update() that fails is written by the next save', async () => {
    const [one, two, three] = await banks.add([{ name: '1' }, { name: '2' }, { name: '3' }]);
    account.bank = one;
    await accounts.save(account);
    const read = async () => (await accounts.getExistOne(account.id, { load: ['bank', 'labels'] })) as Account;
    const [a, b, c] = [await read(), await read(), await read()];
    const [red] = await labels.add([{ name: `q ${account.id}` }]);
    a.bank = two;
    expect(await reasonOf(accounts.update(a, { name: 'x'.repeat(100) }))).toBeDefined();
    await withSubscriber({ beforeUpdate: refuse }, async () => {
      expect(await reasonOf(accounts.update(a, { name: 'x' }))).toBeInstanceOf(Refusal);
      expect(await reasonOf(accounts.update(a, () => ({ name: 'x' })))).toBeInstanceOf(Refusal);
    });
    await accounts.save(a);
    expect((await accounts.getExistOne(account.id, { load: ['bank'] })).bank?.id).toBe(two.id);
    // The same in a merge that is rolled back, with a list.
    b.labels.push(red);
    b.note = 'b';
    await reasonOf(
      unitOfWork.run(async () => {
        await accounts.save(b, { optimisticRetryCount: 1 });
        throw new Refusal();
      }),
    );
    expect(b.version).toBe(2);
    await accounts.save(b, { optimisticRetryCount: 1 });
    const then = await read();
    expect([then.bank?.id, then.labels.length, then.note]).toEqual([two.id, 1, 'b']);
    c.labels.push(red);
    c.bank = three;
    await reasonOf(
      unitOfWork.run(async () => {
        await accounts.save(c, { optimisticRetryCount: 1, onConflict: 'mine' });
        throw new Refusal();
      }),
    );
    await accounts.update(c, () => ({ name: 'fn' }), { optimisticRetryCount: 1, onConflict: 'mine' });
    const last = await read();
    expect([last.bank?.id, last.labels.length, last.name]).toEqual([three.id, 1, 'fn']);
  });
});
