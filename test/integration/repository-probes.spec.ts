import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  And,
  ArrayContains,
  Between,
  Column,
  DefaultNamingStrategy,
  DeleteDateColumn,
  Equal,
  Generated,
  ILike,
  In,
  IsNull,
  JoinColumn,
  JoinTable,
  LessThan,
  Like,
  ManyToMany,
  ManyToOne,
  MoreThan,
  Not,
  OneToMany,
  OneToOne,
  Or,
  PrimaryColumn,
  Raw,
  RelationId,
  VirtualColumn,
  type DataSource,
  type EntitySubscriberInterface,
  type Relation,
} from 'typeorm';
import {
  Bool,
  DateTime,
  Int,
  Int64,
  Model,
  ModelRepository,
  Str64,
  TableBase,
  UnitOfWork,
  Uuid,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model()
class Member extends UuidTableBase {
  @Str64() name: string;
  @Str64({ nullable: true, select: false }) secret: string | null;
  @DeleteDateColumn() deletedAt: Date | null;
  @OneToOne(() => Card, (card) => card.member) card: Relation<Card> | null;
  @OneToMany(() => Membership, (membership) => membership.member) memberships: Relation<Membership>[];
}

/** The primary key is the foreign key. */
@Model()
class Card extends UuidTableBase {
  @Str64() number: string;
  @OneToOne(() => Member, (member) => member.card) @JoinColumn({ name: 'id' }) member: Relation<Member>;
}

@Model()
class Club extends UuidTableBase {
  @Str64() name: string;
  @OneToMany(() => Membership, (membership) => membership.club, { eager: true }) memberships: Relation<Membership>[];
}

/** A table between with a column of its own, and a key of two columns of which one is a foreign key. */
@Model()
class Membership extends UuidTableBase {
  @PrimaryColumn({ type: 'varchar', length: 36 }) memberId: string;
  @Uuid() clubId: string;
  @Str64() role: string;
  @ManyToOne(() => Member, (member) => member.memberships) member: Relation<Member>;
  @ManyToOne(() => Club, (club) => club.memberships) club: Relation<Club>;
}

/** A foreign key that refers to something other than the primary key. */
@Model()
class Country extends UuidTableBase {
  @Column({ type: 'varchar', length: 40, unique: true }) code: string;
  @OneToMany(() => City, (city) => city.country) cities: Relation<City>[];
}
@Model()
class City extends UuidTableBase {
  @Column({ type: 'varchar', length: 40, nullable: true }) countryCode: string | null;
  @ManyToOne(() => Country, (country) => country.cities, { nullable: true })
  @JoinColumn({ name: 'countryCode', referencedColumnName: 'code' })
  country: Relation<Country> | null;
}

@Model()
class Bill extends TableBase {
  @Str64() name: string;
  @OneToMany(() => BillLine, (line) => line.bill, { cascade: true }) lines: Relation<BillLine>[];
}
@Model()
class BillLine extends TableBase {
  @Str64() text: string;
  @Int({ nullable: true }) billId: number | null;
  @ManyToOne(() => Bill, (bill) => bill.lines, { nullable: true, orphanedRowAction: 'delete' })
  bill: Relation<Bill> | null;
}

@Model()
class Rich extends UuidTableBase {
  @Str64() name: string;
  @Bool({ default: false }) on: boolean;
  @DateTime({ nullable: true }) at: Date | null;
  @Int64({ nullable: true }) big: bigint | null;
  @Column({ type: 'simple-json', nullable: true }) data: { a: [number, { b: number }] } | null;
  @Column({ type: 'simple-array', nullable: true }) words: string[] | null;
  @Column({ name: 'odd name', type: 'int', default: 3 }) odd: number;
  @Column() @Generated('uuid') token: string;
  @VirtualColumn({ query: (alias) => `SELECT COUNT(*) FROM rich_part p WHERE p.rich = ${alias}.id` }) size: number;
  @OneToMany(() => RichPart, (part) => part.owner) parts: Relation<RichPart>[];
  @ManyToMany(() => Member)
  @JoinTable({ name: 'rich_to_member', joinColumn: { name: 'r' }, inverseJoinColumn: { name: 'm' } })
  members: Relation<Member>[];
  @RelationId((rich: Rich) => rich.parts) partIds: string[];
}
@Model()
class RichPart extends UuidTableBase {
  @Uuid({ name: 'rich' }) ownerId: string;
  @ManyToOne(() => Rich, (rich) => rich.parts) @JoinColumn({ name: 'rich' }) owner: Relation<Rich>;
}

/** State behind accessors, and its own JSON. */
@Model()
class Private extends UuidTableBase {
  #name = '';
  @Column({ type: 'varchar', length: 20 }) get name() {
    return this.#name;
  }
  set name(name: string) {
    this.#name = name.trim();
  }
  toJSON() {
    return { n: this.name };
  }
}

class Money {
  @Column({ type: 'int', default: 0 }) netAmount: number;
  @Column({ type: 'varchar', length: 3, nullable: true }) currencyCode: string | null;
}
@Model({ tableName: 'OddTable' })
class Person extends UuidTableBase {
  @Str64({ name: 'full name' }) fullName: string;
  @Column(() => Money) money: Money;
  @Column({ type: 'int', nullable: true }) shoeSize: number | null;
  @ManyToOne(() => Person, (person) => person.team, { nullable: true }) leader: Relation<Person> | null;
  @OneToMany(() => Person, (person) => person.leader) team: Relation<Person>[];
  @ManyToMany(() => Person) @JoinTable() friends: Relation<Person>[];
}

class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, given: string | undefined, prefixes: string[]) {
    return [...prefixes, given ?? property]
      .join('_')
      .replace(/([A-Z])/g, '_$1')
      .toLowerCase();
  }
  override joinColumnName(relation: string, column: string) {
    return `${relation}_${column}_fk`.toLowerCase();
  }
}

