import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Column,
  DataSource,
  Entity,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  type Logger,
  type Relation,
} from 'typeorm';
import {
  ConfigurationError,
  ModelRepository,
  RequiresRelations,
  track,
  UnitOfWork,
  untracked,
  type NPlusOneReport,
  type TrackOptions,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { namedTables } from '../../lib/relations/named-tables.js';
import { statementShape } from '../../lib/relations/statement-shape.js';
import { DATABASES } from '../support/databases.js';
import { Author, Book, LIBRARY, Loan, Profile, Shelf, Tag } from '../support/models/library.js';
import { lineAt } from '../support/line-at.js';
import { openDataSource } from '../support/open-data-source.js';

/** Plain entities, with lazy relations. */
@Entity()
class Depot {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64, default: '' }) name: string;
  @OneToMany(() => Parcel, (parcel) => parcel.depot, { lazy: true }) parcels: Promise<Relation<Parcel>[]>;
}
@Entity()
class Parcel {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'int', nullable: true }) depotId: number | null;
  @ManyToOne(() => Depot, (depot) => depot.parcels, { lazy: true }) depot: Promise<Relation<Depot> | null>;
  @ManyToOne(() => Parcel, { nullable: true }) inside: Relation<Parcel> | null;
  @ManyToMany(() => Sticker, { lazy: true }) @JoinTable() stickers: Promise<Sticker[]>;
}
@Entity()
class Sticker {
  @PrimaryGeneratedColumn() id: number;
}

class Bylines {
  @RequiresRelations('author') async of(book: Book): Promise<string> {
    return book.author.name;
  }
}

const HERE = /n-plus-one\.spec\.ts:\d+:\d+/;

