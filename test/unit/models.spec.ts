import { createRequire } from 'node:module';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { IsInt, IsOptional, Min } from 'class-validator';
import {
  Column,
  DataSource,
  Entity,
  getMetadataArgsStorage,
  ManyToOne,
  OneToMany,
  VersionColumn,
  type Relation,
} from 'typeorm';
import {
  AllFieldsOptional,
  Bool,
  computedFieldNames,
  ConfigurationError,
  DateTime,
  DatetimeInfo,
  EnumOf,
  ExtraIgnore,
  Int,
  Int64,
  IntIdDatetimeInfo,
  IntIdInfo,
  InvalidFieldValueError,
  List10,
  Model,
  ModelRepository,
  Nested,
  NonEmptyStrippedStr64,
  OptimisticLock,
  ProtectedFieldError,
  Str,
  Str16,
  Str64,
  Table,
  TableBase,
  Text10K,
  Uuid,
  UuidIdDatetimeInfo,
  UuidIdInfo,
  UuidTable,
  UuidTableBase,
  validateList,
  withSqlModelExt,
} from 'nestjs-sqlmodel-ext';
import { bindInput } from '../../lib/field-types/index.js';
import { CityResponse } from '../support/models/circular/city.js';
import { openDataSource } from '../support/open-data-source.js';
import { runNode, scriptFolder } from '../support/script-folder.js';

type DataClass<T extends object = object> = new (...args: never[]) => T;

/** What input becomes: the own values that are set, or the messages of what is wrong with it. */
async function bind(model: DataClass, input: unknown): Promise<unknown> {
  const { value, violations } = await bindInput(model, input, 'json');
  // class-validator reports a class's own fields before its parents'.
  if (violations.length > 0) return violations.map(({ message }) => message);
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}

const isTable = (model: Function) => getMetadataArgsStorage().tables.some(({ target }) => target === model);

/** The OpenAPI schemas that a handler with these body classes gives. */
async function schemasOf(...models: DataClass[]): Promise<Record<string, any>> {
  @Controller()
  class Anything {}
  models.forEach((model, index) => {
    const name = `make${index}`;
    const handler = { [name]: (body: object) => body }[name];
    const descriptor = { value: handler, writable: true, configurable: true };
    Object.defineProperty(Anything.prototype, name, descriptor);
    Post(name)(Anything.prototype, name, descriptor);
    Body()(Anything.prototype, name, 0);
    Reflect.defineMetadata('design:paramtypes', [model], Anything.prototype, name);
  });
  @Module({ controllers: [Anything] })
  class App {}
  const app = (await Test.createTestingModule({ imports: [App] }).compile()).createNestApplication();
  try {
    await app.init();
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    return JSON.parse(JSON.stringify(document.components?.schemas)) as never;
  } finally {
    await app.close();
  }
}

enum State {
  Draft = 'draft',
  Public = 'public',
}

@Model()
class ArticleBase {
  @NonEmptyStrippedStr64({ description: 'Headline' }) title: string;
  @Text10K({ nullable: true, description: 'Text' }) body: string | null;
  @Bool({ default: false }) isPublished: boolean;
  @EnumOf(State, { default: State.Draft }) state: State;
}
@Model()
class UserResponse extends UuidIdInfo() {
  @Str64() name: string;
}
@Model({ cacheTtl: 600 })
class Article extends UuidTable(ArticleBase) {
  @Uuid({ index: true }) authorId: string;
}
@Model()
class ArticleCreate extends ArticleBase {
  @Uuid() authorId: string;
}
@Model()
class ArticleUpdate extends AllFieldsOptional(ArticleBase) {}
@Model()
class ArticleResponse extends UuidIdDatetimeInfo(ArticleBase) {
  @Nested(() => UserResponse) author: Relation<UserResponse>;
}

