import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AfterInsert,
  AfterLoad,
  AfterUpdate,
  BeforeInsert,
  BeforeRemove,
  BeforeUpdate,
  ChildEntity,
  Column,
  Entity,
  EntitySchema,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  RelationId,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  VersionColumn,
  ViewColumn,
  ViewEntity,
  VirtualColumn,
  type DataSource,
  type EntityManager,
  type EntitySubscriberInterface,
  type InsertEvent,
  type LoadEvent,
  type ObjectLiteral,
  type Relation,
  type RemoveEvent,
  type SoftRemoveEvent,
  type UpdateEvent,
} from 'typeorm';
import { ColumnNotSelectedError, RelationNotLoadedError, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

/** Every kind of entity that plain TypeORM knows, unchanged, with `scope: 'all'`. */

@Entity()
class Keeper {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @OneToMany(() => Animal, (animal) => animal.keeper) animals: Relation<Animal>[];
}

// One table for all.
@Entity()
@TableInheritance({ column: { type: 'varchar', length: 64, name: 'kind' } })
class Animal {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @ManyToOne(() => Keeper, (keeper) => keeper.animals, { nullable: true }) keeper: Relation<Keeper> | null;
}

@ChildEntity()
class Bird extends Animal {
  @Column({ type: 'int', nullable: true }) span: number | null;
  @Column({ type: 'varchar', length: 64, nullable: true, select: false }) ring: string | null;
  @ManyToOne(() => Keeper, { nullable: true }) falconer: Relation<Keeper> | null;
}

@ChildEntity()
class Fish extends Animal {
  @Column({ type: 'int', nullable: true }) depth: number | null;
  @ManyToMany(() => Keeper) @JoinTable() feeders: Relation<Keeper>[];
}

interface Node {
  id: number;
  name: string;
  parent: Node | null;
  children: Node[];
  keeper: Keeper | null;
}

function nodeClass(type: 'materialized-path' | 'nested-set' | 'closure-table'): new () => Node {
  @Entity({ name: `node_${type.replace('-', '_')}` })
  @Tree(type)
  class TreeNode implements Node {
    @PrimaryGeneratedColumn() id: number;
    @Column({ type: 'varchar', length: 64 }) name: string;
    @TreeParent() parent: Relation<TreeNode> | null;
    @TreeChildren() children: Relation<TreeNode>[];
    @ManyToOne(() => Keeper, { nullable: true }) keeper: Relation<Keeper> | null;
  }
  // Trees find their table by the name of the class.
  Object.defineProperty(TreeNode, 'name', { value: `Node_${type.replace('-', '_')}` });
  return TreeNode;
}

const TREES = (['materialized-path', 'nested-set', 'closure-table'] as const).map((type) => ({
  type,
  node: nodeClass(type),
}));

/** A tree by parent and children alone. */
@Entity()
class Folder implements Node {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @ManyToOne(() => Folder, (folder) => folder.children, { nullable: true }) parent: Relation<Folder> | null;
  @OneToMany(() => Folder, (folder) => folder.parent) children: Relation<Folder>[];
  @ManyToOne(() => Keeper, { nullable: true }) keeper: Relation<Keeper> | null;
}

// Composite keys, and a key that is a foreign key.
@Entity()
class Seat {
  @PrimaryColumn({ type: 'varchar', length: 8 }) hall: string;
  @PrimaryColumn({ type: 'int' }) number: number;
  @Column({ type: 'varchar', length: 64, default: '' }) colour: string;
  @OneToMany(() => Booking, (booking) => booking.seat) bookings: Relation<Booking>[];
  @ManyToOne(() => Keeper, { nullable: true }) keeper: Relation<Keeper> | null;
}

@Entity()
class Booking {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) guest: string;
  @ManyToOne(() => Seat, (seat) => seat.bookings, { nullable: true })
  @JoinColumn([
    { name: 'hall', referencedColumnName: 'hall' },
    { name: 'seatNumber', referencedColumnName: 'number' },
  ])
  seat: Relation<Seat> | null;
}

