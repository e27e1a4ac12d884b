import {
  AfterInsert,
  AfterLoad,
  AfterRecover,
  AfterRemove,
  AfterSoftRemove,
  AfterUpdate,
  BaseEntity,
  BeforeInsert,
  BeforeRecover,
  BeforeRemove,
  BeforeSoftRemove,
  BeforeUpdate,
  ChildEntity,
  Column,
  CreateDateColumn,
  DeleteDateColumn,
  Entity,
  EntitySchema,
  Generated,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  RelationId,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  Unique,
  UpdateDateColumn,
  VersionColumn,
  ViewEntity,
  ViewColumn,
  VirtualColumn,
  type DataSource,
  type Relation,
  type ValueTransformer,
} from 'typeorm';
import { events } from './events.js';
import { ownProperties } from './own-properties.js';

/*
 * An application that has grown on plain TypeORM: every kind of relation, column and class that TypeORM knows, and
 * nothing of this library. Written as existing applications are, with class fields and all.
 */

const bytesAsHex: ValueTransformer = {
  to: (value: Buffer | null | undefined) => value?.toString('hex') ?? value,
  from: (value: string | null) => (value === null ? null : Buffer.from(value, 'hex')),
};

const mapAsJson: ValueTransformer = {
  to: (value: Map<string, number> | null | undefined) => (value ? JSON.stringify([...value]) : value),
  from: (value: string | null) => (value === null ? null : new Map(JSON.parse(value) as [string, number][])),
};

@Entity('countries')
export class Country {
  @PrimaryColumn({ length: 2 }) code: string;
  @Column() name: string;
}

export class Address {
  @Column({ nullable: true }) street: string;
  @ManyToOne(() => Country, { nullable: true }) @JoinColumn({ name: 'address_country' }) country: Country | null;
}

@Entity('users')
export class User {
  @PrimaryGeneratedColumn() id: number;
  @Column({ unique: true }) name: string;
  @Column({ select: false, default: '' }) secret: string;
  @Generated('uuid') @Column() token: string;
  @Column({ default: 0 }) karma: number;
  @Column({ type: 'bigint', default: 0 }) balance: string;
  @Column({ type: 'simple-json', nullable: true }) settings: any;
  @Column({ type: 'simple-array', nullable: true }) nicknames: string[] | null;
  @Column({ type: 'varchar', nullable: true, transformer: bytesAsHex }) avatar: Buffer | null;
  @Column({ type: 'varchar', nullable: true, transformer: mapAsJson }) scores: Map<string, number> | null;
  @Column(() => Address) address: Address;
  @CreateDateColumn() createdAt: Date;
  @UpdateDateColumn() updatedAt: Date;
  @DeleteDateColumn() deletedAt: Date | null;
  @VersionColumn() version: number;
  @OneToOne(() => Profile, (profile) => profile.user, { cascade: true }) profile: Relation<Profile> | null;
  @OneToMany(() => Post, (post) => post.author) posts: Relation<Post>[];
  @OneToMany(() => Membership, (membership) => membership.user) memberships: Relation<Membership>[];

  get shout(): string {
    return this.name.toUpperCase();
  }
}

@Entity('profiles')
export class Profile {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: 'text' }) bio: string;
  @OneToOne(() => User, (user) => user.profile, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
}

/** Eager, with an order of its own. */
@Entity({ name: 'sections', orderBy: { position: 'ASC' } })
export class Section {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @Column({ default: 0 }) position: number;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'chief_id' }) chief: Relation<User> | null;
}

export class Counters {
  @Column({ default: 0 }) views: number;
  @Column({ default: 0 }) likes: number;
}

/** An embedded object with a relation inside, an embedded object inside, and a listener. */
export class Publishing {
  @Column({ default: '' }) place: string;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'approver_id' }) approvedBy: Relation<User> | null;
  @Column(() => Counters) counters: Counters;

  @BeforeUpdate() noteUpdate(): void {
    events.tell({ listener: 'Publishing.beforeUpdate', has: ownProperties(this) });
  }
}