describe('@Model', () => {
  it('makes a table of a class on a table base, and data of any other', () => {
    expect([ArticleBase, Article, ArticleCreate, ArticleUpdate, ArticleResponse].filter(isTable)).toEqual([Article]);
    for (const base of [TableBase, UuidTableBase, Table(ArticleBase), UuidTable(ArticleBase)]) {
      class Plain extends (base as DataClass) {}
      Model()(Plain);
      expect(isTable(Plain)).toBe(true);
      expect(isTable(base)).toBe(false);
    }
  });

  it('twice is fine when both say the same, and refused when they contradict each other', () => {
    class Same extends TableBase {}
    Model({ tableName: 'same' })(Same);
    Model({ tableName: 'same' })(Same);
    expect(getMetadataArgsStorage().tables.filter(({ target }) => target === Same)).toHaveLength(1);
    expect(() => Model({ tableName: 'other' })(Same)).toThrow(
      'Same has two @Model() decorators that contradict each other',
    );
    expect(() => Model()(Same)).toThrow(ConfigurationError);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '60', null, true])('refuses cacheTtl %p', (cacheTtl) => {
    const define = () => Model({ cacheTtl: cacheTtl as number })(class Timed extends TableBase {});
    expect(define).toThrow(ConfigurationError);
    expect(define).toThrow(
      `@Model on Timed: cacheTtl must be a positive integer of seconds, but is ${String(cacheTtl)}.`,
    );
  });

  it('takes cacheTtl of 1 second and more', () => {
    for (const cacheTtl of [1, 600]) expect(() => Model({ cacheTtl })(class Timed extends TableBase {})).not.toThrow();
  });

  it.each(['tableName', 'indexes', 'uniques', 'abstract', 'uuidVersion', 'versionColumn', 'cacheTtl'])(
    'refuses %s on a data class',
    (name) => {
      expect(() => Model({ [name]: 1 })(class Dto {})).toThrow(
        `@Model on Dto: '${name}' is for tables, but Dto extends no table base. Extend Table(…) or UuidTable(…), or remove the option.`,
      );
    },
  );

  it.each(['polymorphic', 'identity', 'discriminator'])('says that %s is not built yet', (name) => {
    expect(() => Model({ [name]: 'x' })(class Later extends TableBase {})).toThrow(
      `@Model on Later: the option '${name}' is not built yet. Remove it.`,
    );
  });

  it('refuses options that do not exist, and versions of UUIDs that are not made', () => {
    expect(() => Model({ tabelName: 'x' } as never)(class Typo extends TableBase {})).toThrow(
      "unknown option 'tabelName'. Allowed are tableName, abstract, indexes, uniques, uuidVersion, versionColumn, cacheTtl.",
    );
    expect(() => Model({ uuidVersion: 1 as never })(class Old extends UuidTableBase {})).toThrow(ConfigurationError);
  });

  it('refuses a table that extends a table, and says what to do', () => {
    const define = () => Model()(class Special extends Article {});
    expect(define).toThrow('Special extends the table Article: polymorphic tables are not built yet.');
    expect(define).toThrow(ConfigurationError);
  });

  it('refuses @Entity below it', () => {
    class Both extends TableBase {}
    Entity()(Both);
    expect(() => Model()(Both)).toThrow('Both has both @Model() and @Entity(): remove @Entity().');
  });

  it('an abstract table is no table; the tables below inherit its uuidVersion and may restate it', async () => {
    @Model({ abstract: true, uuidVersion: 4 })
    abstract class Root extends UuidTable(ArticleBase) {}
    @Model()
    class Random extends Root {}
    @Model({ uuidVersion: 7 })
    class Sorted extends Root {}
    expect([Root, Random, Sorted].map(isTable)).toEqual([false, true, true]);
    const { dataSource, close } = await openDataSource('sqlite', [Random, Sorted]);
    try {
      const [random, sorted] = [new ModelRepository(Random, dataSource), new ModelRepository(Sorted, dataSource)];
      expect((await random.add({ title: 'a' })).id[14]).toBe('4');
      expect((await sorted.add({ title: 'a' })).id[14]).toBe('7');
    } finally {
      await close();
    }
  });
});

