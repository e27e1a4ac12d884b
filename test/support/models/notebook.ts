import {
  Column,
  DeleteDateColumn,
  Entity,
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

export const NOTEBOOK = [Note, Entry, Section];
