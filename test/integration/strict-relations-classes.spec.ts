import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, ManyToOne, OneToMany, type DataSource, type ObjectLiteral, type Relation } from 'typeorm';
import {
  ColumnNotSelectedError,
  ConfigurationError,
  Model,
  ModelRepository,
  RelationNotLoadedError,
  Str64,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

/*
 * Classes as people write them. Each has `title`, `state`, `hidden` (not selected by default) and `owner` (a
 * relation); what it has besides must not make the guard forget anything, nor the guard it.
 */

@Model()
class Owner extends UuidTableBase {
  @Str64() name: string;
  /** A value that a new row gets from the class. */
  @Str64() role = 'reader';
  @OneToMany(() => Parcel, (parcel) => parcel.holder) parcels: Relation<Parcel>[];
}

@Model()
class Fields extends UuidTableBase {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
}

@Model()
class Initialised extends UuidTableBase {
  @Str64() title = 'untitled';
  @Str64({ default: 'stored' }) state = 'initial';
  @Str64({ nullable: true, select: false }) hidden: string | null = 'initial';
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null = null;
}

@Model()
class Constructed extends UuidTableBase {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
  readonly madeBy: string;
  constructor() {
    super();
    this.madeBy = 'constructor';
    this.state = 'initial';
    this.hidden = 'initial';
    this.owner = null;
  }
}

@Model()
class Filled extends UuidTableBase {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
  constructor(values: Partial<Filled> = {}) {
    super();
    Object.assign(this, values);
  }
}

@Model()
class Private extends UuidTableBase {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
  readonly #secret = 'private';
  reveal(): string {
    return this.#secret;
  }
}

@Model()
class Arrows extends UuidTableBase {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
  readonly seen = new Set(['made']);
  readonly describe = (): string => `the ${this.title}`;
}

@Model({ abstract: true })
abstract class Owned extends UuidTableBase {
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
}

@Model()
class Inherited extends Owned {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
}

function WithOwner<Base extends abstract new (...args: any[]) => UuidTableBase>(base: Base) {
  @Model({ abstract: true })
  abstract class Mixed extends base {
    @Str64({ nullable: true, select: false }) hidden: string | null;
    @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
  }
  return Mixed;
}

@Model()
class Mixed extends WithOwner(UuidTableBase) {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
}

/** A child of a class with a constructor, with fields of its own. */
@Model({ abstract: true })
abstract class Counted extends UuidTableBase {
  counted: number;
  constructor() {
    super();
    this.counted = 7;
  }
}

@Model()
class Extended extends Counted {
  @Str64() title: string;
  @Str64({ default: 'stored' }) state: string;
  @Str64({ nullable: true, select: false }) hidden: string | null;
  @ManyToOne(() => Owner, { nullable: true }) owner: Relation<Owner> | null;
}

interface Form extends UuidTableBase {
  title: string;
  state: string;
  hidden: string | null;
  owner: Owner | null;
}

/** What each class puts on its instances that is not in the row. */
const FORMS: readonly (readonly [type: new () => Form, extras: Record<string, unknown>])[] = [
  [Fields, {}],
  [Initialised, {}],
  [Constructed, { madeBy: 'constructor' }],
  [Filled, {}],
  [Private, { reveal: 'private' }],
  [Arrows, { seen: new Set(['made']), describe: 'the Thing' }],
  [Inherited, {}],
  [Mixed, {}],
  [Extended, { counted: 7 }],
];

/** An accessor of the application with a relation's name, and one with a column's. */
@Model()
class Accessors extends UuidTableBase {
  _title = 'none';
  _owner: Owner | null | undefined;
  @Column({ type: 'varchar', length: 64 }) get title(): string {
    return this._title;
  }
  set title(title: string) {
    this._title = title.toUpperCase();
  }
  @Str64({ default: 'stored' }) state: string;
  @ManyToOne(() => Owner, { nullable: true }) get owner(): Relation<Owner> | null | undefined {
    return this._owner;
  }
  set owner(owner: Relation<Owner> | null | undefined) {
    this._owner = owner;
  }
  @ManyToOne(() => Owner, { nullable: true }) second: Relation<Owner> | null;
}

/** An embedded class with values of its own, and one with a constructor. */
class Size {
  @Column({ type: 'int', default: 1 }) height = 10;
  @Column({ type: 'int', nullable: true, select: false }) depth: number | null = 20;
  @ManyToOne(() => Owner, { nullable: true }) measurer: Relation<Owner> | null;
}
class Stamp {
  @Column({ type: 'varchar', length: 64, nullable: true }) place: string | null;
  @ManyToOne(() => Owner, { nullable: true }) clerk: Relation<Owner> | null;
  readonly kind: string;
  constructor() {
    this.kind = 'stamp';
    this.clerk = null;
  }
}

@Model()
class Parcel extends UuidTableBase {
  @Str64() title: string;
  @Column(() => Size) size: Size;
  @Column(() => Stamp) stamp: Stamp;
  @ManyToOne(() => Owner, (owner) => owner.parcels, { nullable: true, cascade: ['insert'] })
  holder: Relation<Owner> | null;
  @ManyToOne(() => Constructed, { nullable: true, cascade: ['insert'] }) content: Relation<Constructed> | null;
}

function read(entity: object, name: string): unknown {
  return (entity as Record<string, unknown>)[name];
}

function expectGuard(entity: object, error: new (...args: any[]) => Error, ...names: string[]): void {
  for (const name of names) expect(() => read(entity, name)).toThrow(error);
}

describe.each(DATABASES)('strict relations of classes on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let owner: Owner;

  beforeAll(async () => {
    const types = [Owner, Accessors, Parcel, ...FORMS.map(([type]) => type)];
    ({ dataSource, close } = await openDataSource(engine, types));
  });
  afterAll(() => close());

  beforeEach(async () => {
    for (const type of [Parcel, Accessors, ...FORMS.map(([form]) => form), Owner]) {
      await dataSource.createQueryBuilder().delete().from(type).execute();
    }
    owner = await new ModelRepository(Owner, dataSource).add({ name: 'Ada' });
  });

  /** The row as the database has it. */
  const rowOf = async (type: Function, alias = 'x'): Promise<ObjectLiteral | undefined> => {
    const query = dataSource.createQueryBuilder(type, alias);
    const names = query.expressionMap.mainAlias!.metadata.columns.map(({ databaseName }) => databaseName);
    return dataSource
      .createQueryBuilder()
      .select(names.map((name) => `${alias}.${dataSource.driver.escape(name)} AS ${dataSource.driver.escape(name)}`))
      .from(query.expressionMap.mainAlias!.metadata.tablePath, alias)
      .getRawOne();
  };

  describe.each(FORMS.map(([type, extras]) => ({ name: type.name, type, extras })))('$name', ({ type, extras }) => {
    let models: ModelRepository<Form>;
    let id: string;

    beforeEach(async () => {
      models = new ModelRepository(type, dataSource);
      ({ id } = await models.add({ title: 'Thing', state: 'kept', hidden: 'treasure', owner }));
    });

    const expectExtras = (entity: Form): void => {
      expect(entity).toBeInstanceOf(type);
      for (const [name, value] of Object.entries(extras)) {
        const own = read(entity, name);
        expect(typeof own === 'function' ? (own as () => unknown).call(entity) : own).toEqual(value);
      }
    };

    it('is guarded, and whole', async () => {
      for (const row of [
        (await models.getExistOne(id)) as Form,
        await models.typeorm.findOneByOrFail({ id }),
        (await models.get({ title: 'Thing' })) as Form,
      ]) {
        expect([row.title, row.state]).toEqual(['Thing', 'kept']);
        expectGuard(row, RelationNotLoadedError, 'owner');
        expectGuard(row, ColumnNotSelectedError, 'hidden');
        expectExtras(row);
      }
    });

    it('is readable where it is loaded', async () => {
      const loaded = (await models.getExistOne(id, { load: ['owner'], addSelect: ['hidden'] })) as Form;
      expect([loaded.owner?.name, loaded.hidden]).toEqual(['Ada', 'treasure']);
      expectExtras(loaded);
      await models.typeorm.update({ id }, { owner: null, hidden: null });
      for (const strategy of ['join', 'query'] as const) {
        const empty = await models.typeorm.findOneOrFail({
          where: { id },
          relations: { owner: true },
          relationLoadStrategy: strategy,
        });
        expect(empty.owner).toBeNull();
        expectGuard(empty, ColumnNotSelectedError, 'hidden');
      }
      const built = await models.typeorm.createQueryBuilder('x').addSelect('x.hidden').getOneOrFail();
      expect(built.hidden).toBeNull();
      expectGuard(built, RelationNotLoadedError, 'owner');
    });

    it('is guarded when it is read in parts', async () => {
      const part = await models.typeorm.findOneOrFail({ where: { id }, select: { id: true, title: true } });
      expectGuard(part, ColumnNotSelectedError, 'state', 'hidden', 'createdAt');
      expectGuard(part, RelationNotLoadedError, 'owner');
      expectExtras(part);
      const all = await models.typeorm.findOneOrFail({
        where: { id },
        select: { id: true, hidden: true, state: true },
      });
      expect([all.state, all.hidden]).toEqual(['kept', 'treasure']);
      expectGuard(all, ColumnNotSelectedError, 'title');
    });

    it.each<[string, (entity: Form) => Promise<unknown>]>([
      ['our save()', (entity) => models.save(entity)],
      ['save() of TypeORM', (entity) => models.typeorm.save(entity)],
      ['save() of a manager', (entity) => dataSource.manager.save(entity)],
    ])('keeps what %s was not given', async (_name, save) => {
      for (const read of [
        () => models.getExistOne(id) as Promise<Form>,
        () => models.typeorm.findOneOrFail({ where: { id }, select: { id: true, title: true } }),
        () => models.typeorm.findOneOrFail({ where: { id }, select: { id: true } }),
        () => models.typeorm.createQueryBuilder('x').select(['x.id', 'x.updatedAt']).getOneOrFail(),
      ]) {
        const entity = await read();
        const before = await rowOf(type);
        await save(entity);
        expect(await rowOf(type)).toEqual(before);
        entity.title = 'Changed';
        await save(entity);
        const { updatedAt: _updatedAt, ...after } = (await rowOf(type))!;
        expect(after).toMatchObject({ title: 'Changed', state: 'kept', hidden: 'treasure', ownerId: owner.id });
        // TypeORM would take what it has not read for null now.
        entity.title = 'Again';
        await save(entity);
        expect(await rowOf(type)).toMatchObject({
          title: 'Again',
          state: 'kept',
          hidden: 'treasure',
          ownerId: owner.id,
        });
        expectGuard(entity, ColumnNotSelectedError, 'hidden');
        await models.typeorm.update({ id }, { title: 'Thing' });
      }
    });

    it('takes what is set by hand', async () => {
      const entity = await models.typeorm.findOneOrFail({ where: { id }, select: { id: true } });
      const other = await new ModelRepository(Owner, dataSource).add({ name: 'Bob' });
      Object.assign(entity, { state: 'set', hidden: 'box', owner: other });
      expect([entity.state, entity.hidden, entity.owner]).toEqual(['set', 'box', other]);
      await models.save(entity);
      expect(await rowOf(type)).toMatchObject({ title: 'Thing', state: 'set', hidden: 'box', ownerId: other.id });
    });

    it('is free while it is new, and runs its constructor', async () => {
      for (const made of [new type(), models.typeorm.create(), models.typeorm.create({ title: 'New' })]) {
        expect([made.owner ?? null, typeof made.hidden]).toEqual([null, expect.any(String)]);
        expectExtras(Object.assign(made, { title: 'Thing' }));
      }
    });
  });

  it('runs the initialisers of what is created inside of other entities', async () => {
    const parcels = dataSource.getRepository(Parcel);
    const parcel = parcels.create({
      title: 'Box',
      size: { measurer: null },
      stamp: { place: 'here' },
      holder: { name: 'Eve' },
      content: { title: 'Toy' },
    });
    expect(parcel.holder?.role).toBe('reader');
    expect(parcel.content).toMatchObject({ madeBy: 'constructor', state: 'initial' });
    expect(parcel.size).toMatchObject({ height: 10, depth: 20 });
    expect(parcel.stamp).toMatchObject({ kind: 'stamp', place: 'here' });
    const merged = parcels.merge(new Parcel(), { holder: { name: 'Eve' }, size: { depth: 1 } });
    expect([merged.holder?.role, merged.size.height]).toEqual(['reader', 10]);
    const { id } = await parcels.save(parcel);
    expect(await rowOf(Parcel)).toMatchObject({ sizeHeight: 10, sizeDepth: 20, stampPlace: 'here' });
    const stored = await parcels.findOneOrFail({ where: { id }, relations: { holder: true } });
    expect(stored.holder?.role).toBe('reader');
  });

  it('runs them in our add() too', async () => {
    const parcels = new ModelRepository(Parcel, dataSource);
    const { id } = await parcels.add({ title: 'Box', size: {} as Size, holder: { name: 'Eve' } as Owner });
    expect(await rowOf(Parcel)).toMatchObject({ sizeHeight: 10, sizeDepth: 20 });
    expect((await parcels.getExistOne(id, { load: ['holder'] })).holder?.role).toBe('reader');
  });

  it('guards embedded objects of classes with values and constructors', async () => {
    const parcels = new ModelRepository(Parcel, dataSource);
    const { id } = await parcels.add({
      title: 'Box',
      size: { height: 3, depth: 4 } as Size,
      stamp: { place: 'x' } as Stamp,
    });
    const row = (await parcels.getExistOne(id)) as Parcel;
    expect(row.size).toBeInstanceOf(Size);
    expect(row.size.height).toBe(3);
    expectGuard(row.size, RelationNotLoadedError, 'measurer');
    expectGuard(row.size, ColumnNotSelectedError, 'depth');
    expectGuard(row.stamp, RelationNotLoadedError, 'clerk');
    expect(() => row.stamp.clerk).toThrow('Parcel.stamp.clerk was not loaded');
    expect(() => row.size.depth).toThrow('Parcel.size.depth was not selected');
    row.size.height = 5;
    await parcels.save(row);
    row.title = 'Bag';
    await parcels.typeorm.save(row);
    expect(await rowOf(Parcel)).toMatchObject({ title: 'Bag', sizeHeight: 5, sizeDepth: 4, stampPlace: 'x' });
    const part = await parcels.typeorm.findOneOrFail({ where: { id }, select: { id: true, size: { height: true } } });
    expect(part.size.height).toBe(5);
    expectGuard(part.size, ColumnNotSelectedError, 'depth');
    expectGuard(part, ColumnNotSelectedError, 'stamp', 'title');
    part.size.height = 6;
    await parcels.typeorm.save(part);
    expect(await rowOf(Parcel)).toMatchObject({ title: 'Bag', sizeHeight: 6, sizeDepth: 4, stampPlace: 'x' });
  });

  it('respects accessors of the application', async () => {
    const repository = new ModelRepository(Accessors, dataSource);
    const { id } = await repository.add({ title: 'low', owner, second: owner });
    const row = (await repository.getExistOne(id)) as Accessors;
    expect([row.title, row.owner]).toEqual(['LOW', undefined]);
    expectGuard(row, RelationNotLoadedError, 'second');
    const loaded = (await repository.getExistOne(id, { load: ['owner'] })) as Accessors;
    expect([loaded.owner?.name, loaded._owner?.name]).toEqual(['Ada', 'Ada']);
    const part = await repository.typeorm.findOneOrFail({ where: { id }, select: { id: true } });
    expect(part.title).toBe('none');
    part.title = 'later';
    expect(part._title).toBe('LATER');
    expectGuard(part, ColumnNotSelectedError, 'state');
  });

  it('saves plain objects and copies as TypeORM does', async () => {
    const things = new ModelRepository(Fields, dataSource);
    const { id } = await things.add({ title: 'Thing', state: 'kept', hidden: 'treasure', owner });
    const found = (await things.getExistOne(id)) as Fields;
    await things.typeorm.save({ ...found, title: 'spread' });
    expect(await rowOf(Fields)).toMatchObject({
      title: 'spread',
      state: 'kept',
      hidden: 'treasure',
      ownerId: owner.id,
    });
    await things.typeorm.save(Object.assign(things.typeorm.create(), found, { title: 'copied' }));
    expect(await rowOf(Fields)).toMatchObject({
      title: 'copied',
      state: 'kept',
      hidden: 'treasure',
      ownerId: owner.id,
    });
    await things.save(Object.assign(new Fields(), found, { title: 'ours' }));
    expect(await rowOf(Fields)).toMatchObject({ title: 'ours', state: 'kept', hidden: 'treasure', ownerId: owner.id });
  });
});