describe.each(DATABASES)('repeated statements on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let authors: ModelRepository<Author>;
  let books: ModelRepository<Book>;
  let profiles: ModelRepository<Profile>;
  let shelves: ModelRepository<Shelf>;
  let tags: ModelRepository<Tag>;
  let loans: ModelRepository<Loan>;
  let reports: NPlusOneReport[];

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...LIBRARY, Depot, Parcel, Sticker]));
    authors = new ModelRepository(Author, dataSource);
    books = new ModelRepository(Book, dataSource);
    profiles = new ModelRepository(Profile, dataSource);
    shelves = new ModelRepository(Shelf, dataSource);
    tags = new ModelRepository(Tag, dataSource);
    loans = new ModelRepository(Loan, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    reports = [];
    for (const entity of [Loan, Profile, Book, Tag, Shelf, Author, Parcel, Depot, Sticker]) {
      await dataSource.createQueryBuilder().delete().from(entity).execute();
    }
  });

  const tracked = <T>(work: () => Promise<T>, options: TrackOptions = {}): Promise<T> =>
    track(dataSource, 'the work', work, { report: (report) => void reports.push(report), ...options });

  /** Books by an author each. */
  async function library(count = 7): Promise<Book[]> {
    const by = await authors.add(
      Array.from({ length: count }, (_, index) => ({ name: `Author ${index}`, email: `a${index}@example.org` })),
    );
    return books.add(by.map((author, index) => ({ title: `Book ${index}`, authorId: author.id })));
  }
  async function depots(count = 7): Promise<void> {
    await dataSource.getRepository(Depot).insert(Array.from({ length: count }, (_, index) => ({ name: `D${index}` })));
    for (const { id } of await dataSource.getRepository(Depot).find()) {
      await dataSource.getRepository(Parcel).insert({ depotId: id });
    }
  }

  it('are reported once, with count, shape, place and the relation that would have loaded them', async () => {
    await library();
    const names = await tracked(async () => {
      const all: string[] = [];
      for (const book of await books.get({}, { fetch: 'all' })) {
        all.push((await authors.getExistOne(book.authorId)).name);
      }
      return all;
    });
    expect(names).toHaveLength(7);
    const [report, ...more] = reports;
    expect(more).toEqual([]);
    expect(report).toEqual({
      label: 'the work',
      count: 7,
      shape: expect.stringMatching(/^SELECT .*FROM .author. .*WHERE .*.id. = \?/),
      place: expect.stringMatching(HERE),
      relations: ['Book.author'],
      fix: "Load it with the query for Book: load: ['author'] (Book.author).",
      message: expect.any(String),
    });
    expect(lineAt(report.place)).toBe('all.push((await authors.getExistOne(book.authorId)).name);');
    expect(report.message.split('\n')).toEqual([
      'the work sent the same statement 7 times:',
      expect.stringMatching(/^ {2}SELECT … FROM .author. /),
      `  at ${report.place}`,
      `  ${report.fix}`,
    ]);
  });

  it('are reported from the sixth on, or as `threshold` says', async () => {
    const [book] = await library();
    const repeat = (times: number) => async () => {
      for (let run = 0; run < times; run++) await books.getOne(book.id);
    };
    await tracked(repeat(5));
    await tracked(repeat(2), { threshold: 2 });
    expect(reports).toEqual([]);
    await tracked(repeat(6));
    await tracked(repeat(3), { threshold: 2 });
    expect(reports.map(({ count }) => count)).toEqual([6, 3]);
  });

  it.each([0, -1, 2.5, Number.NaN])('refuse a threshold of %p', async (threshold) => {
    await expect(tracked(async () => undefined, { threshold })).rejects.toThrow(ConfigurationError);
  });

  describe('name the relation', () => {
    const quoted = (name: string) => (engine === 'mariadb' ? `\`${name}\`` : `"${name}"`);
    const parameter = engine === 'postgres' ? '$1' : '?';
    const allBooks = () => books.get({}, { fetch: 'all' });
    const allAuthors = () => authors.get({}, { fetch: 'all' });

    it.each<[string, string[], string, () => Promise<void>]>([
      [
        'a plain findOneBy',
        ['Book.author'],
        "load: ['author']",
        async () => {
          for (const { authorId } of await allBooks()) await authors.typeorm.findOneBy({ id: authorId });
        },
      ],
      [
        'a plain findOne with relations, which are two statements',
        ['Book.author'],
        "load: ['author']",
        async () => {
          for (const { authorId } of await books.typeorm.find()) {
            await authors.typeorm.findOne({ where: { id: authorId }, relations: { profile: true } });
          }
        },
      ],
      [
        'a query builder',
        ['Book.author'],
        "load: ['author']",
        async () => {
          for (const { authorId } of await allBooks()) {
            await authors.typeorm.createQueryBuilder('x').where('x.id = :id', { id: authorId }).getOne();
          }
        },
      ],
      [
        'raw SQL',
        ['Book.author'],
        "load: ['author']",
        async () => {
          for (const { authorId } of await allBooks()) {
            await dataSource.query(`select * from ${quoted('author')} where id = ${parameter}`, [authorId]);
          }
        },
      ],
      [
        'reads beside each other',
        ['Book.author'],
        "load: ['author']",
        async () => {
          await Promise.all((await allBooks()).map(({ authorId }) => authors.getOne(authorId)));
        },
      ],
      [
        'rows that were joined before',
        ['Book.author'],
        "load: ['author']",
        async () => {
          const shelved = await shelves.typeorm.find({ relations: { books: true } });
          for (const { authorId } of shelved.flatMap((shelf) => shelf.books)) await authors.getOne(authorId);
        },
      ],
      [
        'rows that a query loaded with it',
        ['Author.profile'],
        "load: ['profile']",
        async () => {
          for (const { author } of await books.get({}, { fetch: 'all', load: ['author'] })) {
            await profiles.get({ authorId: author.id });
          }
        },
      ],
      [
        'a to-many by its key',
        ['Author.books'],
        "load: ['books']",
        async () => {
          for (const { id } of await allAuthors()) await books.get({ authorId: id }, { fetch: 'all' });
        },
      ],
      [
        'a to-many by a joined owner',
        ['Author.books'],
        "load: ['books']",
        async () => {
          for (const { id } of await allAuthors()) {
            await books.typeorm
              .createQueryBuilder('b')
              .innerJoin('b.author', 'a')
              .where('a.id = :id', { id })
              .getMany();
          }
        },
      ],
      [
        'a to-many whose key has no property',
        ['Shelf.books'],
        "load: ['books']",
        async () => {
          for (const { id } of await shelves.get({}, { fetch: 'all' })) {
            await books.get({ shelf: { id } }, { fetch: 'all' });
          }
        },
      ],
      [
        'a one-to-one that the other side owns',
        ['Author.profile'],
        "load: ['profile']",
        async () => {
          for (const { id } of await allAuthors()) await profiles.get({ authorId: id });
        },
      ],
      [
        'a many-to-many',
        ['Book.tags'],
        "load: ['tags']",
        async () => {
          for (const { id } of await allBooks()) await tags.get({ books: { id } }, { fetch: 'all' });
        },
      ],
      [
        'a many-to-many from its other side',
        ['Tag.books'],
        "load: ['books']",
        async () => {
          for (const { id } of await tags.get({}, { fetch: 'all' }))
            await books.get({ tags: { id } }, { fetch: 'all' });
        },
      ],
      [
        'soft-deleted rows',
        ['Book.loans'],
        "load: ['loans']",
        async () => {
          for (const { id } of await allBooks()) await loans.get({ bookId: id }, { fetch: 'all' });
        },
      ],
      [
        'two classes that the rows may be of, the nearest first',
        ['Profile.author', 'Book.author'],
        "load: ['author'] (Profile.author), or load: ['author'] (Book.author)",
        async () => {
          const all = await allBooks();
          await profiles.get({}, { fetch: 'all' });
          for (const { authorId } of all) await authors.getOne(authorId);
        },
      ],
      [
        'a method that requires it, called one by one',
        ['Book.author'],
        "load: ['author']",
        async () => {
          const bylines = new Bylines();
          for (const book of await allBooks()) await bylines.of(book);
        },
      ],
      [
        'a lazy to-one',
        ['Parcel.depot'],
        'relations: { depot: true }',
        async () => {
          for (const parcel of await dataSource.getRepository(Parcel).find()) await parcel.depot;
        },
      ],
      [
        'a lazy to-many',
        ['Depot.parcels'],
        'relations: { parcels: true }',
        async () => {
          for (const depot of await dataSource.getRepository(Depot).find()) await depot.parcels;
        },
      ],
      [
        'a lazy many-to-many',
        ['Parcel.stickers'],
        'relations: { stickers: true }',
        async () => {
          for (const parcel of await dataSource.getRepository(Parcel).find()) await parcel.stickers;
        },
      ],
      [
        'a relation query builder',
        ['Parcel.depot'],
        'relations: { depot: true }',
        async () => {
          const parcels = dataSource.getRepository(Parcel);
          for (const parcel of await parcels.find()) {
            await parcels.createQueryBuilder().relation('depot').of(parcel).loadOne();
          }
        },
      ],
      [
        'a relation of a table to itself',
        ['Parcel.inside'],
        'relations: { inside: true }',
        async () => {
          const parcels = dataSource.getRepository(Parcel);
          for (const { id } of await parcels.find()) await parcels.findOneBy({ id });
        },
      ],
    ])('behind %s', async (_case, relations, option, work) => {
      const all = await library();
      await depots();
      const added = await shelves.add(all.map((_, index) => ({ room: `R${index}` })));
      for (const [index, book] of all.entries()) book.shelf = added[index];
      await books.save(all);
      await tags.add(all.map((_, index) => ({ label: `T${index}` })));
      await tracked(work);
      expect(reports.map((report) => [report.count, report.relations])).toEqual([[7, relations]]);
      expect(reports[0].fix).toContain(option);
      expect(reports[0].place).toMatch(HERE);
    });

    it('also inside a transaction, with the place', async () => {
      await library();
      await tracked(() =>
        new UnitOfWork(dataSource).run(async () => {
          for (const { authorId } of await allBooks()) await authors.getOne(authorId);
        }),
      );
      expect(reports.map(({ count, relations }) => [count, relations])).toEqual([[7, ['Book.author']]]);
      expect(lineAt(reports[0].place)).toMatch(/^for .* await authors\.getOne\(authorId\);$/);
    });
  });

  describe('without a relation', () => {
    it.each<[string, RegExp, (all: Book[]) => Promise<unknown>]>([
      [
        'counts are grouped',
        /^Ask for all of them by one query: GROUP BY authorId\.$/,
        async (all) => {
          await authors.get({}, { fetch: 'all' });
          for (const { authorId } of all) await books.count({ authorId });
        },
      ],
      [
        'questions for existence are asked together',
        /^(?:Ask for all of them by one query, with id IN|Read everything by one query, with In)/,
        async (all) => {
          for (const { id } of all) await books.typeorm.existsBy({ id });
        },
      ],
      [
        'rows of a model are read together',
        /^Read all of them by one query: get\(\{ id: In\(\[…\]\) \}, \{ fetch: 'all' \}\)\.$/,
        async (all) => {
          for (const { authorId } of all) await authors.getOne(authorId);
        },
      ],
      [
        'rows of a plain entity too',
        /^Read all of them by one query: findBy\(\{ name: In\(\[…\]\) \}\)\.$/,
        async (all) => {
          for (const { title } of all) await dataSource.getRepository(Depot).findBy({ name: title });
        },
      ],
      [
        'a relation with more conditions is none',
        /^Read everything by one query, with In/,
        async (all) => {
          await authors.get({}, { fetch: 'all' });
          for (const { authorId } of all) {
            await books.typeorm
              .createQueryBuilder('b')
              .where('b.authorId = :authorId AND b.stock > :stock', { authorId, stock: 1 })
              .getMany();
          }
        },
      ],
      [
        'what is the same every time is read once',
        /^It asked for the same every time: read it once and pass it on\.$/,
        async (all) => {
          for (const _ of all) await books.getOne(all[0].id);
        },
      ],
    ])('%s', async (_case, fix, work) => {
      const all = await library();
      await tracked(() => work(all));
      expect(reports).toEqual([
        expect.objectContaining({
          count: 7,
          relations: [],
          fix: expect.stringMatching(fix),
          place: expect.stringMatching(HERE),
        }),
      ]);
    });
  });

  describe('that write', () => {
    const rows = Array.from({ length: 7 }, (_, index) => ({ name: `N${index}`, email: `n${index}@example.org` }));

    it.each<[string, string, RegExp, () => Promise<unknown>]>([
      [
        'add() of one row',
        'INSERT',
        /one list to add\(\)/,
        async () => {
          for (const row of rows) await authors.add(row);
        },
      ],
      [
        'plain insert()',
        'INSERT',
        /one list to insert\(\)/,
        async () => {
          for (const { name } of rows) await dataSource.getRepository(Depot).insert({ name });
        },
      ],
      [
        'plain save() of new entities',
        'INSERT',
        /one list to insert\(\)/,
        async () => {
          for (const { name } of rows) await dataSource.getRepository(Depot).save({ name });
        },
      ],
      [
        'save() of one entity',
        'UPDATE',
        /one list to save\(\)/,
        async () => {
          for (const book of await library()) await books.save(Object.assign(book, { stock: 9 }));
        },
      ],
      [
        'update() of one entity, in a transaction',
        'UPDATE',
        /one list to save\(\)/,
        async () => {
          const all = await untracked(() => library());
          await new UnitOfWork(dataSource).run(async () => {
            for (const book of all) await books.update(book, { stock: 9 });
          });
        },
      ],
      [
        'plain save() of one entity, which looks first',
        'UPDATE',
        /one list to save\(\)/,
        async () => {
          const all = await untracked(() => library());
          for (const book of all) await books.typeorm.save(Object.assign(book, { stock: 9 }));
        },
      ],
      [
        'delete() of one entity',
        'DELETE',
        /one list to delete\(\)/,
        async () => {
          for (const book of await library()) await books.delete(book);
        },
      ],
      [
        'plain delete()',
        'DELETE',
        /one list to remove\(\)/,
        async () => {
          for (const id of [1, 2, 3, 4, 5, 6, 7]) await dataSource.getRepository(Depot).delete(id);
        },
      ],
    ])('are told to take lists: %s', async (_case, verb, fix, work) => {
      await tracked(work);
      expect(reports).toEqual([
        expect.objectContaining({
          count: 7,
          shape: expect.stringMatching(new RegExp(`^${verb}`)),
          fix: expect.stringMatching(fix),
          place: expect.stringMatching(HERE),
        }),
      ]);
    });
  });

  describe('are silent', () => {
    const silent = async (work: () => Promise<unknown>, least: number) => {
      const recorder = new QueryRecorder(dataSource);
      await tracked(() => recorder.record(work));
      // What is silent must have been many statements.
      expect(recorder.queries.length).toBeGreaterThanOrEqual(least);
      expect(reports).toEqual([]);
    };

    it('for one call that writes many rows, ours and TypeORM’s', async () => {
      const all = await library(8);
      const changed = () => all.map((book) => Object.assign(book, { stock: book.stock + 1 }));
      await silent(() => books.save(changed()), 3);
      await silent(() => books.typeorm.save(changed()), 8);
      await silent(async () => dataSource.getRepository(Depot).insert(all.map(({ title }) => ({ name: title }))), 1);
      await silent(async () => dataSource.getRepository(Depot).save(all.map(({ title }) => ({ name: title }))), 1);
      await silent(() => books.typeorm.remove(all), 1);
    });

    it('for one call that loads in parts of a thousand', async () => {
      await authors.add(
        Array.from({ length: 6_001 }, (_, index) => ({ name: `Author ${index}`, email: `a${index}@example.org` })),
      );
      await silent(() => authors.get({}, { fetch: 'all', load: ['books'] }), 8);
      const removed = await authors.get({}, { fetch: 'all' });
      await silent(() => authors.delete(removed), 7);
    });

    it('for a stream, but not for a stream in a loop', async () => {
      const all = await library();
      const drain = async (condition: { authorId?: string }) => {
        for await (const _ of books.stream(condition, { batchSize: 1, load: ['author'] }));
      };
      await silent(() => drain({}), 14);
      await tracked(async () => {
        await authors.get({}, { fetch: 'all' });
        for (const { authorId } of all) await drain({ authorId });
      });
      expect(reports.map(({ count }) => count)).toContain(7);
    });

    it('for borders of transactions and savepoints', async () => {
      const unitOfWork = new UnitOfWork(dataSource);
      await silent(
        () =>
          unitOfWork.run(async () => {
            for (let run = 0; run < 8; run++) {
              // Two statements each, of two shapes in turn that stay below the threshold.
              await unitOfWork.run(() => (run % 2 === 0 ? books.count() : tags.count()), { propagation: 'NESTED' });
            }
          }),
        26,
      );
    });

    it('where a loop is meant', async () => {
      await library();
      await silent(() => {
        return untracked(async () => {
          for (let skip = 0; skip < 7; skip++) await books.typeorm.find({ skip, take: 1, order: { id: 'ASC' } });
        });
      }, 7);
    });

    it('for relations that a repeated query loads: the query itself is what repeats', async () => {
      const all = await library();
      await tracked(async () => {
        for (const { id } of all) await books.getOne(id, { load: ['author', 'tags'] });
      });
      expect(reports.map(({ count, shape }) => [count, /FROM .book. /.test(shape)])).toEqual([[7, true]]);
    });
  });

  it('of a listener that asks for every row are no part of the query', async () => {
    for (let row = 0; row < 7; row++) await dataSource.getRepository(Sticker).insert({});
    const asked: Promise<unknown>[] = [];
    const listener = {
      listenTo: () => Sticker,
      afterLoad: ({ id }: Sticker) => void asked.push(dataSource.getRepository(Depot).findOneBy({ id })),
    };
    dataSource.subscribers.push(listener);
    try {
      await tracked(async () => {
        await dataSource.getRepository(Sticker).find();
        await Promise.all(asked);
      });
    } finally {
      dataSource.subscribers.splice(dataSource.subscribers.indexOf(listener), 1);
    }
    expect(reports.map(({ shape }) => shape)).toEqual([expect.stringMatching(/FROM .depot. /)]);
  });

  describe('belong to the work', () => {
    it('that sends them, not to work beside it', async () => {
      const all = await library(4);
      const read = async () => {
        for (const { authorId } of all) await authors.getOne(authorId);
      };
      await Promise.all([tracked(read), tracked(read), read()]);
      expect(reports).toEqual([]);
    });

    it('and to the work around it', async () => {
      const all = await library(4);
      const read = async () => {
        for (const { authorId } of all) await authors.getOne(authorId);
      };
      await tracked(async () => {
        await tracked(read);
        await tracked(read);
      });
      expect(reports.map(({ count }) => count)).toEqual([8]);
    });

    it('until it has ended', async () => {
      const all = await library(6);
      let late: () => Promise<unknown> = async () => undefined;
      await tracked(async () => {
        for (const { id } of all.slice(1)) await books.getOne(id);
        late = () => books.getOne(all[0].id);
        return Promise.resolve();
      });
      await late();
      expect(reports).toEqual([]);
    });
  });

  describe('track()', () => {
    const repeat = async (error?: Error) => {
      for (let run = 0; run < 6; run++) await books.count();
      if (error) throw error;
      return 'done';
    };

    it('passes the error of the work on, and reports all the same', async () => {
      const error = new Error('mine');
      await expect(tracked(() => repeat(error))).rejects.toBe(error);
      expect(reports).toHaveLength(1);
    });

    it('rejects with what a report throws, unless the work has failed', async () => {
      const report = ({ message }: NPlusOneReport): never => {
        throw new Error(message);
      };
      await expect(tracked(() => repeat(), { report })).rejects.toThrow('the work sent the same statement 6 times');
      const error = new Error('mine');
      await expect(tracked(() => repeat(error), { report })).rejects.toBe(error);
    });

    it('warns by default', async () => {
      const warned = jest.spyOn(process, 'emitWarning').mockReturnValue();
      try {
        expect(await track(dataSource, 'nightly import', () => repeat())).toBe('done');
        const text = expect.stringMatching(/^nightly import sent the same statement 6 times:/);
        expect(warned.mock.calls).toEqual([[text, 'SqlModelExtWarning']]);
      } finally {
        warned.mockRestore();
      }
    });

    it('counts nothing of other data sources', async () => {
      const other = await openDataSource('sqlite', [Tag, Book, Author, Shelf, Loan, Profile]);
      try {
        await tracked(async () => {
          for (let run = 0; run < 6; run++) await other.dataSource.getRepository(Tag).count();
        });
      } finally {
        await other.close();
      }
      expect(reports).toEqual([]);
    });
  });

  describe('in production', () => {
    const before = process.env['NODE_ENV'];
    afterEach(() => {
      process.env['NODE_ENV'] = before;
    });

    it('are not counted, and nothing listens', async () => {
      process.env['NODE_ENV'] = 'production';
      const own = await openDataSource('sqlite', [Sticker]);
      try {
        const { logger } = own.dataSource;
        const count = () => own.dataSource.getRepository(Sticker).count();
        const report = () => void reports.push({} as NPlusOneReport);
        const work = async () => {
          for (let run = 0; run < 6; run++) await count();
          return 'done';
        };
        expect(await track(own.dataSource, 'job', work, { report })).toBe('done');
        expect(reports).toEqual([]);
        expect(own.dataSource.logger).toBe(logger);
        // Who asks for it gets it.
        await track(own.dataSource, 'job', work, { report, threshold: 5 });
        expect(reports).toHaveLength(1);
      } finally {
        await own.close();
      }
    });
  });
});

