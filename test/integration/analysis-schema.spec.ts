import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ChildEntity,
  Column,
  DataSource,
  DeleteDateColumn,
  Entity,
  ForeignKey,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  TableInheritance,
  Tree,
  TreeChildren,
  TreeParent,
  Unique,
  ViewColumn,
  ViewEntity,
  type DataSourceOptions,
  type EntityManager,
  type ObjectLiteral,
  type Relation,
  type RelationOptions,
} from 'typeorm';
import { Model, Uuid, UuidTableBase, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import type { Finding } from '../../lib/analysis/finding.js';
import { schemaFindings } from '../../lib/analysis/schema/schema-findings.js';
import { catalogueOf } from '../support/catalogue.js';
import { createTestDatabase, DATABASES, type DatabaseName, type FreshDatabase } from '../support/databases.js';

type OnDelete = NonNullable<RelationOptions['onDelete']>;
type EntityClass = new () => ObjectLiteral & { id: number };

/** A parent with a list of children, and what their two sides say. */
interface Family {
  readonly parent?: RelationOptions;
  readonly child?: RelationOptions;
  readonly parentDate?: boolean;
  readonly childDate?: boolean;
  readonly isUnique?: boolean;
}

interface FamilyClasses {
  readonly entities: [EntityClass, EntityClass];
  readonly Parent: EntityClass;
  readonly Child: EntityClass;
}

function family({ parent, child, parentDate = false, childDate = false, isUnique = false }: Family): FamilyClasses {
  @Entity()
  class Parent {
    @PrimaryGeneratedColumn() id: number;
    goneAt: Date | null;
    @OneToMany(() => Child, (one) => one.parent, { ...parent }) children: Relation<Child>[];
  }
  @Entity()
  @Index(['parent'], { unique: isUnique })
  class Child {
    @PrimaryGeneratedColumn() id: number;
    goneAt: Date | null;
    @ManyToOne(() => Parent, (one) => one.children, { ...child }) parent: Relation<Parent> | null;
  }
  if (parentDate) DeleteDateColumn()(Parent.prototype, 'goneAt');
  if (childDate) DeleteDateColumn()(Child.prototype, 'goneAt');
  return { entities: [Parent, Child], Parent, Child };
}

/** Posts that share tags. */
function posts(tags: RelationOptions): { entities: EntityClass[]; Post: EntityClass; Tag: EntityClass } {
  @Entity()
  class Tag {
    @PrimaryGeneratedColumn() id: number;
  }
  @Entity()
  class Post {
    @PrimaryGeneratedColumn() id: number;
    @ManyToMany(() => Tag, { ...tags }) @JoinTable({ name: 'post_tags' }) tags: Relation<Tag>[];
  }
  return { entities: [Post, Tag], Post, Tag };
}

/** A parent with so many children, in the database. */
async function stored(manager: EntityManager, { Parent, Child }: FamilyClasses, count: number): Promise<number> {
  const parent = await manager.save(Parent, manager.create(Parent, {}));
  for (let index = 0; index < count; index += 1) await manager.save(Child, manager.create(Child, { parent }));
  return parent.id;
}

function withChildren(manager: EntityManager, { Parent }: FamilyClasses, id: number): Promise<ObjectLiteral> {
  return manager.findOneOrFail(Parent, { where: { id }, relations: { children: true } });
}

function keysOf(manager: EntityManager, { Child }: FamilyClasses): Promise<ObjectLiteral[]> {
  return manager.find(Child, { loadRelationIds: { relations: ['parent'] }, order: { id: 'ASC' } });
}

/** TypeORM knows it, but its types do not. */
const SET_DEFAULT = 'SET DEFAULT' as OnDelete;

/** What a database says when a required column is set to NULL. */
const NOT_NULL = /not.null/i;
const FOREIGN_KEY = /foreign key/i;

describe.each(DATABASES)('findings about tables on $name', ({ name: engine }) => {
  let database: FreshDatabase;
  const opened: DataSource[] = [];
  beforeAll(async () => {
    database = await createTestDatabase(engine);
  });
  afterAll(async () => {
    for (const source of opened) if (source.isInitialized) await source.destroy();
    await database.drop();
  });

  const on = <T>(values: Record<DatabaseName, T>): T => values[engine];

  async function open(entities: readonly Function[]): Promise<DataSource> {
    for (const source of opened) if (source.isInitialized) await source.destroy();
    const options = { ...database.options, entities: [...entities], synchronize: false } as DataSourceOptions;
    const source = withSqlModelExt(new DataSource(options));
    opened.push(source);
    return source.initialize();
  }

  /** The tables of these entities, and nothing else. */
  async function tablesOf(source: DataSource): Promise<EntityManager> {
    await source.synchronize(true);
    return source.manager;
  }

  async function findingsOf(entities: readonly Function[], rule = 'SCH001'): Promise<Finding[]> {
    return schemaFindings(await open(entities)).filter((finding) => finding.rule === rule);
  }

  async function contradiction(entities: readonly Function[]): Promise<[Finding, DataSource]> {
    const source = await open(entities);
    const findings = schemaFindings(source).filter(({ rule }) => rule === 'SCH001');
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toMatchObject({ handlers: [], location: undefined });
    return [finding, source];
  }

  describe('SCH001, contradictory cascades:', () => {
    it('SET NULL on a column that is not nullable', async () => {
      const classes = family({ child: { nullable: false, onDelete: 'SET NULL' } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Child.parent' });
      expect(finding.message).toMatch(
        /^onDelete: 'SET NULL' cannot be carried out, because parentId is not nullable: /,
      );
      if (engine === 'mariadb') {
        await expect(tablesOf(source)).rejects.toThrow('errno: 150');
      } else {
        const manager = await tablesOf(source);
        const id = await stored(manager, classes, 1);
        await expect(manager.delete(classes.Parent, id)).rejects.toThrow(NOT_NULL);
      }
      expect(await findingsOf(family({ child: { onDelete: 'SET NULL' } }).entities)).toEqual([]);
    });

    it('SET NULL when a key changes', async () => {
      const [finding] = await contradiction(family({ child: { nullable: false, onUpdate: 'SET NULL' } }).entities);
      expect(finding.message).toMatch(/^onUpdate: 'SET NULL' .* changing the key of one Parent fails/);
      expect(await findingsOf(family({ child: { onUpdate: 'SET NULL' } }).entities)).toEqual([]);
    });

    it('SET NULL of a column that is declared beside the relation', async () => {
      const classes = (nullable: boolean) => {
        @Model()
        class Author extends UuidTableBase {}
        @Model()
        class Article extends UuidTableBase {
          @Uuid({ index: true, nullable }) authorId: string | null;
          @ManyToOne(() => Author, { onDelete: 'SET NULL' }) author: Relation<Author> | null;
        }
        return [Author, Article];
      };
      const [finding] = await contradiction(classes(false));
      expect(finding).toMatchObject({ place: 'Article.author' });
      expect(await findingsOf(classes(true))).toEqual([]);
    });

    it('SET NULL of a @ForeignKey() without a relation', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @Column() @Index() @ForeignKey(() => Author, { onDelete: 'SET NULL' }) authorId: number;
      }
      const [finding] = await contradiction([Author, Article]);
      expect(finding).toMatchObject({ place: 'Article.authorId' });
    });

    it('SET NULL in a join table', async () => {
      const { entities, Post, Tag } = posts({ onDelete: 'SET NULL' });
      const [finding, source] = await contradiction(entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Post.tags' });
      if (engine === 'mariadb') {
        await expect(tablesOf(source)).rejects.toThrow('errno: 150');
      } else {
        const manager = await tablesOf(source);
        const tags = await manager.save(Tag, [{}]);
        const post = await manager.save(Post, manager.create(Post, { tags }));
        await expect(manager.delete(Post, post.id)).rejects.toThrow(NOT_NULL);
      }
      expect(await findingsOf(posts({ onDelete: 'CASCADE' }).entities)).toEqual([]);
    });

    it('SET DEFAULT without a default, and on an engine that does not carry it out', async () => {
      const classes = family({ child: { nullable: false, onDelete: SET_DEFAULT } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Child.parent' });
      expect(finding.message).toMatch(
        on({ sqlite: /has no default/, postgres: /has no default/, mariadb: /not carried out by InnoDB/ }),
      );
      const manager = await tablesOf(source);
      const id = await stored(manager, classes, 1);
      await expect(manager.delete(classes.Parent, id)).rejects.toThrow(
        on({ sqlite: NOT_NULL, postgres: NOT_NULL, mariadb: FOREIGN_KEY }),
      );

      // NULL is the default of a nullable column.
      const nullable = family({ child: { onDelete: SET_DEFAULT } });
      const findings = await findingsOf(nullable.entities);
      expect(findings).toHaveLength(on({ sqlite: 0, postgres: 0, mariadb: 1 }));
    });

    it('DEFAULT, which is no SQL', async () => {
      const [finding, source] = await contradiction(family({ child: { onDelete: 'DEFAULT' } }).entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Child.parent' });
      expect(finding.message).toMatch(/^onDelete: 'DEFAULT' is no SQL/);
      await expect(tablesOf(source)).rejects.toThrow(/syntax/i);
    });

    it('SET DEFAULT with a default', async () => {
      @Entity()
      class Owner {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      class Car {
        @PrimaryGeneratedColumn() id: number;
        @Column({ default: 1 }) @Index() ownerId: number;
        @ManyToOne(() => Owner, { onDelete: SET_DEFAULT }) owner: Relation<Owner>;
      }
      expect(await findingsOf([Owner, Car])).toHaveLength(on({ sqlite: 0, postgres: 0, mariadb: 1 }));
      const source = opened[opened.length - 1];
      const manager = await tablesOf(source);
      const [, second] = await manager.save(Owner, [{}, {}]);
      await manager.save(Car, { ownerId: second.id });
      const deletion = manager.delete(Owner, second.id);
      if (engine === 'mariadb') await expect(deletion).rejects.toThrow(FOREIGN_KEY);
      else {
        await deletion;
        expect(await manager.find(Car)).toEqual([{ id: 1, ownerId: 1 }]);
      }
    });

    it('onDelete on the side without the foreign key', async () => {
      const classes = family({ parent: { onDelete: 'CASCADE' } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Parent.children' });
      expect(finding.message).toMatch(
        /^onDelete: 'CASCADE' does nothing here: the foreign key belongs to Child\.parent/,
      );
      const manager = await tablesOf(source);
      const id = await stored(manager, classes, 1);
      await expect(manager.delete(classes.Parent, id)).rejects.toThrow(FOREIGN_KEY);

      const both = family({ parent: { onDelete: 'CASCADE' }, child: { onDelete: 'CASCADE' } });
      expect(await findingsOf(both.entities)).toEqual([]);
      const other = family({ parent: { onDelete: 'CASCADE' }, child: { onDelete: 'SET NULL' } });
      expect((await findingsOf(other.entities))[0].message).toContain("which says 'SET NULL'");
      const update = family({ parent: { onUpdate: 'CASCADE' } });
      expect((await findingsOf(update.entities))[0].fix).toBe("Move onUpdate: 'CASCADE' to Child.parent.");
    });

    it('onDelete on the side of a one-to-one relation without the foreign key', async () => {
      @Entity()
      class User {
        @PrimaryGeneratedColumn() id: number;
        @OneToOne(() => Profile, (profile) => profile.user, { onDelete: 'CASCADE' }) profile: Relation<Profile>;
      }
      @Entity()
      class Profile {
        @PrimaryGeneratedColumn() id: number;
        @OneToOne(() => User, (user) => user.profile) @JoinColumn() user: Relation<User>;
      }
      const [finding] = await contradiction([User, Profile]);
      expect(finding).toMatchObject({ place: 'User.profile' });
    });

    it('onDelete without a constraint', async () => {
      const classes = family({ child: { onDelete: 'CASCADE', createForeignKeyConstraints: false } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Child.parent' });
      const manager = await tablesOf(source);
      const id = await stored(manager, classes, 1);
      await manager.delete(classes.Parent, id);
      expect(await keysOf(manager, classes)).toMatchObject([{ parent: id }]);
      expect(await findingsOf(family({ child: { createForeignKeyConstraints: false } }).entities)).toEqual([]);
    });

    it('a cascade that removes the parent of others', async () => {
      const classes = family({ child: { cascade: true } });
      const { Child } = classes;
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'warning', place: 'Child.parent' });
      const manager = await tablesOf(source);
      await stored(manager, classes, 2);
      const [one] = await manager.find(Child, { relations: { parent: true } });
      await expect(manager.remove(one)).rejects.toThrow(FOREIGN_KEY);

      const deleting = family({ child: { cascade: ['remove'], onDelete: 'CASCADE' } });
      const [other, source2] = await contradiction(deleting.entities);
      expect(other.message).toContain('and the database all other rows of Child that belong to it');
      const manager2 = await tablesOf(source2);
      await stored(manager2, deleting, 2);
      const [first] = await manager2.find(deleting.Child, { relations: { parent: true } });
      await manager2.remove(first);
      expect(await manager2.count(deleting.Child)).toBe(0);
      expect(await manager2.count(deleting.Parent)).toBe(0);

      expect(await findingsOf(family({ child: { cascade: ['insert', 'update'] } }).entities)).toEqual([]);
      expect(await findingsOf(family({ child: { cascade: true }, isUnique: true }).entities)).toEqual([]);
    });

    it('a cascade that removes what many share', async () => {
      const { entities, Post, Tag } = posts({ cascade: true });
      const [finding, source] = await contradiction(entities);
      expect(finding).toMatchObject({ severity: 'warning', place: 'Post.tags' });
      const manager = await tablesOf(source);
      const tags = await manager.save(Tag, [{}]);
      await manager.save(Post, [manager.create(Post, { tags }), manager.create(Post, { tags })]);
      const [first] = await manager.find(Post, { relations: { tags: true }, order: { id: 'ASC' } });
      await manager.remove(first);
      expect(await manager.find(Post, { relations: { tags: true } })).toEqual([{ id: 2, tags: [] }]);
      expect(await findingsOf(posts({ cascade: ['insert'] }).entities)).toEqual([]);
    });

    it('a cascade that removes what the foreign key keeps', async () => {
      const classes = family({ parent: { cascade: true }, child: { onDelete: 'SET NULL' } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'warning', place: 'Parent.children' });
      const manager = await tablesOf(source);
      await manager.remove(await withChildren(manager, classes, await stored(manager, classes, 1)));
      expect(await manager.count(classes.Child)).toBe(0);
      const id = await stored(manager, classes, 1);
      await manager.remove(await manager.findOneByOrFail(classes.Parent, { id }));
      expect(await keysOf(manager, classes)).toMatchObject([{ parent: null }]);

      const kept = family({ parent: { cascade: ['insert', 'update'] }, child: { onDelete: 'SET NULL' } });
      expect(await findingsOf(kept.entities)).toEqual([]);
      const deleted = family({ parent: { cascade: true }, child: { onDelete: 'CASCADE' } });
      expect(await findingsOf(deleted.entities)).toEqual([]);
    });

    it('nothing about a cascade whose deletion the database refuses otherwise', async () => {
      const classes = family({ parent: { cascade: ['remove'] }, child: { onDelete: 'RESTRICT' } });
      expect(await findingsOf(classes.entities)).toEqual([]);
      const manager = await tablesOf(opened[opened.length - 1]);
      await manager.remove(await withChildren(manager, classes, await stored(manager, classes, 1)));
      expect(await manager.count(classes.Child)).toBe(0);
    });

    it('a soft cascade to rows without a date', async () => {
      const classes = family({ parent: { cascade: true }, parentDate: true });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Parent.children' });
      const manager = await tablesOf(source);
      const parent = await withChildren(manager, classes, await stored(manager, classes, 1));
      await expect(manager.softRemove(parent)).rejects.toThrow('does not have delete date columns');

      const dated = family({ parent: { cascade: true }, parentDate: true, childDate: true });
      expect(await findingsOf(dated.entities)).toEqual([]);
      const named = family({ parent: { cascade: ['insert', 'remove'] }, parentDate: true });
      expect(await findingsOf(named.entities)).toEqual([]);
      const recovered = family({ parent: { cascade: ['recover'] }, parentDate: true });
      expect((await findingsOf(recovered.entities))[0].message).toContain('recover() of one Parent');
    });

    it('a soft cascade of rows that have no date themselves', async () => {
      const classes = family({ parent: { cascade: ['soft-remove'] }, childDate: true });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'warning', place: 'Parent.children' });
      const manager = await tablesOf(source);
      const parent = await withChildren(manager, classes, await stored(manager, classes, 1));
      await expect(manager.softRemove(parent)).rejects.toThrow('does not have delete date columns');
      // Whoever writes true does not speak of soft deletion.
      expect(await findingsOf(family({ parent: { cascade: true }, childDate: true }).entities)).toEqual([]);
    });

    it('an orphan action on the side of the list', async () => {
      const classes = family({ parent: { cascade: true, orphanedRowAction: 'delete' } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Parent.children' });
      expect(finding.fix).toBe("Move orphanedRowAction: 'delete' to Child.parent.");
      const manager = await tablesOf(source);
      const parent = await withChildren(manager, classes, await stored(manager, classes, 1));
      parent['children'] = [];
      await manager.save(parent);
      expect(await keysOf(manager, classes)).toMatchObject([{ parent: null }]);

      const right = family({ parent: { cascade: true }, child: { orphanedRowAction: 'delete' } });
      expect(await findingsOf(right.entities)).toEqual([]);
    });

    it('an orphan action without a list', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @Index() @ManyToOne(() => Author, { orphanedRowAction: 'delete' }) author: Relation<Author>;
      }
      const [finding] = await contradiction([Author, Article]);
      expect(finding).toMatchObject({ severity: 'error', place: 'Article.author' });
      expect(finding.message).toContain('no @OneToMany of Author names this relation');
    });

    it('orphans that are soft-deleted without a date', async () => {
      const classes = family({ parent: { cascade: true }, child: { orphanedRowAction: 'soft-delete' } });
      const [finding, source] = await contradiction(classes.entities);
      expect(finding).toMatchObject({ severity: 'error', place: 'Child.parent' });
      const manager = await tablesOf(source);
      const parent = await withChildren(manager, classes, await stored(manager, classes, 1));
      parent['children'] = [];
      await expect(manager.save(parent)).rejects.toThrow('does not have delete date columns');

      const dated = family({ child: { orphanedRowAction: 'soft-delete' }, childDate: true });
      expect(await findingsOf(dated.entities)).toEqual([]);
    });

    it('each once, where a child of a single table declares it', async () => {
      @Entity()
      class Owner {
        @PrimaryGeneratedColumn() id: number;
        @OneToMany(() => Document, (one) => one.owner, { onDelete: 'CASCADE' }) documents: Relation<Document>[];
      }
      @Entity()
      @TableInheritance({ column: { type: 'varchar', name: 'kind' } })
      class Paper {
        @PrimaryGeneratedColumn() id: number;
      }
      @ChildEntity()
      class Document extends Paper {
        @Index() @ManyToOne(() => Owner, (owner) => owner.documents, { cascade: true }) owner: Relation<Owner>;
      }
      const findings = await findingsOf([Owner, Paper, Document]);
      expect(findings.map(({ place }) => place)).toEqual(['Owner.documents', 'Document.owner']);
    });
  });

  describe('SCH002, foreign keys without an index:', () => {
    const isReported = engine !== 'mariadb';

    it('one without an index', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @ManyToOne(() => Author) author: Relation<Author>;
      }
      const findings = await findingsOf([Author, Article], 'SCH002');
      expect(findings).toEqual(
        isReported
          ? [
              {
                rule: 'SCH002',
                severity: 'warning',
                place: 'Article.author',
                message:
                  'No index begins with the foreign key authorId of Article: each deleted Author reads the whole table article, and so does each query for what belongs to one Author.',
                fix: 'Add an index: @Index() on Article.author.',
                handlers: [],
                location: undefined,
              },
            ]
          : [],
      );
      // What the database has says the same: MariaDB makes one by itself.
      const manager = await tablesOf(opened[opened.length - 1]);
      expect(await leadingColumns(manager.dataSource, engine, 'article')).toEqual(isReported ? [] : ['authorId']);
    });

    it('one of a model, whose column is declared', async () => {
      const classes = (index: boolean) => {
        @Model()
        class Author extends UuidTableBase {}
        @Model()
        class Article extends UuidTableBase {
          @Uuid({ index }) authorId: string;
          @ManyToOne(() => Author) author: Relation<Author>;
        }
        return [Author, Article];
      };
      expect((await findingsOf(classes(false), 'SCH002')).map(({ fix }) => fix)).toEqual(
        isReported ? ['Add an index: index: true in the field type of authorId, or @Index() on Article.author.'] : [],
      );
      expect(await findingsOf(classes(true), 'SCH002')).toEqual([]);
    });

    it('none where an index, a unique constraint or the primary key begins with it', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      @Index(['second', 'title'])
      @Unique(['third', 'title'])
      class Article {
        @PrimaryColumn() fifthId: number;
        @PrimaryColumn() part: number;
        @Column() title: string;
        @Index() @ManyToOne(() => Author) first: Relation<Author>;
        @ManyToOne(() => Author) second: Relation<Author>;
        @ManyToOne(() => Author) third: Relation<Author>;
        @OneToOne(() => Author) @JoinColumn() fourth: Relation<Author>;
        @ManyToOne(() => Author) fifth: Relation<Author>;
        @Index({ unique: true }) @ManyToOne(() => Author) sixth: Relation<Author>;
      }
      expect(await findingsOf([Author, Article], 'SCH002')).toEqual([]);
      if (!isReported) return;
      const manager = await tablesOf(opened[opened.length - 1]);
      expect(await leadingColumns(manager.dataSource, engine, 'article')).toEqual(
        // The fifth is in the primary key.
        ['firstId', 'fourthId', 'secondId', 'sixthId', 'thirdId'],
      );
    });

    it('one where it stands second in an index', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      @Index(['title', 'author'])
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @Column() title: string;
        @ManyToOne(() => Author) author: Relation<Author>;
      }
      expect(await findingsOf([Author, Article], 'SCH002')).toHaveLength(isReported ? 1 : 0);
    });

    it('one with a partial index, unless it leaves out nothing but absent keys', async () => {
      const classes = (where: string) => {
        @Entity()
        class Author {
          @PrimaryGeneratedColumn() id: number;
        }
        @Entity()
        class Article {
          @PrimaryGeneratedColumn() id: number;
          @Column() isPublished: boolean;
          @Index({ where }) @ManyToOne(() => Author) author: Relation<Author> | null;
        }
        return [Author, Article];
      };
      const [finding] = await findingsOf(classes('"isPublished" = true'), 'SCH002');
      if (isReported) expect(finding.message).toContain('apart from a partial one');
      for (const where of ['"authorId" IS NOT NULL', '("article"."authorId" is not null)']) {
        expect(await findingsOf(classes(where), 'SCH002')).toEqual([]);
      }
      expect(await findingsOf(classes('"isPublished" IS NOT NULL'), 'SCH002')).toHaveLength(isReported ? 1 : 0);
    });

    it('of several columns: in any order, but all of them', async () => {
      const classes = (columns: string[]) => {
        @Entity()
        class Book {
          @PrimaryColumn() shelf: number;
          @PrimaryColumn() place: number;
        }
        @Entity()
        @Index(columns)
        class Loan {
          @PrimaryGeneratedColumn() id: number;
          @Column() shelf: number;
          @Column() place: number;
          @Column() since: string;
          @ManyToOne(() => Book)
          @JoinColumn([
            { name: 'shelf', referencedColumnName: 'shelf' },
            { name: 'place', referencedColumnName: 'place' },
          ])
          book: Relation<Book>;
        }
        return [Book, Loan];
      };
      expect(await findingsOf(classes(['place', 'shelf', 'since']), 'SCH002')).toEqual([]);
      const findings = await findingsOf(classes(['shelf']), 'SCH002');
      expect(findings.map(({ fix }) => fix)).toEqual(
        isReported ? ["Add an index: @Index(['shelf', 'place']) on Loan."] : [],
      );
    });

    it('none for join tables, closures and views, which nobody declares, and none without a constraint', async () => {
      @Entity()
      class Tag {
        @PrimaryGeneratedColumn() id: number;
        @ManyToMany(() => Article, (article) => article.tags) articles: Relation<Article>[];
      }
      @Entity()
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @ManyToMany(() => Tag, (tag) => tag.articles) @JoinTable({ name: 'article_tags' }) tags: Relation<Tag>[];
        @ManyToOne(() => Tag, { createForeignKeyConstraints: false }) mainTag: Relation<Tag>;
      }
      @Entity()
      @Tree('closure-table')
      class Section {
        @PrimaryGeneratedColumn() id: number;
        @Index() @TreeParent() parent: Relation<Section> | null;
        @TreeChildren() children: Relation<Section>[];
      }
      @ViewEntity({ expression: 'SELECT "id" FROM "article"' })
      class Headline {
        @ViewColumn() id: number;
      }
      expect(await findingsOf([Tag, Article, Section, Headline], 'SCH002')).toEqual([]);
      await open([Tag, Article]);
      const manager = await tablesOf(opened[opened.length - 1]);
      expect(await leadingColumns(manager.dataSource, engine, 'article_tags')).toEqual(['articleId', 'tagId']);
    });

    it('one for the parent in a tree', async () => {
      @Entity()
      @Tree('materialized-path')
      class Section {
        @PrimaryGeneratedColumn() id: number;
        @TreeParent() parent: Relation<Section> | null;
        @TreeChildren() children: Relation<Section>[];
      }
      expect((await findingsOf([Section], 'SCH002')).map(({ place }) => place)).toEqual(
        isReported ? ['Section.parent'] : [],
      );
    });

    it('one for several relations of the same column, and for a @ForeignKey()', async () => {
      @Entity()
      class Author {
        @PrimaryGeneratedColumn() id: number;
      }
      @Entity()
      class Article {
        @PrimaryGeneratedColumn() id: number;
        @Column() authorId: number;
        @ManyToOne(() => Author) author: Relation<Author>;
        @ManyToOne(() => Author) @JoinColumn({ name: 'authorId' }) writer: Relation<Author>;
        @Column() @ForeignKey(() => Author) editorId: number;
      }
      const findings = await findingsOf([Author, Article], 'SCH002');
      expect(findings.map(({ place }) => place)).toEqual(isReported ? ['Article.author', 'Article.editorId'] : []);
    });
  });
});

/** The first column of every index that the database has for a table, its primary key apart. */
async function leadingColumns(source: DataSource, engine: DatabaseName, table: string): Promise<string[]> {
  const { indexes } = (await catalogueOf(source, engine))[table];
  return indexes.map((index) => index.replace(/^unique /, '').split(', ')[0]).sort();
}
