import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  ConfigurationError,
  ModelRepository,
  NotAnEntityError,
  RelationNotLoadedError,
  RequiresRelations,
  UnitOfWork,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { configureStrictness } from '../../lib/relations/index.js';
import { DATABASES } from '../support/databases.js';
import { latch } from '../support/latch.js';
import {
  Concert,
  Event,
  Film,
  Label,
  MAGAZINE,
  Medium,
  Picture,
  Piece,
  Remark,
  Venue,
  Vita,
  Writer,
} from '../support/models/magazine.js';
import { openDataSource } from '../support/open-data-source.js';

/** Something other than an entity whose methods take entities. */
class Desk {
  @RequiresRelations('author')
  async typed(piece: Piece): Promise<string | undefined> {
    return (piece as Piece | null)?.author.name;
  }

  @RequiresRelations('author')
  async second(note: string, piece: Piece): Promise<string> {
    return `${note} ${piece.author.name}`;
  }

  @RequiresRelations('author.vita')
  async many(pieces: readonly Piece[]): Promise<string[]> {
    return pieces.map(({ author }) => author.vita?.text ?? author.name);
  }

  @RequiresRelations('author')
  async rest(...pieces: Piece[]): Promise<string[]> {
    return pieces.map(({ author }) => author.name);
  }

  @RequiresRelations('author')
  async shaped(piece: { author?: Writer } | null, note = ''): Promise<string | undefined> {
    return `${piece?.author?.name} ${note}`;
  }

  @RequiresRelations('vita')
  async oneFits(piece: Piece, writer: Writer): Promise<string> {
    return `${piece.title} ${writer.vita?.text}`;
  }

  @RequiresRelations('author')
  async twoOfOneType(one: Piece, other: Piece): Promise<string> {
    return one.author.name + other.author.name;
  }

  @RequiresRelations('author')
  async twoShaped(one: object, other: object): Promise<unknown> {
    return [one, other];
  }

  @RequiresRelations('author', { argument: 1 })
  async named(one: Piece, other: Piece): Promise<string> {
    return `${one.title} ${other.author.name}`;
  }

  @RequiresRelations('author', { model: Piece })
  async ofModel(remark: object, piece: object): Promise<unknown> {
    return [remark, (piece as Piece).author.name];
  }

  @RequiresRelations('author')
  async *generated(pieces: readonly Piece[]): AsyncGenerator<string> {
    for (const { author } of pieces) yield author.name;
  }

  @RequiresRelations('auhtor' as never)
  async misspelt(piece: Piece): Promise<string> {
    return piece.title;
  }

  @RequiresRelations('remarks.piece.auhtor' as never)
  async misspeltDeep(piece: object): Promise<unknown> {
    return piece;
  }
}