@Entity('posts')
@Index('posts_by_status', ['status'])
export class Post {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @Column({ default: 'draft' }) status: string;
  @Column({ name: 'author_id', type: 'int', nullable: true }) authorId: number | null;
  @ManyToOne(() => User, (user) => user.posts, { onDelete: 'SET NULL', nullable: true })
  @JoinColumn({ name: 'author_id' })
  author: Relation<User> | null;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'editor_id' }) editor: Relation<User> | null;
  @ManyToOne(() => Section, { eager: true, nullable: true })
  @JoinColumn({ name: 'section_id' })
  section: Relation<Section> | null;
  @ManyToMany(() => Tag, (tag) => tag.posts, { cascade: ['insert'] })
  @JoinTable({ name: 'post_tags' })
  tags: Relation<Tag>[];
  @OneToMany(() => Comment, (comment) => comment.post, { cascade: true }) comments: Relation<Comment>[];
  @Column(() => Publishing) publishing: Publishing;
  @DeleteDateColumn() deletedAt: Date | null;
  @VersionColumn() version: number;
  @RelationId((post: Post) => post.editor) editorId: number | null;
  @VirtualColumn({ query: (alias) => `SELECT COUNT(*) FROM comments c WHERE c.post_id = ${alias}.id` })
  commentCount: number;

  @BeforeInsert() beforeInsert(): void {
    this.#note('beforeInsert');
  }
  @AfterInsert() afterInsert(): void {
    this.#note('afterInsert');
  }
  @BeforeUpdate() beforeUpdate(): void {
    this.#note('beforeUpdate');
  }
  @AfterUpdate() afterUpdate(): void {
    this.#note('afterUpdate');
  }
  @BeforeRemove() beforeRemove(): void {
    this.#note('beforeRemove');
  }
  @AfterRemove() afterRemove(): void {
    this.#note('afterRemove');
  }
  @BeforeSoftRemove() beforeSoftRemove(): void {
    this.#note('beforeSoftRemove');
  }
  @AfterSoftRemove() afterSoftRemove(): void {
    this.#note('afterSoftRemove');
  }
  @BeforeRecover() beforeRecover(): void {
    this.#note('beforeRecover');
  }
  @AfterRecover() afterRecover(): void {
    this.#note('afterRecover');
  }
  @AfterLoad() afterLoad(): void {
    this.#note('afterLoad');
  }

  #note(listener: string): void {
    events.tell({ listener: `Post.${listener}`, has: ownProperties(this) });
  }
}

@Entity('tags')
export class Tag {
  @PrimaryGeneratedColumn('uuid') id: string;
  @Column({ unique: true }) label: string;
  @ManyToMany(() => Post, (post) => post.tags) posts: Relation<Post>[];
  @ManyToMany(() => Tag) @JoinTable({ name: 'tag_links' }) related: Relation<Tag>[];
}

@Entity('comments')
export class Comment {
  @PrimaryGeneratedColumn() id: number;
  @Column() text: string;
  @ManyToOne(() => Post, (post) => post.comments, { onDelete: 'CASCADE', orphanedRowAction: 'delete' })
  @JoinColumn({ name: 'post_id' })
  post: Relation<Post>;
  @ManyToOne(() => User, { nullable: true, cascade: ['insert'] })
  @JoinColumn({ name: 'writer_id' })
  writer: Relation<User> | null;
  @ManyToOne(() => Comment, (comment) => comment.replies, { nullable: true, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'reply_to' })
  replyTo: Relation<Comment> | null;
  @OneToMany(() => Comment, (comment) => comment.replyTo) replies: Relation<Comment>[];
  @DeleteDateColumn() deletedAt: Date | null;

  @BeforeInsert()
  @BeforeUpdate()
  trim(): void {
    this.text = this.text.trim();
  }
}

@Entity('teams')
export class Team {
  @PrimaryColumn() code: string;
  @Column() name: string;
  @Column({ type: 'varchar', select: false, nullable: true }) motto: string | null;
  @OneToMany(() => Membership, (membership) => membership.team, { cascade: true }) memberships: Relation<Membership>[];
}

/** Composite key, both parts foreign keys. */
@Entity('memberships')
export class Membership {
  @PrimaryColumn({ name: 'user_id' }) userId: number;
  @PrimaryColumn({ name: 'team_code' }) teamCode: string;
  @Column({ default: 'member' }) role: string;
  @ManyToOne(() => User, (user) => user.memberships, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
  @ManyToOne(() => Team, (team) => team.memberships, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'team_code' })
  team: Relation<Team>;
  @OneToMany(() => Badge, (badge) => badge.membership, { cascade: true }) badges: Relation<Badge>[];
}

/** A foreign key of two columns, without properties of their own. */
@Entity('badges')
export class Badge {
  @PrimaryGeneratedColumn() id: number;
  @Column() motif: string;
  @ManyToOne(() => Membership, (membership) => membership.badges, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn([
    { name: 'member_user', referencedColumnName: 'userId' },
    { name: 'member_team', referencedColumnName: 'teamCode' },
  ])
  membership: Relation<Membership> | null;
}

/** Its primary key is a foreign key. */
@Entity('passports')
export class Passport {
  @PrimaryColumn({ name: 'user_id' }) userId: number;
  @Column() number: string;
  @OneToOne(() => User, { onDelete: 'CASCADE' }) @JoinColumn({ name: 'user_id' }) user: Relation<User>;
  @OneToMany(() => Visa, (visa) => visa.passport, { cascade: true, eager: true }) visas: Relation<Visa>[];
}

/** Its primary key is a relation. */
@Entity('licences')
export class Licence {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  @OneToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id' })
  user: Relation<User>;
  @Column() kind: string;
}

@Entity('visas')
@Unique(['passport', 'country'])
export class Visa {
  @PrimaryGeneratedColumn() id: number;
  @ManyToOne(() => Passport, (passport) => passport.visas, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'passport_id' })
  passport: Relation<Passport>;
  @ManyToOne(() => Country) @JoinColumn({ name: 'country_code' }) country: Country;
}

