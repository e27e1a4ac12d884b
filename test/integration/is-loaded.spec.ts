import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { isLoaded, ModelRepository, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { expectQueries } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { Author, Book, LIBRARY } from '../support/models/library.js';
import { Address, City, Country, Desk, Person, PRESS, Remark, Report, Topic, Writer } from '../support/models/press.js';
import { openDataSource } from '../support/open-data-source.js';

/** The question as code asks it that the compiler does not help. */
const ask = isLoaded as (entity: unknown, path: string) => boolean;

/** The answers to several questions. */
function answers(entity: object, ...paths: string[]): Record<string, boolean> {
  return Object.fromEntries(paths.map((path) => [path, ask(entity, path)]));
}

describe.each(DATABASES)('isLoaded() on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let reports: ModelRepository<Report>;
  let writers: ModelRepository<Writer>;
  let topics: ModelRepository<Topic>;
  let people: ModelRepository<Person>;
  let paris: City;
  let ada: Writer;
  /** By Ada, with two remarks and a topic. */
  let full: Report;
  /** By Ben, with nothing else. */
  let bare: Report;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, [...PRESS, ...LIBRARY]));
    reports = new ModelRepository(Report, dataSource);
    writers = new ModelRepository(Writer, dataSource);
    topics = new ModelRepository(Topic, dataSource);
    people = new ModelRepository(Person, dataSource);

    const france = await new ModelRepository(Country, dataSource).add({ name: 'France' });
    paris = await new ModelRepository(City, dataSource).add({ name: 'Paris', country: france });
    ada = await writers.add({ name: 'Ada', address: Object.assign(new Address(), { street: 'Rue', city: paris }) });
    const ben = await writers.add({
      name: 'Ben',
      address: Object.assign(new Address(), { street: 'Road', city: null }),
    });
    await new ModelRepository(Desk, dataSource).add({ number: 1, ownerId: ada.id });
    const topic = await topics.add({ name: 'maths' });
    full = await reports.add({ title: 'Full', writer: ada, topics: [topic] });
    bare = await reports.add({ title: 'Bare', writer: ben });
    await new ModelRepository(Remark, dataSource).add([
      { text: 'first', report: full, writer: ada },
      { text: 'second', report: full, writer: ben },
    ]);
  });
  afterAll(() => close());

  beforeEach(() => {
    withSqlModelExt(dataSource, { relations: {} });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('tells the relations that a query loaded from those that it did not', async () => {
    const paths = ['writer', 'remarks', 'topics'];
    const found = await reports.getExistOne(full.id, { load: ['writer', 'topics'] });
    expect(answers(found, ...paths)).toEqual({ writer: true, remarks: false, topics: true });
    const others = await reports.getExistOne(full.id, { load: ['remarks'] });
    expect(answers(others, ...paths)).toEqual({ writer: false, remarks: true, topics: false });
    expect(answers(await reports.getExistOne(full.id), ...paths)).toEqual({
      writer: false,
      remarks: false,
      topics: false,
    });
  });

  it('takes null and an empty list as loaded', async () => {
    const found = await reports.getExistOne(bare.id, { load: ['remarks', 'topics', 'writer.desk'] });
    expect(found.remarks).toEqual([]);
    expect(found.writer.desk).toBeNull();
    expect(answers(found, 'remarks', 'topics', 'writer', 'writer.desk')).toEqual({
      remarks: true,
      topics: true,
      writer: true,
      'writer.desk': true,
    });
  });

  it('asks everything on the way', async () => {
    const found = await reports.getExistOne(full.id, { load: ['writer.desk', 'remarks.writer'] });
    expect(
      answers(
        found,
        'writer.desk',
        'writer.desk.owner',
        'writer.reports',
        'remarks.writer',
        'remarks.report',
        'remarks.writer.desk',
        'topics',
        'topics.parent',
      ),
    ).toEqual({
      'writer.desk': true,
      'writer.desk.owner': false,
      'writer.reports': false,
      'remarks.writer': true,
      'remarks.report': false,
      'remarks.writer.desk': false,
      topics: false,
      'topics.parent': false,
    });
  });

  it('takes what lies behind null and behind an empty list as loaded: there is nothing to load', async () => {
    const found = await reports.getExistOne(bare.id, { load: ['remarks', 'writer.desk', 'writer.address.city'] });
    expect(
      answers(found, 'remarks.writer', 'remarks.writer.desk', 'writer.desk.owner', 'writer.address.city.country'),
    ).toEqual({
      'remarks.writer': true,
      'remarks.writer.desk': true,
      'writer.desk.owner': true,
      'writer.address.city.country': true,
    });
  });

  it('asks every item of a list', async () => {
    const found = await reports.getExistOne(full.id, { load: ['remarks.writer'] });
    const [first, second] = found.remarks;
    expect(isLoaded(found, 'remarks.writer.desk')).toBe(false);
    (first.writer as Writer).desk = null;
    expect(isLoaded(found, 'remarks.writer.desk')).toBe(false);
    (second.writer as Writer).desk = null;
    expect(isLoaded(found, 'remarks.writer.desk')).toBe(true);
  });

  it.each<[name: string, read: () => Promise<Report | null | undefined>]>([
    ['get()', () => reports.get({ title: 'Full' }, { load: ['writer'] })],
    ['get() with fetch all', async () => (await reports.get({ title: 'Full' }, { fetch: 'all', load: ['writer'] }))[0]],
    ['getWithCount()', async () => (await reports.getWithCount({ title: 'Full' }, { load: ['writer'] })).items[0]],
    ['stream()', async () => (await reports.stream({ title: 'Full' }, { load: ['writer'] }).next()).value as Report],
    ['find() with relations', () => reports.typeorm.findOne({ where: { id: full.id }, relations: { writer: true } })],
    [
      'relations by queries',
      () =>
        reports.typeorm.findOne({
          where: { id: full.id },
          relations: { writer: true },
          relationLoadStrategy: 'query',
        }),
    ],
    [
      'a join of a query builder',
      () => reports.typeorm.createQueryBuilder('r').leftJoinAndSelect('r.writer', 'w').where({ id: full.id }).getOne(),
    ],
    ['a query that is not strict', () => reports.get({ title: 'Full' }, { strict: false, load: ['writer'] })],
  ])('knows what came by %s', async (_name, read) => {
    const found = (await read()) as Report;
    expect(found).toBeInstanceOf(Report);
    expect(answers(found, 'writer', 'writer.desk', 'remarks')).toEqual({
      writer: true,
      'writer.desk': false,
      remarks: false,
    });
  });

  it('knows a join that selects nothing as not loaded', async () => {
    const found = await reports.typeorm
      .createQueryBuilder('r')
      .leftJoin('r.writer', 'w')
      .where({ id: full.id })
      .getOneOrFail();
    expect(isLoaded(found, 'writer')).toBe(false);
  });

  it('takes what was assigned by hand as loaded, on new entities', () => {
    const made = new Report();
    expect(answers(made, 'writer', 'writer.desk', 'remarks', 'remarks.writer')).toEqual({
      writer: false,
      'writer.desk': false,
      remarks: false,
      'remarks.writer': false,
    });
    made.writer = new Writer();
    made.remarks = [];
    expect(answers(made, 'writer', 'writer.desk', 'remarks', 'remarks.writer')).toEqual({
      writer: true,
      'writer.desk': false,
      remarks: true,
      'remarks.writer': true,
    });
    made.writer.desk = null;
    made.remarks = [new Remark()];
    expect(answers(made, 'writer.desk', 'remarks.writer')).toEqual({ 'writer.desk': true, 'remarks.writer': false });
    made.remarks = undefined as never;
    expect(isLoaded(made, 'remarks')).toBe(false);
  });

  it('takes what was assigned by hand as loaded, on entities of the database', async () => {
    const found: Report = await reports.getExistOne(full.id);
    found.writer = ada;
    expect(answers(found, 'writer', 'remarks')).toEqual({ writer: true, remarks: false });
    found.writer = null as never;
    expect(isLoaded(found, 'writer')).toBe(true);
    delete (found as Partial<Report>).writer;
    expect(isLoaded(found, 'writer')).toBe(false);
    found.writer = undefined as never;
    expect(isLoaded(found, 'writer')).toBe(false);
  });

  it('follows what is loaded later, and what a change of the key takes away', async () => {
    const found = await reports.getExistOne(full.id);
    expect(isLoaded(found, 'writer')).toBe(false);
    await reports.save(found, { load: ['writer.desk'] });
    expect(answers(found, 'writer', 'writer.desk', 'remarks')).toEqual({
      writer: true,
      'writer.desk': true,
      remarks: false,
    });
  });

  it('forgets a relation whose key changed', async () => {
    const books = new ModelRepository(Book, dataSource);
    const [one, two] = await new ModelRepository(Author, dataSource).add([
      { name: 'One', email: 'one@example.org' },
      { name: 'Two', email: 'two@example.org' },
    ]);
    const { id } = await books.add({ title: 'Moved', authorId: one.id });
    const book = await books.getExistOne(id, { load: ['author', 'tags'] });
    await books.update(book, {}, { extra: { authorId: two.id } });
    expect(answers(book, 'author', 'tags')).toEqual({ author: false, tags: true });
    await books.save(book, { load: ['author'] });
    expect(isLoaded(book, 'author')).toBe(true);
    expect(book.author.id).toBe(two.id);
  });

  it('lets code load only what is missing', async () => {
    const found = await reports.getExistOne(full.id);
    const load = async () => {
      if (!isLoaded(found, 'writer')) await reports.save(found, { load: ['writer'] });
    };
    await load();
    await expectQueries(dataSource, 0, load);
    expect((found as Report).writer.name).toBe('Ada');
  });

  it('sends no statement', async () => {
    const found = await reports.getExistOne(full.id, { load: ['remarks'] });
    await expectQueries(dataSource, 0, () => {
      for (const path of ['writer', 'writer.desk', 'remarks', 'remarks.writer', 'topics', 'nothing']) ask(found, path);
    });
  });

  it('does not read a lazy relation, because that would load it', async () => {
    const eve = await people.add({ name: 'Eve' });
    const tom = await people.add({ name: 'Tom', friend: eve, mentor: Promise.resolve(eve) });
    const alone = await people.add({ name: 'Alone' });

    for (const { id } of [tom, alone]) {
      const found = await people.getExistOne(id);
      await expectQueries(dataSource, 0, async () => {
        expect(answers(found, 'mentor', 'mentor.friend')).toEqual({ mentor: false, 'mentor.friend': false });
        // A query that had been started would be recorded by now.
        await Promise.resolve();
      });
      await expectQueries(dataSource, 1, () => found.mentor);
      expect(isLoaded(found, 'mentor')).toBe(true);
    }

    const read = await people.getExistOne(tom.id, { load: ['mentor'] });
    expect(answers(read, 'mentor', 'mentor.friend', 'friend')).toEqual({
      mentor: true,
      'mentor.friend': false,
      friend: false,
    });
    const deep = await people.getExistOne(tom.id, { load: ['mentor.friend'] });
    expect(isLoaded(deep, 'mentor.friend')).toBe(true);
    const nobody = await people.getExistOne(alone.id, { load: ['mentor'] });
    expect(answers(nobody, 'mentor', 'mentor.friend')).toEqual({ mentor: true, 'mentor.friend': true });
  });

  it('takes a lazy relation that was assigned as loaded', async () => {
    const eve = await people.add({ name: 'Eve' });
    const found = await people.getExistOne((await people.add({ name: 'Pat' })).id);
    (found as Person).mentor = Promise.resolve(eve);
    expect(await found.mentor).toBe(eve);
    expect(isLoaded(found, 'mentor')).toBe(true);
  });

  it('does not read a lazy relation of a new entity either', async () => {
    for (const made of [new Person(), people.typeorm.create({ name: 'New' })]) {
      await expectQueries(dataSource, 0, async () => {
        expect(answers(made, 'mentor', 'mentor.friend')).toEqual({ mentor: false, 'mentor.friend': false });
        await Promise.resolve();
      });
      made.mentor = Promise.resolve(null);
      await made.mentor;
      expect(isLoaded(made, 'mentor')).toBe(true);
    }
  });

  it('goes through embedded objects', async () => {
    const found = await reports.getExistOne(full.id, { load: ['writer'] });
    expect(answers(found, 'writer.address.city', 'writer.address.city.country')).toEqual({
      'writer.address.city': false,
      'writer.address.city.country': false,
    });
    const writer = await writers.getExistOne(ada.id, { load: ['address.city'] });
    expect(answers(writer, 'address.city', 'address.city.country', 'desk')).toEqual({
      'address.city': true,
      'address.city.country': false,
      desk: false,
    });
    const bareWriter = await writers.getExistOne(ada.id);
    expect(isLoaded(bareWriter, 'address.city')).toBe(false);
    (bareWriter.address as Address).city = paris;
    expect(isLoaded(bareWriter, 'address.city')).toBe(true);
    expect(isLoaded(new Writer(), 'address.city')).toBe(false);
  });

  it('answers no to names that are no relations, of what is an entity and of what is not', async () => {
    const found = await reports.getExistOne(full.id, { load: ['writer', 'remarks'] });
    for (const path of ['', '.', 'auhtor', 'writer.', '.writer', 'writer.nothing', 'remarks.nothing', 'a.b.c.d.e']) {
      expect([path, ask(found, path)]).toEqual([path, false]);
    }
    expect(ask({ writer: { name: 'Ada' } }, 'writer')).toBe(true);
    expect(ask({ writer: { name: 'Ada' } }, 'writer.desk')).toBe(false);
    expect(ask({ writer: 'Ada' }, 'writer.desk')).toBe(false);
    expect(ask(Object.create(null), 'writer')).toBe(false);
  });

  it('answers no to methods, and to getters that use what is not loaded', async () => {
    const found = await reports.getExistOne(full.id);
    for (const path of ['opening', 'opening.writer', 'byline', 'toString', 'constructor', 'constructor.prototype']) {
      expect([path, ask(found, path)]).toEqual([path, false]);
    }
  });

  it('neither throws nor warns in any mode', async () => {
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    for (const strict of ['throw', 'warn', 'off'] as const) {
      withSqlModelExt(dataSource, { relations: { strict } });
      const found = await reports.getExistOne(full.id, { load: ['remarks'] });
      expect(answers(found, 'writer', 'remarks', 'remarks.writer', 'writer.desk')).toEqual({
        writer: false,
        remarks: true,
        'remarks.writer': false,
        'writer.desk': false,
      });
    }
    expect(warnings).not.toHaveBeenCalled();
  });

  it('leaves strict access as it is', async () => {
    const found: Report = await reports.getExistOne(full.id);
    expect(isLoaded(found, 'writer')).toBe(false);
    expect(() => found.writer).toThrow('Report.writer was not loaded.');
  });

  it('answers for columns that are not selected by default as for relations', async () => {
    const authors = new ModelRepository(Author, dataSource);
    const { id } = await authors.add({ name: 'Cy', email: 'cy@example.org', secret: null });
    expect(ask(await authors.getExistOne(id), 'secret')).toBe(false);
    expect(ask(await authors.getExistOne(id, { addSelect: ['secret'] }), 'secret')).toBe(true);
  });
});
