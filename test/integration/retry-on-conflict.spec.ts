import { HttpException, Inject, Injectable, Sse } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource, QueryFailedError, type DataSourceOptions } from 'typeorm';
import {
  ConfigurationError,
  FailedAttemptError,
  getModelRepositoryToken,
  getUnitOfWorkToken,
  InjectModelRepository,
  Int,
  LockNotAvailableError,
  Model,
  ModelRepository,
  OptimisticLock,
  OptimisticLockError,
  PreconditionFailedError,
  RequiresRelations,
  RetryOnConflict,
  SqlModelExtModule,
  Str64,
  track,
  Transactional,
  TransactionAbortedError,
  TransactionOutcomeUnknownError,
  TransactionRequiredError,
  UnitOfWork,
  UuidTable,
  type NPlusOneReport,
  type RetryDefaults,
  type RetryEvent,
} from 'nestjs-sqlmodel-ext';
import { configureRetries, conflictKind, isOutcomeUnknown } from '../../lib/locking/index.js';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.js';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { latch } from '../support/latch.js';
import { Author, Book, LIBRARY } from '../support/models/library.js';

@Model()
class WalletBase {
  @Str64() name: string;
  @Int({ default: 0 }) balance: number;
}
@Model()
class Wallet extends OptimisticLock(UuidTable(WalletBase)) {}

class Refusal extends Error {}
type Work<T> = () => Promise<T> | T;

@Injectable()
class Wallets {
  constructor(
    @InjectModelRepository(Wallet) readonly wallets: ModelRepository<Wallet>,
    @InjectModelRepository(Book) readonly books: ModelRepository<Book>,
    readonly unitOfWork: UnitOfWork,
  ) {}

  @RetryOnConflict()
  @Transactional()
  async above<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @Transactional()
  @RetryOnConflict()
  async below<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict()
  async alone<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict()
  @Transactional({ isolation: 'SERIALIZABLE' })
  async serializable<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @Transactional({ propagation: 'REQUIRES_NEW' })
  @RetryOnConflict()
  async inNew<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict()
  @Transactional({ propagation: 'NESTED' })
  async nested<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @Transactional({ propagation: 'MANDATORY' })
  @RetryOnConflict()
  async mandatory<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({ retries: 5, delay: 10, maxDelay: 50, jitter: false })
  async steady<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({ deadline: 100, delay: 30, jitter: false, retries: 100 })
  async timed<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({ on: ['deadlock'] })
  async onDeadlock<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({ on: (error) => error instanceof Refusal })
  async onRefusal<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({
    on: () => {
      throw new Error('the question itself fails');
    },
  })
  async onBroken<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict({
    onAttempt(event) {
      if (event.attempt === 1) throw new Error('the hook fails');
      return Promise.reject(new Error('the hook fails later'));
    },
  })
  async withHook<T>(work: Work<T>): Promise<T> {
    return work();
  }

  @RetryOnConflict()
  @RequiresRelations('author')
  @Transactional()
  async between(book: Book, seen: (book: Book) => void): Promise<void> {
    seen(book);
  }
}

@Injectable()
class SpecialWallets extends Wallets {
  @Transactional()
  override async alone<T>(work: Work<T>): Promise<T> {
    return super.alone(work);
  }
}

const ORDERS = ['above', 'below', 'alone'] as const;

