import {
  Column,
  DeleteDateColumn,
  Entity,
  ManyToOne,
  PrimaryGeneratedColumn,
  Tree,
  TreeChildren,
  TreeParent,
  type Relation,
} from 'typeorm';
import { Model, Str64, Table } from 'nestjs-sqlmodel-ext';

/** One model and plain entities beside it: what transactions are about does not depend on the fields. */

@Model()
export class NoteBase {
  @Str64({ unique: true }) text: string;
}

@Model()
export class Note extends Table(NoteBase) {}

/** A plain TypeORM entity. */
@Entity()
export class Entry {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64, unique: true }) text: string;
  @Column({ type: 'int', default: 0 }) amount: number;
  @DeleteDateColumn() deletedAt: Date | null;
}

@Entity()
@Tree('materialized-path')
export class Section {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'varchar', length: 64 }) title: string;
  @TreeParent() parent: Relation<Section> | null;
  @TreeChildren() children: Relation<Section>[];
}

/** A lazy relation keeps the query runner that its entity was read with. */
@Entity()
export class Remark {
  @PrimaryGeneratedColumn() id: number;
  @ManyToOne(() => Entry, { lazy: true, createForeignKeyConstraints: false }) entry: Promise<Entry>;
}

export const NOTEBOOK = [Note, Entry, Section, Remark];
