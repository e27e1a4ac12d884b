import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryGeneratedColumn, VersionColumn } from 'typeorm';
import {
  InjectModelRepository,
  ModelRepository,
  OptimisticLockError,
  RetryOnConflict,
  SqlModelExtModule,
  Transactional,
} from 'nestjs-sqlmodel-ext';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { Account, BANK } from '../support/models/bank.js';

/*
 * Many workers take turns at one row. `npm run soak` runs the full figures: 64 workers with 1,000 increments each.
 */
const IS_SOAK = process.env['SOAK'] === '1';
const WORKERS = process.env['CI'] === undefined && !IS_SOAK ? 16 : 64;
const INCREMENTS = process.env['SOAK_FULL'] === '1' ? 1_000 : IS_SOAK ? 50 : 2;
/** Workers of a path alone: who reads again under contention loses nearly every time. */
const FEW = 8;
const TIMEOUT = 60_000 + WORKERS * INCREMENTS * 60;

@Injectable()
class Teller {
  constructor(@InjectModelRepository(Account) readonly accounts: ModelRepository<Account>) {}

  /** The caller reads again and again, until nobody was quicker. */
  async rereading(id: string): Promise<void> {
    for (;;) {
      const account = await this.accounts.getExistOne(id);
      account.balance += 1;
      try {
        await this.accounts.save(account);
        return;
      } catch (error) {
        if (!(error instanceof OptimisticLockError)) throw error;
      }
    }
  }

  /** The same with a patch. */
  async patching(id: string): Promise<void> {
    for (;;) {
      const account = await this.accounts.getExistOne(id);
      try {
        await this.accounts.update(account, { balance: account.balance + 1 });
        return;
      } catch (error) {
        if (!(error instanceof OptimisticLockError)) throw error;
      }
    }
  }

  async computing(id: string): Promise<void> {
    const account = await this.accounts.getExistOne(id);
    await this.accounts.update(account, ({ balance }) => ({ balance: balance + 1 }), { optimisticRetryCount: 20 });
  }

  @RetryOnConflict({ retries: 1_000, delay: 1, maxDelay: 20 })
  @Transactional()
  async retrying(id: string): Promise<void> {
    const account = await this.accounts.getExistOne(id);
    await this.accounts.update(account, { balance: account.balance + 1 });
  }

  @Transactional()
  async locking(id: string): Promise<void> {
    const account = await this.accounts.getExistOne(id, { withForUpdate: true });
    await this.accounts.update(account, { balance: account.balance + 1 });
  }

  /** Plain TypeORM, guarded. */
  async typeorm(id: string): Promise<void> {
    for (;;) {
      const account = await this.accounts.typeorm.findOneByOrFail({ id });
      account.balance += 1;
      try {
        await this.accounts.typeorm.save(account);
        return;
      } catch (error) {
        if (!(error instanceof OptimisticLockError)) throw error;
      }
    }
  }
}

const PATHS = ['rereading', 'patching', 'computing', 'retrying', 'locking', 'typeorm'] as const;

/** As TypeORM has it, in a data source without models. */
@Entity()
class PlainAccount {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'int', default: 0 }) balance: number;
  @VersionColumn() version: number;
}

const work = (workers: number, one: (worker: number) => Promise<void>): Promise<void[]> =>
  Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let count = 0; count < INCREMENTS; count++) await one(worker);
    }),
  );

describe.each(DATABASES)(
  `${WORKERS} workers with ${INCREMENTS} increments each on $name`,
  ({ name: engine, hasConcurrency }) => {
    let module: TestingModule;
    let drop: () => Promise<void>;
    let teller: Teller;

    beforeAll(async () => {
      const database = await createTestDatabase(engine);
      drop = () => database.drop();
      module = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot({ ...database.options, synchronize: true, autoLoadEntities: true }),
          SqlModelExtModule.forRoot({ relations: { nPlusOne: false }, sqliteWaitTimeout: TIMEOUT }),
          SqlModelExtModule.forFeature([...BANK]),
        ],
        providers: [Teller],
      }).compile();
      await module.init();
      teller = module.get(Teller);
    });
    afterAll(async () => {
      await module.close();
      await drop();
    });

    const single = IS_SOAK ? [] : PATHS.map((path) => [path, [path]] as const);

    it.each([...single, ['every path at once', PATHS] as const])(
      'end exact: %s',
      async (_, paths) => {
        const workers = paths.length === 1 ? FEW : WORKERS;
        const account = await teller.accounts.add({ name: 'Ada', balance: 0 });
        await work(workers, (worker) => teller[paths[worker % paths.length]](account.id));
        expect(await teller.accounts.getExistOne(account.id)).toMatchObject({
          balance: workers * INCREMENTS,
          version: workers * INCREMENTS + 1,
        });
      },
      TIMEOUT,
    );

    it(
      `end exact: ${WORKERS} at once that take ten with a function`,
      async () => {
        const account = await teller.accounts.add({ name: 'Eve', balance: 1_000 });
        const read = await Promise.all(Array.from({ length: WORKERS }, () => teller.accounts.getExistOne(account.id)));
        await Promise.all(
          read.map((each) =>
            teller.accounts.update(each, ({ balance }) => ({ balance: balance - 10 }), { optimisticRetryCount: 20 }),
          ),
        );
        expect(await teller.accounts.getExistOne(account.id)).toMatchObject({
          balance: 1_000 - 10 * WORKERS,
          version: WORKERS + 1,
        });
      },
      TIMEOUT,
    );

    (hasConcurrency ? it : it.skip)(
      'lose most of them with plain TypeORM, which tells nobody',
      async () => {
        const { options } = module.get<DataSource>(getDataSourceToken());
        const plain = new DataSource({
          ...options,
          name: undefined,
          entities: [PlainAccount],
          synchronize: true,
        } as never);
        await plain.initialize();
        try {
          const repository = plain.getRepository(PlainAccount);
          const { id } = await repository.save({ balance: 0 });
          let acknowledged = 0;
          await work(WORKERS, async () => {
            const account = await repository.findOneByOrFail({ id });
            account.balance += 1;
            await repository.save(account);
            acknowledged++;
          });
          const { balance } = await repository.findOneByOrFail({ id });
          console.log(`${engine}: plain TypeORM acknowledged ${acknowledged} increments and kept ${balance}`);
          expect(acknowledged).toBe(WORKERS * INCREMENTS);
          expect(balance).toBeLessThan(acknowledged / 2);
        } finally {
          await plain.destroy();
        }
      },
      TIMEOUT,
    );
  },
);
