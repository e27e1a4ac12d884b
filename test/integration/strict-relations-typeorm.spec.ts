import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BaseEntity,
  Column,
  DeleteDateColumn,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  type DataSource,
  type EntityManager,
  type Relation,
} from 'typeorm';
import { ColumnNotSelectedError, RelationNotLoadedError, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES_OF_FULL_RUNS } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

/*
 * Every operation of TypeORM on entities that are loaded in part. Each scenario runs twice on the same data, with the
 * guard and without it: the same statements, the same rows afterwards, the same result. What it changes is
 * stated besides, so that both cannot be wrong together.
 */

@Entity()
class Artist {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @OneToMany(() => Album, (album) => album.artist, { cascade: ['insert', 'update'] }) albums: Relation<Album>[];
}

@Entity()
class Cover {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) picture: string;
  @OneToOne(() => Album, (album) => album.cover) album: Relation<Album> | null;
}

@Entity()
class Genre {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @ManyToMany(() => Album, (album) => album.genres) albums: Relation<Album>[];
}

class Label {
  @Column({ type: 'varchar', length: 64, nullable: true }) text: string | null;
  @ManyToOne(() => Artist, { nullable: true }) printer: Relation<Artist> | null;
}

class Case {
  @Column({ type: 'varchar', length: 64, nullable: true }) colour: string | null;
  @Column(() => Label) label: Label;
  @ManyToOne(() => Artist, { nullable: true }) designer: Relation<Artist> | null;
}

@Entity()
class Album {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) title: string;
  @Column({ type: 'int', default: 0 }) plays: number;
  @Column({ type: 'varchar', length: 64, nullable: true, select: false }) secret: string | null;
  @DeleteDateColumn() deletedAt: Date | null;
  @Column(() => Case) case: Case;
  /** A foreign key without a property. */
  @ManyToOne(() => Artist, (artist) => artist.albums, { nullable: true, cascade: true })
  artist: Relation<Artist> | null;
  @Column({ type: 'int', nullable: true }) studioId: number | null;
  @ManyToOne(() => Artist, { nullable: true }) @JoinColumn({ name: 'studioId' }) studio: Relation<Artist> | null;
  @OneToOne(() => Cover, (cover) => cover.album, { nullable: true, cascade: true })
  @JoinColumn()
  cover: Relation<Cover> | null;
  @OneToOne(() => Sleeve, (sleeve) => sleeve.album, { cascade: true }) sleeve: Relation<Sleeve> | null;
  @OneToMany(() => Track, (track) => track.album, { cascade: true }) tracks: Relation<Track>[];
  @ManyToMany(() => Genre, (genre) => genre.albums, { cascade: true }) @JoinTable() genres: Relation<Genre>[];
  @ManyToOne(() => Album, (album) => album.sequels, { nullable: true }) prequel: Relation<Album> | null;
  @OneToMany(() => Album, (album) => album.prequel) sequels: Relation<Album>[];
}

@Entity()
class Sleeve {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) text: string;
  @OneToOne(() => Album, (album) => album.sleeve, { nullable: true }) @JoinColumn() album: Relation<Album> | null;
}

@Entity()
class Track {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @DeleteDateColumn() deletedAt: Date | null;
  @ManyToOne(() => Album, (album) => album.tracks, { nullable: true }) album: Relation<Album> | null;
}

/** Active record. */
@Entity()
class Ticket extends BaseEntity {
  @PrimaryColumn({ type: 'int' }) id: number;
  @Column({ type: 'varchar', length: 64 }) seat: string;
  @DeleteDateColumn() deletedAt: Date | null;
  @ManyToOne(() => Artist, { nullable: true }) artist: Relation<Artist> | null;
}

type OrphanAction = 'nullify' | 'delete' | 'soft-delete' | 'disable';

interface Parent {
  id: number;
  name: string;
  children: Child[];
}
interface Child {
  id: number;
  name: string;
  parent: Parent | null;
}

/** A parent and its children, for each way to treat children that are no longer in the list. */
function family(action: OrphanAction): { parent: new () => Parent; child: new () => Child } {
  const suffix = action.replace('-', '_');
  @Entity({ name: `parent_${suffix}` })
  class FamilyParent implements Parent {
    @PrimaryColumn({ type: 'int' }) id: number;
    @Column({ type: 'varchar', length: 64 }) name: string;
    @OneToMany(() => FamilyChild, (child) => child.parent, { cascade: true }) children: Relation<FamilyChild>[];
  }
  @Entity({ name: `child_${suffix}` })
  class FamilyChild implements Child {
    @PrimaryColumn({ type: 'int' }) id: number;
    @Column({ type: 'varchar', length: 64 }) name: string;
    @DeleteDateColumn() deletedAt: Date | null;
    @ManyToOne(() => FamilyParent, (parent) => parent.children, { nullable: true, orphanedRowAction: action })
    parent: Relation<FamilyParent> | null;
  }
  return { parent: FamilyParent, child: FamilyChild };
}