const nothing = (): void => undefined;
const silent = {
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

describe.each(DATABASES)('@RequiresRelations on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let unitOfWork: UnitOfWork;
  let pieces: ModelRepository<Piece>;
  let writers: ModelRepository<Writer>;
  let films: ModelRepository<Film>;
  const desk = new Desk();
  /** Runs while a statement is on its way. */
  let whenSent: ((sql: string) => void) | undefined;

  beforeAll(async () => {
    const logger = { ...silent, logQuery: (sql: string) => whenSent?.(sql) };
    ({ dataSource, close } = await openDataSource(engine, MAGAZINE, { logging: true, logger }));
    unitOfWork = new UnitOfWork(dataSource);
    pieces = new ModelRepository(Piece, dataSource);
    writers = new ModelRepository(Writer, dataSource);
    films = new ModelRepository(Film, dataSource);
  });
  afterAll(() => close());

  afterEach(() => {
    whenSent = undefined;
  });

  let ada: Writer;
  let ben: Writer;
  let pieceId: string;

  beforeEach(async () => {
    for (const entity of [Remark, Piece, Film, Picture, Vita, Writer, Label, Event, Venue]) {
      await dataSource.createQueryBuilder().delete().from(entity).execute();
    }
    [ada, ben] = await writers.add([{ name: 'Ada' }, { name: 'Ben' }]);
    await dataSource.manager.save(Object.assign(new Vita(), { text: 'born 1815', writerId: ada.id }));
    pieceId = (await pieces.add({ title: 'Notes', authorId: ada.id })).id;
  });

  const read = (): Promise<Piece> => pieces.getExistOne(pieceId);
  const addPieces = async (count: number): Promise<Piece[]> => {
    const rows = Array.from({ length: count }, (_, index) => ({
      title: `Piece ${index}`,
      authorId: index % 2 === 0 ? ada.id : ben.id,
    }));
    const ids = (await pieces.add(rows)).map(({ id }) => id);
    return (await pieces.get(undefined, { fetch: 'all', order: { title: 'ASC' } })).filter(({ id }) =>
      ids.includes(id),
    );
  };

  describe('on a method of an entity', () => {
    it('loads what the method needs, which an undecorated method has to do without', async () => {
      const piece = await read();
      await expect(piece.undecorated()).rejects.toThrow(RelationNotLoadedError);
      expect(await expectQueries(dataSource, 1, () => piece.byline())).toBe('by Ada');
      expect(piece.author).toBeInstanceOf(Writer);
      expect(await piece.undecorated()).toBe('by Ada');
    });

    it('loads nothing that is there, and leaves it the object that it is', async () => {
      const piece = await pieces.getExistOne(pieceId, { load: ['author'] });
      const { author } = piece;
      expect(await expectQueries(dataSource, 0, () => piece.byline())).toBe('by Ada');
      expect(piece.author).toBe(author);

      author.name = 'Ada, changed in memory';
      expect(await expectQueries(dataSource, 1, () => piece.biography())).toBe('born 1815');
      expect(piece.author).toBe(author);
      expect(piece.author.name).toBe('Ada, changed in memory');
    });

    it('takes null, and what was assigned by hand, for loaded', async () => {
      const piece = await read();
      expect(await piece.edited()).toBe('nobody');
      expect(await expectQueries(dataSource, 0, () => piece.edited())).toBe('nobody');
      piece.author = ben;
      expect(await expectQueries(dataSource, 0, () => piece.byline())).toBe('by Ben');
      expect(piece.author).toBe(ben);
    });

    it('loads a relation whose key has no property', async () => {
      const piece = await read();
      piece.editor = ben;
      await pieces.save(piece);
      expect(await (await read()).edited()).toBe('Ben');
    });

    it('loads a chain', async () => {
      const piece = await read();
      expect(await expectQueries(dataSource, 2, () => piece.biography())).toBe('born 1815');
      expect(piece.author.vita).toBeInstanceOf(Vita);
    });

    it('hands over arguments, result, errors and name, and leaves the rest of the entity alone', async () => {
      const piece = await read();
      expect(await piece.isBySameAuthorAs(await read())).toBe(true);
      expect([piece.byline.name, Piece.prototype.isBySameAuthorAs.length]).toEqual(['byline', 1]);
      piece.title = 'changed';
      await piece.byline();
      await pieces.save(piece);
      expect((await read()).title).toBe('changed');
    });

    it('of its argument, where the options say so', async () => {
      const [piece, other] = [await read(), await read()];
      await piece.isBySameAuthorAs(other);
      expect(other.author.name).toBe('Ada');
      expect(() => piece.author).toThrow(RelationNotLoadedError);
    });

    it('twice: both count', async () => {
      const piece = await read();
      expect(await expectQueries(dataSource, 2, () => piece.tagline())).toBe('Ada');
      expect(piece.labels).toEqual([]);
    });

    it('of what plain TypeORM has read or saved', async () => {
      const found = await dataSource.getRepository(Piece).findOneByOrFail({ id: pieceId });
      expect(await found.byline()).toBe('by Ada');
      const saved = await dataSource.manager.save(Object.assign(new Piece(), { title: 'New', authorId: ben.id }));
      expect(await saved.byline()).toBe('by Ben');
    });

    it('inherited and overridden', async () => {
      const [picture] = await new ModelRepository(Picture, dataSource).add([{ title: 'Still', owner: ada }]);
      const film = await films.add({ title: 'Moving', owner: ben, poster: picture });
      const read = await films.getExistOne(film.id);
      expect(await expectQueries(dataSource, 0, () => read.licence())).toBe('none');
      expect(await read.credit()).toBe('© Ben, poster © Ada');
    });

    it('asks the database of nobody but its own: a foreign key that changed is followed', async () => {
      const piece = await read();
      piece.authorId = ben.id;
      expect(await piece.byline()).toBe('by Ben');
    });

    it('fails with the error of the database, and loads at the next call', async () => {
      const writer = await writers.getExistOne(ada.id);
      await dataSource.query('ALTER TABLE vita RENAME TO gone');
      const calls = await Promise.allSettled([writer.about(), writer.about()]);
      await dataSource.query('ALTER TABLE gone RENAME TO vita');
      expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await writer.about()).toBe('Ada: born 1815');
    });
  });

  describe('on a new entity', () => {
    it('runs when the relations are set, at every level', async () => {
      const piece = Object.assign(new Piece(), { title: 'New', author: ada, remarks: [] });
      expect(await expectQueries(dataSource, 0, () => piece.byline())).toBe('by Ada');
      expect(await piece.voices().next()).toEqual({ done: false, value: 'Ada' });
      expect(await expectQueries(dataSource, 1, () => piece.biography())).toBe('born 1815');
      expect(await Object.assign(new Piece(), { editor: null }).edited()).toBe('nobody');
    });

    it('refuses without them, and says why', async () => {
      const piece = new Piece();
      await expect(piece.byline()).rejects.toThrow(
        new RelationNotLoadedError('Piece', 'author', { isNew: true }).message,
      );
      piece.author = new Writer();
      await expect(piece.biography()).rejects.toThrow(
        'Writer.vita is not set, and this Writer has no row yet from which it could be loaded. Assign writer.vita',
      );
      await expect(piece.biography()).rejects.toMatchObject({
        code: 'RELATION_NOT_LOADED',
        fields: { model: 'Writer', relation: 'vita', isNew: true },
      });
    });

    it('refuses one that is new behind a loaded one', async () => {
      const piece = await read();
      piece.author = Object.assign(new Writer(), { name: 'New' });
      await expect(piece.biography()).rejects.toMatchObject({ fields: { model: 'Writer', relation: 'vita' } });
      piece.author.vita = null;
      expect(await piece.biography()).toBe('nothing is known');
    });

    it('counts as new again when it was deleted', async () => {
      const piece = await read();
      await pieces.delete(piece);
      await expect(piece.byline()).rejects.toThrow(RelationNotLoadedError);
    });
  });

  describe('on an async generator', () => {
    beforeEach(async () => {
      await new ModelRepository(Remark, dataSource).add([{ text: 'x', pieceId, writerId: ben.id }]);
    });

    it('loads at the first step, in one query for each relation', async () => {
      const piece = await read();
      const voices = await expectQueries(dataSource, 0, () => piece.voices());
      expect(await expectQueries(dataSource, 3, () => voices.next())).toEqual({ done: false, value: 'Ada' });
      expect(await expectQueries(dataSource, 0, () => collect(voices))).toEqual(['Ben']);
    });

    it('keeps what is sent in, thrown in and returned', async () => {
      const told = (await read()).voices('the end');
      await told.next();
      expect(await told.next(2)).toEqual({ done: false, value: 'BenBen' });
      expect(await told.next()).toEqual({ done: true, value: 'the end' });

      const failing = (await read()).voices();
      await failing.next();
      expect(await failing.throw(new Error('stop'))).toEqual({ done: false, value: 'caught stop' });
      expect(await failing.next()).toEqual({ done: true, value: 'after the error' });

      const piece = await read();
      const left = piece.voices();
      await left.next();
      expect(await left.return('enough')).toEqual({ done: true, value: 'enough' });
      expect(piece.title).toBe('told');
    });

    it('is none that has begun when it was left before the first step', async () => {
      const piece = await read();
      expect(await expectQueries(dataSource, 0, () => piece.voices().return('unseen'))).toEqual({
        done: true,
        value: 'unseen',
      });
      expect(piece.title).toBe('Notes');
    });

    it('works in a loop, with break, on services too', async () => {
      const seen: string[] = [];
      for await (const name of desk.generated(await addPieces(4))) {
        seen.push(name);
        if (seen.length === 3) break;
      }
      expect(seen).toEqual(['Ada', 'Ben', 'Ada']);
    });
  });

  describe('on a method of a service', () => {
    it('loads on the argument that is declared as the model, wherever it stands', async () => {
      const piece = await read();
      expect(await expectQueries(dataSource, 1, () => desk.typed(piece))).toBe('Ada');
      expect(await desk.second('by', await read())).toBe('by Ada');
      expect(await desk.oneFits(await read(), await writers.getExistOne(ada.id))).toBe('Notes born 1815');
    });

    it('loads on lists in one query for each relation, on those that lack it', async () => {
      const all = await addPieces(50);
      const { author } = await pieces.getExistOne(all[0].id, { load: ['author'] });
      all[0].author = author;
      const texts = await expectQueries(dataSource, 2, () => desk.many(all));
      expect(texts.slice(0, 4)).toEqual(['born 1815', 'Ben', 'born 1815', 'Ben']);
      expect(all[0].author).toBe(author);
      // Rows that several entities point at are one object.
      expect(all[3].author).toBe(all[1].author);
      expect(await expectQueries(dataSource, 0, () => desk.many(all))).toHaveLength(50);
    });

    it('loads on a rest parameter', async () => {
      const all = await addPieces(3);
      expect(await expectQueries(dataSource, 1, () => desk.rest(...all))).toEqual(['Ada', 'Ben', 'Ada']);
      expect(await desk.rest(await read())).toEqual(['Ada']);
      expect(await desk.rest()).toEqual([]);
    });

    it('finds the entity by what is passed, where its type says nothing', async () => {
      expect(await desk.shaped((await read()) as never, 'writes')).toBe('Ada writes');
    });

    it('ignores arguments that the method does not take', async () => {
      const all = await addPieces(2);
      expect(await Promise.all(all.map(desk.typed, desk))).toEqual(['Ada', 'Ben']);
    });

    it('runs without an entity when there is none', async () => {
      expect(await desk.typed(null as never)).toBeUndefined();
      expect(await desk.typed(undefined as never)).toBeUndefined();
      expect(await desk.shaped(null, 'x')).toBe('undefined x');
      expect(await desk.many([])).toEqual([]);
      expect(await desk.rest(undefined as never, await read()).catch((error: Error) => error.message)).toMatch(
        /undefined/,
      );
    });

    it('takes the argument that is named, by position or model', async () => {
      const [one, other] = await addPieces(2);
      expect(await expectQueries(dataSource, 1, () => desk.named(one, other))).toBe('Piece 0 Ben');
      expect(() => one.author).toThrow(RelationNotLoadedError);
      const remark = await new ModelRepository(Remark, dataSource).add({ text: 'x', pieceId, writerId: ben.id });
      expect(await desk.ofModel(remark, one)).toEqual([remark, 'Ada']);
    });

    it('demands a name where two arguments fit', async () => {
      const [one, other] = await addPieces(2);
      for (const call of [() => desk.twoOfOneType(one, other), () => desk.twoShaped(one, other)]) {
        const error = await call().then(String, (reason: unknown) => reason);
        expect(error).toBeInstanceOf(ConfigurationError);
        expect((error as Error).message).toMatch(/Desk\.two\w+: the arguments 0 and 1 .*\{ argument: 0 \}/);
      }
    });

    it('takes what tests pass in place of an entity, when it has what is needed', async () => {
      const double = { title: 'Double', author: { name: 'Dee' } };
      expect(await desk.typed(double as never)).toBe('Dee');
      expect(await desk.shaped(double as never, 'd')).toBe('Dee d');
      await expect(desk.typed({ title: 'Double' } as never)).rejects.toThrow(RelationNotLoadedError);
    });

    it('refuses what is no entity', async () => {
      await expect(desk.typed('0190' as never)).rejects.toThrow(NotAnEntityError);
      await expect(desk.shaped('0190' as never, 'x')).rejects.toThrow(
        "@RequiresRelations on Desk.shaped: no argument is an entity with 'author'.",
      );
      await expect(desk.ofModel(ada, ben)).rejects.toThrow(ConfigurationError);
      await expect(desk.named(await read(), ada as never)).rejects.toThrow(
        "'author' in the path 'author' is not a relation of Writer",
      );
    });

    it('finds names that are wrong at the first call, without Nest', async () => {
      for (const piece of [await read(), new Piece()]) {
        await expect(desk.misspelt(piece)).rejects.toMatchObject({
          name: 'ConfigurationError',
          message:
            "@RequiresRelations on Desk.misspelt: 'auhtor' in the path 'auhtor' is not a relation of Piece. Did you mean 'author'?",
        });
      }
      await expect(desk.misspeltDeep(await read())).rejects.toThrow("'auhtor' in the path 'remarks.piece.auhtor'");
    });

    it('keeps entities of two data sources apart', async () => {
      const other = await openDataSource('sqlite', MAGAZINE);
      const author = await new ModelRepository(Writer, other.dataSource).add({ name: 'Elsewhere' });
      const elsewhere = new ModelRepository(Piece, other.dataSource);
      const { id } = await elsewhere.add({ title: 'There', authorId: author.id });
      const both = [await read(), await elsewhere.getExistOne(id)];
      const recorder = new QueryRecorder(other.dataSource);
      expect(await recorder.record(() => desk.many(both))).toEqual(['born 1815', 'Elsewhere']);
      expect(recorder.queries).toHaveLength(2);
      await other.close();
    });
  });

  describe('in transactions', () => {
    it('sees what the transaction has written', async () => {
      const piece = await read();
      await unitOfWork.run(async () => {
        await dataSource.manager.update(Writer, ada.id, { name: 'Ada in here' });
        expect(await piece.byline()).toBe('by Ada in here');
      });
    });

    it('loads once for calls that come at once', async () => {
      const piece = await read();
      const results = await expectQueries(dataSource, 1, () =>
        Promise.all([piece.byline(), piece.byline(), desk.typed(piece), pieces.preloadFor(piece, 'byline')]),
      );
      expect(results.slice(0, 3)).toEqual(['by Ada', 'by Ada', 'Ada']);
    });

    it('loads what calls that come at once do not have in common', async () => {
      const [one, two, three] = await addPieces(3);
      const recorder = new QueryRecorder(dataSource);
      const names = await recorder.record(() => Promise.all([desk.rest(one, two), desk.rest(two, three)]));
      expect(names).toEqual([
        ['Ada', 'Ben'],
        ['Ben', 'Ada'],
      ]);
      expect(recorder.queries).toHaveLength(2);
    });

    it('keeps what is assigned while it loads', async () => {
      const piece = await read();
      whenSent = () => (piece.author = ben);
      expect(await expectQueries(dataSource, 1, () => piece.byline())).toBe('by Ben');
      expect(piece.author).toBe(ben);
    });

    it('takes no row for a key that changed while it was read', async () => {
      const piece = await read();
      whenSent = () => (piece.authorId = ben.id);
      await expectQueries(dataSource, 1, () => pieces.preloadFor(piece, 'byline'));
      expect(await piece.byline()).toBe('by Ben');
    });

    it('never waits for what another transaction loads', async () => {
      const piece = await read();
      let outside: Promise<string> | undefined;
      await unitOfWork.run(async () => {
        await dataSource.manager.update(Writer, ada.id, { name: 'Ada in here' });
        outside = unitOfWork.run(() => piece.byline(), { propagation: 'SUPPORTS' });
        await outside;
      });
      const fresh = await read();
      const scopes = await Promise.all([
        unitOfWork.run(() => fresh.byline()),
        fresh.byline(),
        unitOfWork.run(() => fresh.byline()),
      ]);
      expect(new Set(scopes).size).toBe(1);
      expect(await fresh.byline()).toBe(scopes[0]);
    });

    it('never waits inside a transaction for a load that waits for this transaction to end', async () => {
      const piece = await read();
      const [asked, opened] = [latch(), latch()];
      // Begun before the transaction, so outside of it; on SQLite it gets its turn after the transaction.
      const outside = opened.opened.then(() => {
        const call = piece.byline();
        asked.open();
        return call;
      });
      const inside = await unitOfWork.run(async () => {
        await dataSource.manager.update(Label, { text: 'none' }, { text: 'some' });
        opened.open();
        await asked.opened;
        return piece.byline();
      });
      expect([inside, await outside]).toEqual(['by Ada', 'by Ada']);
    });
  });

  describe('preloadFor and relationsFor', () => {
    it('tell what methods need, each once', () => {
      expect(pieces.relationsFor('byline')).toEqual(['author']);
      expect(pieces.relationsFor('voices')).toEqual(['author', 'remarks.writer']);
      expect(pieces.relationsFor('byline', 'tagline', 'voices')).toEqual(['author', 'labels', 'remarks.writer']);
      expect(pieces.relationsFor('tagline')).toEqual(expect.arrayContaining(['author', 'labels']));
    });

    it('tell nothing of methods without the decorator, of arguments, and of unknown names', () => {
      expect(pieces.relationsFor()).toEqual([]);
      for (const name of ['undecorated', 'isBySameAuthorAs', 'nothing', 'constructor', 'title', 'toString']) {
        expect([name, pieces.relationsFor(name)]).toEqual([name, []]);
      }
    });

    it('tell what is inherited, and not what is overridden', () => {
      const pictures = new ModelRepository(Picture, dataSource);
      expect([pictures.relationsFor('credit'), pictures.relationsFor('licence')]).toEqual([['owner'], ['owner']]);
      expect([films.relationsFor('credit'), films.relationsFor('licence')]).toEqual([['poster.owner'], []]);
      expect(Medium.prototype.credit.name).toBe('credit');
    });

    it('load what is missing and give back what was passed', async () => {
      const piece = await read();
      expect(await expectQueries(dataSource, 1, () => pieces.preloadFor(piece, 'byline'))).toBe(piece);
      expect(await expectQueries(dataSource, 1, () => pieces.preloadFor(piece, 'byline', 'tagline'))).toBe(piece);
      expect(await expectQueries(dataSource, 0, () => piece.tagline())).toBe('Ada');
      expect(await expectQueries(dataSource, 0, () => pieces.preloadFor(piece, 'undecorated'))).toBe(piece);
    });

    it('load for many in one query', async () => {
      const all = await addPieces(40);
      expect(await expectQueries(dataSource, 1, () => pieces.preloadFor(all, 'byline'))).toBe(all);
      expect(await expectQueries(dataSource, 0, () => Promise.all(all.map((piece) => piece.byline())))).toHaveLength(
        40,
      );
      expect(await pieces.preloadFor([], 'byline')).toEqual([]);
    });

    it('refuse new entities without the relations, and what is no entity', async () => {
      await expect(pieces.preloadFor(new Piece(), 'byline')).rejects.toThrow(RelationNotLoadedError);
      await expect(pieces.preloadFor({ title: 'x' } as never, 'byline')).rejects.toThrow(NotAnEntityError);
      await expect(pieces.preloadFor([ada] as never, 'byline')).rejects.toThrow(NotAnEntityError);
    });
  });

  describe('on plain entities', () => {
    beforeEach(async () => {
      configureStrictness(dataSource, { scope: 'all' });
      const [hall, garden] = await dataSource.manager.save([
        Object.assign(new Venue(), { name: 'Hall' }),
        Object.assign(new Venue(), { name: 'Garden' }),
      ]);
      const place = { city: 'Ghent', venue: hall };
      await dataSource.manager.save([
        Object.assign(new Event(), { name: 'Talk', place, host: hall }),
        Object.assign(new Concert(), { name: 'Trio', place: { city: 'Ghent', venue: null }, host: hall }),
      ]);
      await dataSource
        .createQueryBuilder()
        .update(Event)
        .set({ organiser: garden as never })
        .execute();
    });

    const event = (name: string) => dataSource.getRepository(Event).findOneByOrFail({ name });

    it('loads relations of embedded objects, and lazy ones', async () => {
      expect(await (await event('Talk')).where()).toBe('Hall');
      expect(await (await event('Trio')).where()).toBe('nowhere');
      const talk = await event('Talk');
      expect(await expectQueries(dataSource, 1, () => talk.organisedBy())).toBe('Garden');
      expect(await expectQueries(dataSource, 0, () => talk.organisedBy())).toBe('Garden');
      const moved = await event('Talk');
      const found = latch();
      moved.organiser = found.opened.then(() => Object.assign(new Venue(), { name: 'Roof' }));
      const roof = expectQueries(dataSource, 0, () => moved.organisedBy());
      await event('Talk');
      found.open();
      expect(await roof).toBe('Roof');
      const joined = await dataSource.getRepository(Event).findOneOrFail({
        where: { name: 'Talk' },
        relations: { organiser: true },
      });
      expect(await expectQueries(dataSource, 0, () => joined.organisedBy())).toBe('Garden');
    });

    it('loads what is behind entities of several classes', async () => {
      class Planner {
        @RequiresRelations('hosted.host' as never)
        async plan(venue: Venue): Promise<(string | undefined)[]> {
          return venue.hosted.map(({ host }) => host?.name);
        }
      }
      const hall = await dataSource.getRepository(Venue).findOneByOrFail({ name: 'Hall' });
      expect(await expectQueries(dataSource, 2, () => new Planner().plan(hall))).toEqual(['Hall', 'Hall']);
      expect(hall.hosted.map((hosted) => hosted.constructor)).toEqual(expect.arrayContaining([Event, Concert]));
    });

    it('cannot load where plain entities are not known, and says so', async () => {
      configureStrictness(dataSource, { scope: 'models' });
      await expect((await event('Talk')).organisedBy()).resolves.toBe('Garden');
      const talk = await dataSource.getRepository(Event).findOneByOrFail({ name: 'Talk' });
      await expect(talk.where()).rejects.toThrow('Event.place.venue was not loaded.');
      const place = Object.assign(new Event(), { place: { venue: null } });
      expect(await place.where()).toBe('nowhere');
    });
  });
});