@Entity()
class Licence {
  @PrimaryColumn({ type: 'int' }) keeperId: number;
  @Column({ type: 'varchar', length: 64 }) text: string;
  @OneToOne(() => Keeper) @JoinColumn({ name: 'keeperId' }) keeper: Relation<Keeper>;
}

@Entity()
class Membership {
  @PrimaryColumn({ type: 'int' }) keeperId: number;
  @PrimaryColumn({ type: 'int' }) clubId: number;
  @Column({ type: 'varchar', length: 64, default: 'member' }) role: string;
  @ManyToOne(() => Keeper) @JoinColumn({ name: 'keeperId' }) keeper: Relation<Keeper>;
  @ManyToOne(() => Keeper) @JoinColumn({ name: 'clubId' }) club: Relation<Keeper>;
}

// Lazy and eager relations, ids and computed columns.
@Entity()
class Note {
  @PrimaryGeneratedColumn() id: number;
  @Index({ unique: true }) @Column({ type: 'varchar', length: 64 }) text: string;
  @VersionColumn() version: number;
  @ManyToOne(() => Keeper, { nullable: true, lazy: true }) author: Promise<Keeper | null>;
  @ManyToOne(() => Keeper, { nullable: true, eager: true }) reader: Relation<Keeper> | null;
  @ManyToOne(() => Keeper, { nullable: true }) editor: Relation<Keeper> | null;
  @RelationId((note: Note) => note.editor) editorId: number | null;
  @ManyToMany(() => Keeper, { lazy: true }) @JoinTable() fans: Promise<Keeper[]>;
  @VirtualColumn({ type: 'int', query: (alias) => `SELECT LENGTH(${alias}.text)` }) size: number;
}

/** Listeners that look at themselves. */
const heard: string[] = [];
@Entity()
class Diary {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) text: string;
  @ManyToOne(() => Keeper, { nullable: true }) writer: Relation<Keeper> | null;
  @OneToMany(() => Page, (page) => page.diary, { cascade: true }) pages: Relation<Page>[];
  keys: string[];
  #looked(event: string): void {
    heard.push(`${event} ${JSON.stringify(Object.keys({ ...this }).includes('text'))}`);
    JSON.stringify(this);
    structuredClone({ ...this });
  }
  @AfterLoad() afterLoad(): void {
    this.#looked('load');
    this.keys = Object.keys(this);
  }
  @BeforeInsert() beforeInsert(): void {
    // New entities are free.
    this.pages ??= [];
    this.#looked('insert');
  }
  @AfterInsert() afterInsert(): void {
    this.#looked('inserted');
  }
  @BeforeUpdate() beforeUpdate(): void {
    this.#looked('update');
  }
  @AfterUpdate() afterUpdate(): void {
    this.#looked('updated');
  }
  @BeforeRemove() beforeRemove(): void {
    this.#looked('remove');
  }
}

@Entity()
class Page {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) text: string;
  @ManyToOne(() => Diary, (diary) => diary.pages) diary: Relation<Diary>;
}

/** A listener that uses what may be missing. */
@Entity()
class Careless {
  @PrimaryGeneratedColumn() id: number;
  @ManyToOne(() => Keeper, { nullable: true }) keeper: Relation<Keeper> | null;
  keeperName: string | undefined;
  @AfterLoad() afterLoad(): void {
    this.keeperName = this.keeper?.name;
  }
}

@ViewEntity({
  expression: (source) =>
    source.createQueryBuilder().select('k.id', 'id').addSelect('k.name', 'name').from(Keeper, 'k'),
})
class KeeperView {
  @ViewColumn() id: number;
  @ViewColumn() name: string;
}