describe('a relation that is declared again', () => {
  @Model({ abstract: true })
  abstract class Base extends UuidTableBase {
    @ManyToOne(() => Owner) owner: Relation<Owner>;
  }
  @Model({ abstract: true })
  abstract class Between extends Base {
    @Str64() between: string;
  }

  const declaration = (parent: abstract new () => Base): (() => unknown) => {
    return () => {
      @Model()
      class Child extends parent {
        @ManyToOne(() => Owner, { nullable: true }) declare owner: Relation<Owner>;
      }
      return Child;
    };
  };

  it('is an error at class definition that names both classes', () => {
    for (const parent of [Base, Between]) {
      expect(declaration(parent)).toThrow(ConfigurationError);
      expect(declaration(parent)).toThrow(
        'Child.owner declares again a relation that it inherits from Base: remove it from Child, or give it another name.',
      );
    }
  });

  it('is one too when it comes from a mixin, or from a class without a decorator', () => {
    abstract class Undecorated extends UuidTableBase {
      @ManyToOne(() => Owner) owner: Relation<Owner>;
    }
    for (const parent of [WithOwner(UuidTableBase), Undecorated]) {
      expect(declaration(parent as unknown as abstract new () => Base)).toThrow(
        /^Child\.owner declares again .* from (?:Mixed|Undecorated)/,
      );
    }
  });

  it('is one too when it is another kind of relation, or a column', () => {
    expect(() => {
      @Model()
      class Many extends Base {
        @OneToMany(() => Parcel, (parcel) => parcel.holder) declare owner: never;
      }
      return Many;
    }).toThrow('Many.owner declares again');
    expect(() => {
      @Model()
      class Plain extends Base {
        @Str64() declare owner: never;
      }
      return Plain;
    }).toThrow('Plain.owner declares again');
  });

  it('is none in another branch', () => {
    @Model()
    class One extends Base {
      @ManyToOne(() => Owner) second: Relation<Owner>;
    }
    @Model()
    class Two extends Base {
      @ManyToOne(() => Owner) second: Relation<Owner>;
    }
    expect([One.name, Two.name]).toEqual(['One', 'Two']);
  });
});
