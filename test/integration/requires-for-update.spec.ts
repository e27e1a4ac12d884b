import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, Entity, ManyToOne, PrimaryGeneratedColumn, type DataSource, type Relation } from 'typeorm';
import {
  ConfigurationError,
  Int,
  Model,
  ModelRepository,
  NotAnEntityError,
  RequiresForUpdate,
  RequiresRelations,
  RowNotLockedError,
  Str64,
  Table,
  UnitOfWork,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import { forUpdateRequirementsAt } from '../../lib/locking/index.js';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model()
class Bank extends UuidTable(class {}) {
  @Str64() name: string;
}

/** Its key comes from the database. */
@Model()
class Safe extends Table(class {}) {
  @Int({ default: 0 }) content: number;
  @ManyToOne(() => Bank, { nullable: true }) bank: Relation<Bank> | null;

  @RequiresForUpdate()
  async put(amount: number): Promise<number> {
    return (this.content += amount);
  }

  @RequiresForUpdate()
  take(amount: number): number {
    return (this.content -= amount);
  }

  @RequiresForUpdate()
  promised(): Promise<number> {
    return Promise.resolve(this.content);
  }

  @RequiresForUpdate()
  *coins(): Generator<number> {
    yield this.content;
  }

  @RequiresForUpdate()
  async *notes(): AsyncGenerator<number> {
    yield this.content;
  }

  @RequiresForUpdate()
  @RequiresRelations('bank')
  async above(): Promise<string | undefined> {
    return this.bank?.name;
  }

  @RequiresRelations('bank')
  @RequiresForUpdate()
  async below(): Promise<string | undefined> {
    return this.bank?.name;
  }

  @RequiresForUpdate({ argument: 0 })
  async moveTo(other: Safe): Promise<number> {
    return other.content;
  }
}

@Entity()
class Plain {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'int', default: 0 }) content: number;
}

class Vault {
  @RequiresForUpdate()
  async empty(safe: Safe | null, note = ''): Promise<string> {
    return `${safe?.content}${note}`;
  }

  @RequiresForUpdate()
  async typed(note: string, safe: Safe): Promise<string> {
    return note + safe.content;
  }

  @RequiresForUpdate()
  async all(safes: readonly Safe[]): Promise<number> {
    return safes.length;
  }

  @RequiresForUpdate()
  async rest(...safes: Safe[]): Promise<number> {
    return safes.length;
  }

  @RequiresForUpdate()
  async two(from: Safe, to: Safe): Promise<number> {
    return from.content + to.content;
  }

  @RequiresForUpdate()
  async shaped(one: object, other: object): Promise<unknown> {
    return [one, other];
  }

  @RequiresForUpdate({ argument: 0 })
  @RequiresForUpdate({ argument: 1 })
  async both(from: Safe, to: Safe): Promise<number> {
    return from.content + to.content;
  }

  @RequiresForUpdate({ model: Safe })
  async ofModel(bank: object, safe: object): Promise<unknown> {
    return [bank, safe];
  }

  @RequiresForUpdate()
  async noted(safe: object, note = ''): Promise<unknown> {
    return [safe, note];
  }

  @RequiresForUpdate()
  async plain(plain: Plain): Promise<number> {
    return plain.content;
  }
}