describe.each(DATABASES)('@RetryOnConflict on $name', ({ name: engine, hasConcurrency }) => {
  const on = (...engines: string[]) => (engines.includes(engine) ? it : it.skip);
  const onServers = hasConcurrency ? it : it.skip;

  let database: FreshDatabase;
  let module: TestingModule;
  let dataSource: DataSource;
  let outside: IndependentConnection;
  let service: Wallets;
  let wallet: Wallet;
  let logged: unknown[];
  const events: RetryEvent[] = [];
  const defaults: RetryDefaults = { onAttempt: (event) => void events.push(event) };
  /** Time that passes when a test says so, and chance that is always the same. */
  const clock = { at: 0, slept: [] as number[], onSleep: (): unknown => undefined };
  const timing = {
    now: () => clock.at,
    random: () => 0.5,
    sleep: async (milliseconds: number) => {
      clock.slept.push(milliseconds);
      clock.at += milliseconds;
      await clock.onSleep();
    },
  };

  const start = async (options: DataSourceOptions): Promise<TestingModule> => {
    const started = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ ...options, entities: [Wallet, ...LIBRARY], retryAttempts: 0 }),
        SqlModelExtModule.forRoot({ retry: defaults }),
        SqlModelExtModule.forFeature([Wallet, Book, Author]),
      ],
      providers: [Wallets, SpecialWallets],
    })
      .setLogger({ log: () => undefined, warn: () => undefined, error: (text: unknown) => logged.push(text) })
      .compile();
    await started.init();
    configureRetries(started.get(DataSource), { timing });
    return started;
  };

  beforeAll(async () => {
    database = await createTestDatabase(engine);
    logged = [];
    module = await start({ ...database.options, synchronize: true });
    dataSource = module.get(DataSource);
    outside = await connectIndependently(dataSource);
    service = module.get(Wallets);
  });
  afterAll(async () => {
    await outside.close();
    await module.close();
    await database.drop();
  });
  beforeEach(async () => {
    await outside.rows('DELETE FROM wallet');
    wallet = await service.wallets.add({ name: 'one', balance: 100 });
    events.length = clock.slept.length = logged.length = 0;
    Object.assign(clock, { at: 0, onSleep: () => undefined });
  });

  const read = (id = wallet.id) => service.wallets.getExistOne(id);
  const balance = async () => (await outside.rows(`SELECT balance FROM wallet WHERE id = '${wallet.id}'`))[0].balance;
  const conflict = () => new OptimisticLockError('Wallet');
  const outcomes = () => events.map(({ outcome }) => outcome);
  /** Work that fails with these errors, one for each attempt, and then succeeds. */
  const failing = (...errors: unknown[]) => {
    const attempts: number[] = [];
    return {
      attempts,
      work: (): number => {
        attempts.push(attempts.length + 1);
        if (attempts.length <= errors.length) throw errors[attempts.length - 1];
        return attempts.length;
      },
    };
  };
  const always = (error: unknown) => failing(...Array.from({ length: 200 }, () => error));

  describe.each(ORDERS)('%s', (order) => {
    it('runs the whole method again in a new transaction, and stores the last alone', async () => {
      const active: boolean[] = [];
      const stored = await service[order](async () => {
        active.push(service.unitOfWork.isActive);
        await service.wallets.add({ name: `attempt ${active.length}` });
        if (active.length < 3) throw conflict();
        return service.wallets.count({});
      });
      expect([stored, active]).toEqual([2, [true, true, true]]);
      expect(await outside.rows("SELECT name FROM wallet WHERE name <> 'one'")).toEqual([{ name: 'attempt 3' }]);
      expect(clock.slept).toEqual([10, 20]);
    });

    it('meets a writer who was faster', async () => {
      let attempts = 0;
      await service[order](async () => {
        const own = await read();
        if (++attempts === 1) {
          if (engine === 'sqlite') throw conflict();
          await outside.rows(`UPDATE wallet SET balance = 70, version = version + 1 WHERE id = '${own.id}'`);
        }
        await service.wallets.update(own, { balance: own.balance - 10 });
      });
      expect([attempts, await balance()]).toEqual([2, engine === 'sqlite' ? 90 : 60]);
    });

    it('tells every attempt', async () => {
      const error = conflict();
      await service[order](failing(error).work);
      const method = `Wallets.${order}`;
      expect(events).toEqual([
        { method, attempt: 1, outcome: 'retrying', kind: 'optimistic lock', error, delay: 10, elapsed: 0 },
        { method, attempt: 2, outcome: 'succeeded', elapsed: 10 },
      ]);
    });

    it('gives up after the last attempt, with its error', async () => {
      const errors = [conflict(), conflict(), conflict(), conflict()];
      const { work, attempts } = failing(...errors);
      await expect(service[order](work)).rejects.toBe(errors[3]);
      expect(attempts).toEqual([1, 2, 3, 4]);
      expect(outcomes()).toEqual(['retrying', 'retrying', 'retrying', 'failed']);
      expect(events[3]).toMatchObject({ kind: 'optimistic lock', delay: undefined });
    });

    it('lets every other error through at once', async () => {
      const { work, attempts } = failing(new Refusal());
      await expect(service[order](work)).rejects.toThrow(Refusal);
      expect([attempts, outcomes(), events[0].kind]).toEqual([[1], ['failed'], undefined]);
    });

    it('runs hooks of the attempt that was stored, once', async () => {
      const ran: string[] = [];
      let attempt = 0;
      await service[order](async () => {
        const now = ++attempt;
        service.unitOfWork.afterCommit(() => ran.push(`stored ${now}`));
        service.unitOfWork.afterRollback(() => ran.push(`undone ${now}`));
        await service.wallets.count({});
        if (now < 3) throw conflict();
      });
      expect(ran).toEqual(['undone 1', 'undone 2', 'stored 3']);
    });

    it('inside a transaction leaves the error to whoever has begun it', async () => {
      const { work, attempts } = always(conflict());
      await expect(service.unitOfWork.run(() => service[order](work))).rejects.toThrow(OptimisticLockError);
      expect([attempts, events]).toEqual([[1], []]);
    });

    it('inside another retry does not retry: the outer one does', async () => {
      const { work, attempts } = failing(conflict(), conflict());
      expect(await service.above(() => service[order](work))).toBe(3);
      expect(attempts).toEqual([1, 2, 3]);
      expect(events.map(({ method }) => method)).toEqual(Array(3).fill('Wallets.above'));
    });
  });

  describe('propagation', () => {
    it('NESTED and MANDATORY join what is open', async () => {
      for (const method of ['nested', 'mandatory'] as const) {
        const { work, attempts } = always(conflict());
        await expect(service.unitOfWork.run(() => service[method](work))).rejects.toThrow(OptimisticLockError);
        expect(attempts).toEqual([1]);
      }
      expect(await service.nested(failing(conflict()).work)).toBe(2);
      await expect(service.mandatory(() => undefined)).rejects.toThrow(TransactionRequiredError);
    });

    onServers('REQUIRES_NEW retries inside a transaction, which goes on', async () => {
      const ended = await service.unitOfWork.run(async () => {
        await service.wallets.add({ name: 'outer' });
        return service.inNew(failing(conflict()).work);
      });
      expect([ended, await service.wallets.count({ name: 'outer' })]).toEqual([2, 1]);
    });

    it('of an overriding method decides: its transaction is the outer one', async () => {
      const special = module.get(SpecialWallets);
      const { work, attempts } = always(conflict());
      await expect(special.alone(work)).rejects.toThrow(OptimisticLockError);
      expect(attempts).toEqual([1]);
      expect(await special.above(failing(conflict()).work)).toBe(2);
    });
  });

  it('stands around @RequiresRelations, wherever that stands', async () => {
    const author = await module.get<ModelRepository<Author>>(getModelRepositoryToken(Author)).add({
      name: 'Ada',
      email: `${wallet.id}@example.org`,
    });
    const book = await service.books.add({ title: 'Notes', authorId: author.id });
    let attempts = 0;
    await service.between(book, (given) => {
      expect([given.author.name, service.unitOfWork.isActive]).toEqual(['Ada', true]);
      if (++attempts === 1) throw conflict();
    });
    expect(attempts).toBe(2);
  });

  it('keeps name, length and metadata of the method', () => {
    expect([service.between.name, service.between.length]).toEqual(['between', 2]);
    expect(Reflect.getMetadata('design:returntype', Wallets.prototype, 'between')).toBe(Promise);
  });

  it('an object made by hand gets a clear error', async () => {
    const byHand = new Wallets(service.wallets, service.books, service.unitOfWork);
    for (const order of ORDERS) {
      await expect(async () => byHand[order](() => 1)).rejects.toThrow(
        new RegExp(`@RetryOnConflict on Wallets\\.${order}: no unit of work\\. The object was not made by Nest`),
      );
    }
  });

  describe('waits', () => {
    it('twice as long each time, up to the longest, without jitter', async () => {
      await service.steady(always(conflict()).work).catch(() => undefined);
      expect(clock.slept).toEqual([10, 20, 40, 50, 50]);
    });

    it('a random part of it with jitter', async () => {
      await service.alone(always(conflict()).work).catch(() => undefined);
      expect(clock.slept).toEqual([10, 20, 40]);
    });

    it('never beyond the deadline, and not for nothing', async () => {
      const error = conflict();
      await expect(service.timed(always(error).work)).rejects.toBe(error);
      // 30 and 60 end at 90; 120 more would end after 100.
      expect(clock.slept).toEqual([30, 60]);
      expect(events.at(-1)).toMatchObject({ attempt: 3, outcome: 'failed', elapsed: 90 });
    });

    it('outside of every transaction, with the connection given back', async () => {
      const active: boolean[] = [];
      clock.onSleep = async () => {
        active.push(service.unitOfWork.isActive);
        await service.wallets.count({});
      };
      await service.above(failing(conflict()).work);
      expect(active).toEqual([false]);
    });
  });

  describe('on', () => {
    it('a list of kinds replaces the default', async () => {
      const { work, attempts } = failing(conflict());
      await expect(service.onDeadlock(work)).rejects.toThrow(OptimisticLockError);
      expect(attempts).toEqual([1]);
      expect(await service.onDeadlock(failing({ code: '40P01' }, { code: '40P01' }).work)).toBe(3);
    });

    it('a function is asked instead', async () => {
      expect(await service.onRefusal(failing(new Refusal()).work)).toBe(2);
      await expect(service.onRefusal(always(conflict()).work)).rejects.toThrow(OptimisticLockError);
    });

    it('a function that fails is a no, and logged', async () => {
      const error = conflict();
      await expect(service.onBroken(always(error).work)).rejects.toBe(error);
      expect(logged).toEqual([expect.stringMatching(/The function 'on' of a retry failed/)]);
    });
  });

  it('hooks that fail change nothing: both run, and the log has it', async () => {
    expect(await service.withHook(failing(conflict()).work)).toBe(2);
    await new Promise(setImmediate);
    expect(outcomes()).toEqual(['retrying', 'succeeded']);
    expect(logged).toEqual([
      expect.stringMatching(/onAttempt failed for attempt 1 of Wallets\.withHook/),
      expect.stringMatching(/onAttempt failed for attempt 2 of Wallets\.withHook/),
    ]);
  });

  describe('a real', () => {
    const kinds = () => events.filter(({ outcome }) => outcome === 'retrying').map(({ kind }) => kind);

    onServers('deadlock', async () => {
      const other = await service.wallets.add({ name: 'two', balance: 100 });
      const [first, second] = [latch(), latch()];
      const change = (id: string, by: number) =>
        dataSource.query(`UPDATE wallet SET balance = balance + ${by}, version = version + 1 WHERE id = '${id}'`);
      const move = async (from: string, to: string, own: typeof first, others: typeof first) => {
        await change(from, -10);
        own.open();
        await others.opened;
        await change(to, 10);
      };
      await Promise.all([
        service.above(() => move(wallet.id, other.id, first, second)),
        service.below(() => move(other.id, wallet.id, second, first)),
      ]);
      expect([...new Set(kinds())]).toEqual(['deadlock']);
      expect(await balance()).toBe(100);
    });

    (engine === 'postgres' ? onServers : it.skip)('serialization failure at COMMIT', async () => {
      const other = await service.wallets.add({ name: 'two', balance: 100 });
      const total = 'SELECT sum(balance) AS total FROM wallet';
      let attempts = 0;
      const ends: number[] = [];
      await service.serializable(async () => {
        const attempt = ++attempts;
        const [sum] = await dataSource.query<{ total: string }[]>(total);
        if (attempt === 1) {
          await outside.rows('BEGIN ISOLATION LEVEL SERIALIZABLE');
          await outside.rows(total);
        }
        await service.wallets.update(await read(), { balance: Number(sum.total) - 200 });
        if (attempt === 1) {
          await outside.rows(`UPDATE wallet SET balance = 0 WHERE id = '${other.id}'`);
          await outside.rows('COMMIT');
        }
        ends.push(attempt);
      });
      // The first attempt had reached its end: what failed was its COMMIT.
      expect([ends, kinds()]).toEqual([[1, 2], ['serialization']]);
      expect(events[0].error).toMatchObject({ query: 'COMMIT' });
      expect(await balance()).toBe(-100);
    });

    (engine === 'mariadb' ? it : it.skip)('changed row in snapshot isolation', async () => {
      let attempts = 0;
      await service.alone(async () => {
        await dataSource.query('SET SESSION innodb_snapshot_isolation = ON');
        const connection = (await service.unitOfWork.manager.queryRunner!.connect()) as {
          promise(): { query(sql: string): Promise<unknown> };
        };
        try {
          await read();
          if (++attempts === 1) await outside.rows('UPDATE wallet SET balance = 7');
          await dataSource.query('UPDATE wallet SET balance = balance + 1');
        } finally {
          await connection.promise().query('SET SESSION innodb_snapshot_isolation = OFF');
        }
      });
      expect([attempts, kinds(), await balance()]).toEqual([2, ['serialization'], 8]);
    });

    onServers('lock that is not free', async () => {
      await outside.rows('BEGIN');
      await outside.rows(`UPDATE wallet SET balance = 50 WHERE id = '${wallet.id}'`);
      clock.onSleep = () => outside.rows('COMMIT');
      await service.above(async () => {
        await dataSource.query(`SELECT id FROM wallet WHERE id = '${wallet.id}' FOR UPDATE NOWAIT`);
        const own = await read();
        await service.wallets.update(own, { balance: own.balance - 1 });
      });
      expect([kinds(), await balance()]).toEqual([['lock timeout'], 49]);
    });

    on('sqlite')('busy file', async () => {
      await dataSource.query('PRAGMA busy_timeout = 0');
      await outside.rows('BEGIN IMMEDIATE');
      await outside.rows('UPDATE wallet SET balance = 50');
      clock.onSleep = () => outside.rows('COMMIT');
      await service.below(async () => {
        const own = await read();
        await service.wallets.update(own, { balance: own.balance - 1 });
      });
      expect([kinds(), await balance()]).toEqual([['busy'], 49]);
    });

    it('stale version', async () => {
      let attempts = 0;
      await service.above(async () => {
        const [own, stale] = [await read(), await read()];
        await service.wallets.update(own, { balance: own.balance - 1 });
        if (++attempts === 1) await service.wallets.update(stale, { balance: 0 });
      });
      expect([kinds(), await balance()]).toEqual([['optimistic lock'], 99]);
    });
  });

  (hasConcurrency ? describe : describe.skip)('when nobody knows whether COMMIT was done', () => {
    let proxy: CuttingProxy;
    let behind: TestingModule;
    beforeAll(async () => {
      const { host, port } = dataSource.options as { host: string; port: number };
      proxy = await startCuttingProxy(host, port);
      behind = await start({ ...database.options, host: '127.0.0.1', port: proxy.port } as DataSourceOptions);
    });
    afterAll(async () => {
      await behind.close();
      await proxy.close();
    });

    it.each([
      ['before', 'above'],
      ['after', 'above'],
      ['after', 'onRefusal'],
    ] as const)('nothing runs again (cut %s it, %s)', async (moment, method) => {
      const wallets = behind.get(Wallets);
      let attempts = 0;
      const run = wallets[method](async () => {
        attempts++;
        await wallets.wallets.add({ name: 'unknown' });
        proxy.cutAt('COMMIT', moment);
      });
      await expect(run).rejects.toThrow(TransactionOutcomeUnknownError);
      expect([attempts, outcomes(), events[0].kind]).toEqual([1, ['failed'], undefined]);
      expect(await service.wallets.count({ name: 'unknown' })).toBe(moment === 'after' ? 1 : 0);
    });
  });

  it('is no repetition that the N+1 detector would report', async () => {
    const reports: string[] = [];
    const work = async () => {
      for (let i = 0; i < 3; i++) await read();
      if (events.length < 4) throw conflict();
    };
    const report = ({ message }: NPlusOneReport) => reports.push(message);
    await track(dataSource, 'a retry', () => service.steady(work), { threshold: 3, report });
    expect([events.length, reports]).toEqual([5, []]);
  });

  describe('what a rolled-back attempt has handed out', () => {
    /** Takes something out of the first attempt, which fails, and gives it to the second. */
    const carry = <T>(take: () => Promise<T>, use: (carried: T) => Promise<unknown>) => {
      let carried: { value: T } | undefined;
      return service.above(async () => {
        if (carried) return use(carried.value);
        carried = { value: await take() };
        throw conflict();
      });
    };
    const plain = () => dataSource.getRepository(Wallet);
    const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow(FailedAttemptError);

    it.each<[string, (carried: Wallet) => Promise<unknown>]>([
      ['save', (carried) => service.wallets.save(Object.assign(carried, { balance: 1 }))],
      ['save of several', (carried) => service.wallets.save([carried])],
      ['update', (carried) => service.wallets.update(carried, { balance: 1 })],
      ['delete', (carried) => service.wallets.delete(carried)],
      ['add', (carried) => service.wallets.add(carried)],
      ["TypeORM's save", (carried) => plain().save(Object.assign(carried, { balance: 1 }))],
    ])('is refused by %s', async (_, use) => {
      await refused(carry(() => read(), use));
      expect(await balance()).toBe(100);
    });

    it('is refused however it was read', async () => {
      const ways: (() => Promise<Wallet>)[] = [
        () => service.wallets.getExistOne(wallet.id, { withForUpdate: true }),
        async () => (await service.wallets.get({ name: 'one' }, { fetch: 'all' }))[0],
        () => plain().findOneByOrFail({ id: wallet.id }),
        async () => (await plain().createQueryBuilder('wallet').getMany())[0],
        async () => {
          const own = await read();
          return service.wallets.save(Object.assign(own, { balance: 55 }), { refresh: true });
        },
      ];
      for (const way of ways) await refused(carry(way, (carried) => service.wallets.update(carried, { balance: 1 })));
    });

    it('is refused after the last attempt too', async () => {
      let carried!: Wallet;
      const run = service.alone(async () => {
        carried = await read();
        throw new Refusal();
      });
      await expect(run).rejects.toThrow(Refusal);
      await refused(service.wallets.update(carried, { balance: 1 }));
    });

    it('is refused when the repository has made it', async () => {
      const add = () => service.wallets.add({ name: 'made' });
      await refused(carry(add, (carried) => service.wallets.save(carried)));
      await refused(carry(add, (carried) => service.wallets.add(carried)));
      await refused(carry(add, (carried) => service.wallets.delete(carried)));
      await refused(carry(add, (carried) => plain().save(carried)));
      expect(await service.wallets.count({ name: 'made' })).toBe(0);
    });

    it('names the model and the operation', async () => {
      await expect(
        carry(
          () => read(),
          (carried) => service.wallets.delete(carried),
        ),
      ).rejects.toThrow(/^delete\(\): this Wallet comes from an attempt that was rolled back/);
    });

    it('is no concern of what the caller brings: it is inserted, or written, by the second attempt', async () => {
      const own = Object.assign(new Wallet(), { name: 'own' });
      const plainOwn = Object.assign(new Wallet(), { name: 'plain' });
      let attempts = 0;
      await service.above(async () => {
        await service.wallets.add(own);
        await plain().save(plainOwn);
        await service.wallets.update(wallet, { balance: 70 });
        if (++attempts < 3) throw conflict();
      });
      expect(await outside.rows("SELECT name, version FROM wallet WHERE name <> 'one' ORDER BY name")).toEqual([
        { name: 'own', version: 1 },
        { name: 'plain', version: 1 },
      ]);
      expect(await balance()).toBe(70);
      await service.wallets.update(own, { balance: 1 });
    });

    it('is no concern of what was stored', async () => {
      const [kept, made] = await service.above(async () => [await read(), await service.wallets.add({ name: 'made' })]);
      await service.wallets.update(kept, { balance: 1 });
      await service.wallets.update(made, { balance: 1 });
      await service.unitOfWork
        .run(async () => {
          await service.wallets.update(kept, { balance: 2 });
          throw new Refusal();
        })
        .catch(() => undefined);
      await service.wallets.update(kept, { balance: 3 });
    });

    onServers('is no concern of a transaction of its own inside', async () => {
      let audit: Wallet | undefined;
      await service.above(async () => {
        if (audit) return service.wallets.update(audit, { balance: 2 });
        audit = await service.unitOfWork.run(() => service.wallets.add({ name: 'audit' }), {
          propagation: 'REQUIRES_NEW',
        });
        throw conflict();
      });
      expect(await service.wallets.get({ name: 'audit' }, { fetch: 'one' })).toMatchObject({ balance: 2 });
    });

    onServers('is no concern of one that was rolled back inside an attempt that goes on', async () => {
      await service.above(async () => {
        let carried!: Wallet;
        const inside = service.unitOfWork.run(
          async () => {
            carried = await read();
            throw new Refusal();
          },
          { propagation: 'REQUIRES_NEW' },
        );
        await expect(inside).rejects.toThrow(Refusal);
        await service.wallets.update(carried, { balance: 1 });
      });
      expect(await balance()).toBe(1);
    });

    it('is no concern of a plain transaction that was rolled back', async () => {
      let carried!: Wallet;
      const run = service.unitOfWork.run(async () => {
        carried = await read();
        throw new Refusal();
      });
      await expect(run).rejects.toThrow(Refusal);
      await service.wallets.update(carried, { balance: 1 });
    });
  });

  describe('the kind of a conflict', () => {
    it('is found through what is wrapped around it', async () => {
      const wrapped = [
        new Error('by the application', { cause: conflict() }),
        new HttpException('by Nest', 409, { cause: conflict() }),
        new TransactionAbortedError('here', new QueryFailedError('UPDATE', [], conflict())),
      ];
      expect(wrapped.map(conflictKind)).toEqual(Array(3).fill('optimistic lock'));
      expect(conflictKind(new LockNotAvailableError('Wallet', 'at once'))).toBe('lock timeout');
      expect(conflictKind(new PreconditionFailedError('Wallet', '"1"', 2))).toBeUndefined();
    });

    it('is none in a real error of another kind', async () => {
      const error: unknown = await dataSource.query('no such statement').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(conflictKind(error)).toBeUndefined();
    });
  });
});