describe('the logger of the application', () => {
  class OwnLogger implements Logger {
    #lines: string[] = [];
    get lines() {
      return this.#lines;
    }
    logQuery(sql: string) {
      this.#lines.push(sql);
    }
    logQueryError(error: string | Error) {
      this.#lines.push(String(error));
    }
    logQuerySlow() {}
    logSchemaBuild() {}
    logMigration() {}
    log() {}
  }

  it('goes on, private fields included, and may be exchanged and passed on to', async () => {
    const first = new OwnLogger();
    const { dataSource, close } = await openDataSource('sqlite', [Sticker], { logger: first });
    try {
      const ask = () => dataSource.query('SELECT 1');
      await expectQueries(dataSource, 1, ask);
      expect(first.lines.at(-1)).toBe('SELECT 1');
      await expect(dataSource.query('SELECT nonsense')).rejects.toThrow();
      expect(first.lines.at(-1)).toMatch(/no such column/);
      expect(dataSource.logger).toBeInstanceOf(OwnLogger);

      const second = new OwnLogger();
      const front = dataSource.logger;
      second.logQuery = (sql) => {
        second.lines.push(sql);
        front.logQuery(sql);
      };
      dataSource.logger = second;
      await expectQueries(dataSource, 1, ask);
      expect([first.lines.at(-1), second.lines]).toEqual(['SELECT 1', ['SELECT 1']]);
    } finally {
      await close();
    }
  });
});