const FAMILIES = new Map(
  (['nullify', 'delete', 'soft-delete', 'disable'] as const).map((action) => [action, family(action)]),
);

const ENTITIES = [
  ...[Artist, Cover, Genre, Album, Sleeve, Track, Ticket],
  ...[...FAMILIES.values()].flatMap(({ parent, child }) => [parent, child]),
];

/** Their tables, those that are referred to first. */
const ALBUM_TABLES = ['artist', 'cover', 'genre', 'album', 'album_genres_genre', 'sleeve', 'track', 'ticket'];
const TABLES = [
  ...ALBUM_TABLES,
  ...[...FAMILIES.keys()].flatMap((action) => ['parent', 'child'].map((name) => `${name}_${action.replace('-', '_')}`)),
];

type Row = Record<string, unknown>;
type Dump = Map<string, Row>;

describe.each(DATABASES_OF_FULL_RUNS)('TypeORM with entities that are loaded in part on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let m: EntityManager;

  /** The rows that every scenario begins with. */
  let seeded: Dump;
  /** The tables that a scenario is about; the others are looked at when it is over. */
  let watched: readonly string[] = ALBUM_TABLES;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, ENTITIES));
    m = dataSource.manager;
    await seed();
    seeded = await dump();
  });
  afterAll(() => close());
  afterEach(async () => {
    expect(changes(seeded, await dump())).toEqual([]);
  });

  const seed = async (): Promise<void> => {
    await m.insert(Artist, [1, 2, 3].map((id) => ({ id, name: `artist ${id}` }))); // prettier-ignore
    await m.insert(Cover, [1, 2].map((id) => ({ id, picture: `cover ${id}` }))); // prettier-ignore
    await m.insert(Genre, [1, 2, 3].map((id) => ({ id, name: `genre ${id}` }))); // prettier-ignore
    await m.insert(Album, [
      {
        ...{ id: 1, title: 'one', plays: 7, secret: 'hush', artist: { id: 1 }, studioId: 2, cover: { id: 1 } },
        case: { colour: 'red', designer: { id: 3 }, label: { text: 'made', printer: { id: 2 } } },
      },
      { id: 2, title: 'two', artist: { id: 1 }, prequel: { id: 1 }, case: { colour: 'blue' } },
      { id: 3, title: 'three' },
    ]);
    await m.insert(Sleeve, { id: 1, text: 'sleeve', album: { id: 1 } });
    await m.insert(Track, [1, 2, 3].map((id) => ({ id, name: `track ${id}`, album: { id: 1 } }))); // prettier-ignore
    await m.createQueryBuilder().relation(Album, 'genres').of(1).add([1, 2]);
    await m.insert(Ticket, { id: 1, seat: 'A1', artist: { id: 1 } });
    for (const { parent, child } of FAMILIES.values()) {
      await m.insert(parent, { id: 1, name: 'parent' });
      await m.insert(child, [1, 2, 3].map((id) => ({ id, name: `child ${id}`, parent: { id: 1 } }))); // prettier-ignore
    }
  };

  /** Every row of every table, by table and key. */
  const dump = async (tables: readonly string[] = TABLES): Promise<Dump> => {
    const rows: Dump = new Map();
    for (const { tablePath, tableName, primaryColumns } of dataSource.entityMetadatas) {
      if (!tables.includes(tableName)) continue;
      for (const row of await m.query<Row[]>(`SELECT * FROM ${dataSource.driver.escape(tablePath)}`)) {
        const key = primaryColumns.map(({ databaseName }) => String(row[databaseName])).join('-');
        rows.set(`${tableName} ${key}`, row);
      }
    }
    return rows;
  };

  /** What differs, as `+table key`, `-table key` and `~table key column=value`. */
  const changes = (before: Dump, after: Dump): string[] => {
    const found: string[] = [];
    for (const [key, row] of before) {
      const now = after.get(key);
      if (!now) found.push(`-${key}`);
      else {
        for (const [column, value] of Object.entries(now)) {
          if (JSON.stringify(value) === JSON.stringify(row[column])) continue;
          found.push(`~${key} ${column}=${column === 'deletedAt' ? (value ? 'set' : 'null') : String(value)}`);
        }
      }
    }
    for (const key of after.keys()) if (!before.has(key)) found.push(`+${key}`);
    return found.sort();
  };

  interface Run {
    readonly changed: string[];
    readonly sql: string[];
    readonly result: unknown;
  }

  /**
   * Own enumerable values, without times. The database orders no list here, so every list is sorted. Without null: TypeORM
   * puts it on nullable columns that were not read when it saves, which the guard prevents.
   */
  const shown = (value: unknown): unknown => {
    if (value instanceof Date) return 'time';
    if (Array.isArray(value)) return sorted(value.map(shown));
    if (typeof value !== 'object') return value;
    const entries = Object.entries(value ?? {}).map(([key, each]) => [key, shown(each)] as const);
    const given = entries.filter(([, each]) => each !== undefined);
    return given.length === 0 ? undefined : Object.fromEntries(given);
  };
  const sorted = <T>(values: readonly T[]): T[] =>
    [...values].sort((a, b) => (JSON.stringify(a) ?? '').localeCompare(JSON.stringify(b) ?? ''));

  /** Puts every row back to what it was, which is much faster than to seed anew. */
  const restore = async (before: Dump, after: Dump): Promise<void> => {
    const { driver } = dataSource;
    const tables = TABLES.map((name) => dataSource.entityMetadatas.find(({ tableName }) => tableName === name)!);
    const send = async (sql: (place: (value: unknown) => string) => string): Promise<void> => {
      const values: unknown[] = [];
      const text = sql((value) => {
        values.push(value);
        return driver.createParameter('value', values.length - 1);
      });
      await m.query(text, values);
    };
    const rowsOf = (rows: Dump, name: string): [string, Row][] =>
      [...rows].filter(([key]) => key.startsWith(`${name} `));
    const isKey = ({ primaryColumns }: (typeof tables)[number], row: Row, place: (value: unknown) => string): string =>
      primaryColumns
        .map(({ databaseName }) => `${driver.escape(databaseName)} = ${place(row[databaseName])}`)
        .join(' AND ');
    for (const table of tables) {
      for (const [key, row] of rowsOf(before, table.tableName)) {
        if (after.has(key)) continue;
        const columns = Object.keys(row).map((name) => driver.escape(name));
        await send((place) => `INSERT INTO ${driver.escape(table.tableName)} (${columns.join(', ')}) VALUES (${Object.values(row).map(place).join(', ')})`); // prettier-ignore
      }
    }
    for (const table of tables) {
      for (const [key, row] of rowsOf(before, table.tableName)) {
        const now = after.get(key);
        const changed = Object.entries(row).filter(
          ([name, value]) => now && JSON.stringify(value) !== JSON.stringify(now[name]),
        );
        if (changed.length === 0) continue;
        await send((place) => {
          const sets = changed.map(([name, value]) => `${driver.escape(name)} = ${place(value)}`);
          return `UPDATE ${driver.escape(table.tableName)} SET ${sets.join(', ')} WHERE ${isKey(table, row, place)}`;
        });
      }
    }
    for (const table of tables.toReversed()) {
      for (const [key, row] of rowsOf(after, table.tableName)) {
        if (before.has(key)) continue;
        await send((place) => `DELETE FROM ${driver.escape(table.tableName)} WHERE ${isKey(table, row, place)}`);
      }
    }
  };

  const run = async <Found>(
    strict: 'off' | 'throw',
    find: () => Promise<Found>,
    work: (found: Found) => Promise<unknown>,
  ): Promise<Run> => {
    withSqlModelExt(dataSource, { relations: { strict, scope: 'all' } });
    const found = await find();
    const recorder = new QueryRecorder(dataSource);
    let result: unknown;
    try {
      result = shown(await recorder.record(() => work(found)));
    } catch (error) {
      if (error instanceof RelationNotLoadedError || error instanceof ColumnNotSelectedError) throw error;
      result = (error as Error).name;
    }
    const sql = recorder.queries.map(({ sql, parameters }) => {
      const values = parameters.map((each) =>
        each instanceof Date || /^\d{4}-\d\d-\d\d /.test(String(each)) ? 'time' : each,
      );
      return `${sql} ${JSON.stringify(sorted(values))}`;
    });
    const after = await dump(watched);
    const before = new Map([...seeded].filter(([key]) => watched.includes(key.split(' ')[0])));
    await restore(before, after);
    return { changed: changes(before, after), sql: sorted(sql), result };
  };

  /** Runs work without the guard and with it, and compares. */
  const same = async <Found>(
    expected: readonly string[],
    find: () => Promise<Found>,
    work: (found: Found) => Promise<unknown>,
  ): Promise<unknown> => {
    const off = await run('off', find, work);
    const strict = await run('throw', find, work);
    expect(strict).toEqual(off);
    expect(strict.changed).toEqual([...expected].sort());
    return strict.result;
  };

  const one = { where: { id: 1 } };
  const SHAPES: readonly (readonly [name: string, find: () => Promise<Album>])[] = [
    ['without relations', () => m.findOneByOrFail(Album, { id: 1 })],
    ['by a query builder', () => m.createQueryBuilder(Album, 'a').where({ id: 1 }).getOneOrFail()],
    ['in parts', () => m.findOneOrFail(Album, { ...one, select: { id: true, title: true } })],
    ['by its key alone', () => m.findOneOrFail(Album, { ...one, select: { id: true } })],
    [
      'in embedded parts',
      () => m.findOneOrFail(Album, { ...one, select: { id: true, case: { label: { text: true } } } }),
    ],
    [
      'from a joined parent',
      async () =>
        (await m.findOneOrFail(Artist, { ...one, relations: { albums: true } })).albums.find(({ id }) => id === 1)!,
    ],
    ['with some relations', () => m.findOneOrFail(Album, { ...one, relations: { cover: true, genres: true } })],
    [
      'with relations by queries',
      () =>
        m.findOneOrFail(Album, { ...one, relations: { tracks: true, artist: true }, relationLoadStrategy: 'query' }),
    ],
    [
      'with the relation of an embedded object',
      () => m.findOneOrFail(Album, { ...one, relations: { case: { designer: true } } }),
    ],
  ];

  /** How rows become entities differs by query, not by engine: all of it on one of them, a few on the others. */
  const shapes = engine === 'sqlite' ? SHAPES : SHAPES.filter((_shape, index) => [0, 2, 5, 7].includes(index));

  const each = async (expected: readonly string[], work: (album: Album) => Promise<unknown>): Promise<void> => {
    for (const [name, find] of shapes) {
      try {
        await same(expected, find, work);
      } catch (error) {
        (error as Error).message = `${name}: ${(error as Error).message}`;
        throw error;
      }
    }
  };

  describe('an album', () => {
    it.each<[name: string, expected: string[], work: (album: Album) => Promise<unknown>]>([
      ['save() of nothing', [], (album) => m.save(album)],
      ['save() of a change', ['~album 1 title=new'], (album) => m.save(Object.assign(album, { title: 'new' }))],
      [
        'save() by a repository',
        ['~album 1 plays=8'],
        (album) => m.getRepository(Album).save(Object.assign(album, { plays: 8 })),
      ],
      [
        'save() of a hidden column',
        ['~album 1 secret=new'],
        (album) => m.save(Object.assign(album, { secret: 'new' })),
      ],
      [
        'save() of several',
        ['~album 1 title=new', '~album 3 title=new'],
        async (album) => {
          const other = await m.findOneByOrFail(Album, { id: 3 });
          return m.save([Object.assign(album, { title: 'new' }), Object.assign(other, { title: 'new' })]);
        },
      ],
      [
        'save() in a transaction',
        ['~album 1 title=new'],
        (album) => m.transaction((inner) => inner.save(Object.assign(album, { title: 'new' }))),
      ],
      [
        'save() in chunks',
        ['~album 1 title=new'],
        (album) => m.save([Object.assign(album, { title: 'new' })], { chunk: 1 }),
      ],
      [
        'save() without reload',
        ['~album 1 title=new'],
        (album) => m.save(Object.assign(album, { title: 'new' }), { reload: false }),
      ],
      ['save() as a plain object', ['~album 1 title=new'], (album) => m.save(Album, { ...album, title: 'new' })],
      ['save() of a foreign key', ['~album 1 studioId=3'], (album) => m.save(Object.assign(album, { studioId: 3 }))],
      [
        'save() of a relation',
        ['~album 1 artistId=2'],
        async (album) => m.save(Object.assign(album, { artist: await m.findOneByOrFail(Artist, { id: 2 }) })),
      ],
      [
        'save() of a relation by its key',
        ['~album 1 artistId=2'],
        (album) => m.save(Object.assign(album, { artist: { id: 2 } })),
      ],
      [
        'save() of null',
        ['~album 1 artistId=null', '~album 1 coverId=null'],
        (album) => m.save(Object.assign(album, { artist: null, cover: null })),
      ],
      [
        'save() of undefined',
        [],
        (album) => m.save(Object.assign(album, { artist: undefined, tracks: undefined, title: undefined })),
      ],
      [
        'save() of a new list',
        ['-album_genres_genre 1-1', '-album_genres_genre 1-2', '+album_genres_genre 1-3'],
        (album) => m.save(Object.assign(album, { genres: [{ id: 3 }] })),
      ],
      [
        'save() of an embedded column',
        ['~album 1 caseColour=green'],
        async (album) => {
          const known = Object.getOwnPropertyDescriptor(album, 'case')?.value as Case | undefined;
          if (!known) album.case = new Case();
          album.case.colour = 'green';
          return m.save(album);
        },
      ],
      ['softDelete()', ['~album 1 deletedAt=set'], (album) => m.softDelete(Album, album.id)],
      ['restore()', [], (album) => m.restore(Album, { id: album.id })],
      ['update() by an entity', ['~album 1 title=new'], (album) => m.update(Album, { id: album.id }, { title: 'new' })],
      ['increment()', ['~album 1 plays=9'], (album) => m.increment(Album, { id: album.id }, 'plays', 2)],
      ['decrement()', ['~album 1 plays=5'], (album) => m.decrement(Album, { id: album.id }, 'plays', 2)],
      [
        'create()',
        [],
        async (album) => [m.create(Album, album), m.create(Album, [album]), m.create(Track, { id: 9, album })],
      ],
      ['merge() from it', [], async (album) => m.merge(Album, new Album(), album)],
      [
        'merge() into it',
        [],
        async (album) => m.merge(Album, album, { title: 'new', artist: { id: 2 }, genres: [{ id: 3 }] }),
      ],
      [
        'merge() into it, and save()',
        ['~album 1 title=new'],
        async (album) => m.save(m.merge(Album, album, { title: 'new' })),
      ],
      [
        'merge() of another into it',
        [],
        async (album) => m.merge(Album, album, await m.findOneByOrFail(Album, { id: 3 })),
      ],
      ['preload()', [], (album) => m.preload(Album, { id: album.id, title: 'new' })],
      ['preload() of it', [], (album) => m.preload(Album, album)],
      [
        'preload() with relations, and save()',
        ['~album 1 artistId=2'],
        async (album) => m.save((await m.preload(Album, { id: album.id, artist: { id: 2 } }))!),
      ],
      [
        'preload() with a list',
        [],
        (album) => m.preload(Album, { id: album.id, tracks: [{ id: 1, name: 'new' }], genres: [{ id: 3 }] }),
      ],
      [
        'preload() by a repository',
        [],
        (album) => m.getRepository(Album).preload({ id: album.id, case: { colour: 'pink' } }),
      ],
      [
        'getId() and hasId()',
        [],
        async (album) => [
          m.getId(album),
          m.hasId(album),
          m.getRepository(Album).hasId(album),
          m.getRepository(Album).getId(album),
        ],
      ],
      ['a condition with its key', [], (album) => m.countBy(Track, { album: { id: album.id } })],
      ['a builder with it', [], (album) => m.createQueryBuilder(Track, 't').where({ album }).getCount()],
      ['whereInIds()', [], (album) => m.createQueryBuilder(Album, 'a').whereInIds([album]).getCount()],
      [
        'a builder that updates it',
        ['~album 1 title=new'],
        (album) => m.createQueryBuilder().update(Album).set({ title: 'new' }).whereEntity(album).execute(),
      ],
      [
        'a builder that soft-deletes it',
        ['~album 1 deletedAt=set'],
        async (album) => void (await m.createQueryBuilder().softDelete().from(Album).whereInIds(album.id).execute()),
      ],
      [
        'a builder that adds to its list',
        ['+album_genres_genre 1-3'],
        (album) => m.createQueryBuilder().relation(Album, 'genres').of(album).add(3),
      ],
      [
        'a builder that removes from its list',
        ['-album_genres_genre 1-2'],
        (album) => m.createQueryBuilder().relation(Album, 'genres').of(album).remove([2]),
      ],
      [
        'a builder that sets its relation',
        ['~album 1 artistId=3'],
        (album) => m.createQueryBuilder().relation(Album, 'artist').of(album).set(3),
      ],
      [
        'a builder that sets it as relation',
        ['~track 1 albumId=3'],
        async (album) =>
          m
            .createQueryBuilder()
            .relation(Track, 'album')
            .of(1)
            .set(await m.findOneByOrFail(Album, { id: album.id + 2 })),
      ],
      [
        'a builder that loads its relations',
        [],
        async (album) => [
          await m.createQueryBuilder().relation(Album, 'tracks').of(album).loadMany(),
          await m.createQueryBuilder().relation(Album, 'genres').of(album).loadMany(),
          await m.createQueryBuilder().relation(Album, 'artist').of(album).loadOne(),
          await m.createQueryBuilder().relation(Album, 'sleeve').of(album).loadOne(),
          await m.createQueryBuilder().relation(Album, 'cover').of(album).loadOne(),
        ],
      ],
      [
        'insert() of a new key',
        ['+album 50'],
        (album) => m.insert(Album, Object.assign(album, { id: 50, title: 'new', cover: null })),
      ],
      [
        'a builder that inserts it',
        ['+album 50'],
        (album) =>
          m
            .createQueryBuilder()
            .insert()
            .into(Album)
            .values(Object.assign(album, { id: 50, title: 'new', cover: null }))
            .execute(),
      ],
      ['upsert()', ['~album 1 title=new'], (album) => m.upsert(Album, Object.assign(album, { title: 'new' }), ['id'])],
      ['remove() of what is referenced', [], (album) => m.remove(album)],
      ['save() as a part of another', [], (album) => m.save(Track, { id: 1, album })],
      [
        'save() below a cascade',
        ['+artist 9', '~album 1 artistId=9'],
        (album) => m.save(m.create(Artist, { id: 9, name: 'new', albums: [{ id: album.id }] })),
      ],
    ])('%s', (_name, expected, work) => each(expected, work));

    it('save() again and again: what was not read is never written', async () => {
      // Without the guard, TypeORM takes what was not read for null after the first save, and the second writes it.
      for (const [name, find] of SHAPES.slice(0, 6)) {
        const { changed } = await run('throw', find, async (album) => {
          for (const title of ['new', 'newer', 'newest']) await m.save(Object.assign(album, { title }));
          await m.softRemove(album);
          await m.recover(album);
          await m.save(Object.assign(album, { title: 'last' }));
          await m.save(Object.assign(album, { artist: null, studio: { id: 1 } }));
          if (Object.hasOwn(album, 'studioId')) expect(album.studioId).toBe(1);
          await m.save(Object.assign(album, { title: 'very last', studio: null }));
        });
        expect([name, changed]).toEqual([name, ['~album 1 artistId=null', '~album 1 studioId=null', '~album 1 title=very last']]); // prettier-ignore
      }
    });

    it('update() with an entity: what was not loaded is not written', async () => {
      // Without the guard, class fields put `designer: undefined` on embedded objects, and TypeORM writes NULL.
      for (const [name, find] of SHAPES.slice(0, 6)) {
        const { changed } = await run('throw', find, (album) =>
          m.update(Album, { id: 1 }, Object.assign(album, { title: 'new' })),
        );
        expect([name, changed]).toEqual([name, ['~album 1 title=new']]);
      }
    });
  });

  describe('embedded objects', () => {
    it('are guarded by their own path, at every depth', async () => {
      withSqlModelExt(dataSource, { relations: { scope: 'all' } });
      const album = await m.findOneByOrFail(Album, { id: 1 });
      expect([album.case.colour, album.case.label.text]).toEqual(['red', 'made']);
      expect(() => album.case.designer).toThrow(/^Album\.case\.designer was not loaded\. .*load: \['case\.designer'\]/);
      expect(() => album.case.label.printer).toThrow(/^Album\.case\.label\.printer was not loaded/);
      const part = await m.findOneOrFail(Album, { ...one, select: { id: true, case: { label: { text: true } } } });
      expect(() => part.case.colour).toThrow(/^Album\.case\.colour was not selected/);
      expect(() => part.title).toThrow(ColumnNotSelectedError);
      expect(JSON.stringify(part)).toBe('{"id":1,"case":{"label":{"text":"made"}}}');
      const other = await m.findOneOrFail(Album, { ...one, select: { id: true, title: true } });
      expect(() => other.case).toThrow(/^Album\.case was not selected/);
      other.case = new Case();
      expect([other.case.designer, other.case.label]).toEqual([undefined, undefined]);
      const loaded = await m.findOneOrFail(Album, { ...one, relations: { case: { designer: true } } });
      expect(loaded.case.designer?.name).toBe('artist 3');
      expect(() => loaded.case.designer?.albums).toThrow(/^Artist\.albums was not loaded/);
      album.case.designer = null;
      expect(album.case.designer).toBeNull();
      expect(Object.keys({ ...album.case.label })).toEqual(['text']);
    });

    it('keep what was not loaded in them', async () => {
      await same(
        ['~album 1 caseDesignerid=1'],
        () => m.findOneByOrFail(Album, { id: 1 }),
        async (album) => {
          album.case.designer = await m.findOneByOrFail(Artist, { id: 1 });
          return m.save(album);
        },
      );
      await same(
        ['~album 1 caseLabelText=new'],
        () => m.findOneByOrFail(Album, { id: 1 }),
        (album) => {
          album.case.label.text = 'new';
          return m.save(album);
        },
      );
    });
  });

  describe('cascades', () => {
    const withRelations = (relations: object) => () => m.findOneOrFail(Album, { ...one, relations });

    it('of softRemove() and recover() reach what is loaded, and nothing else', async () => {
      for (const [, find] of SHAPES.slice(0, 6)) {
        await same(['~album 1 deletedAt=set'], find, (album) => m.softRemove(album));
        await same([], find, async (album) => m.recover(await m.softRemove(album)));
      }
      const tracks = [1, 2, 3].map((id) => `~track ${id} deletedAt=set`);
      await same(['~album 1 deletedAt=set', ...tracks], withRelations({ tracks: true }), (album) =>
        m.softRemove(album),
      );
      await same([], withRelations({ tracks: true }), async (album) => m.recover(await m.softRemove(album)));
    });

    it('of remove() reach what is loaded, and nothing else', async () => {
      // What is not loaded still refers to it.
      for (const [, find] of SHAPES.slice(0, 6))
        expect(await same([], find, (album) => m.remove(album))).toBe('QueryFailedError');
      const free = [
        '~album 2 prequelId=null',
        '~sleeve 1 albumId=null',
        ...[1, 2, 3].map((id) => `~track ${id} albumId=null`),
      ];
      const gone = ['-album 1', '-album_genres_genre 1-1', '-album_genres_genre 1-2'];
      const letGo = (find: () => Promise<Album>) => async (): Promise<Album> => {
        const album = await find();
        await m.update(Track, { album: { id: 1 } }, { album: null });
        await m.update(Sleeve, { album: { id: 1 } }, { album: null });
        await m.update(Album, { prequel: { id: 1 } }, { prequel: null });
        return album;
      };
      for (const [, find] of SHAPES.slice(0, 6)) {
        await same([...gone, ...free], letGo(find), (album) => m.remove(album));
        await same([...gone, ...free], letGo(find), (album) => m.getRepository(Album).remove([album]));
        await same([...gone, ...free], letGo(find), (album) => m.delete(Album, { id: album.id }));
      }
      await same([...gone, ...free, '-cover 1'], letGo(withRelations({ cover: true })), (album) => m.remove(album));
      await same(
        [...gone, '-track 1', '-track 2', '-track 3', '-sleeve 1', '~album 2 prequelId=null'],
        async () => {
          await m.update(Album, { prequel: { id: 1 } }, { prequel: null });
          return withRelations({ tracks: true, sleeve: true })();
        },
        (album) => m.remove(album),
      );
    });

    it('of save() reach what is loaded, at any depth', async () => {
      await same(
        ['~artist 1 name=new', '~album 1 title=new', '~track 2 name=new', '~cover 1 picture=new'],
        () =>
          m.findOneOrFail(Artist, {
            ...one,
            relations: { albums: { tracks: true, cover: true } },
            order: { albums: { id: 'ASC', tracks: { id: 'ASC' } } },
          }),
        (artist) => {
          artist.name = 'new';
          artist.albums[0].title = 'new';
          artist.albums[0].tracks[1].name = 'new';
          artist.albums[0].cover!.picture = 'new';
          return m.save(artist);
        },
      );
    });

    it('insert what is put into a relation that was not loaded', async () => {
      await same(
        ['+cover 9', '~album 1 coverId=9'],
        () => m.findOneByOrFail(Album, { id: 1 }),
        (album) => m.save(Object.assign(album, { cover: m.create(Cover, { id: 9, picture: 'new' }) })),
      );
      await same(
        ['+track 9', '~track 1 albumId=null', '~track 2 albumId=null', '~track 3 albumId=null'],
        () => m.findOneByOrFail(Album, { id: 1 }),
        (album) => m.save(Object.assign(album, { tracks: [m.create(Track, { id: 9, name: 'new' })] })),
      );
      // TypeORM inserts the new one before it lets go of the old one, which the unique key refuses.
      const refused = await same(
        [],
        () => m.findOneByOrFail(Album, { id: 1 }),
        (album) => m.save(Object.assign(album, { sleeve: m.create(Sleeve, { id: 9, text: 'new' }) })),
      );
      expect(refused).toBe('QueryFailedError');
      await same(
        ['+genre 9', '+album_genres_genre 1-9', '-album_genres_genre 1-1', '-album_genres_genre 1-2'],
        () => m.findOneByOrFail(Album, { id: 1 }),
        (album) => m.save(Object.assign(album, { genres: [m.create(Genre, { id: 9, name: 'new' })] })),
      );
    });

    it('add to a list that is loaded', async () => {
      await same(['+track 9'], withRelations({ tracks: true }), (album) => {
        album.tracks.push(m.create(Track, { id: 9, name: 'new' }));
        return m.save(album);
      });
      await same(
        ['+genre 9', '+album_genres_genre 1-9', '-album_genres_genre 1-1'],
        withRelations({ genres: true }),
        (album) => {
          album.genres = [...album.genres.filter(({ id }) => id !== 1), m.create(Genre, { id: 9, name: 'new' })];
          return m.save(album);
        },
      );
    });

    it('move a child by its own side, and leave the others', async () => {
      for (const find of [
        () => m.findOneByOrFail(Track, { id: 1 }),
        () => m.findOneOrFail(Track, { ...one, select: { id: true } }),
        () => m.findOneOrFail(Track, { ...one, relations: { album: true } }),
      ]) {
        await same(['~track 1 albumId=2'], find, async (track) =>
          m.save(Object.assign(track, { album: await m.findOneByOrFail(Album, { id: 2 }) })),
        );
        await same(['~track 1 albumId=null'], find, (track) => m.save(Object.assign(track, { album: null })));
        await same(['-track 1'], find, (track) => m.remove(track));
        await same(['~track 1 name=new'], find, (track) => m.save(Object.assign(track, { name: 'new' })));
      }
    });
  });

  describe.each([...FAMILIES].map(([action, types]) => ({ action, ...types })))(
    'orphans with orphanedRowAction $action',
    ({ action, parent, child }) => {
      const find =
        (relations: object = {}) =>
        () =>
          m.findOneOrFail<Parent>(parent, { ...one, relations });
      const name = `child_${action.replace('-', '_')}`;
      beforeAll(() => {
        watched = [name, name.replace('child', 'parent')];
      });
      afterAll(() => {
        watched = ALBUM_TABLES;
      });
      const orphaned = {
        nullify: [`~${name} 1 parentId=null`],
        delete: [`-${name} 1`],
        'soft-delete': [`~${name} 1 deletedAt=set`],
        disable: [],
      }[action];

      it('are never made by a list that was not loaded', async () => {
        for (const load of [
          find(),
          () => m.findOneOrFail<Parent>(parent, { ...one, select: { id: true } }),
          () => m.createQueryBuilder<Parent>(parent, 'p').leftJoin('p.children', 'c').getOneOrFail(),
          async () => (await m.findOneOrFail<Child>(child, { ...one, relations: { parent: true } })).parent!,
        ]) {
          const change = [`~parent_${action.replace('-', '_')} 1 name=new`];
          await same([], load, (entity) => m.save(entity));
          await same(change, load, (entity) => m.save(Object.assign(entity, { name: 'new' })));
          await same(change, load, async (entity) => m.save(m.merge(parent, entity, { name: 'new' })));
          await same(change, load, async (entity) =>
            m.save((await m.preload(parent, { id: entity.id, name: 'new' }))!),
          );
          await same([], load, (entity) => m.save(Object.assign(entity, { children: undefined })));
          await same([], load, async (entity) => {
            delete (entity as Partial<Parent>).children;
            return m.save(entity);
          });
        }
      });

      it('are made by what is taken from a list that was loaded', async () => {
        await same(orphaned, find({ children: true }), (entity) => {
          entity.children = entity.children.filter(({ id }) => id !== 1);
          return m.save(entity);
        });
        await same(orphaned, find(), (entity) => m.save(Object.assign(entity, { children: [{ id: 2 }, { id: 3 }] })));
      });

      it('are not made by children that are written themselves', async () => {
        for (const load of [
          () => m.findOneByOrFail<Child>(child, { id: 1 }),
          () => m.findOneOrFail<Child>(child, { ...one, select: { id: true } }),
          () => m.findOneOrFail<Child>(child, { ...one, relations: { parent: true } }),
        ]) {
          await same([], load, (entity) => m.save(entity));
          await same([`~${name} 1 name=new`], load, (entity) => m.save(Object.assign(entity, { name: 'new' })));
        }
      });
    },
  );

  describe('active record', () => {
    const SHAPES_OF_TICKETS = [
      () => Ticket.findOneByOrFail({ id: 1 }),
      () => Ticket.findOneOrFail({ ...one, select: { id: true } }),
      () => Ticket.createQueryBuilder('t').getOneOrFail(),
    ];

    it('saves, removes, recovers and reloads what is loaded in part', async () => {
      Ticket.useDataSource(dataSource);
      for (const find of SHAPES_OF_TICKETS) {
        await same(['~ticket 1 seat=B2'], find, (ticket) => Object.assign(ticket, { seat: 'B2' }).save());
        await same(['-ticket 1'], find, (ticket) => ticket.remove());
        await same(['~ticket 1 deletedAt=set'], find, (ticket) => ticket.softRemove());
        await same([], find, async (ticket) => (await ticket.softRemove()).recover());
        await same([], find, async (ticket) => [ticket.hasId(), Ticket.getId(ticket), Ticket.hasId(ticket)]);
        await same([], find, async (ticket) => [Ticket.create({ ...ticket }), Ticket.merge(new Ticket(), ticket)]);
        await same(['~ticket 1 seat=B2'], find, async (ticket) => {
          await Ticket.update({ id: 1 }, { seat: 'B2' });
          await ticket.reload();
          return ticket.seat;
        });
        withSqlModelExt(dataSource, { relations: { scope: 'all' } });
        const ticket = await find();
        expect(() => ticket.artist).toThrow(RelationNotLoadedError);
        await ticket.reload();
        expect(ticket.seat).toBe('A1');
        expect(() => ticket.artist).toThrow(RelationNotLoadedError);
      }
    });
  });
});
