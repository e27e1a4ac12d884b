import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AfterInsert,
  AfterUpdate,
  BeforeInsert,
  BeforeUpdate,
  Column,
  Entity,
  JoinColumn,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  JoinTable,
  Tree,
  TreeChildren,
  TreeParent,
  type DataSource,
  type EntitySubscriberInterface,
  type InsertEvent,
  type Relation,
  type UpdateEvent,
} from 'typeorm';
import {
  Bool,
  Int,
  Model,
  ModelRepository,
  Str64,
  Table,
  TableBase,
  UnitOfWork,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { expectQueries } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

class Money {
  @Column({ type: 'int', default: 0 }) amount: number;
  @Column({ type: 'varchar', length: 3, nullable: true }) currency: string | null;
}

@Model()
class Invoice extends UuidTableBase {
  @Str64() title: string;
  @Column(() => Money) total: Money;
  @Column({ type: 'varchar', length: 20, default: 'open' }) status: string;
  @Column({ type: 'int', nullable: true, update: false }) number: number | null;
}

const heard: string[] = [];

@Model()
class Listened extends UuidTableBase {
  @Str64() name: string;
  @Str64({ nullable: true }) slug: string | null;

  @BeforeInsert() @BeforeUpdate() makeSlug() {
    this.slug = this.name.toLowerCase().replaceAll(' ', '-');
  }
  @AfterInsert() noteInsert() {
    heard.push(`inserted ${this.name}`);
  }
  @AfterUpdate() noteUpdate() {
    heard.push(`updated ${this.name}`);
  }
}

@Model()
@Tree('materialized-path')
class Folder extends Table(class {}) {
  @Str64() name: string;
  @TreeParent() parent: Relation<Folder> | null;
  @TreeChildren() children: Relation<Folder>[];
}

@Model()
class Person extends TableBase {
  @Str64() name: string;
  @Int({ nullable: true }) managerId: number | null;
  @ManyToOne(() => Person, (person) => person.reports, { nullable: true })
  @JoinColumn({ name: 'managerId' })
  manager: Relation<Person> | null;
  @OneToMany(() => Person, (person) => person.manager) reports: Relation<Person>[];
  @ManyToMany(() => Person) @JoinTable({ name: 'friendship' }) friends: Relation<Person>[];
}

@Model()
class Defaults extends TableBase {
  @Str64({ default: () => 'made' }) made: string;
  @Bool({ default: true }) on: boolean;
}

/** A plain entity of an existing application: not a model, untouched. */
@Entity()
class Legacy {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 20 }) name: string;
}

class Audit implements EntitySubscriberInterface {
  static readonly seen: string[] = [];
  afterInsert(event: InsertEvent<object>) {
    Audit.seen.push(`insert ${event.metadata.name}`);
  }
  afterUpdate(event: UpdateEvent<object>) {
    Audit.seen.push(
      `update ${event.metadata.name} ${event.updatedColumns.map((column) => column.propertyName).join()}`,
    );
  }
}

