import { Column, JoinColumn, JoinTable, ManyToMany, ManyToOne, OneToMany, type Relation } from 'typeorm';
import {
  Bcp47LanguageCode,
  Bool,
  DateOnly,
  DateTime,
  Email,
  EnumOf,
  Float,
  Int,
  Int64,
  List10,
  ListOf,
  Model,
  NonEmptyStrippedStr64,
  NonNegativeBigInt,
  NonNegativeFloat,
  NonNegativeInt,
  Percentage,
  Port,
  PositiveBigInt,
  PositiveFloat,
  PositiveInt,
  Sha256Hex,
  Str,
  Str2048,
  Str64,
  Table,
  TableBase,
  Text,
  Text100K,
  Text10K,
  Text16K,
  Text1K,
  Text1M,
  Text2500,
  Text2K,
  Text32K,
  Text64K,
  Uuid,
  UuidTable,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';

/** Tables that show every field type, option and kind of key to the catalogue of a database. */

export enum Mood {
  Calm = 'calm',
  Odd = 'odd one',
  Wild = 'wild (very)',
}

/** Values that TypeORM cannot read back from a native enum of MariaDB. */
export enum Phrase {
  Quote = "it's",
  Comma = 'a, b',
  Lower = 'a',
  Upper = 'A',
  Backslash = 'a\\b',
}

export enum Rank {
  Low = -1,
  None = 0,
  High = 10,
}

/** Every field type with a column, once, without options. */
@Model()
export class EveryType extends TableBase {
  @Str64() str: string;
  @Str(7) strN: string;
  @Text(30) textN: string;
  @Str2048() str2048: string;
  @NonEmptyStrippedStr64() stripped: string;
  @Text1K() text1K: string;
  @Text2K() text2K: string;
  @Text2500() text2500: string;
  @Text10K() text10K: string;
  @Text16K() text16K: string;
  @Text32K() text32K: string;
  @Text64K() text64K: string;
  @Text100K() text100K: string;
  @Text1M() text1M: string;
  @Text(5_000_000) textLong: string;
  @Sha256Hex() digest: string;
  @Bcp47LanguageCode() language: string;
  @Email() email: string;
  @Uuid() uuid: string;
  @Int() int: number;
  @Port() port: number;
  @Percentage() percentage: number;
  @PositiveInt() positiveInt: number;
  @NonNegativeInt() nonNegativeInt: number;
  @PositiveBigInt() positiveBigInt: number;
  @NonNegativeBigInt() nonNegativeBigInt: number;
  @Int64() int64: bigint;
  @Float() float: number;
  @PositiveFloat() positiveFloat: number;
  @NonNegativeFloat() nonNegativeFloat: number;
  @Bool() bool: boolean;
  @DateTime() dateTime: Date;
  @DateOnly() dateOnly: string;
  @EnumOf(Mood) mood: Mood;
  @EnumOf(Rank) rank: Rank;
  @EnumOf(Phrase) phrase: Phrase;
  @ListOf(String, { max: 5 }) list: string[];
}

/** An embedded object of fields. */
export class Address {
  @Str(5) zip: string;
  @Uuid() owner: string;
  @EnumOf(Rank, { default: Rank.High }) rank: Rank;
}

/** What an abstract table states goes to the tables below. */
@Model({ abstract: true, indexes: [{ columns: ['label'] }], uniques: [{ columns: ['label', 'code'] }], uuidVersion: 4 })
export abstract class Labelled extends UuidTableBase {
  @Str64() label: string;
  @Str64({ unique: true }) code: string;
  @Str64({ index: true }) shelf: string;
  @Str64({ unique: true }) kept: string;
  abstract describe(): string;
}

@Model()
export class Sticker extends Labelled {
  /** Declared again without `unique`, and without `index`. */
  @Str(7) declare code: string;
  @Str(8) declare shelf: string;
  @Column(() => Address) address: Address;
  #private = 'kept';
  describe(): string {
    return `${this.label} ${this.#private}`;
  }
}

/** Fields of a data class become columns of the table below; a table redefines one. */
@Model()
export class PictureBase {
  @NonEmptyStrippedStr64({ description: 'Title' }) title: string;
  @Str64() note: string;
  @Str64({ default: 'unknown' }) painter: string;
}

@Model({
  tableName: 'pictures',
  indexes: [{ columns: ['title', 'painter'] }, { columns: ['year'], name: 'pictures_by_year' }],
  uniques: [{ columns: ['title', 'year'] }],
})
export class Picture extends UuidTable(PictureBase) {
  @Text1K({ nullable: true }) declare note: string;
  @Int({ default: 1900 }) year: number;
  @Bool({ default: true }) isShown: boolean;
  @EnumOf(Mood, { default: Mood.Odd, nullable: true }) mood: Mood | null;
  @EnumOf(Rank, { default: Rank.None }) rank: Rank;
  @EnumOf(Phrase, { default: Phrase.Quote }) phrase: Phrase;
  @Float({ default: 0.5 }) weight: number;
  @NonNegativeBigInt({ default: 0 }) views: number;
  @DateOnly({ default: '2026-01-31' }) seen: string;
  @Str64({ unique: true, name: 'inventory_number' }) inventory: string;
  @Str64({ index: true, nullable: true }) place: string | null;
  @Str64({ default: 'it\'s "quoted" \\ back' }) quoted: string;
  @List10(String, { default: [] }) tags: string[];
  @Uuid() roomId: string;
  @ManyToOne(() => Room, (room) => room.pictures, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'roomId' })
  room: Relation<Room>;
  /** A key without a property. */
  @ManyToOne(() => Room, { nullable: true }) formerRoom: Relation<Room> | null;
  @ManyToMany(() => Show, (show) => show.pictures) @JoinTable() shows: Relation<Show>[];
  @ManyToMany(() => Room) @JoinTable({ name: 'picture_doubles' }) doubles: Relation<Room>[];
}

@Model()
export class Room extends UuidTableBase {
  @Str64() name: string;
  @ManyToOne(() => Room, { nullable: true }) parent: Relation<Room> | null;
  @OneToMany(() => Picture, (picture) => picture.room) pictures: Relation<Picture>[];
}

@Model()
export class ShowBase {
  @Str64() name: string;
}

@Model()
export class Show extends Table(ShowBase) {
  @ManyToMany(() => Picture, (picture) => picture.shows) pictures: Relation<Picture>[];
}

/** The user's own columns, above and below the field type. */
@Model()
export class Stated extends UuidTableBase {
  @Column({ type: 'varchar', length: 10, name: 'upper_name' }) @Str64() above: string;
  @Str64() @Column({ type: 'varchar', length: 11, nullable: true }) below: string | null;
  @Str64() ours: string;
}

export const GALLERY = [EveryType, Picture, Room, Show, Stated, Sticker];
