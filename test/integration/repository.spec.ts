import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { In, Like, MoreThan, type DataSource } from 'typeorm';
import {
  ConfigurationError,
  EmptyConditionError,
  InvalidFieldValueError,
  ModelRepository,
  MultipleRecordsFoundError,
  NotAnEntityError,
  ProtectedFieldError,
  RecordNotFoundError,
  RelationNotLoadedError,
  UnknownFieldError,
  UnknownRelationError,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import {
  Author,
  Book,
  BookUpdate,
  Chapter,
  Genre,
  LIBRARY,
  Loan,
  Profile,
  Shelf,
  Tag,
  Volume,
} from '../support/models/library.js';
import { openDataSource } from '../support/open-data-source.js';

describe.each(DATABASES)('model repository on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let tags: ModelRepository<Tag>;
  let shelves: ModelRepository<Shelf>;
  let loans: ModelRepository<Loan>;
  let profiles: ModelRepository<Profile>;
  let volumes: ModelRepository<Volume>;
  let chapters: ModelRepository<Chapter>;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, LIBRARY));
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
    tags = new ModelRepository(Tag, dataSource);
    shelves = new ModelRepository(Shelf, dataSource);
    loans = new ModelRepository(Loan, dataSource);
    profiles = new ModelRepository(Profile, dataSource);
    volumes = new ModelRepository(Volume, dataSource);
    chapters = new ModelRepository(Chapter, dataSource);
  });
  afterAll(() => close());

  beforeEach(async () => {
    for (const repository of [loans, profiles, books, tags, shelves, authors, chapters, volumes]) {
      await repository.typeorm.createQueryBuilder().delete().execute();
    }
  });

  const addAuthor = (name = 'Ada', email = `${name.toLowerCase()}@example.org`) => authors.add({ name, email });
  const addBooks = async (author: Author, count: number) =>
    books.add(
      Array.from({ length: count }, (_, index) => ({
        title: `Book ${String(index).padStart(3, '0')}`,
        authorId: author.id,
        stock: index,
      })),
    );

  describe('add', () => {
    it('gives the new entity with id, timestamps and defaults, in one statement', async () => {
      const author = await addAuthor();
      const book = await expectQueries(dataSource, 1, () => books.add({ title: '  Notes  ', authorId: author.id }));
      expect(book).toBeInstanceOf(Book);
      expect(book.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(book.createdAt).toBeInstanceOf(Date);
      expect(book.createdAt).toEqual(book.updatedAt);
      expect(book).toMatchObject({
        title: 'Notes',
        summary: '',
        isPublished: false,
        genre: Genre.Novel,
        stock: 0,
        rating: null,
        soldCopies: 0,
        keywords: [],
      });
    });

    it('stores what it gives: a second read is equal, type for type', async () => {
      const author = await addAuthor();
      const book = await books.add({
        title: 'Exact',
        authorId: author.id,
        rating: 4.5,
        barcode: 9_007_199_254_740_993n,
        soldCopies: Number.MAX_SAFE_INTEGER,
        publishedAt: new Date('2026-02-28T23:59:59.999Z'),
        printedOn: '2026-02-28',
        genre: Genre.Essay,
        keywords: ['a', 'ü', '日本', '"quoted"', "it's"],
        isPublished: true,
      });
      const read = await books.getExistOne(book.id);
      const { shelf: _shelf, ...columns } = { ...book } as Partial<Book>;
      for (const [key, value] of Object.entries(columns)) {
        if (value !== undefined) expect([key, (read as never)[key]]).toEqual([key, value]);
      }
    });

    it('counts integer ids up and gives each row its own, on several rows at once', async () => {
      const added = await tags.add([{ label: 'one' }, { label: 'two' }, { label: 'three' }]);
      const stored = await tags.get(undefined, { fetch: 'all', order: { id: 'ASC' } });
      expect(stored.map(({ id, label }) => ({ id, label }))).toEqual(added.map(({ id, label }) => ({ id, label })));
      expect(new Set(added.map(({ id }) => id)).size).toBe(3);
    });

    it('takes 10,000 rows in one call, all or none', async () => {
      const author = await addAuthor();
      const rows = Array.from({ length: 10_000 }, (_, index) => ({ title: `Row ${index}`, authorId: author.id }));
      await books.add(rows);
      expect(await books.count()).toBe(10_000);
      await books.deleteWhere({ authorId: author.id });
      rows[9_999] = { title: 'Orphan', authorId: '00000000-0000-7000-8000-000000000000' };
      await expect(books.add(rows)).rejects.toThrow();
      expect(await books.count()).toBe(0);
    });

    it('checks every value before anything is written, and names each', async () => {
      const author = await addAuthor();
      const attempt = books.add([
        { title: 'Fine', authorId: author.id },
        { title: 'x'.repeat(65), authorId: author.id, stock: -1 },
        { title: 'NUL \0', authorId: 'not-a-uuid' },
      ]);
      await expect(attempt).rejects.toThrow(InvalidFieldValueError);
      await expect(attempt).rejects.toMatchObject({
        code: 'INVALID_FIELD_VALUE',
        violations: [
          { field: '[1].title', rule: 'maxLength' },
          { field: '[1].stock', rule: 'min' },
          { field: '[2].title', rule: 'noNulByte' },
          { field: '[2].authorId', rule: 'isUuid' },
        ],
      });
      expect(await books.count()).toBe(0);
    });

    it('refuses unknown fields, missing fields and null where it is not allowed', async () => {
      await expect(authors.add({ nmae: 'Ada', email: 'a@b.co' } as never)).rejects.toThrow(/'nmae'.*'name'/);
      await expect(authors.add({ email: 'a@b.co' })).rejects.toThrow(/name is missing/);
      await expect(authors.add({ name: null, email: 'a@b.co' } as never)).rejects.toThrow(/name must not be null/);
      await expect(authors.add('Ada' as never)).rejects.toThrow(NotAnEntityError);
      expect(await authors.count()).toBe(0);
    });

    it('takes the key from an assigned relation, and refuses one that contradicts it', async () => {
      const [ada, bob] = [await addAuthor('Ada'), await addAuthor('Bob')];
      const book = await books.add({ title: 'By object', author: ada });
      expect(book.authorId).toBe(ada.id);
      expect((await books.getExistOne(book.id)).authorId).toBe(ada.id);
      await expect(books.add({ title: 'Both', author: ada, authorId: bob.id })).rejects.toThrow(/name different rows/);
    });

    it('saves to-many relations with the row', async () => {
      const author = await addAuthor();
      const [a, b] = await tags.add([{ label: 'a' }, { label: 'b' }]);
      const book = await books.add({ title: 'Tagged', authorId: author.id, tags: [a, b] });
      const read = await books.getExistOne(book.id, { load: ['tags'] });
      expect(read.tags.map(({ label }) => label)).toEqual(['a', 'b']);
    });
  });

  describe('get', () => {
    it('gives the first row or null, the only row or an error, or all rows', async () => {
      expect(await authors.get({ name: 'Ada' })).toBeNull();
      await expect(authors.get({ name: 'Ada' }, { fetch: 'one' })).rejects.toThrow(RecordNotFoundError);
      await addAuthor('Ada', 'a1@example.org');
      expect((await authors.get({ name: 'Ada' }, { fetch: 'one' })).email).toBe('a1@example.org');
      await addAuthor('Ada', 'a2@example.org');
      await expect(authors.get({ name: 'Ada' }, { fetch: 'one' })).rejects.toThrow(MultipleRecordsFoundError);
      expect(await authors.get({ name: 'Ada' }, { fetch: 'all' })).toHaveLength(2);
      expect((await authors.get(undefined, { order: { email: 'DESC' } }))?.email).toBe('a2@example.org');
    });

    it('combines conditions, filters, null, operators and relations', async () => {
      const [ada, bob] = [await addAuthor('Ada'), await addAuthor('Bob')];
      await addBooks(ada, 5);
      await addBooks(bob, 3);
      expect(await books.get({ author: { name: 'Bob' } }, { fetch: 'all' })).toHaveLength(3);
      expect(await books.get({ title: Like('Book 00%'), stock: MoreThan(2) }, { fetch: 'all' })).toHaveLength(2);
      expect(await books.count([{ stock: 0 }, { stock: 4 }])).toBe(3);
      expect(await books.count([{ stock: 0 }, { stock: 4 }], { filter: { authorId: ada.id } })).toBe(2);
      expect(await books.count({ stock: MoreThan(0) }, { filter: { stock: In([1, 4]) } })).toBe(3);
      expect(await books.count({ rating: null })).toBe(8);
      await books.add({ title: 'Coded', authorId: ada.id, barcode: 9_007_199_254_740_993n });
      expect(await books.count({ barcode: 9_007_199_254_740_993n })).toBe(1);
      expect(await books.count({ barcode: In([9_007_199_254_740_993n, 1n]) })).toBe(1);
      expect(await books.count({ barcode: 9_007_199_254_740_992n })).toBe(0);
      expect(
        await books.count(undefined, { filter: (query, alias) => query.andWhere(`${alias}.stock > :low`, { low: 2 }) }),
      ).toBe(2);
    });

    it('keeps only rows that have a row in a joined relation, without multiplying them', async () => {
      const author = await addAuthor();
      const [a, b, c] = await addBooks(author, 3);
      await loans.add([
        { reader: 'x', bookId: a.id },
        { reader: 'y', bookId: a.id },
        { reader: 'z', bookId: c.id },
      ]);
      const found = await books.get(undefined, { fetch: 'all', join: ['loans'], order: { title: 'ASC' }, limit: 2 });
      expect(found.map(({ id }) => id)).toEqual([a.id, c.id]);
      expect(await books.count(undefined, { join: ['loans'] })).toBe(2);
      expect(b.id).toBeDefined();
    });

    it('orders, skips and limits; explicit options win over the view', async () => {
      const author = await addAuthor();
      await addBooks(author, 10);
      const titles = async (options: object) =>
        (await books.get(undefined, { fetch: 'all', order: { title: 'ASC' }, ...options })).map(({ title }) => title);
      expect(await titles({ offset: 2, limit: 3 })).toEqual(['Book 002', 'Book 003', 'Book 004']);
      expect(await titles({ tableView: { limit: 5, offset: 1 }, limit: 2 })).toEqual(['Book 001', 'Book 002']);
      expect(await titles({ tableView: { limit: null, offset: 8 } })).toEqual(['Book 008', 'Book 009']);
      await expect(titles({ offset: -1 })).rejects.toThrow(/offset must be an integer of 0 or more/);
      await expect(titles({ limit: 0 })).rejects.toThrow(/limit must be an integer of 1 or more/);
      await expect(titles({ tableView: { limit: 101 } })).rejects.toThrow(/limit must not be greater than 100/);
    });

    it('reads columns with select: false only when asked, and never loses them', async () => {
      const { id } = await authors.add({ name: 'Ada', email: 'a@example.org', secret: 'S' });
      const plain = await authors.getExistOne(id);
      expect(() => plain.secret).toThrow(/addSelect: \['secret'\]/);
      plain.name = 'Ada L.';
      await authors.save(plain);
      plain.name = 'Ada Lovelace';
      await authors.save(plain);
      expect((await authors.getExistOne(id, { addSelect: ['secret'] })).secret).toBe('S');
    });

    it('finds nothing for a malformed key, and refuses a condition that would widen', async () => {
      for (const key of ['nope', '', '\0', '123']) expect(await books.getOne(key)).toBeNull();
      for (const key of ['nope', '1e3', '99999999999', '-1', '1.5']) expect(await tags.getOne(key)).toBeNull();
      await expect(books.getExistOne('nope', { detail: 'No such book' })).rejects.toThrow('No such book');
      await expect(books.get({ authorId: undefined })).rejects.toThrow(/has undefined for 'authorId'/);
      await expect(books.get({ athorId: 'x' } as never)).rejects.toThrow(UnknownFieldError);
      await expect(books.get({ author: { nmae: 'x' } } as never)).rejects.toThrow(/'name'/);
    });

    it('finds a row by its key in upper case and, for integers, by its text', async () => {
      const author = await addAuthor();
      expect((await authors.getOne(author.id.toUpperCase()))?.id).toBe(author.id);
      const tag = await tags.add({ label: 'x' });
      expect((await tags.getOne(String(tag.id)))?.label).toBe('x');
    });

    it('refuses options that are unknown, not built yet, or useless for the model', async () => {
      for (const option of ['subclasses', 'fetchAll']) {
        await expect(books.get({}, { [option]: true })).rejects.toThrow(ConfigurationError);
        await expect(books.get({}, { [option]: true })).rejects.toThrow(new RegExp(`'${option}'`));
      }
      await expect(books.get({}, { withForUpdate: { skipLock: true } } as never)).rejects.toThrow(/'skipLock'/);
      await expect(books.save(new Book(), { optimisticRetryCount: 3 })).rejects.toThrow(/Book has no version/);
    });
  });

  describe('relations', () => {
    it('loads every kind of relation with one query each, whatever the number of rows', async () => {
      const [ada, bob] = [await addAuthor('Ada'), await addAuthor('Bob')];
      const [first, second] = await tags.add([{ label: 'first' }, { label: 'second' }]);
      const shelf = await shelves.add({ room: 'North' });
      const rows = [...(await addBooks(ada, 6)), ...(await addBooks(bob, 6))];
      for (const [index, book] of rows.entries()) {
        book.tags = index % 2 === 0 ? [first, second] : [];
        book.shelf = index % 3 === 0 ? shelf : null;
        await books.save(book);
      }
      await loans.add(
        rows.flatMap(({ id }) => [
          { reader: 'r', bookId: id },
          { reader: 's', bookId: id },
        ]),
      );
      const all = await expectQueries(dataSource, 5, () =>
        books.get(undefined, { fetch: 'all', order: { id: 'ASC' }, load: ['author', 'shelf', 'tags', 'loans'] }),
      );
      expect(all).toHaveLength(12);
      for (const book of all) {
        const index = rows.findIndex(({ id }) => id === book.id);
        expect(book.author.name).toBe(index < 6 ? 'Ada' : 'Bob');
        expect(book.tags.map(({ label }) => label)).toEqual(index % 2 === 0 ? ['first', 'second'] : []);
        expect(book.shelf?.room ?? null).toBe(index % 3 === 0 ? 'North' : null);
        expect(book.loans).toHaveLength(2);
      }
      expect(new Set(all.map(({ author }) => author)).size).toBe(2);
    });

    it('loads nested paths and both directions of a pair', async () => {
      const ada = await addAuthor();
      await profiles.add({ bio: 'Mathematician', authorId: ada.id });
      await addBooks(ada, 2);
      const [book] = await books.get(undefined, {
        fetch: 'all',
        load: ['author.profile', 'author.books', 'author.books.author'],
      });
      expect(book.author.profile?.bio).toBe('Mathematician');
      expect(book.author.books).toHaveLength(2);
      expect(book.author.books[0].author.name).toBe('Ada');
    });

    it('pages are right with to-many relations', async () => {
      const ada = await addAuthor();
      const rows = await addBooks(ada, 5);
      await loans.add(rows.flatMap(({ id }) => [1, 2, 3].map((reader) => ({ reader: String(reader), bookId: id }))));
      const page = await books.getWithCount(undefined, {
        load: ['loans'],
        order: { title: 'ASC' },
        offset: 1,
        limit: 2,
      });
      expect(page.count).toBe(5);
      expect(page.items.map(({ title, loans: found }) => [title, found.length])).toEqual([
        ['Book 001', 3],
        ['Book 002', 3],
      ]);
    });

    it('refuses unknown paths before any query, with near names', async () => {
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(async () => {
        await expect(books.get({}, { load: ['auhtor'] as never[] })).rejects.toThrow(UnknownRelationError);
        await expect(books.get({}, { load: ['auhtor'] as never[] })).rejects.toThrow(/Did you mean 'author'/);
        await expect(books.get({}, { load: ['author.bokos'] as never[] })).rejects.toThrow(
          /relation of Author.*'books'/,
        );
        await expect(books.get({}, { load: ['title'] as never[] })).rejects.toThrow(UnknownRelationError);
      });
      expect(recorder.queries).toHaveLength(0);
    });

    it('leaves soft-deleted rows out unless asked', async () => {
      const ada = await addAuthor();
      const [book] = await addBooks(ada, 1);
      const [gone] = await loans.add([
        { reader: 'gone', bookId: book.id },
        { reader: 'here', bookId: book.id },
      ]);
      await loans.typeorm.softDelete({ id: gone.id });
      expect(await loans.count()).toBe(1);
      expect(await loans.getOne(gone.id)).toBeNull();
      expect(await loans.getOne(gone.id, { withDeleted: true })).not.toBeNull();
      expect((await books.getExistOne(book.id, { load: ['loans'] })).loans).toHaveLength(1);
      expect((await books.getExistOne(book.id, { load: ['loans'], withDeleted: true })).loans).toHaveLength(2);
      expect(await loans.deleteWhere({ bookId: book.id })).toBe(1);
      expect(await loans.count(undefined, { withDeleted: true })).toBe(1);
    });
  });

  describe('save and update', () => {
    it('writes the changed columns alone, in one statement, and nothing when nothing changed', async () => {
      const ada = await addAuthor();
      const [{ id }] = await addBooks(ada, 1);
      const book = await books.getExistOne(id);
      const before = book.updatedAt.getTime();
      await expectQueries(dataSource, 0, () => books.save(book));
      book.title = 'Changed';
      const recorder = new QueryRecorder(dataSource);
      expect(await recorder.record(() => books.save(book))).toBe(book);
      expect(recorder.queries).toHaveLength(1);
      expect(recorder.queries[0].sql).toMatch(/^UPDATE/);
      expect(recorder.queries[0].sql).not.toMatch(/summary|stock|createdAt/);
      expect(book.updatedAt.getTime()).toBeGreaterThanOrEqual(before);
      const read = await books.getExistOne(id);
      expect(read.title).toBe('Changed');
      expect(read.updatedAt).toEqual(book.updatedAt);
      await expectQueries(dataSource, 0, () => books.save(book));
    });

    it('notices a change inside a list, and a date that was changed in place', async () => {
      const ada = await addAuthor();
      const { id } = await books.add({ title: 'List', authorId: ada.id, keywords: ['a'], publishedAt: new Date(0) });
      const book = await books.getExistOne(id);
      book.keywords.push('b');
      book.publishedAt?.setUTCFullYear(1999);
      await expectQueries(dataSource, 1, () => books.save(book));
      const read = await books.getExistOne(id);
      expect(read.keywords).toEqual(['a', 'b']);
      expect(read.publishedAt).toEqual(new Date('1999-01-01T00:00:00.000Z'));
    });

    it('update takes only what is set, null included, and returns the same instance', async () => {
      const ada = await addAuthor();
      const [book] = await addBooks(ada, 1);
      await books.update(book, { rating: 3 });
      const patch = Object.assign(new BookUpdate(), { title: 'Patched', summary: undefined, rating: null });
      expect(await books.update(book, patch)).toBe(book);
      expect(await books.getExistOne(book.id)).toMatchObject({ title: 'Patched', summary: '', rating: null, stock: 0 });
    });

    it('update excludes and merges trusted values', async () => {
      const [ada, bob] = [await addAuthor('Ada'), await addAuthor('Bob')];
      const [book] = await addBooks(ada, 1);
      await books.update(book, { title: 'T', stock: 9 }, { exclude: ['stock'], extra: { authorId: bob.id } });
      expect(await books.getExistOne(book.id)).toMatchObject({ title: 'T', stock: 0, authorId: bob.id });
    });

    it('update refuses unknown and protected keys and illegal values, and changes nothing', async () => {
      const ada = await addAuthor();
      const [book] = await addBooks(ada, 1);
      const values = { ...book };
      await expect(books.update(book, { titel: 'x' })).rejects.toThrow(/'titel'.*'title'/);
      for (const key of ['id', 'createdAt', 'updatedAt', 'author', 'loans']) {
        await expect(books.update(book, { [key]: book.id })).rejects.toThrow(ProtectedFieldError);
      }
      await expect(books.update(book, { title: 'fine', stock: -1 })).rejects.toThrow(InvalidFieldValueError);
      await expect(books.update(book, { title: null })).rejects.toThrow(/title must not be null/);
      await expect(books.update(book, { title: 'fine' }, { extra: { id: ada.id } })).rejects.toThrow(
        ProtectedFieldError,
      );
      await expect(books.update(book, { authorId: '00000000-0000-7000-8000-000000000000' })).rejects.toThrow();
      expect({ ...book }).toEqual(values);
      expect(await books.getExistOne(book.id)).toMatchObject({ title: 'Book 000', stock: 0, authorId: ada.id });
    });

    it('keeps loaded relations, except a to-one whose key changed', async () => {
      const [ada, bob] = [await addAuthor('Ada'), await addAuthor('Bob')];
      const [{ id }] = await addBooks(ada, 1);
      const book: Book = await books.getExistOne(id, { load: ['author', 'loans'] });
      await books.update(book, { title: 'Still loaded' });
      expect(book.author.name).toBe('Ada');
      expect(book.loans).toEqual([]);
      await books.update(book, { authorId: bob.id });
      expect(() => book.author).toThrow(RelationNotLoadedError);
      expect((await books.getExistOne(id)).authorId).toBe(bob.id);
      book.author = ada;
      await books.save(book);
      expect(book.authorId).toBe(ada.id);
      expect(book.author).toBe(ada);
      expect((await books.getExistOne(id)).authorId).toBe(ada.id);
      book.author = bob;
      book.authorId = '00000000-0000-7000-8000-000000000000';
      await expect(books.save(book)).rejects.toThrow(/were both changed/);
    });

    it('exchanges a relation whose key has no property, and sets it to null', async () => {
      const ada = await addAuthor();
      const [{ id }] = await addBooks(ada, 1);
      const [north, south] = await shelves.add([{ room: 'North' }, { room: 'South' }]);
      const book: Book = await books.getExistOne(id, { load: ['shelf'] });
      expect(book.shelf).toBeNull();
      for (const shelf of [north, south, null]) {
        book.shelf = shelf;
        await expectQueries(dataSource, 1, () => books.save(book));
        await expectQueries(dataSource, 0, () => books.save(book));
        expect((await books.getExistOne(id, { load: ['shelf'] })).shelf?.room ?? null).toBe(shelf?.room ?? null);
      }
    });

    it('saves changes of to-many relations', async () => {
      const ada = await addAuthor();
      const [{ id }] = await addBooks(ada, 1);
      const [a, b] = await tags.add([{ label: 'a' }, { label: 'b' }]);
      const book: Book = await books.getExistOne(id, { load: ['tags'] });
      book.tags.push(a, b);
      await books.save(book);
      await expectQueries(dataSource, 0, () => books.save(book));
      book.tags = [b];
      await books.save(book);
      expect((await books.getExistOne(id, { load: ['tags'] })).tags.map(({ label }) => label)).toEqual(['b']);
    });

    it('loads onto the saved entity and refreshes it', async () => {
      const ada = await addAuthor();
      const [book] = await addBooks(ada, 1);
      await dataSource.query(
        engine === 'mariadb'
          ? "UPDATE book SET summary = 'from elsewhere'"
          : `UPDATE "book" SET "summary" = 'from elsewhere'`,
      );
      book.title = 'Mine';
      await books.save(book, { load: ['author'] });
      expect(book.author.name).toBe('Ada');
      expect(book.summary).toBe('');
      expect(await books.save(book, { refresh: true })).toBe(book);
      expect(book.summary).toBe('from elsewhere');
      expect(book.author.name).toBe('Ada');
    });

    it('says that the row is gone, and that a DTO is not an entity', async () => {
      const ada = await addAuthor();
      const [book] = await addBooks(ada, 1);
      const other = await books.getExistOne(book.id);
      await books.delete(other);
      await expect(books.update(book, { title: 'Too late' })).rejects.toThrow(RecordNotFoundError);
      expect(book.title).toBe('Book 000');
      await expect(books.save(Object.assign(new BookUpdate(), { title: 'x' }) as never)).rejects.toThrow(/BookUpdate/);
      await expect(books.save({ title: 'x' } as never)).rejects.toThrow(/plain object/);
      await expect(books.update({ id: book.id } as never, {})).rejects.toThrow(NotAnEntityError);
      await expect(books.delete({ id: book.id } as never)).rejects.toThrow(NotAnEntityError);
      book.id = ada.id;
      await expect(books.save(book)).rejects.toThrow(ProtectedFieldError);
    });

    it('inserts a new entity that was made by hand, and saves several, all or none', async () => {
      const ada = await addAuthor();
      const one = Object.assign(new Book(), { title: 'One', authorId: ada.id });
      const two = Object.assign(new Book(), { title: 'Two', authorId: ada.id });
      expect(await books.save([one, two])).toEqual([one, two]);
      expect(await books.count()).toBe(2);
      one.title = 'One!';
      two.title = 'x'.repeat(65);
      await expect(books.save([one, two])).rejects.toThrow(InvalidFieldValueError);
      expect((await books.getExistOne(one.id)).title).toBe('One');
      two.title = 'Two!';
      await books.save([one, two]);
      expect((await books.get(undefined, { fetch: 'all', order: { title: 'ASC' } })).map(({ title }) => title)).toEqual(
        ['One!', 'Two!'],
      );
    });

    it('stays right when plain TypeORM writes the same entity', async () => {
      const ada = await addAuthor();
      const [{ id }] = await addBooks(ada, 1);
      const book = await books.getExistOne(id);
      book.title = 'Plain';
      await books.typeorm.save(book);
      book.title = 'Book 000';
      await expectQueries(dataSource, 1, () => books.save(book));
      expect((await books.getExistOne(id)).title).toBe('Book 000');
    });
  });

  describe('beside plain TypeORM', () => {
    it('gives new entities that plain TypeORM saves their id, defaults and timestamps', async () => {
      const ada = await addAuthor();
      const book = await books.typeorm.save(Object.assign(new Book(), { title: ' Plain ', authorId: ada.id }));
      expect(book.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
      expect(await books.getExistOne(book.id)).toMatchObject({ title: 'Plain', stock: 0, genre: Genre.Novel });
    });

    it('holds plain saves and cascades to the rules of the fields', async () => {
      const ada = await addAuthor();
      const wrong = Object.assign(new Book(), { title: 'x'.repeat(65), authorId: ada.id });
      await expect(books.typeorm.save(wrong)).rejects.toThrow(InvalidFieldValueError);
      const book = await books.add({ title: 'Fine', authorId: ada.id });
      book.stock = -1;
      await expect(books.typeorm.save(book)).rejects.toThrow(InvalidFieldValueError);
      const [chapter] = [Object.assign(new Chapter(), { heading: 'x'.repeat(65) })];
      await expect(volumes.add({ name: 'V', chapters: [chapter] })).rejects.toThrow(InvalidFieldValueError);
      expect(await volumes.count()).toBe(0);
    });

    it('inserts, updates and removes through cascades', async () => {
      const volume = await volumes.add({
        name: 'V',
        chapters: [Object.assign(new Chapter(), { heading: 'one' }), Object.assign(new Chapter(), { heading: 'two' })],
      });
      const read = await volumes.getExistOne(volume.id, { load: ['chapters'] });
      expect(read.chapters.map(({ heading }) => heading).sort()).toEqual(['one', 'two']);
      await expectQueries(dataSource, 0, () => volumes.save(read));
      read.chapters[0].heading = 'changed';
      read.chapters.push(Object.assign(new Chapter(), { heading: 'three' }));
      await volumes.save(read);
      expect(await chapters.count({ heading: In(['changed', 'three']) })).toBe(2);
      expect(await chapters.count()).toBe(3);
      expect(await volumes.delete(await volumes.getExistOne(volume.id, { load: ['chapters'] }))).toBe(1);
      expect(await chapters.count()).toBe(0);
    });
  });

  describe('delete', () => {
    it('deletes one, several and by condition, and counts', async () => {
      const ada = await addAuthor();
      const rows = await addBooks(ada, 6);
      expect(await books.delete(rows[0])).toBe(1);
      expect(await books.delete([rows[1], rows[2]])).toBe(2);
      expect(await books.delete(rows[0])).toBe(0);
      expect(await books.delete([])).toBe(0);
      expect(await books.deleteWhere({ stock: In([3, 4]) })).toBe(2);
      expect(await books.deleteWhere({ stock: 77 })).toBe(0);
      expect(await books.deleteWhere({ author: { name: 'Ada' } })).toBe(1);
      expect(await books.count()).toBe(0);
    });

    it('refuses a condition that would match every row', async () => {
      const ada = await addAuthor();
      await addBooks(ada, 2);
      for (const condition of [{}, [], [{}], [{ stock: 0 }, {}], undefined, null]) {
        await expect(books.deleteWhere(condition as never)).rejects.toThrow(EmptyConditionError);
      }
      await expect(books.deleteWhere({ stock: undefined })).rejects.toThrow(ConfigurationError);
      await expect(books.delete(new Book())).rejects.toThrow(NotAnEntityError);
      expect(await books.count()).toBe(2);
    });
  });

  describe('pages', () => {
    it('counts without a second query when the page shows the end, and with one otherwise', async () => {
      const ada = await addAuthor();
      await addBooks(ada, 5);
      const page = (options: object) => books.getWithCount({ authorId: ada.id }, options);
      expect(await expectQueries(dataSource, 1, () => page({ limit: 10 }))).toMatchObject({ count: 5 });
      expect(await expectQueries(dataSource, 2, () => page({ limit: 5 }))).toMatchObject({ count: 5 });
      expect(await expectQueries(dataSource, 2, () => page({ limit: 2, offset: 9 }))).toMatchObject({
        count: 5,
        items: [],
      });
      expect(await expectQueries(dataSource, 1, () => page({ limit: 2, offset: 4 }))).toMatchObject({ count: 5 });
    });

    it('shows every row exactly once when the order has ties', async () => {
      const ada = await addAuthor();
      await addBooks(ada, 30);
      const seen: string[] = [];
      for (let offset = 0; offset < 30; offset += 7) {
        const page = await books.getWithCount(undefined, { order: { genre: 'DESC' }, offset, limit: 7 });
        seen.push(...page.items.map(({ id }) => id));
      }
      expect(new Set(seen).size).toBe(30);
      const newest = await books.getWithCount(undefined, { tableView: {} });
      expect(newest.items.map(({ id }) => id)).toEqual([...seen].sort().reverse());
    });

    it('orders a list request by another column of the model, and by no hidden or unknown one', async () => {
      const ada = await addAuthor();
      await addBooks(ada, 3);
      const page = await books.getWithCount(undefined, { tableView: { order: 'stock', desc: true } });
      expect(page.items.map(({ stock }) => stock)).toEqual([2, 1, 0]);
      await expect(books.getWithCount(undefined, { tableView: { order: 'author' } })).rejects.toThrow(/order must be/);
      await expect(authors.getWithCount(undefined, { tableView: { order: 'secret' } })).rejects.toThrow(
        /order must be/,
      );
    });

    it('narrows items and count by half-open time ranges', async () => {
      const ada = await addAuthor();
      const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
      await books.add(
        [0, 1, 2, 3].map((second) => ({ title: `At ${second}`, authorId: ada.id, createdAt: at(second) })),
      );
      const range = { createdAfter: at(1), createdBefore: at(3) };
      const page = await books.getWithCount(undefined, { tableView: { ...range, desc: false } });
      expect(page.items.map(({ title }) => title)).toEqual(['At 1', 'At 2']);
      expect(page.count).toBe(2);
      expect(await books.count(undefined, range)).toBe(2);
      expect(await books.count(undefined, { tableView: range, createdBefore: at(2) })).toBe(1);
      await expect(books.count(undefined, { createdAfter: at(3), createdBefore: at(3) })).rejects.toThrow(
        /earlier than/,
      );
    });
  });

  describe('stream', () => {
    it('gives every row once, in batches, with relations', async () => {
      const ada = await addAuthor();
      const rows = await addBooks(ada, 25);
      const recorder = new QueryRecorder(dataSource);
      const seen: Book[] = [];
      await recorder.record(async () => {
        for await (const book of books.stream({ authorId: ada.id }, { batchSize: 10, load: ['author'] }))
          seen.push(book);
      });
      expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id).sort());
      expect(seen[24].author.name).toBe('Ada');
      expect(recorder.queries).toHaveLength(6);
      const backwards: string[] = [];
      for await (const { id } of books.stream(undefined, { direction: 'DESC', batchSize: 7 })) backwards.push(id);
      expect(backwards).toEqual(
        rows
          .map(({ id }) => id)
          .sort()
          .reverse(),
      );
    });

    it('can be left early, and refuses options that make no sense', async () => {
      const ada = await addAuthor();
      await addBooks(ada, 5);
      for await (const book of books.stream(undefined, { batchSize: 2 })) {
        expect(book).toBeInstanceOf(Book);
        break;
      }
      expect(() => books.stream(undefined, { batchSize: 0 })).toThrow(ConfigurationError);
      expect(() => books.stream(undefined, { order: { title: 'ASC' } } as never)).toThrow(ConfigurationError);
    });
  });
});
