import {
  DeleteDateColumn,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  type Relation,
} from 'typeorm';
import {
  AllFieldsOptional,
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
  NonEmptyStrippedStr64,
  NonNegativeBigInt,
  Str64,
  Table,
  Text10K,
  Uuid,
  UuidTable,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';

/** Books, authors and readers: every kind of relation and field type in one small world. */

export enum Genre {
  Novel = 'novel',
  Poetry = 'poetry',
  Essay = 'essay',
}

@Model()
export class AuthorBase {
  @NonEmptyStrippedStr64({ description: 'Full name' }) name: string;
  @Email({ unique: true }) email: string;
}

@Model()
export class Author extends UuidTable(AuthorBase) {
  @Str64({ nullable: true, select: false }) secret: string | null;
  @OneToMany(() => Book, (book) => book.author) books: Relation<Book>[];
  @OneToOne(() => Profile, (profile) => profile.author) profile: Relation<Profile> | null;
}

@Model()
export class Profile extends UuidTableBase {
  @Text10K() bio: string;
  @Uuid({ unique: true }) authorId: string;
  @OneToOne(() => Author, (author) => author.profile, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'authorId' })
  author: Relation<Author>;
}

@Model()
export class BookBase {
  @NonEmptyStrippedStr64({ description: 'Title on the cover' }) title: string;
  @Text10K({ default: '' }) summary: string;
  @Bool({ default: false }) isPublished: boolean;
  @EnumOf(Genre, { default: Genre.Novel }) genre: Genre;
  @Int({ default: 0, min: 0 }) stock: number;
  @Float({ nullable: true }) rating: number | null;
  @Int64({ nullable: true }) barcode: bigint | null;
  @NonNegativeBigInt({ default: 0 }) soldCopies: number;
  @DateTime({ nullable: true }) publishedAt: Date | null;
  @DateOnly({ nullable: true }) printedOn: string | null;
  @List10(String, { default: [] }) keywords: string[];
}

@Model()
export class Book extends UuidTable(BookBase) {
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Author, (author) => author.books, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'authorId' })
  author: Relation<Author>;

  /** A relation whose key has no property of its own. */
  @ManyToOne(() => Shelf, (shelf) => shelf.books, { nullable: true }) shelf: Relation<Shelf> | null;
  @ManyToMany(() => Tag, (tag) => tag.books) @JoinTable() tags: Relation<Tag>[];
  @OneToMany(() => Loan, (loan) => loan.book) loans: Relation<Loan>[];
}

@Model()
export class BookUpdate extends AllFieldsOptional(BookBase) {}

@Model()
export class TagBase {
  @NonEmptyStrippedStr64({ unique: true }) label: string;
}

@Model()
export class Tag extends Table(TagBase) {
  @ManyToMany(() => Book, (book) => book.tags) books: Relation<Book>[];
}

@Model({ tableName: 'shelves' })
export class Shelf extends UuidTableBase {
  @Str64() room: string;
  @OneToMany(() => Book, (book) => book.shelf) books: Relation<Book>[];
}

@Model()
export class Loan extends UuidTableBase {
  @Str64() reader: string;
  @Uuid() bookId: string;
  @ManyToOne(() => Book, (book) => book.loans, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'bookId' })
  book: Relation<Book>;
  @DeleteDateColumn() deletedAt: Date | null;
}

/** Chapters live and die with their volume. */
@Model()
export class Volume extends UuidTableBase {
  @Str64() name: string;
  @OneToMany(() => Chapter, (chapter) => chapter.volume, { cascade: true }) chapters: Relation<Chapter>[];
}

@Model()
export class Chapter extends UuidTableBase {
  @Str64() heading: string;
  @ManyToOne(() => Volume, (volume) => volume.chapters, { onDelete: 'CASCADE' }) volume: Relation<Volume>;
}

export const LIBRARY = [Author, Profile, Book, Tag, Shelf, Loan, Volume, Chapter];