/** Declared without decorators; schemas know each other alone. */
class Tool {
  id: number;
  name: string;
  box: Box | null;
}
interface Box {
  id: number;
  name: string;
  tools?: Tool[];
}
const BoxSchema = new EntitySchema<Box>({
  name: 'Box',
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String, length: 64 } },
  relations: { tools: { type: 'one-to-many', target: 'Tool', inverseSide: 'box' } },
});
const ToolSchema = new EntitySchema<Tool>({
  name: 'Tool',
  target: Tool,
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String, length: 64 } },
  relations: { box: { type: 'many-to-one', target: 'Box', inverseSide: 'tools', nullable: true } },
});

const ENTITIES = [
  ...[Keeper, Animal, Bird, Fish, Folder, Seat, Booking, Licence, Membership, Note, Diary, Page, Careless],
  ...[KeeperView, ToolSchema, BoxSchema, ...TREES.map(({ node }) => node)],
];

/** Looks at everything that TypeORM shows it. */
class Spy implements EntitySubscriberInterface {
  readonly seen: string[] = [];
  /** Asked with each event. */
  ask: (event: string, entity: ObjectLiteral, stored?: ObjectLiteral) => void = () => undefined;
  #look(event: string, ...entities: (ObjectLiteral | undefined)[]): void {
    this.seen.push(event);
    for (const entity of entities) {
      JSON.stringify(entity);
      Object.entries(entity ?? {});
    }
    if (entities[0]) this.ask(event, entities[0], entities[1]);
  }
  afterLoad(entity: ObjectLiteral, event?: LoadEvent<ObjectLiteral>): void {
    this.#look('load', entity, event?.entity);
  }
  beforeInsert(event: InsertEvent<ObjectLiteral>): void {
    this.#look('insert', event.entity);
  }
  afterInsert(event: InsertEvent<ObjectLiteral>): void {
    this.#look('inserted', event.entity);
  }
  beforeUpdate(event: UpdateEvent<ObjectLiteral>): void {
    this.#look('update', event.entity, event.databaseEntity);
  }
  afterUpdate(event: UpdateEvent<ObjectLiteral>): void {
    this.#look('updated', event.entity, event.databaseEntity);
  }
  beforeRemove(event: RemoveEvent<ObjectLiteral>): void {
    this.#look('remove', event.entity, event.databaseEntity);
  }
  beforeSoftRemove(event: SoftRemoveEvent<ObjectLiteral>): void {
    this.#look('soft-remove', event.entity, event.databaseEntity);
  }
}

function read(entity: object | null | undefined, name: string): unknown {
  return (entity as Record<string, unknown>)[name];
}

function expectUnloaded(entity: object | null | undefined, ...names: string[]): void {
  for (const name of names) expect(() => read(entity, name)).toThrow(RelationNotLoadedError);
}