describe('@RetryOnConflict where the only data source has a name', () => {
  @Injectable()
  class Reports {
    readonly attempts: boolean[] = [];
    conflicts = 1;
    constructor(@Inject(getUnitOfWorkToken('reports')) private readonly unitOfWork: UnitOfWork) {}

    @RetryOnConflict()
    @Transactional({ dataSource: 'reports' })
    async above(): Promise<void> {
      this.fail();
    }

    @Transactional({ dataSource: 'reports' })
    @RetryOnConflict()
    async below(): Promise<void> {
      this.fail();
    }

    @RetryOnConflict({ dataSource: 'reports' })
    async alone(): Promise<void> {
      this.fail();
    }

    @RetryOnConflict()
    async unnamed(): Promise<void> {
      this.fail();
    }

    @RetryOnConflict({ dataSource: 'reports', retries: 2 })
    async more(): Promise<void> {
      this.fail();
    }

    private fail(): void {
      this.attempts.push(this.unitOfWork.isActive);
      if (this.attempts.length <= this.conflicts) throw new OptimisticLockError('Report');
    }
  }

  it('takes the name that @Transactional or its own options give', async () => {
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ name: 'reports', type: 'better-sqlite3', database: ':memory:', entities: [Wallet] }),
        SqlModelExtModule.forRoot({ dataSource: 'reports', retry: { delay: 0, retries: 1 } }),
      ],
      providers: [Reports],
    }).compile();
    await module.init();
    const reports = module.get(Reports);
    for (const method of ['above', 'below', 'alone'] as const) {
      reports.attempts.length = 0;
      await reports[method]();
      expect(reports.attempts).toEqual([true, true]);
    }
    // What forRoot() says holds where the method says nothing.
    reports.conflicts = 100;
    for (const [method, attempts] of [
      ['above', 2],
      ['more', 3],
    ] as const) {
      reports.attempts.length = 0;
      await expect(reports[method]()).rejects.toThrow(OptimisticLockError);
      expect(reports.attempts).toHaveLength(attempts);
    }
    await expect(async () => reports.unnamed()).rejects.toThrow(
      /@RetryOnConflict on Reports\.unnamed: no unit of work/,
    );
    await module.close();
  });
});