describe('@RequiresRelations at class definition', () => {
  const decorate = (
    target: object,
    name: string,
    paths: readonly unknown[] = ['author'],
    descriptor = Object.getOwnPropertyDescriptor(target, name),
  ) => (RequiresRelations(...(paths as [never])) as Function)(target, name, descriptor);

  class Wrong {
    static async fixed() {}
    arrow = async () => undefined;
    get value() {
      return Promise.resolve(1);
    }
    *steps() {
      yield 1;
    }
    async method(_piece: Piece) {}
  }

  it.each<[string, () => unknown, RegExp]>([
    ['a static method', () => decorate(Wrong, 'fixed'), /on Wrong\.fixed: a static method has no entity/],
    ['a property', () => decorate(Wrong.prototype, 'arrow'), /on Wrong\.arrow: only a method/],
    ['a getter', () => decorate(Wrong.prototype, 'value'), /on Wrong\.value: only a method/],
    ['a generator', () => decorate(Wrong.prototype, 'steps'), /on Wrong\.steps: .*async \*steps\(\)/],
    ['no path', () => decorate(Wrong.prototype, 'method', [{ argument: 0 }]), /names no relation/],
    ['an empty path', () => decorate(Wrong.prototype, 'method', ['']), /takes names of relations/],
    ['something else', () => decorate(Wrong.prototype, 'method', [undefined]), /takes names of relations/],
    ['a list', () => decorate(Wrong.prototype, 'method', [['author']]), /names no relation|unknown option/],
    ['options before paths', () => decorate(Wrong.prototype, 'method', [{ argument: 0 }, 'author']), /takes names/],
    ['an unknown option', () => decorate(Wrong.prototype, 'method', ['a', { arg: 0 }]), /unknown option 'arg'/],
    ['no position', () => decorate(Wrong.prototype, 'method', ['a', { argument: -1 }]), /position of a parameter/],
    ['a model that is undefined', () => decorate(Wrong.prototype, 'method', ['a', { model: undefined }]), /circular/],
  ])('refuses %s', (_, define, message) => {
    let error: unknown;
    try {
      define();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toMatch(message);
  });

  it('refuses a position behind the parameters, and a method that declares no promise', () => {
    expect(() => {
      class Behind {
        @RequiresRelations('author', { argument: 1 })
        async method(_piece: Piece): Promise<void> {}
      }
      return Behind;
    }).toThrow("'argument' must be the position of a parameter, from 0, but is 1");
    expect(() => {
      class Sync {
        // @ts-expect-error a method that waits gives a promise
        @RequiresRelations('author')
        method(piece: Piece): string {
          return piece.author.name;
        }
      }
      return Sync;
    }).toThrow('@RequiresRelations on Sync.method: the method does not return a promise');
  });

  it('finds a generator that is none at the call', async () => {
    class Lowered {
      @RequiresRelations('author')
      steps(_piece: Piece): AsyncGenerator<number> {
        return (async function* () {
          yield 1;
        })();
      }
    }
    const piece = Object.assign(new Piece(), { author: new Writer() });
    await expect(new Lowered().steps(piece) as unknown as Promise<unknown>).rejects.toThrow(
      "write it as 'async *steps()'",
    );
  });
});