describe.each(DATABASES)('strict relations of every kind of entity on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let m: EntityManager;
  let ann: Keeper;
  let bob: Keeper;
  const spy = new Spy();

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, ENTITIES as Function[]));
    withSqlModelExt(dataSource, { relations: { scope: 'all' } });
    m = dataSource.manager;
    [ann, bob] = await m.save(m.create(Keeper, [{ name: 'Ann' }, { name: 'Bob' }]));
  });
  afterAll(() => close());
  beforeEach(() => {
    spy.ask = () => undefined;
    spy.seen.length = 0;
    heard.length = 0;
  });

  const count = (type: Function): Promise<number> => m.createQueryBuilder(type, 'x').getCount();

  describe('single-table inheritance', () => {
    let bird: Bird;
    let fish: Fish;
    beforeEach(async () => {
      await m.query(`DELETE FROM ${dataSource.driver.escape('animal_feeders_keeper')}`);
      await m.createQueryBuilder().delete().from(Animal).execute();
      bird = await m.save(m.create(Bird, { name: 'Owl', keeper: ann, falconer: bob, span: 3, ring: 'x1' }));
      fish = await m.save(m.create(Fish, { name: 'Cod', keeper: ann, feeders: [ann, bob], depth: 9 }));
    });

    it('guards each class by what it has, however it is read', async () => {
      const keeper = await m.findOneOrFail(Keeper, { where: { id: ann.id }, relations: { animals: true } });
      for (const animals of [
        await m.find(Animal),
        await m.createQueryBuilder(Animal, 'a').getMany(),
        keeper.animals,
        [await m.findOneByOrFail(Bird, {}), await m.findOneByOrFail(Fish, {})],
      ]) {
        const owl = animals.find((each) => each.id === bird.id)!;
        const cod = animals.find((each) => each.id === fish.id)!;
        expect([owl.constructor, cod.constructor]).toEqual([Bird, Fish]);
        expectUnloaded(owl, 'keeper', 'falconer');
        expectUnloaded(cod, 'keeper', 'feeders');
        expect([(owl as Bird).span, (cod as Fish).depth]).toEqual([3, 9]);
        expect(() => (owl as Bird).ring).toThrow(ColumnNotSelectedError);
        // What another class has is nothing to load.
        expect(['feeders', 'depth', 'nothing'].map((name) => read(owl, name))).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
        expect(['falconer', 'span', 'ring'].map((name) => read(cod, name))).toEqual([undefined, undefined, undefined]);
        expect('falconer' in cod).toBe(false);
        expect(() => read(owl, 'falconer')).toThrow(/^Bird\.falconer was not loaded/);
      }
    });

    it('knows what is loaded', async () => {
      for (const relationLoadStrategy of ['join', 'query'] as const) {
        const animals = await m.find(Animal, {
          relations: { keeper: true },
          relationLoadStrategy,
          order: { id: 'ASC' },
        });
        expect(animals.map(({ keeper }) => keeper?.name)).toEqual(['Ann', 'Ann']);
        expectUnloaded(animals[0], 'falconer');
      }
      const [owl] = await m.find(Bird, { relations: { keeper: true, falconer: true } });
      expect([owl.keeper?.name, owl.falconer?.name]).toEqual(['Ann', 'Bob']);
      const [cod] = await m.createQueryBuilder(Fish, 'f').leftJoinAndSelect('f.feeders', 'k').getMany();
      expect(cod.feeders).toHaveLength(2);
      expectUnloaded(cod, 'keeper');
      expectUnloaded(cod.feeders[0], 'animals');
    });

    it('guards columns that a query left out, of each class its own', async () => {
      const animals = await m.find(Animal, { select: { id: true }, order: { id: 'ASC' } });
      for (const animal of animals) expect(() => animal.name).toThrow(ColumnNotSelectedError);
      // Without the column that names the class, every row is one of the class that was asked for.
      expect(read(animals[0], 'span')).toBeUndefined();
      const [owl] = await m.find(Bird, { select: { id: true } });
      expect(() => owl.span).toThrow(/^Bird\.span was not selected/);
      const [cod] = await m.find(Fish, { select: { id: true } });
      expect([read(cod, 'span'), 'span' in cod]).toEqual([undefined, false]);
    });

    it('writes only what was set', async () => {
      for (const load of [
        () => m.find(Animal, { order: { id: 'ASC' } }),
        () => m.find(Animal, { order: { id: 'ASC' }, select: { id: true } }),
        () => m.find(Animal, { order: { id: 'ASC' }, relations: { keeper: true } }),
      ]) {
        const animals = await load();
        await m.save(animals);
        animals[0].name = 'Eagle';
        animals[1].name = 'Eel';
        await m.save(animals);
        await m.save(m.merge(Animal, animals[0], { name: 'Hawk' }));
        expect(await m.findOne(Bird, { where: {}, relations: { keeper: true, falconer: true }, select: { id: true, name: true, ring: true, span: true, keeper: { name: true }, falconer: { name: true } } })).toMatchObject({ name: 'Hawk', span: 3, ring: 'x1', keeper: { name: 'Ann' }, falconer: { name: 'Bob' } }); // prettier-ignore
        expect(await m.findOne(Fish, { where: {}, relations: { keeper: true, feeders: true } })).toMatchObject({
          ...{ name: 'Eel', depth: 9, keeper: { name: 'Ann' } },
          feeders: [{}, {}],
        });
      }
      const [owl] = await m.find(Animal, { order: { id: 'ASC' } });
      await m.remove(owl);
      expect(await count(Animal)).toBe(1);
    });
  });

  describe.each(TREES)('$type', ({ node }) => {
    const trees = () => dataSource.getTreeRepository(node);
    let root: Node;
    let middle: Node;
    let leaf: Node;

    beforeAll(async () => {
      root = await trees().save(trees().create({ name: 'root', keeper: ann }));
      middle = await trees().save(trees().create({ name: 'middle', parent: root, keeper: ann }));
      leaf = await trees().save(trees().create({ name: 'leaf', parent: middle, keeper: bob }));
      await trees().save(trees().create({ name: 'other', parent: root }));
    });

    const names = (nodes: Node[]): string[] => nodes.map(({ name }) => name).sort();

    it('guards nodes that are read as any entity', async () => {
      for (const each of [...(await trees().find()), ...(await trees().findRoots())]) {
        expectUnloaded(each, 'parent', 'children', 'keeper');
      }
      for (const each of [...(await trees().findDescendants(root)), ...(await trees().findAncestors(leaf))]) {
        expectUnloaded(each, 'parent', 'children', 'keeper');
      }
    });

    it('findTrees() and findDescendantsTree() load children', async () => {
      const [found] = await trees().findTrees();
      expect(names(found.children)).toEqual(['middle', 'other']);
      const inner = found.children.find(({ name }) => name === 'middle')!;
      expect([names(inner.children), inner.children[0].children]).toEqual([['leaf'], []]);
      expectUnloaded(found, 'parent', 'keeper');
      expectUnloaded(inner.children[0], 'parent', 'keeper');
      const [kept] = await trees().findTrees({ relations: ['keeper'], depth: 1 });
      expect([kept.keeper?.name, kept.children.map(({ children }) => children)]).toEqual(['Ann', [[], []]]);
      const given = (await trees().findOneBy({ id: middle.id }))!;
      const tree = await trees().findDescendantsTree(given, { relations: ['keeper'] });
      expect([names(tree.children), tree.children[0].keeper?.name]).toEqual([['leaf'], 'Bob']);
      expect(await trees().countDescendants(given)).toBe(2);
    });

    it('findAncestorsTree() loads parents up to the root, whose parent is undefined', async () => {
      const given = (await trees().findOneBy({ id: leaf.id }))!;
      const path: string[] = [];
      for (let each: Node | null | undefined = await trees().findAncestorsTree(given); each; each = each.parent) {
        path.push(each.name);
        expectUnloaded(each, 'children', 'keeper');
      }
      expect(path).toEqual(['leaf', 'middle', 'root']);
      expect(await trees().countAncestors(given)).toBe(3);
      const top = await trees().findAncestorsTree((await trees().findOneBy({ id: root.id }))!);
      expect(top.parent).toBeUndefined();
      expect(Object.keys(top)).not.toContain('parent');
    });

    it('nodes that are loaded in part can be saved, given a child and moved', async () => {
      const before = await trees().count();
      for (const load of [
        () => trees().findOneByOrFail({ id: middle.id }),
        () => trees().findOneOrFail({ where: { id: middle.id }, select: { id: true, name: true } }),
        () => trees().findOneOrFail({ where: { id: middle.id }, relations: { children: true } }),
        async () => (await trees().findTrees())[0].children.find(({ id }) => id === middle.id)!,
        async () => trees().findAncestorsTree(await trees().findOneByOrFail({ id: middle.id })),
      ]) {
        const each = await load();
        await trees().save(each);
        each.name = 'changed';
        await trees().save(each);
        each.name = 'middle';
        await trees().save(each);
        const found = await trees().findOneOrFail({
          where: { id: middle.id },
          relations: { parent: true, keeper: true, children: true },
        });
        expect([found.name, found.parent?.name, found.keeper?.name, names(found.children)]).toEqual([
          ...['middle', 'root', 'Ann', ['leaf']],
        ]);
        const child = await trees().save(trees().create({ name: 'new', parent: await load() }));
        expect(names(await trees().findAncestors(child))).toEqual(['middle', 'new', 'root']);
        await trees().remove(child);
      }
      expect(await trees().count()).toBe(before);
      const moved = await trees().findOneByOrFail({ id: leaf.id });
      moved.parent = await trees().findOneByOrFail({ id: root.id });
      await trees().save(moved);
      expect(names(await trees().findAncestors(moved))).toEqual(['leaf', 'root']);
      expect(names(await trees().findDescendants(root))).toEqual(['leaf', 'middle', 'other', 'root']);
      moved.parent = await trees().findOneByOrFail({ id: middle.id });
      await trees().save(moved);
      expect(names(await trees().findAncestors(moved))).toEqual(['leaf', 'middle', 'root']);
    });
  });

  it('a tree by parent and children is guarded at every level', async () => {
    const root = await m.save(m.create(Folder, { name: 'root' }));
    const inner = await m.save(m.create(Folder, { name: 'inner', parent: root }));
    await m.save(m.create(Folder, { name: 'leaf', parent: inner }));
    const found = await m.findOneOrFail(Folder, {
      where: { id: root.id },
      relations: { children: { children: true } },
    });
    expect(found.children[0].children.map(({ name }) => name)).toEqual(['leaf']);
    expectUnloaded(found, 'parent');
    expectUnloaded(found.children[0], 'parent');
    expectUnloaded(found.children[0].children[0], 'children', 'parent');
    found.children[0].name = 'changed';
    await m.save(found.children[0]);
    await m.save(found);
    const leaf = await m.findOneOrFail(Folder, { where: { name: 'leaf' }, relations: { parent: { parent: true } } });
    expect([leaf.parent?.name, leaf.parent?.parent?.name]).toEqual(['changed', 'root']);
    expectUnloaded(leaf.parent?.parent, 'parent');
  });

  it('composite keys', async () => {
    const seat = await m.save(m.create(Seat, { hall: 'A', number: 1, keeper: ann }));
    await m.save(m.create(Booking, [{ guest: 'x', seat }, { guest: 'y', seat }])); // prettier-ignore
    const found = await m.findOneByOrFail(Seat, { hall: 'A', number: 1 });
    expectUnloaded(found, 'bookings', 'keeper');
    expect(m.getId(found)).toEqual({ hall: 'A', number: 1 });
    found.colour = 'red';
    await m.save(found);
    const part = await m.findOneOrFail(Seat, { where: { hall: 'A' }, select: { hall: true, number: true } });
    expect(() => part.colour).toThrow(ColumnNotSelectedError);
    await m.save(Object.assign(part, { colour: 'blue' }));
    const booking = await m.findOneByOrFail(Booking, { guest: 'x' });
    expectUnloaded(booking, 'seat');
    await m.save(Object.assign(booking, { guest: 'z' }));
    await m.save(m.merge(Booking, booking, { guest: 'w' }));
    const whole = await m.findOneOrFail(Seat, { where: { hall: 'A' }, relations: { bookings: true, keeper: true } });
    expect([whole.colour, whole.keeper?.name, whole.bookings.map(({ guest }) => guest).sort()]).toEqual(['blue', 'Ann', ['w', 'y']]); // prettier-ignore
    expectUnloaded(whole.bookings[0], 'seat');
    await m.save(Object.assign(booking, { seat: null }));
    expect(await m.countBy(Booking, { seat: { hall: 'A', number: 1 } })).toBe(1);
    await m.remove(booking);
    expect([await count(Booking), await count(Seat)]).toEqual([1, 1]);
  });

  it('keys that are foreign keys', async () => {
    await m.save(m.create(Licence, { keeper: ann, text: 'one' }));
    const licence = await m.findOneByOrFail(Licence, { keeperId: ann.id });
    expectUnloaded(licence, 'keeper');
    expect([licence.keeperId, m.hasId(licence), m.getId(licence)]).toEqual([ann.id, true, ann.id]);
    await m.save(Object.assign(licence, { text: 'two' }));
    const part = await m.findOneOrFail(Licence, { where: {}, select: { keeperId: true } });
    await m.save(Object.assign(part, { text: 'three' }));
    expect(await m.find(Licence, { relations: { keeper: true } })).toMatchObject([
      { text: 'three', keeper: { name: 'Ann' } },
    ]);
    await m.remove(part);
    expect(await count(Licence)).toBe(0);

    await m.save(m.create(Membership, { keeper: ann, club: bob }));
    const membership = await m.findOneByOrFail(Membership, { keeperId: ann.id });
    expectUnloaded(membership, 'keeper', 'club');
    await m.save(Object.assign(membership, { role: 'chair' }));
    await m.upsert(Membership, membership, ['keeperId', 'clubId']);
    const half = await m.findOneOrFail(Membership, { where: {}, relations: { club: true } });
    expectUnloaded(half, 'keeper');
    await m.save(Object.assign(half, { role: 'guest' }));
    expect(await m.find(Membership, { relations: { keeper: true, club: true } })).toMatchObject([
      { role: 'guest', keeper: { name: 'Ann' }, club: { name: 'Bob' } },
    ]);
    await m.softRemove(Membership, []);
    await m.remove(half);
    expect(await count(Membership)).toBe(0);
  });

  it('lazy relations load themselves, eager ones come along where TypeORM brings them, ids are ids', async () => {
    const made = m.create(Note, { text: 'note', reader: ann, editor: bob });
    made.author = Promise.resolve(ann);
    made.fans = Promise.resolve([ann, bob]);
    await m.save(made);
    const note = await m.findOneByOrFail(Note, { text: 'note' });
    expect([note.reader?.name, note.editorId, Number(note.size)]).toEqual(['Ann', bob.id, 4]);
    expectUnloaded(note, 'editor');
    expectUnloaded(note.reader, 'animals');
    const author = await note.author;
    expect(author?.name).toBe('Ann');
    expectUnloaded(author, 'animals');
    expect((await note.fans).map(({ name }) => name).sort()).toEqual(['Ann', 'Bob']);
    // A query builder brings no eager relation.
    const built = await m.createQueryBuilder(Note, 'n').getOneOrFail();
    expectUnloaded(built, 'reader', 'editor');
    expect((await built.author)?.name).toBe('Ann');
    const loaded = await m.findOneOrFail(Note, { where: {}, relations: { editor: true, author: true } });
    expect([loaded.editor?.name, (await loaded.author)?.name]).toEqual(['Bob', 'Ann']);
    const bare = await m.findOneOrFail(Note, { where: {}, loadEagerRelations: false });
    expectUnloaded(bare, 'reader');
    const part = await m.findOneOrFail(Note, {
      where: {},
      select: { id: true, text: true },
      loadEagerRelations: false,
    });
    expect(() => part.size).toThrow(ColumnNotSelectedError);
    expect(() => part.version).toThrow(ColumnNotSelectedError);
    for (const each of [note, built, loaded, bare, part]) {
      await m.save(Object.assign(each, { text: `${each.text}.` }));
      JSON.stringify(each);
    }
    const after = await m.findOneOrFail(Note, { where: {}, relations: { editor: true } });
    expect([after.editor?.name, after.reader?.name, (await after.author)?.name, (await after.fans).length]).toEqual([
      ...['Bob', 'Ann', 'Ann', 2],
    ]);
    await m.remove(after);
    expect([await count(Note), await count(Keeper)]).toEqual([0, 2]);
  });

  it('listeners that look at their entity', async () => {
    const diary = await m.save(m.create(Diary, { text: 'day', writer: ann, pages: [{ text: 'one' }] }));
    const found = await m.findOneByOrFail(Diary, { id: diary.id });
    expect(found.keys).toEqual(expect.arrayContaining(['id', 'text']));
    expect(found.keys).not.toContain('writer');
    expectUnloaded(found, 'writer', 'pages');
    await m.save(Object.assign(found, { text: 'night' }));
    await m.save(m.create(Diary, { text: 'new' }));
    const whole = await m.findOneOrFail(Diary, { where: { id: diary.id }, relations: { writer: true, pages: true } });
    expect([whole.writer?.name, whole.pages.length]).toEqual(['Ann', 1]);
    await m.remove(whole.pages);
    await m.remove(await m.findOneByOrFail(Diary, { id: diary.id }));
    expect(new Set(heard)).toEqual(
      new Set(['load', 'insert', 'inserted', 'update', 'updated', 'remove'].map((event) => `${event} true`)),
    );
  });

  it('a listener that uses what is not loaded is told so', async () => {
    const { id } = await m.save(m.create(Careless, { keeper: ann }));
    await expect(m.findOneBy(Careless, { id })).rejects.toThrow('Careless.keeper was not loaded');
    expect((await m.findOneOrFail(Careless, { where: { id }, relations: { keeper: true } })).keeperName).toBe('Ann');
  });

  it('subscribers, and the entity that TypeORM reads for them', async () => {
    dataSource.subscribers.push(spy);
    try {
      const unloaded: string[] = [];
      spy.ask = (event, entity, stored) => {
        if (!(entity instanceof Folder)) return;
        for (const [which, each] of [
          ['', entity],
          ['stored ', stored],
        ] as const) {
          // prettier-ignore
          if (!each) continue;
          try {
            void (each as Folder).keeper;
          } catch (error) {
            if (error instanceof RelationNotLoadedError) unloaded.push(`${which}${event}`);
          }
        }
      };
      const folder = await m.save(m.create(Folder, { name: 'spied' }));
      const found = await m.findOneByOrFail(Folder, { id: folder.id });
      found.name = 'changed';
      await m.save(found);
      await m.remove(await m.findOneOrFail(Folder, { where: { id: folder.id }, relations: { keeper: true } }));
      expect(spy.seen).toEqual(expect.arrayContaining(['insert', 'inserted', 'load', 'update', 'updated', 'remove']));
      expect(unloaded).toEqual(expect.arrayContaining(['load', 'update', 'stored update', 'updated', 'stored remove']));
      expect(unloaded).not.toContain('insert');
    } finally {
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(spy), 1);
    }
  });

  it('views and schemas without decorators', async () => {
    const [view] = await m.find(KeeperView, { order: { name: 'ASC' } });
    expect([view.name, JSON.stringify(view)]).toEqual(['Ann', expect.stringContaining('Ann')]);
    const box = await m.save(BoxSchema, { name: 'red' });
    await m.save(Object.assign(new Tool(), { name: 'hammer', box }));
    const tool = await m.findOneByOrFail(Tool, {});
    expectUnloaded(tool, 'box');
    await m.save(Object.assign(tool, { name: 'saw' }));
    expect(await m.findOne(Tool, { where: {}, relations: { box: true } })).toMatchObject({
      name: 'saw',
      box: { name: 'red' },
    });
    // There is no class that a guard could be on.
    expect((await m.findOneByOrFail(BoxSchema, {})).tools).toBeUndefined();
  });
});
