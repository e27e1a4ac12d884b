import {
  ChildEntity,
  Column,
  Entity,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryGeneratedColumn,
  TableInheritance,
  type Relation,
} from 'typeorm';
import { Model, RequiresRelations, Str64, Table, Uuid, UuidTable, UuidTableBase } from 'nestjs-sqlmodel-ext';

/** Writers, articles and comments whose methods say which relations they need. */

@Model()
export class WriterBase {
  @Str64() name: string;
}

@Model()
export class Writer extends UuidTable(WriterBase) {
  @OneToMany(() => Piece, (piece) => piece.author) pieces: Relation<Piece>[];
  @OneToOne(() => Vita, (vita) => vita.writer) vita: Relation<Vita> | null;

  @RequiresRelations('vita')
  async about(): Promise<string> {
    return `${this.name}: ${this.vita?.text ?? 'nothing is known'}`;
  }
}

@Model()
export class Vita extends UuidTableBase {
  @Str64() text: string;
  @Uuid({ unique: true }) writerId: string;
  @OneToOne(() => Writer, (writer) => writer.vita, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'writerId' })
  writer: Relation<Writer>;
}

@Model()
export class Piece extends UuidTableBase {
  @Str64() title: string;
  @Uuid({ index: true }) authorId: string;
  @ManyToOne(() => Writer, (writer) => writer.pieces, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'authorId' })
  author: Relation<Writer>;
  /** A relation whose key has no property of its own. */
  @ManyToOne(() => Writer, { nullable: true, onDelete: 'SET NULL' }) editor: Relation<Writer> | null;
  @OneToMany(() => Remark, (remark) => remark.piece) remarks: Relation<Remark>[];
  @ManyToMany(() => Label) @JoinTable() labels: Relation<Label>[];

  async undecorated(): Promise<string> {
    return `by ${this.author.name}`;
  }

  @RequiresRelations('author')
  async byline(): Promise<string> {
    return `by ${this.author.name}`;
  }

  /** A promise, though not an async method. */
  @RequiresRelations('editor')
  edited(): Promise<string> {
    return Promise.resolve(this.editor?.name ?? 'nobody');
  }

  @RequiresRelations('author.vita')
  async biography(): Promise<string> {
    return this.author.vita?.text ?? 'nothing is known';
  }

  @RequiresRelations('author', 'remarks.writer')
  async *voices(ending = 'end'): AsyncGenerator<string, string, number | undefined> {
    try {
      const times = (yield this.author.name) ?? 1;
      for (const remark of this.remarks) yield remark.writer.name.repeat(times);
      return ending;
    } catch (error) {
      yield `caught ${(error as Error).message}`;
      return 'after the error';
    } finally {
      this.title = 'told';
    }
  }

  @RequiresRelations('labels')
  @RequiresRelations('author', 'labels')
  async tagline(): Promise<string> {
    return [this.author.name, ...this.labels.map(({ text }) => text)].join(', ');
  }

  @RequiresRelations('author', { argument: 0 })
  async isBySameAuthorAs(other: Piece): Promise<boolean> {
    return other.author.id === this.authorId;
  }
}

@Model()
export class Remark extends UuidTableBase {
  @Str64() text: string;
  @Uuid() pieceId: string;
  @ManyToOne(() => Piece, (piece) => piece.remarks, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'pieceId' })
  piece: Relation<Piece>;
  @Uuid() writerId: string;
  @ManyToOne(() => Writer, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'writerId' })
  writer: Relation<Writer>;
}

@Model()
export class Label extends Table(class {}) {
  @Str64() text: string;
}

/** What pictures and films have in common: a method that each inherits or overrides. */
@Model({ abstract: true })
export abstract class Medium extends UuidTableBase {
  @Str64() title: string;
  @ManyToOne(() => Writer, { nullable: true }) owner: Relation<Writer> | null;

  @RequiresRelations('owner')
  async credit(): Promise<string> {
    return `© ${this.owner?.name}`;
  }

  @RequiresRelations('owner')
  async licence(): Promise<string> {
    return `free, ${this.owner?.name}`;
  }
}

@Model()
export class Picture extends Medium {}

@Model()
export class Film extends Medium {
  @ManyToOne(() => Picture, { nullable: true }) poster: Relation<Picture> | null;

  @RequiresRelations('poster.owner')
  override async credit(): Promise<string> {
    return `${await super.credit()}, poster © ${this.poster?.owner?.name}`;
  }

  /** Without the decorator: needs nothing itself. */
  override async licence(): Promise<string> {
    return 'none';
  }
}

/** Plain TypeORM: one table for all, a lazy relation, and an embedded object with a relation. */
export class Place {
  @Column({ type: 'varchar', length: 64, nullable: true }) city: string | null;
  @ManyToOne(() => Venue, { nullable: true }) venue: Relation<Venue> | null;
}

@Entity()
export class Venue {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @OneToMany(() => Event, (event) => event.host) hosted: Relation<Event>[];
}

@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export class Event {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @Column(() => Place) place: Place;
  @ManyToOne(() => Venue, (venue) => venue.hosted, { nullable: true }) host: Relation<Venue> | null;
  @ManyToOne(() => Venue, { lazy: true, nullable: true }) organiser: Promise<Venue | null>;

  @RequiresRelations('place.venue')
  async where(): Promise<string> {
    return this.place.venue?.name ?? 'nowhere';
  }

  @RequiresRelations('organiser')
  async organisedBy(): Promise<string | undefined> {
    return (await this.organiser)?.name;
  }
}

@ChildEntity()
export class Concert extends Event {
  @ManyToOne(() => Venue, { nullable: true }) stage: Relation<Venue> | null;
}

export const MAGAZINE = [Writer, Vita, Piece, Remark, Label, Picture, Film, Venue, Event, Concert];