describe.each(DATABASES)('edges of the repository on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    const entities = [Invoice, Listened, Folder, Person, Defaults, Legacy];
    ({ dataSource, close } = await openDataSource(engine, entities));
    unitOfWork = new UnitOfWork(dataSource);
  });
  afterAll(() => close());
  beforeEach(() => {
    heard.length = 0;
    Audit.seen.length = 0;
  });

  describe('embedded objects and columns without a field type', () => {
    it('are inserted, read back, changed alone and conditions', async () => {
      const invoices = new ModelRepository(Invoice, dataSource);
      const invoice = await invoices.add({ title: 'A', total: { amount: 5, currency: 'EUR' } });
      expect(invoice.status).toBe('open');
      const read = await invoices.getExistOne(invoice.id);
      expect({ ...read.total }).toEqual({ amount: 5, currency: 'EUR' });
      read.total.amount = 6;
      await expectQueries(dataSource, 1, () => invoices.save(read));
      await expectQueries(dataSource, 0, () => invoices.save(read));
      expect(await invoices.count({ total: { amount: 6, currency: 'EUR' } })).toBe(1);
      await expect(invoices.get({ total: { amuont: 6 } } as never)).rejects.toThrow(/'amount'/);
      expect((await invoices.get(undefined, { order: { total: { amount: 'DESC' } } }))?.id).toBe(invoice.id);
    });

    it('are never updated where the column says so', async () => {
      const invoices = new ModelRepository(Invoice, dataSource);
      const invoice = await invoices.add({ title: 'A', total: { amount: 1 }, number: 7 });
      const read = await invoices.getExistOne(invoice.id);
      read.number = 8;
      await expectQueries(dataSource, 0, () => invoices.save(read));
      await expect(invoices.update(read, { number: 9 })).rejects.toThrow(/'number'/);
      expect((await invoices.getExistOne(invoice.id)).number).toBe(7);
    });
  });

  describe('listeners and subscribers', () => {
    it('run on add, save and update, and may change the entity', async () => {
      const listened = new ModelRepository(Listened, dataSource);
      const entity = await listened.add({ name: 'First One' });
      expect(entity.slug).toBe('first-one');
      const read = await listened.getExistOne(entity.id);
      expect(read.slug).toBe('first-one');
      await listened.update(read, { name: 'Second One' });
      expect((await listened.getExistOne(entity.id)).slug).toBe('second-one');
      await listened.save(read);
      expect(heard).toEqual(['inserted First One', 'updated Second One']);
    });

    it('see the changed columns', async () => {
      const audit = new Audit();
      dataSource.subscribers.push(audit);
      try {
        const invoices = new ModelRepository(Invoice, dataSource);
        const invoice = await invoices.add({ title: 'A', total: { amount: 1 } });
        await invoices.update(invoice, { title: 'B' });
        await invoices.save(invoice);
        expect(Audit.seen).toEqual(['insert Invoice', 'update Invoice title']);
      } finally {
        dataSource.subscribers.splice(dataSource.subscribers.indexOf(audit), 1);
      }
    });
  });

  describe('rollback', () => {
    it('puts back what memory knew: the next save writes again', async () => {
      const invoices = new ModelRepository(Invoice, dataSource);
      const invoice = await invoices.add({ title: 'Before', total: { amount: 1 } });
      const { updatedAt } = invoice;
      const failed = unitOfWork.run(async () => {
        await invoices.update(invoice, { title: 'Inside' });
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      expect(invoice.updatedAt).toEqual(updatedAt);
      expect((await invoices.getExistOne(invoice.id)).title).toBe('Before');
      invoice.title = 'Inside';
      await expectQueries(dataSource, 1, () => invoices.save(invoice));
      expect((await invoices.getExistOne(invoice.id)).title).toBe('Inside');
    });

    it('makes an entity new again that was inserted inside, with a new counted id', async () => {
      const people = new ModelRepository(Person, dataSource);
      const person = Object.assign(new Person(), { name: 'Ghost' });
      const failed = unitOfWork.run(async () => {
        await people.save(person);
        expect(person.id).toBeGreaterThan(0);
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      expect(person.id).toBeUndefined();
      await people.save(person);
      expect((await people.getExistOne(person.id)).name).toBe('Ghost');
      await people.delete(person);
    });

    it('of a savepoint puts back only what happened inside it', async () => {
      const invoices = new ModelRepository(Invoice, dataSource);
      const invoice = await invoices.add({ title: 'Zero', total: { amount: 1 } });
      await unitOfWork.run(async () => {
        await invoices.update(invoice, { title: 'One' });
        await unitOfWork
          .run(
            async () => {
              await invoices.update(invoice, { title: 'Two' });
              throw new Error('inner');
            },
            { propagation: 'NESTED' },
          )
          .catch(() => undefined);
        invoice.title = 'One';
        await expectQueries(dataSource, 0, () => invoices.save(invoice));
      });
      expect((await invoices.getExistOne(invoice.id)).title).toBe('One');
    });

    it('of a delete lets the entity be saved as before', async () => {
      const invoices = new ModelRepository(Invoice, dataSource);
      const invoice = await invoices.add({ title: 'Kept', total: { amount: 1 } });
      const failed = unitOfWork.run(async () => {
        expect(await invoices.delete(invoice)).toBe(1);
        throw new Error('stop');
      });
      await expect(failed).rejects.toThrow('stop');
      invoice.title = 'Still here';
      await expectQueries(dataSource, 1, () => invoices.save(invoice));
    });
  });

  describe('trees and self-references', () => {
    it('trees are saved and removed by TypeORM', async () => {
      const folders = new ModelRepository(Folder, dataSource);
      const root = await folders.add({ name: 'root' });
      const child = await folders.add({ name: 'child', parent: root });
      await folders.update(child, { name: 'renamed' });
      const tree = await dataSource.getTreeRepository(Folder).findDescendantsTree(root);
      expect(tree.children.map(({ name }) => name)).toEqual(['renamed']);
      expect((await folders.getExistOne(child.id, { load: ['parent'] })).parent?.name).toBe('root');
      expect(await folders.delete(child)).toBe(1);
      expect(await folders.count()).toBe(1);
    });

    it('a model that refers to itself loads both ways and keeps friends apart', async () => {
      const people = new ModelRepository(Person, dataSource);
      const boss = await people.add({ name: 'Boss' });
      const [a, b] = await people.add([
        { name: 'A', managerId: boss.id },
        { name: 'B', manager: boss },
      ]);
      a.friends = [b, boss];
      await people.save(a);
      const read = await people.getExistOne(boss.id, { load: ['reports.friends', 'manager'] });
      expect(read.manager).toBeNull();
      expect(read.reports.map(({ name, friends }) => [name, friends.map((friend) => friend.name)])).toEqual([
        ['A', ['Boss', 'B']],
        ['B', []],
      ]);
      expect(await people.count({ manager: { name: 'Boss' } })).toBe(2);
    });
  });

  describe('defaults', () => {
    it('of functions are made for each row; a row of defaults alone can be inserted', async () => {
      const defaults = new ModelRepository(Defaults, dataSource);
      const [one, two] = await defaults.add([{}, { made: 'given' }]);
      expect([one.made, two.made, one.on]).toEqual(['made', 'given', true]);
      expect(two.id).toBe(one.id + 1);
    });

    it('rows that bring their own id and rows that do not can be inserted together', async () => {
      const defaults = new ModelRepository(Defaults, dataSource);
      const rows = await defaults.add([{}, { id: 5_000 }, {}]);
      expect(rows[1].id).toBe(5_000);
      for (const row of rows) expect((await defaults.getExistOne(row.id)).id).toBe(row.id);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
    });
  });

  it('plain entities of the application work as before', async () => {
    const legacy = dataSource.getRepository(Legacy);
    await legacy.save({ id: 1, name: 'old' });
    const row = await legacy.findOneByOrFail({ id: 1 });
    row.name = 'new';
    await legacy.save(row);
    expect(await legacy.find()).toEqual([{ id: 1, name: 'new' }]);
  });
});