describe('the kind of a conflict', () => {
  const kindOf = (error: unknown) => [conflictKind(error), isOutcomeUnknown(error)];
  const mysql = (errno: number) => ({ errno, sqlState: '40001', code: 'ER_ANY' });

  it.each<[object, string | undefined]>([
    [{ code: '40001' }, 'serialization'],
    [{ code: '40P01' }, 'deadlock'],
    [{ code: '55P03' }, 'lock timeout'],
    [{ code: '23505' }, undefined],
    [{ code: 'toString' }, undefined],
    [mysql(1213), 'deadlock'],
    [mysql(1205), 'lock timeout'],
    [mysql(3572), 'lock timeout'],
    [mysql(1020), 'serialization'],
    [mysql(1062), undefined],
    [{ errno: 1213 }, undefined],
    [{ code: 'SQLITE_BUSY' }, 'busy'],
    [{ code: 'SQLITE_BUSY_SNAPSHOT' }, 'busy'],
    [{ code: 'SQLITE_LOCKED_SHAREDCACHE' }, 'busy'],
    [{ code: 'SQLITE_CONSTRAINT' }, undefined],
    [{ code: 'SQLITE_BUSYBODY' }, undefined],
  ])('of %j is %s', (driverError, kind) => {
    expect(kindOf(driverError)).toEqual([kind, false]);
    expect(kindOf(new QueryFailedError('UPDATE', [], Object.assign(new Error('x'), driverError)))).toEqual([
      kind,
      false,
    ]);
  });

  it('is none of what is no error, and of circles and endless chains', () => {
    const circle: { cause?: unknown } = {};
    circle.cause = { cause: circle };
    let endless: object = { code: '40001' };
    for (let i = 0; i < 1000; i++) endless = { cause: endless };
    expect([undefined, null, 'text', 40001, circle, endless].map(conflictKind)).toEqual(Array(6).fill(undefined));
  });

  it('does not matter where the outcome of a COMMIT is unknown', () => {
    const unknown = new TransactionOutcomeUnknownError('here', { code: '40001' });
    expect(isOutcomeUnknown(new Error('wrapped', { cause: unknown }))).toBe(true);
  });
});