describe('@Model({ versionColumn })', () => {
  const versionsOf = (model: Function) =>
    getMetadataArgsStorage()
      .columns.filter(({ target, mode }) => target === model && mode === 'version')
      .map(({ propertyName }) => propertyName);

  it('names the property that holds the version', async () => {
    @Model({ versionColumn: 'revision' })
    class Page extends UuidTable(ArticleBase) {
      declare revision: number;
    }
    expect(versionsOf(Page)).toEqual(['revision']);
    const { dataSource, close } = await openDataSource('sqlite', [Page]);
    try {
      expect(dataSource.getMetadata(Page).versionColumn?.propertyName).toBe('revision');
      const pages = new ModelRepository(Page, dataSource);
      await expect(pages.add({ title: 'a', revision: 7 } as never)).rejects.toThrow(ProtectedFieldError);
      const page = await pages.add({ title: 'a' });
      expect([page.revision, (await pages.update(page, { title: 'b' })).revision]).toEqual([1, 2]);
    } finally {
      await close();
    }
  });

  it('is no input, and an integer of answers that only the server writes', async () => {
    @Model({ versionColumn: 'revision' })
    class Page extends UuidTable(ArticleBase) {
      declare revision: number;
    }
    const page = { title: 'a' };
    expect(await bind(Page, page)).toEqual(expect.not.objectContaining({ revision: expect.anything() }));
    const { revision } = (await schemasOf(Page))['Page'].properties;
    expect(revision).toMatchObject({ type: 'integer', minimum: 1, readOnly: true });
  });

  it('of an abstract table is that of the tables below it', async () => {
    @Model({ abstract: true, versionColumn: 'revision' })
    abstract class Root extends UuidTable(ArticleBase) {
      declare revision: number;
    }
    @Model()
    class Leaf extends Root {}
    @Model({ uuidVersion: 4 })
    class Twig extends Root {}
    const { dataSource, close } = await openDataSource('sqlite', [Leaf, Twig]);
    try {
      for (const model of [Leaf, Twig]) {
        expect(dataSource.getMetadata(model).versionColumn?.propertyName).toBe('revision');
        const rows = new ModelRepository<Leaf>(model, dataSource);
        const row = await rows.add({ title: 'a' });
        expect([row.revision, (await rows.update(row, { title: 'b' })).revision]).toEqual([1, 2]);
      }
    } finally {
      await close();
    }
  });

  it('is refused beside another version', () => {
    const message = (name: string) =>
      new RegExp(`^@Model on ${name}: versionColumn 'revision' would be a second version`);
    class Locked extends OptimisticLock(TableBase) {}
    expect(() => Model({ versionColumn: 'revision' })(Locked)).toThrow(message('Locked'));
    class Columned extends TableBase {
      version: number;
    }
    VersionColumn()(Columned.prototype, 'version');
    expect(() => Model({ versionColumn: 'revision' })(Columned)).toThrow(message('Columned'));
    @Model({ abstract: true, versionColumn: 'revision' })
    abstract class Root extends TableBase {}
    class Leaf extends Root {}
    expect(() => Model({ versionColumn: 'revision' })(Leaf)).toThrow(message('Leaf'));
  });

  it('is refused for a property that has a field type or a column', () => {
    class Declared extends TableBase {
      @Int() revision: number;
    }
    class Columned extends TableBase {
      @Column() revision: number;
    }
    class Inherited extends UuidTable(ArticleBase) {}
    class Keyed extends UuidTable(ArticleBase) {}
    for (const [model, name] of [
      [Declared, 'revision'],
      [Columned, 'revision'],
      [Inherited, 'title'],
      [Keyed, 'id'],
    ] as const) {
      expect(() => Model({ versionColumn: name })(model)).toThrow(
        `@Model on ${model.name}: versionColumn '${name}' has a field type or a column already: declare it as 'declare ${name}: number' alone.`,
      );
    }
  });

  it.each(['', 1, null, true, ['revision'], { name: 'revision' }])('refuses %p', (versionColumn) => {
    const define = () => Model({ versionColumn: versionColumn as string })(class Wrong extends TableBase {});
    expect(define).toThrow(ConfigurationError);
    expect(define).toThrow('@Model on Wrong: versionColumn must be the name of a property.');
  });
});

describe('the ladder of data classes', () => {
  const id = '018f6b2a-1c3d-7e4f-8a9b-0c1d2e3f4a5b';

  it('Create takes the base’s fields, its own, and the defaults', async () => {
    expect(await bind(ArticleCreate, { title: ' a ', authorId: id.toUpperCase() })).toEqual({
      title: 'a',
      authorId: id,
      isPublished: false,
      state: 'draft',
    });
    expect(await bind(ArticleCreate, { title: '', authorId: 'x' })).toEqual([
      'authorId must be a UUID',
      'title must not be empty',
    ]);
  });

  it('Response demands what answers always have', async () => {
    const answer = {
      id,
      createdAt: '2026-01-31T00:00:00Z',
      updatedAt: '2026-01-31T00:00:00Z',
      title: 'a',
      author: { id, name: 'Ada' },
    };
    expect(await bind(ArticleResponse, answer)).toMatchObject({
      id,
      createdAt: new Date('2026-01-31'),
      author: { name: 'Ada' },
    });
    for (const name of Object.keys(answer)) {
      const { [name as 'id']: _left, ...rest } = answer;
      expect(await bind(ArticleResponse, rest)).toEqual([expect.stringContaining(`${name} must`)]);
    }
  });

  it('a table takes columns from the base and no validation for what the server writes', async () => {
    expect(await bind(Article, { title: 'a', authorId: id })).toEqual({
      title: 'a',
      authorId: id,
      isPublished: false,
      state: 'draft',
    });
  });

  it('descriptions and rules reach OpenAPI on every step', async () => {
    const schemas = await schemasOf(ArticleCreate, ArticleUpdate, ArticleResponse);
    expect(Object.keys(schemas).sort()).toEqual(['ArticleCreate', 'ArticleResponse', 'ArticleUpdate', 'UserResponse']);
    const headline = { type: 'string', minLength: 1, maxLength: 64, description: 'Headline' };
    for (const name of ['ArticleCreate', 'ArticleUpdate', 'ArticleResponse']) {
      expect(schemas[name].properties.title).toEqual(headline);
      expect(schemas[name].properties.body).toEqual({
        type: 'string',
        maxLength: 10_000,
        nullable: true,
        description: 'Text',
      });
    }
    expect(schemas['ArticleCreate'].required).toEqual(['title', 'authorId']);
    expect(schemas['ArticleUpdate'].required).toBeUndefined();
    // An answer has every field, also those that input may leave out.
    expect(schemas['ArticleResponse'].required.sort()).toEqual([
      'author',
      'body',
      'createdAt',
      'id',
      'isPublished',
      'state',
      'title',
      'updatedAt',
    ]);
    expect(schemas['ArticleResponse'].properties.author).toEqual({ $ref: '#/components/schemas/UserResponse' });
    expect(schemas['ArticleResponse'].properties.createdAt).toEqual({
      type: 'string',
      format: 'date-time',
      description: 'When it was created',
    });
  });
});