/** Every engine has a name of its own for bytes. */
function bytesModel(type: 'blob' | 'bytea') {
  @Model({ tableName: 'bytes' })
  class Bytes extends UuidTableBase {
    @Column({ type }) value: Buffer;
  }
  return Bytes;
}

/** Arrays are PostgreSQL's. */
@Model()
class Lists extends UuidTableBase {
  @Column({ type: 'text', array: true, nullable: true }) tags: string[] | null;
  @Column({ type: 'enum', enum: ['a', 'b'], array: true, nullable: true }) kinds: string[] | null;
  @Column({ type: 'jsonb', nullable: true }) data: { x: number }[] | null;
}

const ENTITIES = [Member, Card, Club, Membership, Country, City, Bill, BillLine, Rich, RichPart, Private];

describe.each(DATABASES)('unusual models and inputs of the repository on $name', ({ name: engine, hasSeveral }) => {
  const alone = hasSeveral ? it : it.skip;
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let members: ModelRepository<Member>;
  let cards: ModelRepository<Card>;
  let clubs: ModelRepository<Club>;
  let memberships: ModelRepository<Membership>;
  let bills: ModelRepository<Bill>;
  let riches: ModelRepository<Rich>;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, ENTITIES));
    members = new ModelRepository(Member, dataSource);
    cards = new ModelRepository(Card, dataSource);
    clubs = new ModelRepository(Club, dataSource);
    memberships = new ModelRepository(Membership, dataSource);
    bills = new ModelRepository(Bill, dataSource);
    riches = new ModelRepository(Rich, dataSource);
  });
  afterAll(() => close());

  const addClub = async (name: string, roles: string[]) => {
    const club = await clubs.add({ name });
    const owners = await members.add(roles.map((role) => ({ name: `${name}-${role}` })));
    for (const member of owners) {
      await memberships.add(roles.map((role) => ({ member, club, role: `${name}-${role}` })));
    }
    return { club, owners };
  };

  describe('keys', () => {
    it('a table between has columns of its own, and loads both ways', async () => {
      const { club, owners } = await addClub('between', ['a']);
      const read = await clubs.getExistOne(club.id, { load: ['memberships.member'] });
      expect(read.memberships.map(({ role, member }) => [role, member.id])).toEqual([['between-a', owners[0].id]]);
      const [owner] = await members.get({ id: owners[0].id }, { fetch: 'all', load: ['memberships.club'] });
      expect(owner.memberships[0].club.id).toBe(club.id);
    });

    it.each<[string, object]>([
      ['a filter', { filter: () => undefined }],
      ['a join', { join: ['memberships'] }],
      ['a limit', { limit: 1 }],
    ])('an eager list comes with %s', async (_name, options) => {
      const { club } = await addClub('eager', ['a', 'b']);
      const [read] = await clubs.get({ id: club.id }, { fetch: 'all', ...options });
      expect(read.memberships).toHaveLength(4);
    });

    it('a primary key may be the foreign key of a one-to-one', async () => {
      const member = await members.add({ name: 'holder' });
      const { id } = await cards.add({ number: '1', member });
      expect(id).toBe(member.id);
      expect((await members.getExistOne(id, { load: ['card'] })).card?.number).toBe('1');
      const card = await cards.getExistOne(id, { load: ['member'] });
      await expectQueries(dataSource, 0, () => cards.save(card));
      card.number = '2';
      await expectQueries(dataSource, 1, () => cards.save(card));
      expect(await cards.delete(card)).toBe(1);
      expect(await members.getOne(id, { load: ['card'] })).toMatchObject({ card: null });
    });

    it('a foreign key may refer to a unique column', async () => {
      const cities = new ModelRepository(City, dataSource);
      const country = await new ModelRepository(Country, dataSource).add({ code: 'FR' });
      const city = await cities.add({ country });
      expect(city.countryCode).toBe('FR');
      const read = await cities.getExistOne(city.id, { load: ['country.cities'] });
      expect(read.country?.cities[0].id).toBe(city.id);
      await expectQueries(dataSource, 0, () => cities.save(read));
    });

    it('loads relations of 35,000 rows within the limits of a statement', async () => {
      const countries = new ModelRepository(Country, dataSource);
      const made = await countries.add(Array.from({ length: 35_000 }, (_, index) => ({ code: `many ${index}` })));
      await new ModelRepository(City, dataSource).add({ country: made[34_999] });
      const recorder = new QueryRecorder(dataSource);
      const rows = await recorder.record(() =>
        countries.get({ code: Like('many %') }, { fetch: 'all', load: ['cities'] }),
      );
      expect(rows.flatMap(({ cities }) => cities)).toHaveLength(1);
      expect(recorder.queries).toHaveLength(1 + 35);
      await new ModelRepository(City, dataSource).deleteWhere({ country: { code: Like('many %') } });
      expect(await countries.delete(rows)).toBe(made.length);
    }, 60_000);
  });

  describe('conditions', () => {
    const at = new Date('2024-05-05T05:05:05.123Z');
    const mine = { name: Like('op-%') };
    const id = '01a1f8a5-a587-722e-ab2b-2b62e6439f41';

    beforeAll(() => riches.add([{ id, name: 'op-a', on: true, at, big: 2n ** 60n }, { name: 'op-b' }]));

    it.each<[string, object, object | undefined, string]>([
      ['a boolean', { ...mine, on: true }, undefined, 'a'],
      ['a date to the millisecond', { ...mine, at }, undefined, 'a'],
      ['two operators on one column', { ...mine, at: Equal(at) }, { at: MoreThan(new Date(0)) }, 'a'],
      ['a bigint', { ...mine, big: 2n ** 60n }, undefined, 'a'],
      ['a range of bigints', { ...mine, big: MoreThan(2n ** 59n) }, undefined, 'a'],
      ['no value of an empty list', { ...mine, id: In([]) }, undefined, ''],
      ['every value but those of an empty list', { ...mine, id: Not(In([])) }, undefined, 'ab'],
      ['Or', { name: Or(Equal('op-a'), Equal('op-b')) }, undefined, 'ab'],
      ['Or and a filter', { name: Or(Equal('op-a'), Equal('op-b')) }, { name: Not('op-a') }, 'b'],
      ['Raw', { name: Raw((column) => `${column} = :name`, { name: 'op-a' }) }, undefined, 'a'],
      ['Raw and a filter', { name: Raw((column) => `${column} = :name`, { name: 'op-a' }) }, mine, 'a'],
      ['null', { ...mine, at: null }, undefined, 'b'],
      ['not null', { ...mine, at: Not(IsNull()) }, undefined, 'a'],
      ['And', { ...mine, id: And(Not(In([id])), Not(IsNull())) }, undefined, 'b'],
      ['lists of alternatives on both sides', [{ name: 'op-a' }, { name: 'op-b' }], [{ on: true }, { at: null }], 'ab'],
      ['Between and a filter', { ...mine, at: Between(new Date(0), at) }, { at: LessThan(new Date()) }, 'a'],
      ['ILike', { name: ILike('OP-%') }, { on: true }, 'a'],
    ])('%s', async (_name, condition, filter, expected) => {
      const options = { order: { name: 'ASC' }, filter } as const;
      const rows = await riches.get(condition, { fetch: 'all', ...options });
      expect(rows.map(({ name }) => name.slice(3)).join('')).toBe(expected);
      expect(await riches.count(condition, { filter })).toBe(expected.length);
    });

    it.each<[string, unknown]>([
      ['Equal', Equal(undefined)],
      ['Not', Not(undefined)],
      ['MoreThan', MoreThan(undefined)],
      ['In', In([undefined])],
      ['Between', Between(undefined, undefined)],
      ['And', And()],
    ])('undefined in %s never widens a condition', async (_name, operator) => {
      expect(await riches.count({ name: operator } as never).catch(() => 0)).toBe(0);
      expect(await riches.deleteWhere({ name: operator } as never).catch(() => 0)).toBe(0);
    });

    it.each<[string, object]>([
      ['a date', { at: new Date(5) }],
      ['Raw', { name: Raw((column) => `${column} = 'dw'`) }],
      ['a relation', { members: { name: 'dw' } }],
    ])('deleteWhere takes %s', async (_name, condition) => {
      const member = await members.add({ name: 'dw' });
      await riches.add({ name: 'dw', at: new Date(5), members: [member] });
      expect(await riches.deleteWhere({ name: 'dw', ...condition })).toBe(1);
    });

    it('join and withDeleted see a soft-deleted relation', async () => {
      const { club, owners } = await addClub('soft', ['a']);
      await members.typeorm.softDelete(owners[0].id);
      expect(await memberships.count({ clubId: club.id }, { join: ['member'] })).toBe(0);
      expect(await memberships.count({ clubId: club.id }, { join: ['member'], withDeleted: true })).toBe(1);
      const owner = await members.getExistOne(owners[0].id, { withDeleted: true });
      await members.save(owner, { load: ['memberships'] });
      expect(owner.memberships).toHaveLength(1);
    });
  });

  describe('pages and streams', () => {
    it('conditions and filters on lists do not disturb limit and count', async () => {
      await addClub('page', ['a', 'b', 'c']);
      const byRelation = await members.getWithCount(
        { memberships: { role: Like('page-%') } },
        { limit: 2, order: { name: 'ASC' } },
      );
      expect([byRelation.items.map(({ name }) => name), byRelation.count]).toEqual([['page-a', 'page-b'], 3]);
      const byFilter = await members.getWithCount(undefined, {
        limit: 2,
        offset: 1,
        order: { name: 'DESC' },
        filter: (query, alias) =>
          query.innerJoin(`${alias}.memberships`, 'm').andWhere('m.role LIKE :role', { role: 'page-%' }),
      });
      expect([byFilter.items.map(({ name }) => name), byFilter.count]).toEqual([['page-b', 'page-a'], 3]);
      const behind = await members.getWithCount({ name: Like('page-%') }, { offset: 100, limit: 2 });
      expect([behind.items, behind.count]).toEqual([[], 3]);
    });

    it('a stream sees no row twice while rows come and go', async () => {
      await bills.add(Array.from({ length: 30 }, (_, index) => ({ name: `st-${index}` })));
      const seen: string[] = [];
      for await (const bill of bills.stream({ name: Like('st-%') }, { batchSize: 7 })) {
        seen.push(bill.name);
        if (bill.name === 'st-3') await bills.deleteWhere({ name: In(['st-1', 'st-5', 'st-20']) });
        if (bill.name === 'st-10') await bills.add({ name: 'st-new' });
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toContain('st-new');
      expect(seen).not.toContain('st-20');
    });

    it.each(['ASC', 'DESC'] as const)('a stream passes keys of two columns, %s', async (direction) => {
      const { club } = await addClub(`stream-${direction}`, ['a', 'b', 'c']);
      const either = [
        { clubId: club.id, role: Like('%-a') },
        { clubId: club.id, role: Not(Like('%-a')) },
      ];
      const keys: string[] = [];
      for await (const row of memberships.stream(either, { batchSize: 2, direction })) keys.push(row.memberId + row.id);
      expect(keys).toHaveLength(9);
      expect(new Set(keys).size).toBe(9);
    });

    it.each<[string, object]>([
      ['In', { id: In(Array.from({ length: 200 }, (_, index) => index)) }],
      ['Raw', { id: Raw((column) => `${column} > 0`) }],
    ])('a stream keeps a condition on the key: %s', async (_name, condition) => {
      const expected = await bills.count(condition);
      let count = 0;
      for await (const bill of bills.stream(condition, { batchSize: 5 })) if (bill) count++;
      expect(count).toBe(expected);
    });
  });

  describe('values', () => {
    it('columns without a field type come back as they were, and only changes are written', async () => {
      const added = await riches.add({
        name: 'rich',
        at: new Date(),
        big: 5n,
        data: { a: [1, { b: 2 }] },
        words: ['x', 'y'],
      });
      const read = await riches.getExistOne(added.id);
      const { at, big, data, words, odd, token } = read;
      expect(added).toMatchObject({ at, big, data, words, odd, token });
      expect([Number(read.size), read.partIds]).toEqual([0, []]);
      await expectQueries(dataSource, 0, () => riches.save(read));
      await expectQueries(dataSource, 0, () => riches.save(added));
      if (read.data) read.data.a[1].b = 3;
      read.words?.push('z');
      await expectQueries(dataSource, 1, () => riches.save(read));
      const again = await riches.getExistOne(added.id);
      expect([again.data, again.words]).toEqual([{ a: [1, { b: 3 }] }, ['x', 'y', 'z']]);
      await expect(riches.update(again, { size: 3 })).rejects.toThrow(/'size'/);
      again.at = new Date('x');
      await expect(riches.save(again)).rejects.toThrow(/Rich is not valid/);
    });

    it('a many-to-many in a table of its own names is loaded, and not written when it did not change', async () => {
      const member = await members.add({ name: 'custom' });
      await riches.add({ name: 'custom', members: [member] });
      const [row] = await riches.get({ members: { id: member.id } }, { fetch: 'all', load: ['members', 'parts'] });
      expect(row.members[0].id).toBe(member.id);
      await expectQueries(dataSource, 0, () => riches.save(row));
    });

    it('objects without a prototype, with accessors and frozen ones', async () => {
      const repository = new ModelRepository(Private, dataSource);
      const bare = (name: string) => Object.assign<object, { name: string }>(Object.create(null) as object, { name });
      const { id } = await repository.add(bare(' a '));
      const read = await repository.getExistOne(id);
      await expectQueries(dataSource, 0, () => repository.save(read));
      await repository.update(read, bare(' b '));
      expect((await repository.getExistOne(id)).name).toBe('b');
      const frozen = Object.freeze(await members.add({ name: 'frozen' }));
      await members.save(frozen);
      await expect(members.update(frozen, { name: 'melted' })).rejects.toThrow();
      expect((await members.getExistOne(frozen.id)).name).toBe('frozen');
    });

    it('nothing to do costs nothing, and the same entity twice is one row', async () => {
      const member = await members.add({ name: 'twice' });
      await expectQueries(dataSource, 0, async () => {
        expect(await members.add([])).toEqual([]);
        expect(await members.save([])).toEqual([]);
        expect(await members.delete([])).toBe(0);
        expect(await members.update(member, {})).toBe(member);
      });
      const made = Object.assign(new Member(), { name: 'made twice' });
      await members.save([made, made]);
      expect(await members.count({ name: 'made twice' })).toBe(1);
    });

    it('an entity that is updated several times at once ends as the database does', async () => {
      const member = await members.add({ name: 'a' });
      await Promise.all([members.update(member, { name: 'b' }), members.update(member, { name: 'c' })]);
      await members.save(member);
      expect((await members.getExistOne(member.id)).name).toBe(member.name);
    });

    it('plain save() leaves hidden columns as they are for the next save here', async () => {
      const { id } = await members.add({ name: 'Ada', secret: 'kept' });
      const member = await members.getExistOne(id);
      member.name = 'Bea';
      await members.typeorm.save(member);
      member.name = 'Cleo';
      await members.save(member);
      expect((await members.getExistOne(id, { addSelect: ['secret'] })).secret).toBe('kept');
    });

    it('rows that leave a list are deleted where the relation says so', async () => {
      const lines = ['a', 'b'].map((text) => Object.assign(new BillLine(), { text }));
      const { id } = await bills.add({ name: 'orphans', lines });
      const bill = await bills.getExistOne(id, { load: ['lines'] });
      bill.lines.pop();
      await bills.save(bill);
      expect((await new ModelRepository(BillLine, dataSource).get({ billId: id }, { fetch: 'all' })).length).toBe(1);
    });
  });

  it('subscribers may query, on the transaction and beside it', async () => {
    const subscriber: EntitySubscriberInterface = {
      beforeInsert: async ({ manager }) => void (await manager.count(Member)),
      afterInsert: async () => void (await dataSource.manager.count(Member)),
      beforeUpdate: async ({ manager }) => void (await manager.count(Member)),
      afterUpdate: async () => void (await dataSource.manager.count(Member)),
      afterRemove: async ({ manager }) => void (await manager.count(Member)),
    };
    dataSource.subscribers.push(subscriber);
    try {
      const member = await members.add({ name: 'heard' });
      await members.update(member, { name: 'outside' });
      await new UnitOfWork(dataSource).run(() => members.update(member, { name: 'inside' }));
      expect(await members.delete(member)).toBe(1);
    } finally {
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(subscriber), 1);
    }
  });

  alone.each<[string, object]>([
    ['a naming strategy', { namingStrategy: new SnakeCase() }],
    ['a table prefix', { entityPrefix: 'pre_' }],
    ['a strategy for relations', { relationLoadStrategy: 'query' }],
  ])('works with %s', async (_name, options) => {
    const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Person], options);
    try {
      const people = new ModelRepository(Person, own);
      const a = await people.add({ fullName: 'a', money: { netAmount: 2 } });
      const [b, c] = await people.add([
        { fullName: 'b', leader: a, shoeSize: 3 },
        { fullName: 'c', leader: a, friends: [a] },
      ]);
      const load = ['team', 'team.leader', 'team.friends'] as const;
      const read = (await people.get({ money: { netAmount: 2 } }, { load, order: { fullName: 'ASC' } })) as Person;
      expect(
        read.team.map(({ fullName, leader, friends }) => [fullName, leader?.id === a.id, friends.length]).sort(),
      ).toEqual([
        ['b', true, 0],
        ['c', true, 1],
      ]);
      read.money.currencyCode = 'EUR';
      await expectQueries(own, 1, () => people.save(read));
      const follower: Person = await people.getExistOne(b.id, { load: ['leader'] });
      follower.leader = c;
      await people.save(follower);
      expect((await people.getExistOne(b.id, { load: ['leader'] })).leader?.id).toBe(c.id);
      expect(await people.count({ friends: { fullName: 'a' } }, { join: ['leader'] })).toBe(1);
      expect(await people.deleteWhere({ fullName: 'b', leader: { fullName: 'c' } })).toBe(1);
    } finally {
      await closeOwn();
    }
  });

  alone('bytes that change in place are written', async () => {
    const Bytes = bytesModel(engine === 'postgres' ? 'bytea' : 'blob');
    const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Bytes]);
    try {
      const repository = new ModelRepository(Bytes, own);
      const { id, value } = await repository.add({ value: Buffer.from([1, 2, 3]) });
      const read = await repository.getExistOne(id);
      expect(Buffer.compare(read.value, value)).toBe(0);
      await expectQueries(own, 0, () => repository.save(read));
      read.value[0] = 9;
      await expectQueries(own, 1, () => repository.save(read));
      expect([...(await repository.getExistOne(id)).value]).toEqual([9, 2, 3]);
    } finally {
      await closeOwn();
    }
  });

  (engine === 'postgres' && hasSeveral ? it : it.skip)('arrays of PostgreSQL', async () => {
    const { dataSource: own, close: closeOwn } = await openDataSource(engine, [Lists]);
    try {
      const lists = new ModelRepository(Lists, own);
      const added = await lists.add({ tags: ['x', 'y,"z', '{}'], kinds: ['a'], data: [{ x: 1 }] });
      const read = await lists.getExistOne(added.id);
      expect(read).toMatchObject({ tags: added.tags, kinds: added.kinds, data: added.data });
      await expectQueries(own, 0, () => lists.save(read));
      read.tags?.push('n');
      read.kinds?.push('b');
      if (read.data) read.data[0].x = 2;
      await expectQueries(own, 1, () => lists.save(read));
      expect(await lists.count({ tags: ArrayContains(['n']), kinds: ArrayContains(['a', 'b']) })).toBe(1);
      expect((await lists.getExistOne(added.id)).data).toEqual([{ x: 2 }]);
    } finally {
      await closeOwn();
    }
  });
});
