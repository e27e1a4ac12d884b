import assert from 'node:assert';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect, isDeepStrictEqual } from 'node:util';
import { deserialize, serialize as v8Serialize } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ClassSerializerInterceptor, ConsoleLogger, Controller, Get, Module, SerializeOptions } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import {
  ClassTransformer,
  Exclude,
  Expose,
  instanceToInstance,
  instanceToPlain,
  plainToClassFromExist,
  plainToInstance,
  serialize,
  Transform,
  Type,
} from 'class-transformer';
import { IsDefined, IsOptional, validate, ValidateNested, validateOrReject, validateSync } from 'class-validator';
import request from 'supertest';
import { JoinColumn, ManyToOne, OneToMany, type DataSource, type Relation, type Repository } from 'typeorm';
import {
  ColumnNotSelectedError,
  Model,
  ModelRepository,
  RelationNotLoadedError,
  Str64,
  UnitOfWork,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { Author, Book, LIBRARY, Loan, Profile, Shelf, Tag } from '../support/models/library.js';
import { openDataSource } from '../support/open-data-source.js';

/** An entity whose decorators name relations and columns that may be missing. */
@Model()
class Poem extends UuidTableBase {
  @Expose() @Str64() title: string;
  @Str64({ nullable: true, select: false }) @Expose() draft: string | null;
  @Exclude() @Str64({ default: 'hidden' }) note: string;
  @Expose()
  @Type(() => Author)
  @IsOptional()
  @ValidateNested()
  @ManyToOne(() => Author, { nullable: true })
  @JoinColumn({ name: 'authorId' })
  author: Relation<Author> | null;
  @Expose({ name: 'critic' })
  @Transform(({ value }) => (value as Author | undefined)?.name ?? 'nobody')
  @ManyToOne(() => Author, { nullable: true })
  reader: Relation<Author> | null;
  @IsDefined() @OneToMany(() => Verse, (verse) => verse.poem) verses: Relation<Verse>[];
  @ManyToOne(() => Author, { nullable: true }) owner: Relation<Author> | null;

  /** Uses a relation: no tool may make it forget that. */
  @Expose({ groups: ['names'] })
  get ownerName(): string | undefined {
    return this.owner?.name;
  }
  @Expose({ groups: ['transformed'] })
  @Transform(({ obj }) => (obj as Poem).owner?.name)
  label: string;
}

@Model()
class Verse extends UuidTableBase {
  @Str64() text: string;
  @ManyToOne(() => Poem, (poem) => poem.verses) poem: Relation<Poem>;
}

class TagView {
  @Expose() label: string;
}
class BookView {
  @Expose() title: string;
  @Expose() summary: string;
  @Expose() @Type(() => TagView) tags: TagView[];
  @Expose() @Type(() => TagView) loans: TagView[];
  @Expose({ name: 'author' }) writer: Author;
}

/** Reads a property as plain code does, whatever the compiler knows of the entity. */
function read(entity: object | null | undefined, name: string): unknown {
  return (entity as Record<string, unknown>)[name];
}

/** The error of reading a property. */
function errorOf(entity: object | null | undefined, name: string): Error {
  try {
    read(entity, name);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`'${name}' was readable`);
}

function expectUnloaded(entity: object | null | undefined, ...names: string[]): void {
  for (const name of names) expect(errorOf(entity, name)).toBeInstanceOf(RelationNotLoadedError);
}

describe.each(DATABASES)('strict relations on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let plain: Repository<Book>;
  let ada: Author;
  /** Written by Ada; on a shelf, with two tags and a loan. */
  let full: Book;
  /** Written by Ada, with nothing else. */
  let bare: Book;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...LIBRARY, Poem, Verse]));
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
    plain = dataSource.getRepository(Book);
  });
  afterAll(() => close());

  beforeEach(async () => {
    for (const model of [Poem, Loan, Profile, Book, Tag, Shelf, Author]) {
      await dataSource.createQueryBuilder().delete().from(model).execute();
    }
    ada = await authors.add({ name: 'Ada', email: 'ada@example.org', secret: 'pass' });
    await new ModelRepository(Profile, dataSource).add({ bio: 'counts', authorId: ada.id });
    const shelf = await new ModelRepository(Shelf, dataSource).add({ room: 'hall' });
    const tags = await new ModelRepository(Tag, dataSource).add([{ label: 'red' }, { label: 'blue' }]);
    full = await books.add({ title: 'Full', authorId: ada.id, shelf, tags });
    bare = await books.add({ title: 'Bare', authorId: ada.id });
    await new ModelRepository(Loan, dataSource).add({ reader: 'Tim', bookId: full.id });
  });

  describe('guards', () => {
    it.each<[name: string, read: () => Promise<object | null | undefined>]>([
      ['getExistOne()', () => books.getExistOne(full.id)],
      ['getOne() with options', () => books.getOne(full.id, { withDeleted: true })],
      ['get()', () => books.get({ title: 'Full' })],
      ['get() with fetch all', async () => (await books.get({ title: 'Full' }, { fetch: 'all' }))[0]],
      ['getWithCount()', async () => (await books.getWithCount({ title: 'Full' })).items[0]],
      ['stream()', async () => (await books.stream({ title: 'Full' }).next()).value as Book],
      [
        'get() with a filter',
        () => books.get({}, { filter: (query, alias) => void query.andWhere(`${alias}.title = 'Full'`) }),
      ],
      ['load', async () => (await authors.getExistOne(ada.id, { load: ['books'] })).books[0]],
      ['findOne()', () => plain.findOne({ where: { id: full.id } })],
      ['findOneBy()', () => plain.findOneBy({ id: full.id })],
      ['findBy()', async () => (await plain.findBy({ id: full.id }))[0]],
      ['findAndCount()', async () => (await plain.findAndCount())[0][0]],
      ['a manager', () => dataSource.manager.findOneByOrFail(Book, { id: full.id })],
      ['a custom repository', () => plain.extend({ anything: () => plain.findOneBy({}) }).anything()],
      ['getOne() of a query builder', () => plain.createQueryBuilder('b').getOne()],
      ['getMany()', async () => (await plain.createQueryBuilder('b').getMany())[0]],
      ['getManyAndCount()', async () => (await plain.createQueryBuilder('b').getManyAndCount())[0][0]],
      ['getRawAndEntities()', async () => (await plain.createQueryBuilder('b').getRawAndEntities()).entities[0]],
      [
        'pages of a join',
        async () => (await plain.createQueryBuilder('b').leftJoin('b.tags', 't').take(1).getMany())[0],
      ],
      ['a join', async () => (await joined('leftJoinAndSelect'))[0].books[0]],
      ['an inner join', async () => (await joined('innerJoinAndSelect'))[0].books[0]],
      ['relations', async () => (await dataSource.manager.find(Author, { relations: { books: true } }))[0].books[0]],
      [
        'relations by queries',
        async () =>
          (await dataSource.manager.find(Author, { relations: { books: true }, relationLoadStrategy: 'query' }))[0]
            .books[0],
      ],
      [
        'loadMany()',
        async () => (await dataSource.createQueryBuilder().relation(Author, 'books').of(ada).loadMany())[0],
      ],
      ['a transaction', () => dataSource.transaction((manager) => manager.findOneBy(Book, {}))],
      ['a unit of work', () => new UnitOfWork(dataSource).run(() => plain.findOneBy({}))],
    ])('what %s gives', async (_name, find) => {
      const book = await find();
      expect(book).toBeInstanceOf(Book);
      expectUnloaded(book, 'shelf', 'tags', 'loans');
    });

    const joined = (method: 'innerJoinAndSelect' | 'leftJoinAndSelect') =>
      dataSource.getRepository(Author).createQueryBuilder('a')[method]('a.books', 'b').getMany();

    it('every kind of relation, from both sides', async () => {
      expectUnloaded(await books.getExistOne(full.id), 'author', 'shelf', 'tags', 'loans');
      expectUnloaded(await authors.getExistOne(ada.id), 'books', 'profile');
      expectUnloaded(await dataSource.manager.findOneBy(Profile, {}), 'author');
      expectUnloaded(await dataSource.manager.findOneBy(Tag, {}), 'books');
      expectUnloaded(await dataSource.manager.findOneBy(Shelf, {}), 'books');
      expectUnloaded(await dataSource.manager.findOneBy(Loan, {}), 'book');
    });

    it('however it is read', async () => {
      const book = (await books.getExistOne(full.id)) as Book;
      const reads: (() => unknown)[] = [
        () => book.author,
        () => book.author?.name,
        () => book['author'],
        () => Reflect.get(book, 'author'),
        () => {
          const { author } = book;
          return author;
        },
        () => {
          const { tags = [] } = book;
          return tags;
        },
        () => book.tags ?? [],
        () => [...book.tags],
        () => book.tags?.length,
        () => (book.shelf ? 1 : 2),
        () => book.shelf === null,
        () => (book.shelf ??= null),
        () => Object.assign({}, { author: book.author }),
        () => ((one: Book) => one.author)(book),
      ];
      for (const one of reads) expect(one).toThrow(RelationNotLoadedError);
    });

    it('not what is loaded, also when there is nothing: null and []', async () => {
      const shapes = await Promise.all([
        books.getExistOne(bare.id, { load: ['author', 'shelf', 'tags', 'loans'] }),
        plain.findOne({ where: { id: bare.id }, relations: { author: true, shelf: true, tags: true, loans: true } }),
        plain.findOne({
          where: { id: bare.id },
          relations: { author: true, shelf: true, tags: true, loans: true },
          relationLoadStrategy: 'query',
        }),
        plain
          .createQueryBuilder('b')
          .leftJoinAndSelect('b.author', 'a')
          .leftJoinAndSelect('b.shelf', 's')
          .leftJoinAndSelect('b.tags', 't')
          .leftJoinAndSelect('b.loans', 'l')
          .where({ id: bare.id })
          .getOne(),
      ]);
      for (const book of shapes as Book[]) {
        expect(book.author.id).toBe(ada.id);
        expect([book.shelf, book.tags, book.loans]).toEqual([null, [], []]);
        expectUnloaded(book.author, 'profile', 'books');
        expect(Object.keys(book)).toEqual(expect.arrayContaining(['author', 'shelf', 'tags', 'loans']));
      }
    });

    it('not the foreign key', async () => {
      const book = await books.getExistOne(full.id);
      expect(book.authorId).toBe(ada.id);
    });

    it('only what a query left out: another that loads more is not hidden', async () => {
      const first = (await books.getExistOne(full.id)) as Book;
      const second = (await books.getExistOne(full.id, { load: ['tags'] })) as Book;
      const third = await plain.findOneOrFail({ where: { id: full.id }, relations: { author: true } });
      expectUnloaded(first, 'author', 'tags');
      expect(second.tags).toHaveLength(2);
      expectUnloaded(second, 'author');
      expect(third.author.id).toBe(ada.id);
      expectUnloaded(third, 'tags');
    });

    it('what a repository loads onto an entity later is readable', async () => {
      const book = (await books.getExistOne(full.id)) as Book;
      await books.save(book, { load: ['author', 'tags'] });
      expect([book.author.id, book.tags.length]).toEqual([ada.id, 2]);
      expectUnloaded(book, 'shelf');
    });

    it('what is left out of joins that select only some of them', async () => {
      const [author] = await dataSource
        .getRepository(Author)
        .createQueryBuilder('a')
        .leftJoin('a.books', 'b')
        .addSelect(['b.id', 'b.title'])
        .leftJoinAndSelect('b.tags', 't')
        .orderBy('b.title', 'DESC')
        .getMany();
      expect(author.books.map(({ title }) => title)).toEqual(['Full', 'Bare']);
      expect(author.books[0].tags).toHaveLength(2);
      expect(errorOf(author.books[0], 'summary')).toBeInstanceOf(ColumnNotSelectedError);
      expectUnloaded(author.books[0], 'author', 'loans');
      expectUnloaded(author.books[0].tags[0], 'books');
      expectUnloaded(author, 'profile');
    });

    it('not what is mapped onto properties', async () => {
      const book = (await plain
        .createQueryBuilder('b')
        .leftJoinAndMapOne('b.author', 'b.author', 'a')
        .leftJoinAndMapMany('b.redTags', 'b.tags', 't', "t.label = 'red'")
        .loadRelationIdAndMap('b.loanIds', 'b.loans')
        .where('b.id = :id', { id: full.id })
        .getOne()) as Book & { redTags: Tag[]; loanIds: string[] };
      expect(book.author.id).toBe(ada.id);
      expect(book.redTags.map(({ label }) => label)).toEqual(['red']);
      expect(book.loanIds).toHaveLength(1);
      expectUnloaded(book, 'tags', 'loans', 'shelf');
      expectUnloaded(book.author, 'books');
    });

    it('not relation ids in place of relations', async () => {
      const found = await plain.findOneOrFail({ where: { id: full.id }, loadRelationIds: true });
      expect([found.author, (found.tags as unknown[]).length]).toEqual([ada.id, 2]);
      const some = await plain.findOneOrFail({ where: { id: full.id }, loadRelationIds: { relations: ['tags'] } });
      expect(some.tags).toHaveLength(2);
      expectUnloaded(some, 'author', 'loans');
      const built = await plain.createQueryBuilder('b').loadAllRelationIds().where({ id: full.id }).getOneOrFail();
      expect(built.author).toBe(ada.id);
      const maps = await plain.findOneOrFail({
        where: { id: full.id },
        loadRelationIds: { relations: ['author'], disableMixedMap: true },
      });
      expect(maps.author).toEqual({ id: ada.id });
    });

    it('neither raw rows nor the rows of a stream of TypeORM', async () => {
      const [raw] = await plain.createQueryBuilder('b').getRawMany();
      expect(read(raw, 'author')).toBeUndefined();
      if (engine !== 'mariadb') return; // SQLite has no streams, PostgreSQL needs a package more
      const stream = await plain.createQueryBuilder('b').orderBy('b.title').stream();
      const rows: any[] = [];
      for await (const row of stream) rows.push(row);
      expect(rows.map((row) => row.b_title)).toEqual(['Bare', 'Full']);
      expect(read(rows[0], 'author')).toBeUndefined();
    });
  });

  describe('keeps legal', () => {
    const found = async (): Promise<Book> => books.getExistOne(full.id);

    it('assigning a relation that was not loaded, and reading it back', async () => {
      const book = await found();
      const author = new Author();
      book.author = author;
      book.tags = [];
      expect(book.author).toBe(author);
      expect(book.tags).toEqual([]);
      expect(Object.keys(book)).toEqual(expect.arrayContaining(['author', 'tags']));
      expectUnloaded(book, 'shelf');
    });

    it('undefined that was assigned by hand', async () => {
      const book = await found();
      Object.assign(book, { author: undefined, summary: undefined });
      expect([read(book, 'author'), read(book, 'summary')]).toEqual([undefined, undefined]);
      expect(Object.hasOwn(book, 'author')).toBe(true);
    });

    it('deleting a relation, loaded or not', async () => {
      const book = (await books.getExistOne(full.id, { load: ['tags'] })) as Partial<Book>;
      expect(delete book.author).toBe(true);
      expect(delete book.tags).toBe(true);
      expect(Object.keys(book)).not.toContain('tags');
      expectUnloaded(book, 'tags', 'author');
      const partly = await plain.findOneOrFail({ where: { id: full.id }, select: { id: true } });
      expect(delete (partly as Partial<Book>).title).toBe(true);
      expect(partly.title).toBeUndefined();
    });

    it('spreading and omitting', async () => {
      const book = await found();
      const { title, ...others } = book;
      expect(title).toBe('Full');
      expect(Object.keys(others)).not.toContain('author');
      expect(read({ ...book }, 'author')).toBeUndefined();
      expect({ ...book, author: ada }.author).toBe(ada);
      const { author: _author, ...loaded } = (await books.getExistOne(full.id, { load: ['author'] })) as Book;
      expect(loaded).toEqual({ ...book });
    });

    it("asking for the key: `'author' in book` is true by design", async () => {
      const book = await found();
      expect('author' in book).toBe(true);
      expect(Object.hasOwn(book, 'author')).toBe(false);
      expect(Object.prototype.hasOwnProperty.call(book, 'author')).toBe(false);
      expect(Object.prototype.propertyIsEnumerable.call(book, 'author')).toBe(false);
      expect(Object.getOwnPropertyDescriptor(book, 'author')).toBeUndefined();
    });

    it('walking over keys', async () => {
      const book = await found();
      const walked: string[] = [];
      for (const key in book) walked.push(key);
      for (const keys of [
        walked,
        Object.keys(book),
        Object.entries(book).map(([key]) => key),
        Object.getOwnPropertyNames(book),
        Reflect.ownKeys(book),
        Object.keys(Object.getOwnPropertyDescriptors(book)),
      ]) {
        expect([...keys].sort()).toEqual(
          [
            ...['id', 'createdAt', 'updatedAt', 'title', 'summary', 'isPublished', 'genre', 'stock', 'rating'],
            ...['barcode', 'soldCopies', 'publishedAt', 'printedOn', 'keywords', 'authorId'],
          ].sort(),
        );
      }
      expect(Object.values(book)).toHaveLength(15);
    });

    it('copies made by hand, which are free', async () => {
      const book = await found();
      const partly = await plain.findOneOrFail({ where: { id: full.id }, select: { id: true, title: true } });
      for (const entity of [book, partly]) {
        const copies = [
          { ...entity },
          Object.assign(new Book(), entity),
          Object.assign(Object.create(Object.getPrototypeOf(entity) as object) as Book, entity),
          Object.create(Object.getPrototypeOf(entity) as object, Object.getOwnPropertyDescriptors(entity)) as Book,
          Object.fromEntries(Object.entries(entity)),
          structuredClone(entity),
          books.typeorm.create(entity),
          books.typeorm.merge(new Book(), entity),
        ];
        for (const copy of copies) {
          expect([read(copy, 'title'), read(copy, 'author'), read(copy, 'tags')]).toEqual([
            'Full',
            undefined,
            undefined,
          ]);
        }
        expectUnloaded(entity, 'author');
      }
      // A copy by own keys of any kind reads what was left out.
      expect(() => Object.getOwnPropertyNames(partly).map((key) => read(partly, key))).toThrow(ColumnNotSelectedError);
    });

    it('what the explanation calls limits', async () => {
      const book = await found();
      const partly = await plain.findOneOrFail({ where: { id: full.id }, select: { id: true } });
      expect([Object.hasOwn(partly, 'title'), 'title' in partly, Object.keys(partly)]).toEqual([true, true, ['id']]);
      expect(Object.getOwnPropertyNames(partly)).toContain('title');
      expect(read(new Proxy(book, {}), 'author')).toBeUndefined();
      expect(read(Object.create(book) as object, 'author')).toBeUndefined();
    });

    it('freezing and sealing', async () => {
      const book = Object.freeze(await found());
      expectUnloaded(book, 'author');
      expect(() => {
        (book as Book).author = ada;
      }).toThrow(TypeError);
      const sealed = Object.seal(await found());
      expect(() => {
        sealed.author = ada;
      }).toThrow(TypeError);
      expectUnloaded(sealed, 'author');
    });
  });

  describe('lets look', () => {
    const found = async (): Promise<Book> => books.getExistOne(full.id);
    const partly = (): Promise<Book> =>
      plain.findOneOrFail({ where: { id: full.id }, select: { id: true, title: true, keywords: true } });

    it('JSON.stringify', async () => {
      const json = JSON.parse(
        JSON.stringify([await found(), await partly()], (_key, value) =>
          typeof value === 'bigint' ? String(value) : value,
        ),
      ) as Book[];
      expect(json[0]).toMatchObject({ id: full.id, title: 'Full', authorId: ada.id });
      expect('author' in json[0] || 'tags' in json[0]).toBe(false);
      expect(json[1]).toEqual({ id: full.id, title: 'Full', keywords: [] });
    });

    it('structuredClone and messages', async () => {
      expect(structuredClone(await partly())).toEqual({ id: full.id, title: 'Full', keywords: [] });
      expect(deserialize(v8Serialize(await partly()))).toEqual({ id: full.id, title: 'Full', keywords: [] });
      const { port1, port2 } = new MessageChannel();
      const received = new Promise((resolve) => {
        port2.once('message', resolve);
      });
      port1.postMessage(await partly());
      expect(await received).toEqual({ id: full.id, title: 'Full', keywords: [] });
      port1.close();
    });

    it('await, promises and lists', async () => {
      const book = await found();
      // eslint-disable-next-line @typescript-eslint/await-thenable -- somebody does it by mistake
      expect(await book).toBe(book);
      expect(await Promise.resolve(book)).toBe(book);
      expect(await Promise.all([Promise.resolve(book), Promise.resolve(book)])).toEqual([book, book]);
      expect(Array.from([book])).toEqual([book]);
      expect([[book], [[book]]].flat(2)).toHaveLength(2);
      expect(([] as Book[]).concat(book, [book])).toHaveLength(2);
      const other = (await books.getExistOne(bare.id)) as Book;
      expect([book, other].sort()).toHaveLength(2);
      expect([book, other].sort((a, b) => a.title.localeCompare(b.title))[0]).toBe(other);
      expect([book].includes(book) && [book].indexOf(book) === 0).toBe(true);
      expect(new Set([book, book]).size).toBe(1);
      expect(new Map([[book, 1]]).get(book)).toBe(1);
      // eslint-disable-next-line @typescript-eslint/no-base-to-string
      expect(`${String(book)}${Object.prototype.toString.call(book)}`).toBe('[object Object][object Object]');
    });

    it('equality of node:assert, and its differences', async () => {
      const [one, same, other] = [await found(), await found(), (await books.getExistOne(bare.id)) as Book];
      assert.deepStrictEqual(one, same);
      assert.deepEqual(one, same);
      expect(isDeepStrictEqual(one, same)).toBe(true);
      expect(isDeepStrictEqual(one, other)).toBe(false);
      expect(() => {
        assert.deepStrictEqual(one, other);
      }).toThrow(assert.AssertionError);
      expect(() => {
        assert.deepEqual(one, other);
      }).toThrow(assert.AssertionError);
      assert.notDeepStrictEqual(one, other);
      const [short, alsoShort] = [await partly(), await partly()];
      assert.deepStrictEqual(short, alsoShort);
      expect(() => {
        assert.deepStrictEqual(short, one);
      }).toThrow(/soldCopies/);
    });

    it('equality of jest', async () => {
      const [one, same] = [await found(), await found()];
      expect(one).toEqual(same);
      expect(one).toStrictEqual(same);
      expect(one).toMatchObject({ title: 'Full' });
      expect(one).toEqual(expect.objectContaining({ title: 'Full' }));
      expect([one]).toContainEqual(same);
      expect([one]).toEqual(expect.arrayContaining([same]));
      expect(one).not.toEqual(await books.getExistOne(bare.id));
      expect(one).toHaveProperty('title', 'Full');
      expect({ ...one }).toEqual({ ...same });
      expect(await partly()).toEqual({ id: full.id, title: 'Full', keywords: [] });
      expect(await partly()).toStrictEqual(await partly());
      expect(await partly()).not.toEqual(one);
      expect(jest.fn().mock.calls).toEqual([]);
      const called = jest.fn();
      called(one);
      expect(called).toHaveBeenCalledWith(same);
    });

    it('differences that jest prints', async () => {
      const [one, other] = [await found(), (await books.getExistOne(bare.id)) as Book];
      const short = await partly();
      const called = jest.fn();
      called(other);
      for (const [left, right] of [
        [one, other],
        [short, other],
        [other, short],
        [one, { title: 'nothing' }],
        [{ book: one }, { book: other }],
        [[one], [other]],
      ]) {
        for (const comparing of [
          () => expect(left).toEqual(right),
          () => expect(left).toStrictEqual(right),
          () => expect(left).toMatchObject({ id: 'another' }),
          () => expect(left).toBe(right),
          () => expect([left]).toContainEqual(right),
          () => expect([left]).toEqual(expect.arrayContaining([right])),
          () => expect(left).toEqual(expect.objectContaining({ id: 'another' })),
          () => expect(left).not.toEqual(left),
          () => expect(called).toHaveBeenCalledWith(left, right),
          () => expect(left).toBeInstanceOf(Author),
          () => expect(left).toBeNull(),
          () => expect(left).toHaveLength(7),
        ]) {
          let failure: Error | undefined;
          try {
            comparing();
          } catch (error) {
            failure = error as Error;
          }
          expect(failure?.message).toMatch(/expect/);
          expect(failure?.message).not.toMatch(/was not (?:loaded|selected)/);
        }
      }
      expectUnloaded(one, 'author');
    });

    it('a matcher that names what is not loaded is told so', async () => {
      const one = await found();
      for (const comparing of [
        () => expect(one).toEqual(expect.objectContaining({ author: expect.anything() })),
        () => expect(one).toMatchObject({ author: { name: 'Ada' } }),
        () => expect(one).toHaveProperty('author'),
        () => expect(one).toHaveProperty('author.name', 'Ada'),
      ]) {
        expect(comparing).toThrow(RelationNotLoadedError);
      }
    });

    it('inspect, in every way, and what logs with it', async () => {
      for (const entity of [await found(), await partly()]) {
        for (const options of [
          {},
          { depth: Infinity },
          { showHidden: true },
          { getters: true },
          { getters: 'get' as const },
          { showHidden: true, getters: true, showProxy: true },
          { compact: false, sorted: true },
        ]) {
          expect(inspect(entity, options)).toContain("title: 'Full'");
        }
        expect(inspect(entity)).not.toMatch(/author:|tags|shelf:/);
        expect(format('%o %O %j', entity, entity, { id: entity.id })).toContain("title: 'Full'");
        const written: string[] = [];
        const console = new Console(
          new Writable({
            write(chunk, _encoding, done) {
              written.push(String(chunk));
              done();
            },
          }),
        );
        console.log(entity, [entity], { entity });
        console.dir(entity, { showHidden: true });
        console.table([entity]);
        console.assert(false, '%o', entity);
        const logger = new ConsoleLogger({ colors: false });
        const out = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
          written.push(String(chunk));
          return true;
        });
        try {
          logger.log(entity);
          new ConsoleLogger({ json: true }).log({ ...entity, barcode: null });
        } finally {
          out.mockRestore();
        }
        expect(written.join('')).toContain('Full');
        expect(written.join('')).not.toMatch(/was not (?:loaded|selected)/);
      }
    });

    it('class-transformer', async () => {
      const book = await books.getExistOne(full.id, { load: ['tags'] });
      for (const made of [instanceToPlain(book), instanceToPlain([book])[0], instanceToPlain({ book }).book]) {
        expect(made).toMatchObject({ title: 'Full', authorId: ada.id });
        expect(Object.keys(made as object)).toContain('tags');
        expect(Object.keys(made as object)).not.toContain('author');
      }
      const clone = instanceToInstance(book as Book);
      expect(clone).toBeInstanceOf(Book);
      // A clone did not come from the database.
      expect([clone.title, clone.tags.length, read(clone, 'author')]).toEqual(['Full', 2, undefined]);
      expect(JSON.parse(serialize(await partly()))).toEqual({ id: full.id, title: 'Full', keywords: [] });
      expect(instanceToPlain(await partly())).toEqual({ id: full.id, title: 'Full', keywords: [] });
      expect(instanceToInstance(await partly())).toEqual({ id: full.id, title: 'Full', keywords: [] });
    });

    const poem = async (): Promise<Poem> => {
      const poems = dataSource.getRepository(Poem);
      const { id } = await poems.save(poems.create({ title: 'Ode', draft: 'Od', author: { id: ada.id } }));
      return poems.findOneByOrFail({ id });
    };

    it('class-transformer, when decorators name what is not loaded', async () => {
      const shown = await poem();
      const { id, createdAt, updatedAt } = shown;
      expect(instanceToPlain(shown)).toStrictEqual({ id, createdAt, updatedAt, title: 'Ode' });
      expect(instanceToPlain({ shown: [shown] })).toStrictEqual({
        shown: [{ id, createdAt, updatedAt, title: 'Ode' }],
      });
      expect(instanceToPlain(shown, { strategy: 'excludeAll' })).toStrictEqual({ title: 'Ode' });
      expect(instanceToPlain(shown, { excludeExtraneousValues: true })).toStrictEqual({ title: 'Ode' });
      expect(instanceToPlain(shown, { exposeUnsetFields: false, enableCircularCheck: true })).toHaveProperty('title');
      const clone = instanceToInstance(shown);
      expect([clone.title, clone.author]).toEqual(['Ode', undefined]);
      // What a getter or a transformation of the application reads is its own read.
      expect(() => instanceToPlain(shown, { groups: ['names'] })).toThrow(RelationNotLoadedError);
      expect(() => instanceToPlain(shown, { groups: ['transformed'] })).toThrow(RelationNotLoadedError);
      expectUnloaded(shown, 'author', 'reader');
    });

    it('class-transformer, when they are loaded or were not guarded by the query', async () => {
      const { id } = await poem();
      const poems = new ModelRepository(Poem, dataSource);
      const loaded = await poems.getExistOne(id, { load: ['author', 'reader'], addSelect: ['draft'] });
      expect(instanceToPlain(loaded)).toMatchObject({ draft: 'Od', author: { name: 'Ada' }, critic: 'nobody' });
      // As class-transformer treats entities of plain TypeORM.
      const loose = await poems.getExistOne(id, { strict: false });
      expect(instanceToPlain(loose)).toMatchObject({ title: 'Ode', author: undefined, critic: 'nobody' });
    });

    it('plainToInstance of entities into other classes', async () => {
      const book = await books.getExistOne(full.id, { load: ['tags'] });
      const strict = plainToInstance(BookView, book, { excludeExtraneousValues: true });
      expect(strict).toBeInstanceOf(BookView);
      expect({ ...strict }).toEqual({ title: 'Full', summary: '', tags: [{ label: 'red' }, { label: 'blue' }] });
      expect(plainToInstance(BookView, [book], { excludeExtraneousValues: true })).toHaveLength(1);
      expect(plainToInstance(BookView, book)).toMatchObject({ title: 'Full', authorId: ada.id });
      expect(plainToInstance(Book, book)).toMatchObject({ title: 'Full' });
      const short = plainToInstance(BookView, await partly(), { excludeExtraneousValues: true });
      expect({ ...short }).toEqual({ title: 'Full' });
    });

    it('plainToClassFromExist() and classToClassFromExist()', async () => {
      const book = (await books.getExistOne(full.id)) as Book;
      plainToClassFromExist(book, { title: 'Plain', author: { name: 'Eve' } });
      expect([book.title, book.author.name]).toEqual(['Plain', 'Eve']);
      expectUnloaded(book, 'tags');
      const other = (await books.getExistOne(bare.id)) as Book;
      new ClassTransformer().classToClassFromExist(book, other);
      expect(other.title).toBe('Plain');
      expectUnloaded(other, 'tags');
    });

    it('class-validator', async () => {
      const checked = await poem();
      const properties = (errors: { property: string }[]) => errors.map(({ property }) => property);
      // What was not loaded is undefined for rules: `@IsOptional()` passes, `@IsDefined()` does not.
      expect(properties(await validate(checked))).toEqual(['verses']);
      expect(properties(validateSync(checked))).toEqual(['verses']);
      expect(properties(await validate(await poem(), { whitelist: true }))).toEqual(['verses']);
      await expect(validateOrReject(checked)).rejects.toHaveLength(1);
      checked.verses = [];
      await validateOrReject(checked);
      checked.author = await authors.getExistOne(ada.id);
      expect(await validate(checked, { forbidUnknownValues: false })).toEqual([]);
      expectUnloaded(checked, 'reader', 'owner');
      expectUnloaded(checked.author, 'profile');
    });

    it('ClassSerializerInterceptor', async () => {
      const shown = await poem();
      const book = await books.getExistOne(full.id, { load: ['tags'] });
      @Controller()
      class Reading {
        @Get('poem') poem() {
          return dataSource.manager.findOneByOrFail(Poem, { id: shown.id });
        }
        @Get('poems') async poems() {
          return { items: await dataSource.manager.find(Poem), first: shown };
        }
        @Get('book') book() {
          return book;
        }
        @Get('exposed') @SerializeOptions({ strategy: 'excludeAll' }) exposed() {
          return shown;
        }
        @Get('view') @SerializeOptions({ type: BookView, excludeExtraneousValues: true }) view() {
          return book;
        }
        @Get('names') @SerializeOptions({ groups: ['names'] }) names() {
          return shown;
        }
      }
      @Module({ controllers: [Reading] })
      class ReadingModule {}
      const app = await NestFactory.create(ReadingModule, { logger: false });
      try {
        app.useGlobalInterceptors(new ClassSerializerInterceptor(app.get(Reflector)));
        await app.listen(0, '127.0.0.1');
        const body = async (path: string, status = 200): Promise<any> =>
          (await request(app.getHttpServer()).get(`/${path}`).expect(status)).body;
        const json = JSON.parse(JSON.stringify({ id: shown.id, title: 'Ode' })) as object;
        expect(await body('poem')).toEqual({ ...json, createdAt: expect.any(String), updatedAt: expect.any(String) });
        expect(await body('poems')).toMatchObject({ items: [json], first: json });
        const shelved = await body('book');
        expect(shelved).toMatchObject({ title: 'Full', authorId: ada.id, tags: [{ label: 'red' }, { label: 'blue' }] });
        expect(['author', 'shelf', 'loans'].filter((name) => name in shelved)).toEqual([]);
        expect(await body('exposed')).toEqual({ title: 'Ode' });
        expect(await body('view')).toEqual({ title: 'Full', summary: '', tags: [{ label: 'red' }, { label: 'blue' }] });
        await body('names', 500);
      } finally {
        await app.close();
      }
    });
  });
});