describe.each(DATABASES)('@RequiresForUpdate on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let safes: ModelRepository<Safe>;
  let banks: ModelRepository<Bank>;
  let safe: Safe;
  let bank: Bank;
  const vault = new Vault();

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [Safe, Bank, Plain]));
    unitOfWork = new UnitOfWork(dataSource);
    safes = new ModelRepository(Safe, dataSource);
    banks = new ModelRepository(Bank, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    bank = await banks.add({ name: 'National' });
    safe = await safes.add({ content: 10, bank });
  });

  const lock = (id = safe.id) => safes.getExistOne(id, { withForUpdate: true });
  const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow(RowNotLockedError);
  class Refusal extends Error {}
  const undone = (work: () => Promise<unknown>, nested = false) =>
    expect(
      unitOfWork.run(
        async () => {
          await work();
          throw new Refusal();
        },
        nested ? { propagation: 'NESTED' } : {},
      ),
    ).rejects.toThrow(Refusal);

  describe('on a method of an entity', () => {
    it('runs where the transaction has locked its row', async () => {
      await unitOfWork.run(async () => {
        const locked = await lock();
        expect(await locked.put(5)).toBe(15);
        expect(locked.take(5)).toBe(10);
        expect([...locked.coins()]).toEqual([10]);
        expect((await locked.notes().next()).value).toBe(10);
        // The row is locked, whichever object stands for it.
        expect(await safe.put(1)).toBe(11);
      });
    });

    it('refuses otherwise, in the way in which the method fails, and does not run', async () => {
      for (const run of [<T>(work: () => Promise<T>) => work(), <T>(work: () => Promise<T>) => unitOfWork.run(work)]) {
        await run(async () => {
          await refused(safe.put(1));
          await refused(safe.promised());
          expect(() => safe.take(1)).toThrow(RowNotLockedError);
          const [coins, notes] = [safe.coins(), safe.notes()];
          expect(() => coins.next()).toThrow(RowNotLockedError);
          await refused(notes.next());
          expect(safe.content).toBe(10);
        });
      }
    });

    it('names the method, the model and the row', async () => {
      const error: unknown = await safe.put(1).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'ROW_NOT_LOCKED',
        fields: { method: 'Safe.put', model: 'Safe', id: safe.id },
      });
    });

    it('a new entity has nothing to lock', async () => {
      const fresh = Object.assign(new Safe(), { content: 1 });
      expect(await fresh.put(1)).toBe(2);
      expect(fresh.take(1)).toBe(1);
    });

    it('forgets at the end of the transaction, of a savepoint that is undone, and at reset()', async () => {
      const locked = await unitOfWork.run(() => lock());
      await refused(locked.put(1));
      await unitOfWork.run(async () => {
        await undone(async () => {
          await (await lock()).put(1);
        }, true);
        await refused(safe.put(1));
        await unitOfWork.run(() => lock(), { propagation: 'NESTED' });
        expect(await safe.put(1)).toBe(11);
        await unitOfWork.reset();
        await refused(safe.put(1));
      });
    });

    it.each(['above', 'below'] as const)('goes with @RequiresRelations (%s it)', async (method) => {
      await refused(safe[method]());
      await unitOfWork.run(async () => {
        expect(await (await lock())[method]()).toBe('National');
      });
    });

    it('may be about an argument', async () => {
      const other = await safes.add({ content: 1 });
      await unitOfWork.run(async () => {
        await refused((await lock()).moveTo(other));
        await lock(other.id);
        expect(await safe.moveTo(other)).toBe(1);
      });
    });
  });

  describe('a row that the transaction has inserted itself', () => {
    it('counts as locked until it ends', async () => {
      const own = await unitOfWork.run(async () => {
        const [first, second] = await safes.add([{ content: 1 }, { content: 2 }]);
        expect([await first.put(1), await second.put(1)]).toEqual([2, 3]);
        expect(await (await safes.getExistOne(second.id)).put(1)).toBe(3);
        await refused(safe.put(1));
        return first;
      });
      await refused(own.put(1));
      await unitOfWork.run(() => refused(own.put(1)));
    });

    it("by plain TypeORM's save() and by save() too", async () => {
      await unitOfWork.run(async () => {
        const repository = dataSource.getRepository(Safe);
        const own = await repository.save(repository.create({ content: 1 }));
        expect(await own.put(1)).toBe(2);
        const other = await safes.save(Object.assign(new Safe(), { content: 3 }));
        expect(await other.put(1)).toBe(4);
      });
    });

    it('and that a savepoint takes back is not there', async () => {
      await unitOfWork.run(async () => {
        let own!: Safe;
        await undone(async () => {
          own = await safes.add({ content: 1 });
          const { id } = own;
          expect(await own.put(1)).toBe(2);
          expect(await (await safes.getExistOne(id)).put(1)).toBe(2);
        }, true);
        // Without a row it is a new entity again.
        expect(await own.put(1)).toBe(3);
        const kept = await unitOfWork.run(() => safes.add({ content: 5 }), { propagation: 'NESTED' });
        expect(await kept.put(1)).toBe(6);
      });
    });
  });

  describe('on a method of a service', () => {
    it('finds the entity by its type, or by what was passed', async () => {
      await refused(vault.empty(safe));
      await refused(vault.typed('', safe));
      await unitOfWork.run(async () => {
        await lock();
        expect([await vault.empty(safe, '!'), await vault.typed('!', safe)]).toEqual(['10!', '!10']);
      });
    });

    it('wants every entity of a list', async () => {
      const other = await safes.add({ content: 1 });
      await unitOfWork.run(async () => {
        await lock();
        await refused(vault.all([safe, other]));
        await refused(vault.rest(safe, other));
        await lock(other.id);
        expect([await vault.all([safe, other]), await vault.rest(safe, other)]).toEqual([2, 2]);
      });
    });

    it('has nothing to say about nothing', async () => {
      expect(await vault.empty(null)).toBe('undefined');
      expect([await vault.all([]), await vault.rest()]).toEqual([0, 0]);
    });

    it('asks which of several is meant', async () => {
      for (const work of [vault.two(safe, safe), vault.shaped(safe, safe)]) {
        await expect(work).rejects.toThrow(
          /@RequiresForUpdate on Vault\.\w+: the arguments 0 and 1 could all be meant: name one, as in/,
        );
      }
      await unitOfWork.run(async () => {
        await lock();
        const other = await banks.getExistOne(bank.id);
        expect(await vault.ofModel(other, safe)).toEqual([other, safe]);
      });
    });

    it('may stand there for each of several', async () => {
      const other = await safes.add({ content: 1 });
      await unitOfWork.run(async () => {
        await lock();
        await refused(vault.both(safe, other));
        await refused(vault.both(other, safe));
        await lock(other.id);
        expect(await vault.both(safe, other)).toBe(11);
      });
    });

    it('refuses what is no entity', async () => {
      await expect(vault.typed('', { content: 1 } as Safe)).rejects.toThrow(NotAnEntityError);
      await expect(vault.shaped({}, {})).rejects.toThrow(/Vault\.shaped: no argument is an entity/);
      await expect(vault.noted({})).rejects.toThrow(/Vault\.noted: no argument is an entity/);
      await refused(vault.noted(safe));
      await expect(vault.ofModel(bank, {})).rejects.toThrow(/Vault\.ofModel: no argument is a Safe/);
    });

    it('refuses entities of which nobody knows whether they have a row', async () => {
      const plain = await dataSource.getRepository(Plain).save({ content: 1 });
      await expect(vault.plain(Object.assign(new Plain(), plain))).rejects.toThrow(/Plain is no @Model\(\)/);
    });
  });
});

describe('@RequiresForUpdate', () => {
  const apply = (decorate: MethodDecorator, value: unknown, target: object = class Service {}.prototype) =>
    decorate(target, 'method', { value, configurable: true, writable: true });

  it('refuses at class definition what it cannot do', () => {
    const options = (given: object) => () => apply(RequiresForUpdate(given), async () => undefined);
    expect(options({ lock: true })).toThrow(/@RequiresForUpdate on Service\.method: unknown option 'lock'/);
    expect(options({ model: undefined })).toThrow(/'model' is not a class/);
    expect(options({ argument: -1 })).toThrow(/'argument' must be the position of a parameter/);
    expect(() => apply(RequiresForUpdate(), undefined)).toThrow(/only a method can be refused/);
    expect(() => apply(RequiresForUpdate(), () => 1, class Service {})).toThrow(ConfigurationError);
  });

  it('is known of a method', () => {
    const of = (prototype: object, name: string) => forUpdateRequirementsAt({ prototype, name });
    expect(of(Safe.prototype, 'put')).toEqual([{}]);
    expect(of(Vault.prototype, 'both')).toEqual([{ argument: 1 }, { argument: 0 }]);
    expect(of(Vault.prototype, 'constructor')).toEqual([]);
  });
});