describe('AllFieldsOptional', () => {
  it('demands nothing and sets nothing that was not sent', async () => {
    expect(await bind(ArticleUpdate, {})).toEqual({});
    expect(await bind(ArticleUpdate, { title: ' b ' })).toEqual({ title: 'b' });
    expect(await bind(ArticleUpdate, { isPublished: true })).toEqual({ isPublished: true });
  });

  it('takes null exactly where the field is nullable', async () => {
    expect(await bind(ArticleUpdate, { body: null })).toEqual({ body: null });
    expect(await bind(ArticleUpdate, { title: null })).toEqual(['title must be a string']);
    expect(await bind(ArticleUpdate, { isPublished: null })).toEqual(['isPublished must be true or false']);
    expect(await bind(ArticleUpdate, { state: null })).toEqual(["state must be one of 'draft', 'public'"]);
  });

  it('keeps the rules, and refuses unknown fields', async () => {
    expect(await bind(ArticleUpdate, { title: '  ' })).toEqual(['title must not be empty']);
    expect(await bind(ArticleUpdate, { title: 'x'.repeat(65), body: 1 })).toEqual([
      'title must be at most 64 characters long',
      'body must be a string',
    ]);
    expect(await bind(ArticleUpdate, { titel: 'a' })).toEqual(['titel is not a field of ArticleUpdate']);
  });

  it('leaves the base as it was', async () => {
    expect(await bind(ArticleBase, {})).toEqual(['title must be a string']);
    expect(await bind(ArticleBase, { title: 'a' })).toEqual({ title: 'a', isPublished: false, state: 'draft' });
  });

  it('drops defaults in OpenAPI too, and keeps the rest', async () => {
    class Twin {
      @ApiPropertyOptional({ type: 'string', minLength: 1, maxLength: 64, description: 'Headline' }) title: string;
      @ApiPropertyOptional({ type: 'string', maxLength: 10_000, nullable: true, description: 'Text' }) body: string;
      @ApiPropertyOptional({ type: 'boolean' }) isPublished: boolean;
      @ApiPropertyOptional({ enum: State }) state: State;
    }
    const { ArticleUpdate: ours, Twin: twin } = await schemasOf(ArticleUpdate, Twin);
    expect(ours).toEqual(twin);
    const { ArticleCreate: create } = await schemasOf(ArticleCreate);
    expect(create.properties.isPublished.default).toBe(false);
  });

  @Model()
  class Kinded {
    @EnumOf(['article']) kind: 'article';
    @Str16() name: string;
  }
  @Model()
  class KindedUpdate extends AllFieldsOptional(Kinded) {
    @Int() extra: number;
  }

  it('keeps literals required, and fields of its own', async () => {
    expect(await bind(KindedUpdate, { extra: 1 })).toEqual(["kind must be one of 'article'"]);
    expect(await bind(KindedUpdate, { kind: 'article' })).toEqual(['extra must be an integer']);
    expect(await bind(KindedUpdate, { kind: 'article', extra: 1 })).toEqual({ kind: 'article', extra: 1 });
    const { KindedUpdate: schema } = await schemasOf(KindedUpdate);
    expect(schema.required.sort()).toEqual(['extra', 'kind']);
  });

  it('does not run the initialisers of the base', async () => {
    class Initialised {
      @Str16() name = 'from the initialiser';
      @List10(String) tags: string[] = [];
    }
    class InitialisedUpdate extends AllFieldsOptional(Initialised) {}
    expect(Object.values(new InitialisedUpdate()).filter((value) => value !== undefined)).toEqual([]);
    expect(await bind(InitialisedUpdate, { name: 'a' })).toEqual({ name: 'a' });
  });

  it('makes nested values and rules written without field types optional too', async () => {
    @Model()
    class Whole {
      @Nested(() => ArticleBase) article: ArticleBase;
      @Nested(() => [ArticleBase]) list: ArticleBase[];
      @IsInt() @Min(1) own: number;
    }
    @Model()
    class WholeUpdate extends AllFieldsOptional(Whole) {}
    expect(await bind(WholeUpdate, {})).toEqual({});
    expect(await bind(WholeUpdate, { own: 0 })).toEqual(['own must not be less than 1']);
    expect(await bind(WholeUpdate, { article: {} })).toEqual(['article.title must be a string']);
    expect(await bind(WholeUpdate, { article: { title: 'a', other: 1 } })).toEqual([
      'article.other is not a field of ArticleBase',
    ]);
    expect(await bind(WholeUpdate, { list: [{ title: 'a' }, {}] })).toEqual(['list[1].title must be a string']);
    const { value } = await bindInput(WholeUpdate, { article: { title: 'a' } }, 'json');
    expect((value as Whole).article).toBeInstanceOf(ArticleBase);
  });
});

