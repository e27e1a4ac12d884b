import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ModelRepository, TransactionRequiredError, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { isLocked } from '../../lib/locking/index.js';
import { DATABASES } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { Author, Book, LIBRARY } from '../support/models/library.js';
import { openDataSource } from '../support/open-data-source.js';

describe.each(DATABASES)('withForUpdate on $name', ({ name: engine, hasConcurrency }) => {
  const concurrent = hasConcurrency ? it : it.skip;
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let outside: IndependentConnection;
  let unitOfWork: UnitOfWork;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let author: Author;
  let book: Book;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, LIBRARY));
    outside = await connectIndependently(dataSource);
    unitOfWork = new UnitOfWork(dataSource);
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
    author = await authors.add({ name: 'Ada', email: 'ada@example.org' });
  });
  afterAll(async () => {
    await outside.close();
    await close();
  });
  beforeEach(async () => {
    book = await books.add({ title: 'Notes', authorId: author.id });
  });

  const lock = (id = book.id) => books.getExistOne(id, { withForUpdate: true });
  const holds = (entity: Book) => isLocked(books.typeorm.metadata, entity);
  /** Whether somebody else is refused the row, without waiting. */
  const isBlocked = (id: string, table = 'book') =>
    outside.rows(`SELECT id FROM ${table} WHERE id = '${id}' FOR UPDATE NOWAIT`).then(
      () => false,
      () => true,
    );
  class Refusal extends Error {}
  const undone = async (work: () => Promise<unknown>, nested = false) => {
    const attempt = unitOfWork.run(
      async () => {
        await work();
        throw new Refusal();
      },
      nested ? { propagation: 'NESTED' } : {},
    );
    await expect(attempt).rejects.toThrow(Refusal);
  };

  it('needs a transaction', async () => {
    await expect(lock()).rejects.toThrow(TransactionRequiredError);
    await expect(books.get({}, { fetch: 'all', withForUpdate: true })).rejects.toThrow(TransactionRequiredError);
    expect(holds(book)).toBe(false);
    await unitOfWork.run(async () => {
      if (hasConcurrency) {
        await expect(unitOfWork.run(() => lock(), { propagation: 'NOT_SUPPORTED' })).rejects.toThrow(
          TransactionRequiredError,
        );
      }
    });
  });

  it('asks for the lock in SQL, except on SQLite', async () => {
    const recorder = new QueryRecorder(dataSource);
    await recorder.record(() => unitOfWork.run(() => lock()));
    const [, select] = recorder.queries;
    expect(/FOR UPDATE/.test(select.sql)).toBe(engine !== 'sqlite');
  });

  it('is noted for the rows that were read with it, until the transaction ends', async () => {
    const other = await books.add({ title: 'Other', authorId: author.id });
    let locked!: Book;
    await unitOfWork.run(async () => {
      await books.getOne(book.id);
      expect(holds(book)).toBe(false);
      locked = await lock();
      expect([holds(locked), holds(book), holds(other)]).toEqual([true, true, false]);
      await unitOfWork.run(async () => expect(holds(locked)).toBe(true));
      await unitOfWork.run(async () => expect(holds(locked)).toBe(true), { propagation: 'NESTED' });
      if (hasConcurrency) {
        await unitOfWork.run(async () => expect(holds(locked)).toBe(false), { propagation: 'REQUIRES_NEW' });
        await unitOfWork.run(async () => expect(holds(locked)).toBe(false), { propagation: 'NOT_SUPPORTED' });
      }
    });
    expect(holds(locked)).toBe(false);
    await unitOfWork.run(async () => expect(holds(locked)).toBe(false));
  });

  it('inside a savepoint is kept when it is released and given up when it is undone', async () => {
    const [kept, dropped] = await books.add([
      { title: 'Kept', authorId: author.id },
      { title: 'Dropped', authorId: author.id },
    ]);
    await unitOfWork.run(async () => {
      await lock();
      await unitOfWork.run(() => lock(kept.id), { propagation: 'NESTED' });
      await undone(async () => {
        await lock();
        await lock(dropped.id);
        await unitOfWork.run(() => lock(dropped.id), { propagation: 'NESTED' });
        expect(holds(dropped)).toBe(true);
      }, true);
      expect([holds(book), holds(kept), holds(dropped)]).toEqual([true, true, false]);
      // PostgreSQL gives such locks back; InnoDB keeps them to the end.
      if (engine === 'postgres' && hasConcurrency) {
        expect(await isBlocked(dropped.id)).toBe(false);
        expect(await isBlocked(kept.id)).toBe(true);
      }
    });
  });

  it('is given up by reset()', async () => {
    await unitOfWork.run(async () => {
      await lock();
      await unitOfWork.reset();
      expect(holds(book)).toBe(false);
      if (hasConcurrency) expect(await isBlocked(book.id)).toBe(false);
      await lock();
      expect(holds(book)).toBe(true);
      if (hasConcurrency) expect(await isBlocked(book.id)).toBe(true);
    });
  });

  it('loads relations beside it (gh-typeorm-4084)', async () => {
    await unitOfWork.run(async () => {
      const locked = await books.getExistOne(book.id, {
        withForUpdate: true,
        load: ['author', 'shelf', 'tags', 'loans'],
      });
      expect(locked.author.name).toBe('Ada');
      expect([locked.shelf, locked.tags, locked.loans]).toEqual([null, [], []]);
      expect(holds(locked)).toBe(true);
      expect(isLocked(authors.typeorm.metadata, locked.author)).toBe(false);
      if (hasConcurrency) {
        expect(await isBlocked(book.id)).toBe(true);
        if (engine === 'postgres') expect(await isBlocked(author.id, 'author')).toBe(false);
      }
    });
  });

  concurrent('a second connection is refused the row until the end', async () => {
    expect(await isBlocked(book.id)).toBe(false);
    await unitOfWork.run(async () => {
      await books.getOne(book.id);
      expect(await isBlocked(book.id)).toBe(false);
      await lock();
      expect(await isBlocked(book.id)).toBe(true);
    });
    expect(await isBlocked(book.id)).toBe(false);
    await undone(async () => {
      await lock();
      expect(await isBlocked(book.id)).toBe(true);
    });
    expect(await isBlocked(book.id)).toBe(false);
  });

  it('makes read-modify-write safe: nothing is lost', async () => {
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let round = 0; round < 5; round++) {
          await unitOfWork.run(async () => {
            const row = await lock();
            await books.update(row, { stock: row.stock + 1 });
          });
        }
      }),
    );
    expect((await books.getExistOne(book.id)).stock).toBe(40);
  });
});
