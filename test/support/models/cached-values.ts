import { Exclude } from 'class-transformer';
import {
  AfterLoad,
  Column,
  DeleteDateColumn,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Tree,
  TreeChildren,
  TreeParent,
  type Relation,
  type ValueTransformer,
} from 'typeorm';
import {
  Bool,
  DateOnly,
  DateTime,
  EnumOf,
  Float,
  Int,
  Int64,
  ListOf,
  Model,
  NonNegativeBigInt,
  OptimisticLock,
  Str64,
  TableBase,
  Text1M,
  Uuid,
  UuidTable,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { Address, Mood, Phrase, Rank } from './gallery.js';

/** Cached tables with a column of every kind. */

@Model()
export class Step {
  @Str64() name: string;
  @Int64() size: bigint;
}

@Model({ cacheTtl: 600 })
export class FieldValues extends UuidTableBase {
  @Str64({ nullable: true }) text: string | null;
  @Text1M() long: string;
  @Uuid({ nullable: true }) uuid: string | null;
  @Int() int: number;
  @NonNegativeBigInt() big: number;
  @Int64({ nullable: true }) int64: bigint | null;
  @Float() float: number;
  @Bool({ nullable: true }) bool: boolean | null;
  @DateTime({ nullable: true }) dateTime: Date | null;
  @DateOnly({ nullable: true }) dateOnly: string | null;
  @EnumOf(Mood) mood: Mood;
  @EnumOf(Rank) rank: Rank;
  @EnumOf(Phrase) phrase: Phrase;
  @ListOf(String, { max: 5 }) texts: string[];
  @ListOf(Int64, { max: 5 }) bigs: bigint[];
  @ListOf(DateTime, { max: 5 }) dates: Date[];
  @ListOf(() => Step, { max: 5 }) steps: Step[];
  @Column(() => Address) address: Address;
}

@Model({ cacheTtl: 600 })
export class LiteValues extends TableBase {
  @Column({ type: 'integer', nullable: true }) integer: number | null;
  @Column({ type: 'bigint', nullable: true }) bigint: unknown;
  @Column({ type: 'real', nullable: true }) real: number | null;
  @Column({ type: 'decimal', nullable: true }) decimal: unknown;
  @Column({ type: 'boolean', nullable: true }) boolean: boolean | null;
  @Column({ type: 'varchar', nullable: true }) varchar: string | null;
  @Column({ type: 'text', nullable: true }) text: string | null;
  @Column({ type: 'blob', nullable: true }) blob: Buffer | null;
  @Column({ type: 'date', nullable: true }) date: string | null;
  @Column({ type: 'time', nullable: true }) time: string | null;
  @Column({ type: 'datetime', nullable: true }) datetime: Date | null;
  @Column({ type: 'json', nullable: true }) json: unknown;
  @Column({ type: 'simple-json', nullable: true }) simpleJson: unknown;
  @Column({ type: 'simple-array', nullable: true }) simpleArray: string[] | null;
  @Column({ type: 'simple-enum', enum: Mood, nullable: true }) simpleEnum: Mood | null;
}

@Model({ cacheTtl: 600 })
export class MariadbValues extends TableBase {
  @Column({ type: 'int', nullable: true }) int: number | null;
  @Column({ type: 'tinyint', nullable: true }) tinyint: number | null;
  @Column({ type: 'mediumint', unsigned: true, nullable: true }) mediumint: unknown;
  @Column({ type: 'bigint', unsigned: true, nullable: true }) bigint: string | null;
  @Column({ type: 'float', nullable: true }) float: number | null;
  @Column({ type: 'double', nullable: true }) double: number | null;
  @Column({ type: 'decimal', precision: 40, scale: 10, nullable: true }) decimal: string | null;
  @Column({ type: 'boolean', nullable: true }) boolean: boolean | null;
  @Column({ type: 'bit', nullable: true }) bit: Buffer | null;
  @Column({ type: 'char', length: 5, nullable: true }) char: string | null;
  @Column({ type: 'varchar', length: 100, nullable: true }) varchar: string | null;
  @Column({ type: 'longtext', nullable: true }) text: string | null;
  @Column({ type: 'binary', length: 4, nullable: true }) binary: Buffer | null;
  @Column({ type: 'varbinary', length: 40, nullable: true }) varbinary: Buffer | null;
  @Column({ type: 'longblob', nullable: true }) blob: Buffer | null;
  @Column({ type: 'date', nullable: true }) date: string | null;
  @Column({ type: 'time', precision: 6, nullable: true }) time: string | null;
  @Column({ type: 'year', nullable: true }) year: number | null;
  @Column({ type: 'datetime', precision: 6, nullable: true }) datetime: Date | null;
  @Column({ type: 'timestamp', precision: 6, nullable: true }) timestamp: Date | null;
  @Column({ type: 'json', nullable: true }) json: unknown;
  @Column({ type: 'simple-json', nullable: true }) simpleJson: unknown;
  @Column({ type: 'simple-array', nullable: true }) simpleArray: string[] | null;
  @Column({ type: 'enum', enum: Mood, nullable: true }) enum: Mood | null;
  @Column({ type: 'set', enum: ['a', 'b', 'c'], nullable: true }) set: string[] | null;
  @Column({ type: 'point', nullable: true }) point: unknown;
  @Column({ type: 'geometry', nullable: true }) geometry: unknown;
  @Column({ type: 'inet6', nullable: true }) inet: string | null;
}

@Model({ cacheTtl: 600 })
export class PostgresValues extends TableBase {
  @Column({ type: 'int', nullable: true }) int: number | null;
  @Column({ type: 'smallint', nullable: true }) smallint: number | null;
  @Column({ type: 'bigint', nullable: true }) bigint: string | null;
  @Column({ type: 'real', nullable: true }) real: number | null;
  @Column({ type: 'double precision', nullable: true }) double: number | null;
  @Column({ type: 'numeric', nullable: true }) numeric: string | null;
  @Column({ type: 'money', nullable: true }) money: string | null;
  @Column({ type: 'boolean', nullable: true }) boolean: boolean | null;
  @Column({ type: 'bit varying', nullable: true }) bit: string | null;
  @Column({ type: 'char', length: 5, nullable: true }) char: string | null;
  @Column({ type: 'text', nullable: true }) text: string | null;
  @Column({ type: 'citext', nullable: true }) citext: string | null;
  @Column({ type: 'uuid', nullable: true }) uuid: string | null;
  @Column({ type: 'bytea', nullable: true }) bytea: Buffer | null;
  @Column({ type: 'date', nullable: true }) date: string | null;
  @Column({ type: 'time', nullable: true }) time: string | null;
  @Column({ type: 'time with time zone', nullable: true }) timetz: string | null;
  @Column({ type: 'timestamp', nullable: true }) timestamp: Date | null;
  @Column({ type: 'timestamptz', nullable: true }) timestamptz: Date | null;
  @Column({ type: 'interval', nullable: true }) interval: unknown;
  @Column({ type: 'json', nullable: true }) json: unknown;
  @Column({ type: 'jsonb', nullable: true }) jsonb: unknown;
  @Column({ type: 'xml', nullable: true }) xml: string | null;
  @Column({ type: 'simple-json', nullable: true }) simpleJson: unknown;
  @Column({ type: 'simple-array', nullable: true }) simpleArray: string[] | null;
  @Column({ type: 'enum', enum: Mood, nullable: true }) enum: Mood | null;
  @Column({ type: 'enum', enum: Mood, array: true, nullable: true }) enums: Mood[] | null;
  @Column({ type: 'inet', nullable: true }) inet: string | null;
  @Column({ type: 'cidr', nullable: true }) cidr: string | null;
  @Column({ type: 'macaddr', nullable: true }) macaddr: string | null;
  @Column({ type: 'point', nullable: true }) point: unknown;
  @Column({ type: 'circle', nullable: true }) circle: unknown;
  @Column({ type: 'box', nullable: true }) box: unknown;
  @Column({ type: 'polygon', nullable: true }) polygon: unknown;
  @Column({ type: 'hstore', hstoreType: 'object', nullable: true }) hstore: unknown;
  @Column({ type: 'int4range', nullable: true }) range: string | null;
  @Column({ type: 'tstzrange', nullable: true }) dateRange: string | null;
  @Column({ type: 'int', array: true, nullable: true }) ints: (number | null)[] | null;
  @Column({ type: 'bigint', array: true, nullable: true }) bigints: string[] | null;
  @Column({ type: 'double precision', array: true, nullable: true }) doubles: number[] | null;
  @Column({ type: 'numeric', array: true, nullable: true }) numerics: unknown;
  @Column({ type: 'text', array: true, nullable: true }) texts: (string | null)[] | null;
  @Column({ type: 'boolean', array: true, nullable: true }) booleans: boolean[] | null;
  @Column({ type: 'bytea', array: true, nullable: true }) byteas: Buffer[] | null;
  @Column({ type: 'timestamptz', array: true, nullable: true }) dates: Date[] | null;
  @Column({ type: 'interval', array: true, nullable: true }) intervals: unknown;
  @Column({ type: 'jsonb', array: true, nullable: true }) jsonbs: unknown;
  @Column({ type: 'uuid', array: true, nullable: true }) uuids: string[] | null;
  @Column({ type: 'point', array: true, nullable: true }) points: unknown;
}

/** A value of a class. */
export class Money {
  readonly #cents: bigint;
  constructor(cents: bigint) {
    this.#cents = cents;
  }
  get euros(): string {
    return `${this.#cents / 100n}.${String(this.#cents % 100n).padStart(2, '0')}`;
  }
  get cents(): bigint {
    return this.#cents;
  }
}

const asMoney: ValueTransformer = {
  to: (money: Money | null) => money && String(money.cents),
  from: (cents: string | null) => (cents === null ? null : new Money(BigInt(cents))),
};

/** How often `AfterLoad` was called for each key, and how often the constructor was. */
export const calls = { loaded: [] as string[], constructed: 0 };

/** What a class can do to what is read into it. */
@Model({ cacheTtl: 600 })
export class Account extends OptimisticLock(UuidTable(class {})) {
  @Str64() name: string;
  @Str64({ select: false }) @Exclude() password: string;
  @Column({ type: 'bigint', transformer: asMoney }) balance: Money;
  @Column({ type: 'simple-json' }) tags: string[];
  @DateTime() openedAt: Date;
  @Str64({ nullable: true }) @Exclude() note: string | null;
  @Uuid({ nullable: true }) ownerId: string | null;
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' }) owner: Relation<Account> | null;
  @ManyToOne(() => Account, { nullable: true, lazy: true, onDelete: 'SET NULL' }) heir: Promise<Account | null>;
  @DeleteDateColumn() deletedAt: Date | null;
  #secret = 'kept';
  initialised = ['each its own'];

  constructor() {
    super();
    calls.constructed++;
  }

  get secret(): string {
    return `${this.#secret} ${this.name}`;
  }

  @AfterLoad() noteLoad(): void {
    calls.loaded.push(this.name);
  }
}

@Model({ cacheTtl: 600 })
@Tree('materialized-path')
export class Branch extends TableBase {
  @Column({ type: 'varchar', length: 64 }) name: string;
  @TreeParent() parent: Relation<Branch> | null;
  @TreeChildren() children: Relation<Branch>[];
}

@Model({ cacheTtl: 600 })
export class Seat extends UuidTableBase {
  @PrimaryColumn({ type: 'int' }) declare id: never;
  @PrimaryColumn({ type: 'varchar', length: 20 }) row: string;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

@Model({ cacheTtl: 600 })
export class Country extends UuidTableBase {
  @PrimaryColumn({ type: 'varchar', length: 20 }) declare id: string;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

@Model({ cacheTtl: 600 })
export class City extends TableBase {
  @Column({ type: 'varchar', length: 20 }) countryCode: string;
  @ManyToOne(() => Country) @JoinColumn({ name: 'countryCode' }) country: Relation<Country>;
}

@Model({ cacheTtl: 600 })
export class ByDate extends UuidTableBase {
  @PrimaryColumn({ type: Date, precision: 3 }) declare id: never;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

@Model({ cacheTtl: 600 })
export class ByDay extends UuidTableBase {
  @PrimaryColumn({ type: 'date' }) declare id: string;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

@Model({ cacheTtl: 600 })
export class ByBigInt extends UuidTableBase {
  @PrimaryColumn({ type: 'bigint' }) declare id: string;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

@Model({ cacheTtl: 600 })
export class ByPaddedText extends UuidTableBase {
  @PrimaryColumn({ type: 'char', length: 8 }) declare id: string;
  @Column({ type: 'varchar', length: 20 }) label: string;
}

/** Keys of all kinds; some the database knows by other spellings as well. */
export const KEYS = [ByDate, ByDay, ByBigInt, Country, City, Seat];