describe('unknown fields', () => {
  @Model()
  class Leaf {
    @Str16() name: string;
  }
  @Model()
  class Strict {
    @Str16() name: string;
    @Nested(() => Leaf, { nullable: true }) leaf: Leaf | null;
    @Nested(() => [Leaf], { nullable: true }) leaves: Leaf[] | null;
    @List10(() => Leaf, { default: [] }) listed: Leaf[];
    @Str16() get computed(): string {
      return this.name;
    }
    @IsOptional() own: unknown;
  }
  const leaf = { name: 'a' };

  it('are refused with their paths, nested ones too', async () => {
    expect(
      await bind(Strict, {
        name: 'a',
        a: 1,
        leaf: { ...leaf, b: 1 },
        leaves: [leaf, { ...leaf, c: 1 }],
        listed: [{ ...leaf, d: 1 }],
      }),
    ).toEqual([
      'a is not a field of Strict',
      'leaf.b is not a field of Leaf',
      'leaves[1].c is not a field of Leaf',
      'listed[0].d is not a field of Leaf',
    ]);
  });

  it('computed fields are unknown to input; fields with a foreign decorator are not', async () => {
    expect(await bind(Strict, { name: 'a', computed: 'x' })).toEqual(['computed is not a field of Strict']);
    expect(await bind(Strict, { name: 'a', own: 1 })).toMatchObject({ own: 1 });
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    '%s is as unknown as any other',
    async (name) => {
      const input = (extra: string) =>
        JSON.parse(`{"name":"a","${name}":${extra},"leaf":{"name":"b","${name}":${extra}}}`) as object;
      const messages = [`${name} is not a field of Strict`, `leaf.${name} is not a field of Leaf`];
      expect(await bind(Strict, input('{"polluted":true}'))).toEqual(messages);
      expect(await bind(Strict, input('"x"'))).toEqual(messages);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  it('input that is no object is refused', async () => {
    for (const input of [null, undefined, 1, 'x', [], [{ name: 'a' }]]) {
      expect(await bind(Strict, input)).toEqual(['Strict must be an object']);
    }
  });

  describe('of ExtraIgnore', () => {
    @Model()
    class Webhook extends ExtraIgnore(Leaf) {
      @Nested(() => Leaf, { nullable: true }) strict: Leaf | null;
      @Nested(() => Loose, { nullable: true }) loose: Relation<Loose> | null;
    }
    @Model()
    class Loose extends ExtraIgnore(Leaf) {}
    @Model()
    class Below extends Webhook {}
    class Unmarked extends AllFieldsOptional(Webhook) {}
    class Informed extends UuidIdInfo(Webhook) {}

    it('are dropped and named, model by model; its strict children stay strict', async () => {
      const input = { name: 'a', x: 1, ['y']: 2, loose: { name: 'b', z: 3 } };
      const { value, violations, dropped } = await bindInput(Webhook, input, 'json');
      expect(violations).toEqual([]);
      expect([...dropped]).toEqual([
        [Webhook, ['x', 'y']],
        [Loose, ['z']],
      ]);
      expect(Object.keys(value).filter((name) => ['x', 'y'].includes(name))).toEqual([]);
      expect(Object.keys(value.loose ?? {})).not.toContain('z');
      expect(await bind(Webhook, { name: 'a', strict: { name: 'b', z: 1 } })).toEqual([
        'strict.z is not a field of Leaf',
      ]);
    });

    it('prototype keys are dropped like any other', async () => {
      const input = JSON.parse('{"name":"a","__proto__":{"polluted":true},"constructor":1}') as object;
      const { value, dropped } = await bindInput(Webhook, input, 'json');
      expect(dropped.get(Webhook)).toEqual(['__proto__', 'constructor']);
      expect((value as { polluted?: boolean }).polluted).toBeUndefined();
      expect(value).toBeInstanceOf(Webhook);
    });

    it('the classes below ignore too, through every mixin', async () => {
      for (const model of [Below, Unmarked]) expect(await bind(model, { name: 'a', x: 1 })).toEqual({ name: 'a' });
      expect((await bindInput(Informed as unknown as DataClass, { name: 'a', x: 1 }, 'json')).dropped.size).toBe(1);
    });
  });
});

describe('validateList', () => {
  @Model()
  class Item {
    @NonEmptyStrippedStr64() title: string;
    @DateTime() at: Date;
    @Int64() exact: bigint;
    @Nested(() => UserResponse, { nullable: true }) author: UserResponse | null;
    @Str64() get shout(): string {
      return this.title.toUpperCase();
    }
  }
  const plain = { title: ' a ', at: '2026-01-31', exact: '9007199254740993' };

  it('makes instances of plain objects', async () => {
    const items = await validateList(Item, [plain, { ...plain, title: 'b' }]);
    expect(items.map((item) => [item instanceof Item, item.title, item.shout])).toEqual([
      [true, 'a', 'A'],
      [true, 'b', 'B'],
    ]);
    expect(items[0]).toMatchObject({ at: new Date('2026-01-31'), exact: 9_007_199_254_740_993n });
    expect(await validateList(Item, [])).toEqual([]);
  });

  it('reads the declared attributes of other objects, getters included, and leaves the rest', async () => {
    class Row {
      at = new Date('2026-01-31');
      exact = 5n;
      password = 'secret';
      author = Object.assign(new Person(), { id: '018f6b2a-1c3d-7e4f-8a9b-0c1d2e3f4a5b', name: 'Ada' });
      get title(): string {
        return 'computed';
      }
    }
    class Person {
      id: string;
      name: string;
      password = 'secret';
    }
    const [item] = await validateList(Item, [new Row()]);
    expect(item).toMatchObject({ title: 'computed', exact: 5n, author: { name: 'Ada' } });
    expect(item.author).toBeInstanceOf(UserResponse);
    expect(JSON.stringify({ ...item, exact: null })).not.toContain('secret');
  });

  it('reads instances of the class itself, computed fields aside', async () => {
    const items = await validateList(Item, [plain]);
    const again = await validateList(Item, items);
    expect(again).toEqual(items);
    expect(again[0]).not.toBe(items[0]);
    expect(again[0].shout).toBe('A');
  });

  it('refuses the whole list and names every rule with its index', async () => {
    const attempt = validateList(Item, [plain, { ...plain, title: '' }, { ...plain, other: 1, at: 'x' }, 5, null]);
    await expect(attempt).rejects.toThrow(InvalidFieldValueError);
    const { violations } = (await attempt.catch((error: unknown) => error)) as InvalidFieldValueError;
    expect(violations.map(({ field, rule }) => `${field} ${rule}`)).toEqual([
      '[1].title isNotEmpty',
      '[2].other known',
      '[2].at isDate',
      '[3] isObject',
      '[4] isObject',
    ]);
    expect(violations[0].message).toBe('[1].title must not be empty');
    expect(violations[3].message).toBe('[3] Item must be an object');
  });
});

describe('computed fields', () => {
  @Model()
  class Base {
    @Str64() first: string;
    @Str64({ description: 'First in capitals' }) get capitals(): string {
      return this.first.toUpperCase();
    }
  }
  @Model()
  class Below extends Base {
    @Int() get size(): number {
      return this.first.length;
    }
  }

  it('are the getters with a field type, inherited ones too', () => {
    expect(computedFieldNames(Base)).toEqual(new Set(['capitals']));
    expect(computedFieldNames(Below)).toEqual(new Set(['capitals', 'size']));
    expect(computedFieldNames(class Nothing {})).toEqual(new Set());
  });

  it('are read only in OpenAPI, required in answers, and no column', async () => {
    const { Below: schema } = await schemasOf(Below);
    expect(schema.properties.capitals).toEqual({
      type: 'string',
      maxLength: 64,
      description: 'First in capitals',
      readOnly: true,
    });
    expect(schema.required.sort()).toEqual(['capitals', 'first', 'size']);
    const columns = getMetadataArgsStorage().columns.filter(({ target }) => target === Base || target === Below);
    expect(columns.map(({ propertyName }) => propertyName)).toEqual(['first']);
  });
});

describe('info mixins', () => {
  const uuid = '018f6b2a-1c3d-7e4f-8a9b-0c1d2e3f4a5b';
  const times = { createdAt: '2026-01-31T00:00:00Z', updatedAt: '2026-01-31T00:00:00Z' };

  it.each<[string, DataClass, object]>([
    ['IntIdInfo', class A extends IntIdInfo() {}, { id: 1 }],
    ['UuidIdInfo', class B extends UuidIdInfo() {}, { id: uuid }],
    ['DatetimeInfo', class C extends DatetimeInfo() {}, times],
    ['IntIdDatetimeInfo', class D extends IntIdDatetimeInfo() {}, { id: 1, ...times }],
    ['UuidIdDatetimeInfo', class E extends UuidIdDatetimeInfo() {}, { id: uuid, ...times }],
    [
      'UuidIdDatetimeInfo on a base',
      class F extends UuidIdDatetimeInfo(UserResponse) {},
      { id: uuid, name: 'a', ...times },
    ],
  ])('%s demands each of its fields', async (_name, model, input) => {
    expect(await bind(model, input)).not.toEqual(expect.any(Array));
    for (const name of Object.keys(input)) {
      const { [name as never]: _left, ...rest } = input;
      expect(await bind(model, rest)).toEqual([expect.stringContaining(`${name} must`)]);
    }
    const schema = (await schemasOf(model))[model.name];
    expect(schema.required.sort()).toEqual(Object.keys(input).sort());
  });

  it('make no table', () => {
    class Shown extends UuidIdDatetimeInfo(ArticleBase) {}
    Model()(Shown);
    expect(isTable(Shown)).toBe(false);
  });
});

describe('classes in any order and any file', () => {
  const sources: DataSource[] = [];
  afterEach(async () => {
    await Promise.all(sources.splice(0).map((source) => source.destroy()));
  });
  async function initialised(entities: Function[]): Promise<DataSource> {
    const source = withSqlModelExt(
      new DataSource({ type: 'better-sqlite3', database: ':memory:', synchronize: true, entities }),
    );
    sources.push(source);
    return source.initialize();
  }

  const CIRCULAR_INPUT = {
    name: 'Wien',
    country: { name: 'Austria', cities: [{ name: 'Graz' }, { name: 'Linz', country: null }] },
  };

  it.each([
    ['city', 'country', true],
    ['country', 'city', true],
    ['city', 'country', false],
    ['country', 'city', false],
  ])(
    'circular files work in plain Node: %s, then %s, class fields defined %s',
    async (first, second, useDefineForClassFields) => {
      const folder = await scriptFolder({
        models: ['circular/city', 'circular/country'],
        useDefineForClassFields,
        files: {
          'main.js': `
          import './circular/${first}.js';
          import './circular/${second}.js';
          import { City, CityResponse } from './circular/city.js';
          import { Country, CountryResponse } from './circular/country.js';
          import { ModelRepository, validateList, withSqlModelExt } from 'nestjs-sqlmodel-ext';
          import { DataSource } from 'typeorm';
          const options = { type: 'better-sqlite3', database: ':memory:', synchronize: true };
          const source = await withSqlModelExt(new DataSource({ ...options, entities: [City, Country] })).initialize();
          const austria = await new ModelRepository(Country, source).add({ name: 'Austria' });
          const cities = new ModelRepository(City, source);
          await cities.add({ name: 'Wien', countryId: austria.id });
          const found = await cities.get({ name: 'Wien' }, { load: ['country.cities'] });
          const [made] = await validateList(CityResponse, [${JSON.stringify(CIRCULAR_INPUT)}]);
          const [read] = await validateList(CityResponse, [found]).catch((error) => [error.message]);
          console.log(JSON.stringify({
            entities: found.country instanceof Country && found.country.cities[0] instanceof City,
            input: made.country instanceof CountryResponse && made.country.cities[1] instanceof CityResponse,
            read: read.country?.cities?.[0]?.name ?? read,
          }));
          await source.destroy();`,
        },
      });
      try {
        const { output, exitCode } = await runNode(folder, 'main.js');
        expect({ output: output.trim(), exitCode }).toEqual({
          output: '{"entities":true,"input":true,"read":"Wien"}',
          exitCode: 0,
        });
      } finally {
        await folder[Symbol.asyncDispose]();
      }
    },
  );

  it('mutually nested data classes refuse what is wrong at any depth, and reach OpenAPI', async () => {
    const wrong = { name: 'a', country: { name: 'b', cities: [{ name: 'c', x: 1 }, null] } };
    expect(await bind(CityResponse, wrong)).toEqual([
      'country.cities[0].x is not a field of CityResponse',
      'country.cities[1] must be an object',
    ]);
    const schemas = await schemasOf(CityResponse);
    expect(schemas['CityResponse'].properties.country).toEqual({
      nullable: true,
      type: 'object',
      allOf: [{ $ref: '#/components/schemas/CountryResponse' }],
    });
    expect(schemas['CountryResponse'].properties.cities).toEqual({
      nullable: true,
      type: 'array',
      items: { $ref: '#/components/schemas/CityResponse' },
    });
  });

  it('entities of one file may name each other before they are declared', async () => {
    @Model()
    class Child extends UuidTableBase {
      @Str16() name: string;
      @ManyToOne(() => Parent, (parent) => parent.children) parent: Relation<Parent>;
      @ManyToOne(() => Child, { nullable: true }) sibling: Relation<Child> | null;
    }
    @Model()
    class Parent extends UuidTableBase {
      @OneToMany(() => Child, (child) => child.parent) children: Relation<Child>[];
    }
    for (const entities of [
      [Child, Parent],
      [Parent, Child],
    ]) {
      const source = await initialised(entities);
      expect(source.getMetadata(Child).relations.map(({ propertyName, type }) => [propertyName, type])).toEqual([
        ['parent', Parent],
        ['sibling', Child],
      ]);
    }
  });

  it('private and #private members, methods, statics and constructors live in models', async () => {
    @Model()
    class Account extends UuidTable(ArticleBase) {
      static made = 0;
      @Str64({ nullable: true }) private secret: string | null;
      @Int({ default: 0 }) protected balance: number;
      #calls = 0;
      constructor() {
        super();
        Account.made++;
      }
      tell(): string {
        return `${this.secret} ${this.balance} ${++this.#calls}`;
      }
      static of(secret: string): Account {
        const account = new Account();
        Object.assign(account, { title: 'a', secret });
        return account;
      }
    }
    const source = await initialised([Account]);
    const accounts = new ModelRepository(Account, source);
    const saved = await accounts.save(Account.of('s'));
    expect(saved.tell()).toBe('s 0 1');
    const found = await accounts.getExistOne(saved.id);
    expect([found.tell(), found.tell()]).toEqual(['s 0 1', 's 0 2']);
  });

  it('an abstract class in the middle, mixins on mixins, and members of each', async () => {
    abstract class Named {
      @Str(8) name: string;
      abstract greet(): string;
    }
    @Model({ abstract: true })
    abstract class Root extends Table(Named as DataClass as new () => Named) {
      @Int({ default: 1 }) level: number;
    }
    @Model()
    class Leaf extends Root {
      @Str(4, { nullable: true }) own: string | null;
      greet(): string {
        return `hello ${this.name}`;
      }
    }
    const source = await initialised([Leaf]);
    const leaves = new ModelRepository(Leaf, source);
    const { id } = await leaves.add({ name: 'Ada' });
    const found = await leaves.getExistOne(id);
    expect(found).toMatchObject({ id: 1, name: 'Ada', level: 1, own: null });
    expect(found.greet()).toBe('hello Ada');
    expect(found).toBeInstanceOf(Root);
    expect(found).toBeInstanceOf(Named);
  });
});

describe('the fields of a class', () => {
  it('may carry the user’s own @ApiProperty, which wins above the field type', async () => {
    @Model()
    class Own {
      @ApiProperty({ description: 'Mine', example: 'x' }) @Str16({ description: 'Ours' }) name: string;
    }
    const { Own: schema } = await schemasOf(Own);
    expect(schema.properties.name).toMatchObject({ type: 'string', maxLength: 16, description: 'Mine', example: 'x' });
  });

  it('are checked by the @nestjs/swagger that is installed', () => {
    const { version } = createRequire(import.meta.url)('@nestjs/swagger/package.json') as { version: string };
    expect(version).toMatch(/^12\./);
  });
});