/** Lazy relations. */
@Entity('notes')
export class Note {
  @PrimaryGeneratedColumn() id: number;
  @Column() text: string;
  @ManyToOne(() => Notebook, (notebook) => notebook.notes, { nullable: true })
  @JoinColumn({ name: 'notebook_id' })
  notebook: Promise<Notebook | null>;
  @ManyToMany(() => Tag) @JoinTable({ name: 'note_tags' }) labels: Promise<Tag[]>;
}

@Entity('notebooks')
export class Notebook {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'owner_id' }) owner: Relation<User> | null;
  @OneToMany(() => Note, (note) => note.notebook, { cascade: true }) notes: Promise<Note[]>;
}

@Entity('media')
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
export class Medium {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'owner_id' }) owner: Relation<User> | null;
}

@ChildEntity()
export class Photo extends Medium {
  @Column({ nullable: true }) width: number;
  @ManyToOne(() => Album, (album) => album.photos, { nullable: true })
  @JoinColumn({ name: 'album_id' })
  album: Relation<Album> | null;
}

@ChildEntity()
export class Video extends Medium {
  @Column({ nullable: true }) seconds: number;
  @OneToMany(() => Caption, (caption) => caption.video, { cascade: true }) captions: Relation<Caption>[];
}

@Entity('albums')
export class Album {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @OneToMany(() => Photo, (photo) => photo.album) photos: Relation<Photo>[];
  @OneToOne(() => Photo, { nullable: true }) @JoinColumn({ name: 'cover_id' }) cover: Relation<Photo> | null;
}

@Entity('captions')
export class Caption {
  @PrimaryGeneratedColumn() id: number;
  @Column() text: string;
  @ManyToOne(() => Video, (video) => video.captions, { onDelete: 'CASCADE', orphanedRowAction: 'disable' })
  @JoinColumn({ name: 'video_id' })
  video: Relation<Video>;
}

@Entity('categories')
@Tree('closure-table')
export class Category {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @Column({ select: false, default: 'none' }) hint: string;
  @Column({ default: 0 }) weight: number;
  @DeleteDateColumn() deletedAt: Date | null;
  @TreeParent({ onDelete: 'CASCADE' }) parent: Relation<Category> | null;
  @TreeChildren({ cascade: true }) children: Relation<Category>[];
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'keeper_id' }) keeper: Relation<User> | null;
}

@Entity('folders')
@Tree('materialized-path')
export class Folder {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @TreeParent({ onDelete: 'CASCADE' }) parent: Relation<Folder> | null;
  @TreeChildren() children: Relation<Folder>[];
  @OneToMany(() => Leaf, (leaf) => leaf.folder) leaves: Relation<Leaf>[];
}

@Entity('leaves')
export class Leaf {
  @PrimaryGeneratedColumn() id: number;
  @Column() text: string;
  @ManyToOne(() => Folder, (folder) => folder.leaves, { nullable: true })
  @JoinColumn({ name: 'folder_id' })
  folder: Relation<Folder> | null;
}

@Entity('chapters')
@Tree('nested-set')
export class Chapter {
  @PrimaryGeneratedColumn() id: number;
  @Column() title: string;
  @TreeParent() parent: Relation<Chapter> | null;
  @TreeChildren() children: Relation<Chapter>[];
}

/** A constructor of its own, a private member, and values that no column holds. */
@Entity('invoices')
export class Invoice {
  @PrimaryGeneratedColumn() id: number;
  @Column() number: string;
  @OneToMany(() => InvoiceLine, (line) => line.invoice, { cascade: true }) lines: Relation<InvoiceLine>[];
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'payer_id' }) payer: Relation<User> | null;
  printed = false;
  readonly #made: string;

  constructor(number?: string) {
    if (number !== undefined) this.number = number;
    this.#made = 'by its constructor';
  }

  get made(): string {
    return this.#made;
  }
}

@Entity('invoice_lines')
export class InvoiceLine {
  @PrimaryGeneratedColumn() id: number;
  @Column() text: string;
  @Column({ type: 'decimal', precision: 10, scale: 2, default: 0 }) amount: string;
  @DeleteDateColumn() deletedAt: Date | null;
  @ManyToOne(() => Invoice, (invoice) => invoice.lines, { nullable: true, orphanedRowAction: 'soft-delete' })
  @JoinColumn({ name: 'invoice_id' })
  invoice: Relation<Invoice> | null;
}

