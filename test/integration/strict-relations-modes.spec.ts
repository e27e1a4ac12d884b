import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import {
  Column,
  DataSource,
  Entity,
  ManyToMany,
  ManyToOne,
  JoinTable,
  OneToMany,
  PrimaryGeneratedColumn,
  type DataSourceOptions,
  type Relation,
} from 'typeorm';
import {
  ColumnNotSelectedError,
  getModelRepositoryToken,
  ModelRepository,
  RelationNotLoadedError,
  SqlModelExtModule,
  UnitOfWork,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { DATABASES, createTestDatabase, type FreshDatabase } from '../support/databases.js';
import { Author, Book, LIBRARY, Loan, Profile, Shelf, Tag, Volume, Chapter } from '../support/models/library.js';

/** Plain TypeORM of an existing application, without any change. */
@Entity()
class Farm {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @Column({ type: 'varchar', length: 64, nullable: true, select: false }) secret: string | null;
  @OneToMany(() => Animal, (animal) => animal.farm) animals: Relation<Animal>[];
}

@Entity()
class Animal {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @ManyToOne(() => Farm, (farm) => farm.animals, { nullable: true }) farm: Relation<Farm> | null;
  @ManyToMany(() => Farm) @JoinTable() visited: Relation<Farm>[];
}

const ENTITIES = [...LIBRARY, Farm, Animal];

function read(entity: unknown, name: string): unknown {
  return (entity as Record<string, unknown>)[name];
}

/** The error of reading a property. */
function errorOf(entity: unknown, name: string): RelationNotLoadedError {
  try {
    read(entity, name);
  } catch (error) {
    return error as RelationNotLoadedError;
  }
  throw new Error(`'${name}' was readable`);
}

/** The line of this file in which the caller calls it. */
function thisLine(): number {
  const frames = (new Error().stack ?? '').split('\n').filter((line) => line.includes('modes.spec.ts:'));
  return Number(/modes\.spec\.ts:(\d+):/.exec(frames[1])?.[1]);
}

describe.each(DATABASES)('strictness on $name', ({ name: engine, hasSeveral }) => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let ada: Author;
  let book: Book;

  const connect = (options: Partial<DataSourceOptions> = {}): Promise<DataSource> =>
    withSqlModelExt(
      new DataSource({ ...database.options, entities: ENTITIES, ...options } as DataSourceOptions),
    ).initialize();

  beforeAll(async () => {
    database = await createTestDatabase(engine);
    dataSource = await connect({ synchronize: true });
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  beforeEach(async () => {
    withSqlModelExt(dataSource, { relations: {} });
    for (const model of [Loan, Profile, Book, Tag, Shelf, Author, Chapter, Volume, Animal, Farm]) {
      await dataSource.createQueryBuilder().delete().from(model).execute();
    }
    ada = await authors.add({ name: 'Ada', email: 'ada@example.org', secret: 'pass' });
    book = await books.add({ title: 'Notes', authorId: ada.id });
    await new ModelRepository(Profile, dataSource).add({ bio: 'counts', authorId: ada.id });
  });

  describe('the error', () => {
    it('names the relation, the place of the query and the fix', async () => {
      const line = thisLine() + 1;
      const found = await books.getExistOne(book.id);
      const error = errorOf(found, 'author');
      expect(error).toBeInstanceOf(RelationNotLoadedError);
      expect(error.code).toBe('RELATION_NOT_LOADED');
      expect(error.fields).toMatchObject({ model: 'Book', relation: 'author' });
      const [what, where, fix] = error.message.split(/(?<=\.) (?=[A-Z])/);
      expect(what).toBe('Book.author was not loaded.');
      expect(where).toMatch(
        new RegExp(`^The Book was read at .*strict-relations-modes\\.spec\\.ts:${line}:\\d+\\)?\\.$`),
      );
      expect(fix).toBe(
        "Add load: ['author'] to the query (TypeORM's own: relations: { author: true }), put @RequiresRelations('author') on the method that needs it, or ask first with isLoaded(book, 'author').",
      );
      expect(error.fields).toHaveProperty('readAt', expect.stringContaining(`strict-relations-modes.spec.ts:${line}`));
    });

    it('names a column that was not selected', async () => {
      const author = await authors.getExistOne(ada.id);
      const error = errorOf(author, 'secret');
      expect(error).toBeInstanceOf(ColumnNotSelectedError);
      expect(error.message).toMatch(/^Author\.secret was not selected\. The Author was read at .*modes\.spec\.ts:\d+/);
      expect(error.message).toContain("addSelect: ['secret']");
    });

    it('has a stack that begins where the property was read', async () => {
      const found = await books.getExistOne(book.id);
      const line = thisLine() + 1;
      const error = errorOf({ get author() { return read(found, 'author'); } }, 'author'); // prettier-ignore
      const frames = (error.stack ?? '').split('\n').filter((each) => /^\s+at /.test(each));
      expect(frames[0]).toMatch(/at read .*strict-relations-modes\.spec\.ts/);
      expect(frames[1]).toMatch(new RegExp(`modes\\.spec\\.ts:${line}`));
      expect(error.stack).not.toMatch(/guard-property|unloaded-access/);
    });

    it('tells where each kind of query was made', async () => {
      const plain = dataSource.getRepository(Book);
      const stream = async (): Promise<unknown> => {
        for await (const each of books.stream()) return each;
        return undefined;
      };
      // Who returns a promise without awaiting it is not on the stack any more.
      /* eslint-disable @typescript-eslint/return-await */
      const line = thisLine();
      const queries: (() => Promise<unknown>)[] = [
        async () => await books.getExistOne(book.id),
        async () => await books.getOne(book.id, { withDeleted: true }),
        async () => await books.get({ title: 'Notes' }),
        async () => (await books.get({}, { fetch: 'all' }))[0],
        async () => (await books.getWithCount()).items[0],
        async () => await plain.findOneBy({ id: book.id }),
        async () => (await plain.find())[0],
        async () => await dataSource.manager.findOne(Book, { where: { id: book.id } }),
        async () => await plain.createQueryBuilder('b').getOne(),
        async () => (await plain.createQueryBuilder('b').getMany())[0],
        async () => (await authors.getExistOne(ada.id, { load: ['books'] })).books[0],
        async () => (await dataSource.manager.find(Author, { relations: { books: true } }))[0].books[0],
        async () => (await Promise.all([plain.findOneBy({}), plain.count()]))[0],
        async () => await dataSource.transaction(async (manager) => await manager.findOneBy(Book, {})),
        async () => await new UnitOfWork(dataSource).run(async () => await plain.findOneBy({})),
      ];
      /* eslint-enable @typescript-eslint/return-await */
      for (const [index, query] of queries.entries()) {
        const found = await query();
        expect([index, errorOf(found, 'shelf').message]).toEqual([
          index,
          expect.stringContaining(`strict-relations-modes.spec.ts:${line + 2 + index}:`),
        ]);
      }
      expect(errorOf(await stream(), 'shelf').message).toContain('strict-relations-modes.spec.ts');
    });

    it('of an entity that was written names no query', () => {
      expect(errorOf(book, 'tags').message).toBe(
        "Book.tags was not loaded. It was written, not read: save it with load: ['tags'], put @RequiresRelations('tags') on the method that needs it, or ask first with isLoaded(book, 'tags').",
      );
      expect(errorOf(book, 'tags').fields).not.toHaveProperty('readAt');
    });

    it('names nested paths of embedded objects and joined entities by their own model', async () => {
      const author = await authors.getExistOne(ada.id, { load: ['books'] });
      expect(errorOf(author.books[0], 'tags').message).toMatch(
        /^Book\.tags was not loaded\..* Add load: \['books\.tags'\] to the query \(TypeORM's own: relations: \{ books: \{ tags: true \} \}\)/,
      );
      const joined = await authors.typeorm.findOneOrFail({ where: { id: ada.id }, relations: { books: true } });
      expect(errorOf(joined.books[0], 'tags').message).toMatch(/Add load: \['books\.tags'\]/);
    });
  });

  describe('modes', () => {
    const reads = async (options: { strict?: boolean } = {}): Promise<Book[]> => {
      const found: unknown[] = [
        await books.getExistOne(book.id, options),
        await books.getOne(book.id, options),
        await books.get({ title: 'Notes' }, options),
        await books.get({ title: 'Notes' }, { ...options, fetch: 'one' }),
        ...(await books.get({}, { ...options, fetch: 'all' })),
        ...(await books.getWithCount({}, options)).items,
        ...(await authors.getExistOne(ada.id, { ...options, load: ['books'] })).books,
        (await books.stream({}, options).next()).value,
        await books.get(
          {},
          { ...options, filter: (query, alias) => void query.andWhere(`${alias}.title IS NOT NULL`) },
        ),
      ];
      expect(found).toHaveLength(9);
      return found as Book[];
    };
    const plainReads = async (): Promise<Book[]> => [
      await dataSource.manager.findOneByOrFail(Book, { id: book.id }),
      await dataSource.getRepository(Book).createQueryBuilder('b').getOneOrFail(),
      (await dataSource.manager.find(Author, { relations: { books: true } }))[0].books[0],
      (await dataSource.manager.find(Author, { relations: { books: true }, relationLoadStrategy: 'query' }))[0]
        .books[0],
    ];

    it('throw is the default', async () => {
      for (const each of [...(await reads()), ...(await plainReads())]) {
        expect(() => each.tags).toThrow(RelationNotLoadedError);
      }
    });

    it('off: everything is as it is in TypeORM', async () => {
      withSqlModelExt(dataSource, { relations: { strict: 'off' } });
      for (const each of [...(await reads()), ...(await plainReads())]) {
        expect([each.tags, each.shelf, each.loans]).toEqual([undefined, undefined, undefined]);
        each.tags ??= [];
        expect(each.tags).toEqual([]);
      }
      const author = await authors.getExistOne(ada.id);
      expect([author.secret, read(author, 'books'), read(author, 'profile')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      const part = await dataSource.manager.findOneOrFail(Book, { where: {}, select: { id: true } });
      expect([part.title, part.author]).toEqual([undefined, undefined]);
      const added = await books.add({ title: 'New', authorId: ada.id });
      expect(added.tags).toBeUndefined();
    });

    it('per query: strict: false, whatever the data source says', async () => {
      for (const mode of ['throw', 'warn', 'off'] as const) {
        withSqlModelExt(dataSource, { relations: { strict: mode } });
        const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
        try {
          for (const each of await reads({ strict: false })) {
            expect([each.tags, each.shelf, each.loans]).toEqual([undefined, undefined, undefined]);
          }
          const deep = await authors.getExistOne(ada.id, { strict: false, load: ['books.shelf', 'profile'] });
          expect([read(deep.books[0], 'tags'), read(deep.profile, 'author'), deep.books[0].shelf]).toEqual([
            undefined,
            undefined,
            null,
          ]);
          expect(read(await authors.getExistOne(ada.id, { strict: false }), 'secret')).toBeUndefined();
          expect(warnings).not.toHaveBeenCalled();
        } finally {
          warnings.mockRestore();
        }
      }
    });

    it('per query: strict: true, whatever the data source says', async () => {
      for (const mode of ['throw', 'warn', 'off'] as const) {
        withSqlModelExt(dataSource, { relations: { strict: mode } });
        for (const each of await reads({ strict: true })) {
          for (const name of ['tags', 'shelf', 'loans']) expect(errorOf(each, name).message).toContain('.spec.ts:');
        }
        const deep = await authors.getExistOne(ada.id, { strict: true, load: ['profile'] });
        expect(() => read(deep.profile, 'author')).toThrow(RelationNotLoadedError);
        expect(() => read(deep, 'secret')).toThrow(ColumnNotSelectedError);
      }
    });

    it('strict: false of one query is not that of another, also at the same time', async () => {
      const [loose, strict] = await Promise.all([
        books.getExistOne(book.id, { strict: false }),
        books.getExistOne(book.id),
      ]);
      expect(read(loose, 'tags')).toBeUndefined();
      expect(() => read(strict, 'tags')).toThrow(RelationNotLoadedError);
      await books.save(loose, { load: ['author'] });
      expect(read(loose, 'tags')).toBeUndefined();
      expect(() => read(loose.author, 'books')).toThrow(RelationNotLoadedError);
    });

    it('refuses other values', async () => {
      await expect(books.get({}, { strict: 'off' as never })).rejects.toThrow('strict must be true or false');
      expect(() => withSqlModelExt(dataSource, { relations: { strict: 'never' as never } })).toThrow(
        'throw or warn or off',
      );
      expect(() => withSqlModelExt(dataSource, { relations: { scope: 'some' as never } })).toThrow('models or all');
    });
  });

  describe('warn', () => {
    const warned = async (work: () => unknown): Promise<string[]> => {
      const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      try {
        await work();
        return warnings.mock.calls.map(([message]) => String(message));
      } finally {
        warnings.mockRestore();
      }
    };

    it('warns once for each place, and gives undefined', async () => {
      withSqlModelExt(dataSource, { relations: { strict: 'warn' } });
      const found = (await books.getExistOne(book.id)) as Book;
      const again = (await books.getExistOne(book.id)) as Book;
      const line = thisLine();
      const one = (entity: Book) => entity.author;
      const other = (entity: Book) => entity.author;
      const tags = (entity: Book) => entity.tags;
      const messages = await warned(() => {
        for (const each of [found, again, found]) {
          expect([one(each), other(each), one(each), tags(each)]).toEqual([undefined, undefined, undefined, undefined]);
        }
      });
      expect(messages).toHaveLength(3);
      expect(messages[0]).toMatch(/^Book\.author was not loaded\. The Book was read at .*modes\.spec\.ts:\d+/);
      for (const [index, message] of messages.entries()) {
        expect(message).toMatch(new RegExp(`Read at? ?.*modes\\.spec\\.ts:${line + 1 + index}:\\d+\\)?\\.$`));
      }
      expect(await warned(() => one(found))).toEqual([]);
      expect(await warned(() => read(found, 'shelf'))).toHaveLength(1);
      expect(await warned(async () => [read(await authors.getExistOne(ada.id), 'secret')])).toEqual([
        expect.stringMatching(/^Author\.secret was not selected/),
      ]);
    });

    it('goes to the logger of Nest in an application', async () => {
      const logged: string[] = [];
      const take = (message: unknown): void => void logged.push(String(message));
      const testing = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot({ ...database.options, entities: ENTITIES }),
          SqlModelExtModule.forRoot({ relations: { strict: 'warn', scope: 'all' } }),
          SqlModelExtModule.forFeature([Book]),
        ],
      })
        .setLogger({ log: () => undefined, error: take, warn: take })
        .compile();
      try {
        await testing.init();
        logged.length = 0;
        const found = await testing.get<ModelRepository<Book>>(getModelRepositoryToken(Book)).getExistOne(book.id);
        expect(read(found, 'author')).toBeUndefined();
        const { manager } = testing.get<DataSource>(getDataSourceToken());
        const { id } = await manager.save(Farm, { name: 'A' });
        expect((await manager.findOneByOrFail(Farm, { id })).animals).toBeUndefined();
        expect(logged).toEqual([
          expect.stringContaining('Book.author was not loaded'),
          expect.stringContaining('Farm.animals was not loaded'),
        ]);
      } finally {
        await testing.close();
      }
    });
  });

  describe('scope', () => {
    const seed = async (): Promise<void> => {
      const farm = await dataSource.manager.save(dataSource.manager.create(Farm, { name: 'A', secret: 's' }));
      await dataSource.manager.save(dataSource.manager.create(Animal, { name: 'Cow', farm, visited: [farm] }));
    };
    const animals = async (): Promise<(Animal | Farm)[]> => [
      await dataSource.manager.findOneByOrFail(Animal, {}),
      await dataSource.getRepository(Animal).createQueryBuilder('a').getOneOrFail(),
      await dataSource.manager.findOneOrFail(Animal, { where: {}, select: { id: true } }),
      (await dataSource.manager.findOneOrFail(Animal, { where: {}, relations: { farm: true } })).farm!,
    ];

    it('models: plain entities are left alone', async () => {
      await seed();
      for (const each of await animals()) {
        for (const name of ['farm', 'visited', 'animals', 'secret', 'name']) {
          if (each[name as keyof typeof each] === undefined) expect(read(each, name)).toBeUndefined();
        }
      }
    });

    it('all: plain entities are guarded as models are', async () => {
      withSqlModelExt(dataSource, { relations: { scope: 'all' } });
      await seed();
      const [first, second, part, farm] = (await animals()) as [Animal, Animal, Animal, Farm];
      for (const each of [first, second, part]) {
        for (const name of ['farm', 'visited']) expect(errorOf(each, name)).toBeInstanceOf(RelationNotLoadedError);
      }
      expect(errorOf(part, 'name').message).toMatch(/^Animal\.name was not selected/);
      expect(errorOf(farm, 'animals').message).toMatch(/^Farm\.animals was not loaded/);
      expect(errorOf(farm, 'secret')).toBeInstanceOf(ColumnNotSelectedError);
      expect([first.name, farm.name]).toEqual(['Cow', 'A']);
      const whole = await dataSource.manager.findOneOrFail(Animal, {
        where: {},
        relations: { farm: true, visited: true },
      });
      expect([whole.farm?.name, whole.visited.length]).toEqual(['A', 1]);
      whole.name = 'Ox';
      first.name = 'Bull';
      await dataSource.manager.save([whole]);
      await dataSource.manager.save(first);
      expect(
        await dataSource.manager.findOne(Animal, { where: {}, relations: { farm: true, visited: true } }),
      ).toMatchObject({
        name: 'Bull',
        farm: { name: 'A' },
        visited: [{ name: 'A' }],
      });
    });

    (hasSeveral ? it : it.skip)('is one of the data source, as the mode is: one class in several of them', async () => {
      await seed();
      const off = withSqlModelExt(new DataSource({ ...database.options, entities: ENTITIES }), {
        relations: { strict: 'off', scope: 'all' },
      });
      const all = withSqlModelExt(new DataSource({ ...database.options, entities: ENTITIES }), {
        relations: { scope: 'all' },
      });
      await off.initialize();
      await all.initialize();
      try {
        const find = async (source: DataSource): Promise<[Book, Animal, Author]> => [
          await source.manager.findOneByOrFail(Book, {}),
          await source.manager.findOneByOrFail(Animal, {}),
          await new ModelRepository(Author, source).getExistOne(ada.id),
        ];
        const [inOff, inAll, inModels] = [await find(off), await find(all), await find(dataSource)];
        expect([inOff[0].author, inOff[1].farm, inOff[2].secret]).toEqual([undefined, undefined, undefined]);
        expect(() => inAll[0].author).toThrow(RelationNotLoadedError);
        expect(() => inAll[1].farm).toThrow(RelationNotLoadedError);
        expect(() => inModels[0].author).toThrow(RelationNotLoadedError);
        expect(inModels[1].farm).toBeUndefined();
        expect(() => inModels[2].secret).toThrow(ColumnNotSelectedError);
        // Writing too, where the class is not guarded here but in another data source.
        for (const source of [off, all, dataSource]) {
          const animal = await source.manager.findOneByOrFail(Animal, {});
          animal.name = 'Calf';
          await source.manager.save(animal);
          await source.manager
            .insert(Animal, { name: 'New', farm: { id: inAll[1].id } as Farm })
            .catch(() => undefined);
          await source.manager.update(Animal, { id: animal.id }, { farm: null });
          const farm = await source.manager.findOneByOrFail(Farm, {});
          await source.manager.save(Animal, { id: animal.id, farm });
          expect(
            await source.manager.findOne(Animal, { where: { id: animal.id }, relations: { farm: true } }),
          ).toMatchObject({
            name: 'Calf',
            farm: { id: farm.id },
          });
        }
      } finally {
        await off.destroy();
        await all.destroy();
      }
    });
  });

  describe('new entities', () => {
    it('are free until they are written', async () => {
      for (const made of [new Book(), books.typeorm.create(), books.typeorm.create({ title: 'New' })]) {
        expect([made.author, made.tags, made.shelf, made.id]).toEqual([undefined, undefined, undefined, undefined]);
        expect(made.author?.name).toBeUndefined();
        const { tags = [] } = made;
        expect(tags).toEqual([]);
      }
    });

    it.each<[string, (made: Book) => Promise<unknown>]>([
      ['our add()', (made) => books.add(made)],
      ['our add() of several', (made) => books.add([made])],
      ['our save()', (made) => books.save(made)],
      ['save() of TypeORM', (made) => books.typeorm.save(made)],
      ['save() of a manager', (made) => dataSource.manager.save([made])],
      ['save() in a transaction', (made) => dataSource.transaction((manager) => manager.save(made))],
    ])('are guarded after %s: what was set stays, what was never set throws', async (_name, write) => {
      const made = books.typeorm.create({ title: 'New' });
      made.author = ada;
      made.loans = [];
      await write(made);
      expect([made.author, made.loans]).toEqual([ada, []]);
      for (const name of ['tags', 'shelf']) expect(errorOf(made, name)).toBeInstanceOf(RelationNotLoadedError);
      expect(Object.keys(made)).toEqual(expect.arrayContaining(['author', 'loans']));
      expect(Object.keys(made)).not.toContain('tags');
      made.title = 'Newer';
      await books.save(made);
      await books.typeorm.save(made);
      expect(await books.getExistOne(made.id, { load: ['author', 'tags'] })).toMatchObject({
        title: 'Newer',
        tags: [],
      });
    });

    it('are guarded after a cascade', async () => {
      const volumes = dataSource.getRepository(Volume);
      const volume = await volumes.save(
        volumes.create({ name: 'One', chapters: [{ heading: 'First' }, { heading: 'Second' }] }),
      );
      expect(volume.chapters).toHaveLength(2);
      const chapter = await dataSource.manager.save(dataSource.manager.create(Chapter, { heading: 'Loose', volume }));
      expect(chapter.volume.id).toBe(volume.id);
      const other = await dataSource.manager.save(dataSource.manager.create(Volume, { name: 'Two' }));
      expect(() => other.chapters).toThrow(RelationNotLoadedError);
    });

    it('are free again when their transaction is rolled back', async () => {
      const unitOfWork = new UnitOfWork(dataSource);
      const made = books.typeorm.create({ title: 'New', authorId: ada.id });
      const plain = books.typeorm.create({ title: 'Plain', authorId: ada.id });
      await expect(
        unitOfWork.run(async () => {
          await books.save(made);
          await dataSource.manager.save(plain);
          for (const each of [made, plain]) expect(() => each.tags).toThrow(RelationNotLoadedError);
          throw new Error('back');
        }),
      ).rejects.toThrow('back');
      expect([made.tags, made.author, plain.tags, plain.author]).toEqual([undefined, undefined, undefined, undefined]);
      made.tags = [];
      await books.save(made);
      expect(made.tags).toEqual([]);
      expect(() => made.author).toThrow(RelationNotLoadedError);
    });

    it('are new again when TypeORM rolls its own transaction back', async () => {
      const made = books.typeorm.create({ title: 'New', authorId: ada.id });
      const rolledBack = dataSource.transaction(async (manager) => {
        await manager.save(made);
        throw new Error('back');
      });
      await expect(rolledBack).rejects.toThrow('back');
      await books.save(made);
      expect(await books.count({ title: 'New' })).toBe(1);
    });

    it('that were read stay guarded when a transaction is rolled back', async () => {
      const found = (await books.getExistOne(book.id)) as Book;
      await expect(
        new UnitOfWork(dataSource).run(async () => {
          found.title = 'Changed';
          await books.save(found);
          throw new Error('back');
        }),
      ).rejects.toThrow('back');
      expect(() => found.author).toThrow(RelationNotLoadedError);
    });
  });

  describe('columns', () => {
    it('that a select left out are guarded as relations are', async () => {
      const plain = dataSource.getRepository(Book);
      for (const part of [
        await plain.findOneOrFail({ where: { id: book.id }, select: { id: true, title: true } }),
        await plain.createQueryBuilder('b').select(['b.id', 'b.title']).getOneOrFail(),
        (await plain.createQueryBuilder('b').select('b.id').addSelect('b.title').getMany())[0],
      ]) {
        expect([part.id, part.title]).toEqual([book.id, 'Notes']);
        for (const name of ['summary', 'authorId', 'createdAt', 'keywords']) {
          expect(errorOf(part, name)).toBeInstanceOf(ColumnNotSelectedError);
        }
        expect(errorOf(part, 'author')).toBeInstanceOf(RelationNotLoadedError);
        expect('summary' in part).toBe(true);
        expect(Object.keys(part)).toEqual(expect.arrayContaining(['id', 'title']));
        expect(Object.keys(part)).toHaveLength(2);
        part.summary = 'set';
        expect(part.summary).toBe('set');
        expect(Object.keys(part)).toHaveLength(3);
      }
    });

    it('that were left out are not written', async () => {
      await books.update(book, { summary: 'kept', stock: 4 });
      for (const save of [
        (entity: Book) => books.save(entity) as Promise<unknown>,
        (entity: Book) => books.typeorm.save(entity),
        (entity: Book) => dataSource.transaction((manager) => manager.save(entity)),
      ]) {
        const part = await books.typeorm.findOneOrFail({ where: { id: book.id }, select: { id: true, title: true } });
        part.title = 'Other';
        part.rating = 2;
        await save(part);
        expect(await books.getExistOne(book.id)).toMatchObject({
          ...{ title: 'Other', summary: 'kept', stock: 4, rating: 2, authorId: ada.id },
        });
        await books.typeorm.update({ id: book.id }, { title: 'Notes', rating: null });
      }
    });

    it('that are not selected by default can be asked for, and are kept by what does not', async () => {
      const hidden = (await authors.getExistOne(ada.id)) as Author;
      expect(() => hidden.secret).toThrow(ColumnNotSelectedError);
      const shown = await authors.getExistOne(ada.id, { addSelect: ['secret'] });
      expect(shown.secret).toBe('pass');
      hidden.name = 'Countess';
      await authors.save(hidden);
      await authors.typeorm.save(hidden);
      await authors.save(hidden, { refresh: true });
      expect((await authors.getExistOne(ada.id, { addSelect: ['secret'] })).secret).toBe('pass');
      hidden.secret = 'new';
      await authors.typeorm.save(hidden);
      expect((await authors.getExistOne(ada.id, { addSelect: ['secret'] })).secret).toBe('new');
      expect(hidden.secret).toBe('new');
    });

    it('that a refresh reads are readable', async () => {
      const part = await books.typeorm.findOneOrFail({ where: { id: book.id }, select: { id: true } });
      await books.save(part, { refresh: true });
      expect([part.title, part.authorId]).toEqual(['Notes', ada.id]);
      expect(() => part.author).toThrow(RelationNotLoadedError);
    });

    it('of joined entities are guarded by what the join selected', async () => {
      const found = await dataSource.manager.findOneOrFail(Book, {
        where: { id: book.id },
        select: { id: true, author: { id: true, name: true } },
        relations: { author: true },
      });
      expect([found.author.id, found.author.name]).toEqual([ada.id, 'Ada']);
      expect(() => found.author.email).toThrow(/^Author\.email was not selected/);
      expect(() => found.author.books).toThrow(/^Author\.books was not loaded/);
      expect(() => found.title).toThrow(/^Book\.title was not selected/);
      found.author.name = 'Countess';
      await dataSource.manager.save(found.author);
      await dataSource.manager.save(found);
      expect(await authors.getExistOne(ada.id)).toMatchObject({ name: 'Countess', email: 'ada@example.org' });
    });
  });

  describe('writes of a model repository', () => {
    let volume: Volume;
    beforeEach(async () => {
      const tags = await new ModelRepository(Tag, dataSource).add([{ label: 'red' }, { label: 'blue' }]);
      const shelf = await new ModelRepository(Shelf, dataSource).add({ room: 'hall' });
      const stored = (await books.getExistOne(book.id, { load: ['tags'] })) as Book;
      await books.save(Object.assign(stored, { tags, shelf }));
      await new ModelRepository(Loan, dataSource).add({ reader: 'Tim', bookId: book.id });
      volume = await new ModelRepository(Volume, dataSource).add({
        name: 'One',
        chapters: [{ heading: 'First' }, { heading: 'Second' }] as Chapter[],
      });
    });

    const everything = async (): Promise<unknown> => ({
      book: await books.getExistOne(book.id, { load: ['author', 'shelf', 'tags', 'loans'] }),
      volume: await new ModelRepository(Volume, dataSource).getExistOne(volume.id, { load: ['chapters'] }),
      counts: await Promise.all([Author, Book, Tag, Shelf, Loan, Volume, Chapter].map((type) => dataSource.manager.count(type as typeof Book))), // prettier-ignore
    });
    const untimed = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'updatedAt' ? undefined : each)));

    it('leave alone what an entity has not loaded', async () => {
      const before = untimed(await everything());
      const plain = dataSource.getRepository(Book);
      const shapes: (() => Promise<Book>)[] = [
        async () => books.getExistOne(book.id),
        async () => books.getExistOne(book.id, { strict: false }),
        async () => books.getExistOne(book.id, { load: ['author'] }),
        async () => (await authors.getExistOne(ada.id, { load: ['books'] })).books[0],
        () => plain.findOneByOrFail({ id: book.id }),
        () => plain.findOneOrFail({ where: { id: book.id }, select: { id: true, title: true } }),
        () => plain.findOneOrFail({ where: { id: book.id }, relations: { tags: true } }),
      ];
      for (const find of shapes) {
        await books.save(await find());
        await books.save([await find()]);
        for (const title of ['Changed', 'Notes']) {
          const found = await find();
          await books.save(Object.assign(found, { title }));
          await books.save(found, { refresh: true });
          await books.update(found, { stock: found.stock ?? 0 });
        }
        await books.update(await find(), { title: 'Patched' });
        await books.update(await find(), { title: 'Notes' }, { load: ['loans'] });
        expect(untimed(await everything())).toEqual(before);
      }
      const volumes = new ModelRepository(Volume, dataSource);
      const found = (await volumes.getExistOne(volume.id)) as Volume;
      await volumes.save(Object.assign(found, { name: 'Other' }));
      await volumes.save(Object.assign(found, { name: 'One' }));
      delete (found as Partial<Volume>).chapters;
      await volumes.save(Object.assign(found, { name: 'Other' }));
      await volumes.save(Object.assign(found, { name: 'One', chapters: undefined }));
      expect(untimed(await everything())).toEqual(before);
    });

    it('delete one entity that is loaded in part, and only that', async () => {
      const other = await books.add({ title: 'Other', authorId: ada.id });
      const part = await books.typeorm.findOneOrFail({ where: { id: other.id }, select: { id: true } });
      await books.delete(part);
      expect(await books.count()).toBe(1);
      expect(await dataSource.manager.count(Loan)).toBe(1);
    });

    it('take a relation that was assigned without having been loaded', async () => {
      const found = (await books.getExistOne(book.id)) as Book;
      const bob = await authors.add({ name: 'Bob', email: 'bob@example.org' });
      found.author = bob;
      found.shelf = null;
      await books.save(found);
      const stored = await books.getExistOne(book.id, { load: ['author', 'shelf', 'tags'] });
      expect([stored.author.name, stored.shelf, stored.tags.length]).toEqual(['Bob', null, 2]);
    });
  });
});