describe('@RetryOnConflict refuses at class definition', () => {
  const apply = (decorators: MethodDecorator[], value: unknown, target: object = class Service {}.prototype) => {
    const descriptor = { value, configurable: true, writable: true };
    for (const decorate of decorators) decorate(target, 'method', descriptor);
  };
  const work = async () => undefined;

  it.each<[object, RegExp]>([
    [{ retries: -1 }, /@RetryOnConflict on Service\.method: 'retries' must be an integer from 0, but is -1\./],
    [{ retries: 1.5 }, /'retries' must be an integer from 0/],
    [{ delay: NaN }, /'delay' must be a number of milliseconds from 0 to 2147483647, but is NaN/],
    [{ maxDelay: 2 ** 31 }, /'maxDelay' must be a number of milliseconds/],
    [{ deadline: 0 }, /'deadline' must be a number of milliseconds from 1/],
    [{ jitter: 'full' }, /'jitter' must be true or false, but is "full"/],
    [{ on: [] }, /'on' must be a function, or a list of 'optimistic lock', 'serialization', /],
    [{ on: ['deadlocks'] }, /'on' must be a function, or a list of .*but is \["deadlocks"\]/],
    [{ onAttempt: 'log' }, /'onAttempt' must be a function/],
    [
      { timeout: 5 },
      /unknown option 'timeout'\. Allowed are retries, delay, maxDelay, jitter, deadline, onAttempt, on, /,
    ],
    [{ dataSource: '' }, /dataSource must be the name of a data source/],
  ])('options %j', (options, message) => {
    const attempt = () => apply([RetryOnConflict(options)], work);
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(message);
  });

  it('generators, accessors, static methods, streams, and itself', () => {
    expect(() => apply([RetryOnConflict()], async function* () {})).toThrow(/a generator runs after/);
    expect(() => apply([RetryOnConflict()], undefined)).toThrow(/needs a method/);
    expect(() => apply([RetryOnConflict()], work, class Service {})).toThrow(/static method/);
    expect(() => apply([Sse('events'), RetryOnConflict()], async () => 1)).toThrow(/cannot be taken back/);
    expect(() => apply([RetryOnConflict(), RetryOnConflict()], work)).toThrow(/stands there twice/);
  });

  const foreign: MethodDecorator = (_prototype, _name, descriptor) => {
    const { value } = descriptor as { value?: unknown };
    Object.assign(descriptor, { value: (...args: unknown[]) => Reflect.apply(value as Function, undefined, args) });
  };

  it.each<[string, () => MethodDecorator[], RegExp]>([
    [
      'NEVER',
      () => [Transactional({ propagation: 'NEVER' }), RetryOnConflict()],
      /with propagation NEVER the method can/,
    ],
    ['SUPPORTS', () => [Transactional({ propagation: 'SUPPORTS' }), RetryOnConflict()], /propagation SUPPORTS/],
    ['NOT_SUPPORTED', () => [Transactional({ propagation: 'NOT_SUPPORTED' }), RetryOnConflict()], /NOT_SUPPORTED/],
    [
      'another data source',
      () => [Transactional({ dataSource: 'a' }), RetryOnConflict({ dataSource: 'b' })],
      /names the data source 'b', but @Transactional names 'a'/,
    ],
    [
      'another data source than the default',
      () => [Transactional(), RetryOnConflict({ dataSource: 'b' })],
      /names the data source 'b', but @Transactional has the one without a name/,
    ],
    [
      'several',
      () => [Transactional(), Transactional({ dataSource: 'b' }), RetryOnConflict()],
      /several @Transactional/,
    ],
    [
      'hidden',
      () => [Transactional(), foreign, RetryOnConflict()],
      /another decorator that replaces the method stands/,
    ],
  ])('a @Transactional that does not fit, in either order: %s', (_, decorators, message) => {
    expect(() => apply(decorators(), work)).toThrow(message);
    expect(() => apply(decorators().reverse(), work)).toThrow(message);
  });

  it('nothing that fits', () => {
    apply([Transactional({ dataSource: 'default' }), RetryOnConflict()], work);
    apply([RetryOnConflict({ dataSource: 'default' }), Transactional()], work);
    apply([RetryOnConflict(), Transactional({ dataSource: 'b' })], work);
    apply([RetryOnConflict(), Transactional(), foreign], work);
  });
});

describe('forRoot({ retry })', () => {
  it.each<[unknown, RegExp]>([
    ['often', /'retry' must be an object/],
    [{ retries: -1 }, /'retry': 'retries' must be an integer from 0/],
    [{ on: ['deadlock'] }, /'retry': unknown option 'on'/],
  ])('refuses %j', (retry, message) => {
    expect(() => SqlModelExtModule.forRoot({ retry: retry as never })).toThrow(message);
  });
});