/** Class fields with initial values: of columns, of an embedded object, of something that is no column. */
@Entity('tickets')
export class Ticket {
  @PrimaryGeneratedColumn() id: number;
  @Column() subject: string;
  @Column({ type: 'varchar', default: 'new' }) state = 'open';
  @Column(() => Counters) counters: Counters = new Counters();
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'assignee_id' }) assignee: Relation<User> | null;
  seenBy = new Set<string>();
}

/** Active record. */
@Entity('gauges')
export class Gauge extends BaseEntity {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @Column({ default: 0 }) value: number;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'reader_id' }) reader: Relation<User> | null;
}

export abstract class Device {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @ManyToOne(() => User, { nullable: true }) @JoinColumn({ name: 'owner_id' }) owner: Relation<User> | null;
}

/** Inherits columns and relations from a class that is no entity, and has accessors of its own. */
@Entity('lamps')
export class Lamp extends Device {
  #colour: string | undefined;
  #hidden: string | undefined;
  #mate: User | null | undefined;

  @Column({ type: 'varchar', nullable: true })
  get colour(): string | undefined {
    return this.#colour;
  }
  set colour(colour: string | undefined) {
    this.#colour = colour;
  }

  @Column({ type: 'varchar', nullable: true, select: false })
  get hidden(): string | undefined {
    return this.#hidden;
  }
  set hidden(hidden: string | undefined) {
    this.#hidden = hidden;
  }

  @ManyToOne(() => User, { nullable: true })
  @JoinColumn({ name: 'mate_id' })
  get mate(): Relation<User> | null | undefined {
    return this.#mate;
  }
  set mate(mate: Relation<User> | null | undefined) {
    this.#mate = mate;
  }

  toJSON(): object {
    return { ...this, colour: this.colour, hidden: this.hidden, mate: this.mate };
  }
}

/** A class that knows nothing of TypeORM. */
export class Planet {
  id: number;
  name: string;
  moons: Moon[];
}

export class Moon {
  id: number;
  name: string;
  planet: Planet | null;
}

export const PlanetSchema = new EntitySchema<Planet>({
  name: 'Planet',
  target: Planet,
  tableName: 'planets',
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
  relations: { moons: { type: 'one-to-many', target: 'Moon', inverseSide: 'planet', cascade: true } },
});

export const MoonSchema = new EntitySchema<Moon>({
  name: 'Moon',
  target: Moon,
  tableName: 'moons',
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: String } },
  relations: {
    planet: {
      type: 'many-to-one',
      target: 'Planet',
      inverseSide: 'moons',
      nullable: true,
      joinColumn: { name: 'planet_id' },
    },
  },
});

/** No class at all. */
export interface Setting {
  key: string;
  value: string | null;
  group?: SettingGroup | null;
}

export interface SettingGroup {
  id: number;
  title: string;
  settings?: Setting[];
}

export const SettingSchema = new EntitySchema<Setting>({
  name: 'Setting',
  tableName: 'settings',
  columns: {
    key: { type: String, primary: true },
    value: { type: String, nullable: true },
  },
  relations: {
    group: { type: 'many-to-one', target: 'SettingGroup', nullable: true, joinColumn: { name: 'group_id' } },
  },
});

export const SettingGroupSchema = new EntitySchema<SettingGroup>({
  name: 'SettingGroup',
  tableName: 'setting_groups',
  columns: {
    id: { type: Number, primary: true, generated: true },
    title: { type: String },
  },
  relations: {
    settings: { type: 'one-to-many', target: 'Setting', inverseSide: 'group', cascade: true },
  },
});

@ViewEntity({
  name: 'post_totals',
  expression: (dataSource: DataSource) =>
    dataSource
      .createQueryBuilder()
      .select('p.author_id', 'author_id')
      .addSelect('COUNT(p.id)', 'total')
      .from('posts', 'p')
      .groupBy('p.author_id'),
})
export class PostTotal {
  @ViewColumn({ name: 'author_id' }) authorId: number;
  @ViewColumn() total: number;
}

export const ENTITIES = [
  Country,
  User,
  Profile,
  Section,
  Post,
  Tag,
  Comment,
  Team,
  Membership,
  Badge,
  Passport,
  Licence,
  Visa,
  Note,
  Notebook,
  Medium,
  Photo,
  Video,
  Album,
  Caption,
  Category,
  Folder,
  Leaf,
  Chapter,
  Invoice,
  InvoiceLine,
  Ticket,
  Gauge,
  Lamp,
  PlanetSchema,
  MoonSchema,
  SettingSchema,
  SettingGroupSchema,
  PostTotal,
];
