import {
  AfterUpdate,
  BeforeUpdate,
  Column,
  DeleteDateColumn,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  VersionColumn,
  type Relation,
  type ValueTransformer,
} from 'typeorm';
import {
  Bool,
  DateOnly,
  DateTime,
  Email,
  EnumOf,
  Float,
  Int,
  Int64,
  List10,
  Model,
  OptimisticLock,
  Str64,
  Table,
  Text10K,
  Text1M,
  Uuid,
  UuidTable,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import type { DatabaseName } from '../databases.js';

export enum Mood {
  Calm = 'calm',
  Wild = 'wild',
}

const mapAsText: ValueTransformer = {
  to: (value: Map<string, number> | null | undefined) => (value ? JSON.stringify([...value]) : value),
  from: (value: string | null) => (value === null ? null : new Map(JSON.parse(value) as [string, number][])),
};

/** Columns of every kind that all engines know; those that only some know are added to it. */
export class EverythingFields extends OptimisticLock(UuidTable(class {})) {
  declare name: string | null;
  declare body: string | null;
  declare flag: boolean | null;
  declare count: number | null;
  declare big: bigint | null;
  declare ratio: number | null;
  declare token: string | null;
  declare at: Date | null;
  declare day: string | null;
  declare mail: string | null;
  declare mood: Mood | null;
  declare words: string[] | null;
  declare price: string | null;
  declare long: string | null;
  declare json: unknown;
  declare simple: unknown;
  declare list: string[] | null;
  declare choice: string | null;
  declare born: string | null;
  declare hour: string | null;
  declare bytes: Buffer | null;
  declare scores: Map<string, number> | null;
  declare doubled: number | null;
  /** PostgreSQL's arrays. */
  declare tags?: string[] | null;
  declare moods?: Mood[] | null;
  declare data?: unknown;
}

/** A model with a column of every kind, as far as the engine knows them. */
export function everythingOn(engine: DatabaseName): new () => EverythingFields {
  @Model({ tableName: 'everything' })
  class Everything extends OptimisticLock(UuidTable(class {})) {
    @Str64({ nullable: true }) name: string | null;
    @Text10K({ nullable: true }) body: string | null;
    @Bool({ nullable: true }) flag: boolean | null;
    @Int({ nullable: true }) count: number | null;
    @Int64({ nullable: true }) big: bigint | null;
    @Float({ nullable: true }) ratio: number | null;
    @Uuid({ nullable: true }) token: string | null;
    @DateTime({ nullable: true }) at: Date | null;
    @DateOnly({ nullable: true }) day: string | null;
    @Email({ nullable: true }) mail: string | null;
    @EnumOf(Mood, { nullable: true }) mood: Mood | null;
    @List10(String, { nullable: true }) words: string[] | null;
    @Column({ type: 'decimal', precision: 12, scale: 4, nullable: true }) price: string | null;
    @Column({ type: 'bigint', nullable: true }) long: string | null;
    @Column({ type: 'json', nullable: true }) json: unknown;
    @Column({ type: 'simple-json', nullable: true }) simple: unknown;
    @Column({ type: 'simple-array', nullable: true }) list: string[] | null;
    @Column({ type: 'simple-enum', enum: Mood, nullable: true }) choice: string | null;
    @Column({ type: 'date', nullable: true }) born: string | null;
    @Column({ type: 'time', nullable: true }) hour: string | null;
    @Column({ type: engine === 'postgres' ? 'bytea' : 'blob', nullable: true }) bytes: Buffer | null;
    @Column({ type: 'text', nullable: true, transformer: mapAsText }) scores: Map<string, number> | null;
    @Column({ type: 'int', nullable: true, generatedType: 'STORED', asExpression: 'count * 2' }) doubled: number | null;
  }
  if (engine === 'postgres') {
    Column({ type: 'text', array: true, nullable: true })(Everything.prototype, 'tags');
    Column({ type: 'enum', enum: Mood, array: true, nullable: true })(Everything.prototype, 'moods');
  }
  if (engine !== 'mariadb') Column({ type: 'jsonb', nullable: true })(Everything.prototype, 'data');
  return Everything;
}

/** A key of two columns. */
@Model()
@Unique(['shelf', 'place'])
export class Slot extends OptimisticLock(UuidTable(class {})) {
  @PrimaryColumn({ type: 'int' }) part: number;
  @Str64() shelf: string;
  @Int() place: number;
  @Str64({ nullable: true }) content: string | null;
}

/** A version that servers give as text. */
@Model()
export class Ledger extends UuidTableBase {
  @VersionColumn({ type: 'bigint' }) version: string | number;
  @Int({ default: 0 }) total: number;
}

export class Counts {
  @Column({ type: 'int', default: 0 }) opened: number;
  @Column({ type: 'int', nullable: true }) closed: number | null;
}

export class Lock {
  @Column({ type: 'varchar', length: 20, nullable: true }) code: string | null;
  @Column(() => Counts) counts: Counts;
}

@Model()
export class Keeper extends OptimisticLock(Table(class {})) {
  @Str64() name: string;
}

/** Embedded objects, soft deletes, hidden columns, names of its own, keys with a property and without. */
@Model({ tableName: 'strong boxes' })
export class Box extends OptimisticLock(UuidTable(class {})) {
  @Str64({ name: 'label of the box' }) label: string;
  @Str64({ nullable: true, select: false }) secret: string | null;
  @Column(() => Lock) lock: Lock;
  @DeleteDateColumn() deletedAt: Date | null;
  @Int({ nullable: true, name: 'keeper' }) keeperId: number | null;
  @ManyToOne(() => Keeper, { nullable: true }) @JoinColumn({ name: 'keeper' }) keeper: Relation<Keeper> | null;
  @ManyToOne(() => Keeper, { nullable: true }) guard: Relation<Keeper> | null;
  @ManyToOne(() => Slot, { nullable: true }) slot: Relation<Slot> | null;
}

/** What it was told is written down. */
@Model()
export class Diary extends OptimisticLock(Table(class {})) {
  static readonly told: string[] = [];
  @Str64() text: string;
  @Int({ default: 0 }) edits: number;

  @BeforeUpdate() before(): void {
    this.edits++;
    Diary.told.push(`before ${this.text}`);
  }
  @AfterUpdate() after(): void {
    Diary.told.push(`after ${this.text}`);
  }
}

/** Names that the statements of a batch use themselves. */
@Model({ tableName: 'v' })
export class Vee extends OptimisticLock(Table(class {})) {
  @Int({ default: 0 }) c0: number;
  @Str64({ nullable: true }) target: string | null;
  @Str64({ nullable: true, name: 'v' }) own: string | null;
}

export class DrawerKey {
  @PrimaryColumn({ type: 'int' }) row: number;
  @PrimaryColumn({ type: 'varchar', length: 20 }) code: string;
}

/** A part of its key is in an embedded object. */
@Model()
export class Drawer extends OptimisticLock(UuidTable(class {})) {
  @Column(() => DrawerKey) key: DrawerKey;
  @Str64() content: string;
}

export class Stamp {
  @VersionColumn({ name: 'ver no', type: 'smallint' }) version: number;
  @Column({ type: 'int', default: 0 }) ink: number;
}

/** Its version is in an embedded object, under another name. */
@Model()
export class Stamped extends UuidTable(class {}) {
  @Column(() => Stamp) stamp: Stamp;
  @Str64() content: string;
}

@Model()
export class Tome extends OptimisticLock(Table(class {})) {
  @Text1M() text: string;
}

/** Types that only one engine has, or that it reads in its own way, with two values of each. */
export const OWN_TYPES: Readonly<
  Record<DatabaseName, Readonly<Record<string, readonly [one: unknown, other: unknown]>>>
> = {
  sqlite: { real: [0.1, 0.2], numeric: [1, 2], varchar: ['1', '02'], datetime: [new Date(5), new Date(6)] },
  postgres: {
    inet: ['10.0.0.1', '10.0.0.2'],
    interval: ['1 day', '2 days'],
    point: ['(1,2)', '(3,4)'],
    int4range: ['[1,5)', '[2,6)'],
    bit: ['1', '0'],
    real: [1.5, 2.5],
    money: ['$1.00', '$2.00'],
    uuid: ['01a1f8a5-a587-722e-ab2b-2b62e6439f41', '01a1f8a5-a587-722e-ab2b-2b62e6439f42'],
    'time with time zone': ['10:00:00+00', '11:00:00+00'],
    timestamp: [new Date(5), new Date(6)],
    char: ['a', 'b'],
    tsvector: ["'a'", "'b'"],
    xml: ['<a/>', '<b/>'],
  },
  mariadb: {
    point: ['POINT(1 2)', 'POINT(3 4)'],
    bit: [Buffer.from([1]), Buffer.from([0])],
    year: [2000, 2001],
    timestamp: [new Date(1e12), new Date(1.5e12)],
    float: [1.5, 2.5],
    double: [0.1, 0.2],
    varbinary: [Buffer.from([0, 255]), Buffer.from([39, 92])],
    uuid: ['01a1f8a5-a587-722e-ab2b-2b62e6439f41', '01a1f8a5-a587-722e-ab2b-2b62e6439f42'],
    inet6: ['::1', '::2'],
    tinyint: [1, -2],
    datetime: [new Date(5_000), new Date(6_000)],
    char: ['a', 'b'],
    longblob: [Buffer.from([1]), Buffer.from('b')],
    time: ['10:00:00', '-11:00:00'],
  },
};

/** A model with a column of this type. */
export function ownTyped(type: string): new () => OwnTyped {
  @Model({ tableName: `own ${type}` })
  class Own extends OptimisticLock(Table(class {})) {
    @Column({ type: type as 'text', nullable: true, ...(type === 'varbinary' && { length: 20 }) }) column: unknown;
  }
  return Own;
}

export class OwnTyped extends OptimisticLock(Table(class {})) {
  declare column: unknown;
}

/** Without a version. */
@Model()
export class Scrap extends Table(class {}) {
  @Str64() text: string;
}

export const VAULT = [Slot, Ledger, Keeper, Box, Diary, Vee, Drawer, Stamped, Tome, Scrap];