describe('the shape of a statement', () => {
  const shape = (sql: string, isMysql = false) => statementShape(sql, isMysql)?.sql;

  it.each([
    [
      'parameters of every driver',
      'SELECT a FROM t WHERE a = $1 AND b = :2 AND c = @0 AND d = ?',
      'SELECT a FROM t WHERE a = ? AND b = ? AND c = ? AND d = ?',
    ],
    [
      'numbers, but not in names',
      'SELECT t1.c2 FROM t1 WHERE x = 12 AND y = 1.5e3 LIMIT 10',
      'SELECT t1.c2 FROM t1 WHERE x = ? AND y = ? LIMIT ?',
    ],
    [
      'text with quotes, and names with anything',
      `SELECT "a'1" FROM t WHERE x = 'it''s 1' AND y = 'C:\\'`,
      `SELECT "a'1" FROM t WHERE x = ? AND y = ?`,
    ],
    ['text between dollars, casts', 'SELECT $q$ it is $1 $q$::text FROM t', 'SELECT ?::text FROM t'],
    ['comments and blanks', '/* trace 17 */ SELECT a -- all\n  FROM\tt', 'SELECT a FROM t'],
    [
      'lists of any length',
      'SELECT a FROM t WHERE a IN ($1, $2, $3) AND b NOT IN (1,2)',
      'SELECT a FROM t WHERE a IN (?) AND b NOT IN (?)',
    ],
    ['lists of pairs', 'SELECT a FROM t WHERE (a, b) IN ((1, 2), (3, 4))', 'SELECT a FROM t WHERE (a, b) IN (?)'],
    [
      'keys in an OR',
      'SELECT a FROM t WHERE ((a = 1 AND b = 2) OR (a = 3 AND b = 4) OR (a = 5 AND b = 6))',
      'SELECT a FROM t WHERE (a = ? AND b = ?)',
    ],
    [
      'rows of VALUES',
      `INSERT INTO t(a, b) VALUES (DEFAULT, 'x'), (DEFAULT, 'y'), (DEFAULT, 'z')`,
      'INSERT INTO t(a, b) VALUES (DEFAULT, ?)',
    ],
  ])('is without %s', (_case, sql, expected) => {
    expect(shape(sql)).toBe(expected);
  });

  it('reads the text of MariaDB as it does', () => {
    expect(shape(`SELECT \`a"1\` FROM t WHERE x = 'it\\'s' AND y = "b"`, true)).toBe(
      'SELECT `a"1` FROM t WHERE x = ? AND y = ?',
    );
  });

  it.each([
    ['with x as (select 1) SELECT * FROM x FOR UPDATE', 'SELECT'],
    ['WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x', 'INSERT'],
    ['WITH x AS (SELECT 1) UPDATE t SET a = 1', 'UPDATE'],
    ['(SELECT 1) UNION (SELECT 2)', 'SELECT'],
    ['/* a */ -- b\n delete from t', 'DELETE'],
    ['REPLACE INTO t VALUES (1)', 'INSERT'],
    ...[
      'BEGIN',
      'START TRANSACTION',
      'COMMIT',
      'ROLLBACK TO SAVEPOINT a',
      'SAVEPOINT a',
      'RELEASE SAVEPOINT a',
      'PRAGMA x',
      'SET x = 1',
      'CREATE TABLE t (a int)',
      '',
    ].map((sql) => [sql, undefined] as const),
  ])('of %p does %p', (sql, verb) => {
    expect(statementShape(sql, false)?.verb).toBe(verb);
  });

  it('tells its tables, aliases and conditions', () => {
    expect(
      namedTables(
        'SELECT * FROM "public"."Book" "b" LEFT JOIN author AS a ON a.id = b."authorId" JOIN tag ON ? = ? WHERE b."id" = ? AND x IN (?)',
      ),
    ).toEqual({
      main: { table: 'book', alias: 'b' },
      tables: [
        { table: 'book', alias: 'b' },
        { table: 'author', alias: 'a' },
        { table: 'tag', alias: 'tag' },
      ],
      comparedWith: undefined,
      isLimited: false,
    });
    expect(
      namedTables('SELECT * FROM [dbo].[book] WHERE `id` = ? AND b.x IN (?) ORDER BY id LIMIT ? OFFSET ?'),
    ).toMatchObject({
      main: { table: 'book', alias: 'book' },
      comparedWith: [
        { alias: 'book', column: 'id' },
        { alias: 'b', column: 'x' },
      ],
      isLimited: true,
    });
  });

  it('of a large statement takes no time to speak of', () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `($${index}, 'x${index}', now())`).join(', ');
    const keys = Array.from({ length: 3_000 }, (_, index) => `(a = ${index} AND b = 'y')`).join(' OR ');
    expect(shape(`INSERT INTO t VALUES ${rows}`)).toBe('INSERT INTO t VALUES (?, ?, now())');
    expect(shape(`SELECT * FROM t WHERE (${keys})`)).toBe('SELECT * FROM t WHERE (a = ? AND b = ?)');
  });
});
