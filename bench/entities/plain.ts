import {
  Column,
  CreateDateColumn,
  Entity,
  Index,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  UpdateDateColumn,
  VersionColumn,
} from 'typeorm';

// The tables of models.ts, mapped by hand as an application without this module maps them.

@Entity('author')
export class PlainAuthor {
  @PrimaryColumn('uuid') id: string;
  @Column({ type: 'varchar', length: 64 }) name: string;
  @Column({ type: 'varchar', length: 254 }) email: string;
  @CreateDateColumn({ precision: 3 }) createdAt: Date;
  @UpdateDateColumn({ precision: 3 }) updatedAt: Date;
}

abstract class PlainArticleColumns {
  @PrimaryColumn('uuid') id: string;
  @Column({ type: 'varchar', length: 64 }) title: string;
  @Column({ type: 'varchar', length: 128 }) slug: string;
  @Column({ type: 'varchar', length: 2000 }) body: string;
  @Column({ type: 'boolean' }) isPublished: boolean;
  @Column({ type: 'integer' }) viewCount: number;
  @Column({ type: 'double precision' }) rating: number;
  @Column({ type: 'varchar', length: 16 }) language: string;
  @CreateDateColumn({ precision: 3 }) createdAt: Date;
  @UpdateDateColumn({ precision: 3 }) updatedAt: Date;
  @Index() @Column('uuid') authorId: string;
  @ManyToOne(() => PlainAuthor, { onDelete: 'CASCADE' }) author: Relation<PlainAuthor>;
}

@Entity('article')
@Index(['isPublished', 'createdAt', 'id'])
export class PlainArticle extends PlainArticleColumns {}

@Entity('versioned_article')
export class PlainVersionedArticle extends PlainArticleColumns {
  @VersionColumn() version: number;
}
