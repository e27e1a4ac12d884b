import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  Injectable,
  Param,
  Patch,
  Post,
  Query,
  Scope,
  ValidationPipe,
  type ModuleMetadata,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { ApiParam, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { IsInt, IsString } from 'class-validator';
import type { DataSource } from 'typeorm';
import {
  AllFieldsOptional,
  Bool,
  ConfigurationError,
  DateTime,
  ExtraIgnore,
  InjectModelRepository,
  Int,
  ListOf,
  Model,
  isLoaded,
  ModelParam,
  ModelRepository,
  Nested,
  NonEmptyStrippedStr64,
  PositiveInt,
  SqlModelExtModule,
  Str,
  TableViewRequest,
  Transactional,
  type SqlModelExtOptions,
} from 'nestjs-sqlmodel-ext';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { Author, Book, LIBRARY, Profile, Tag } from '../support/models/library.js';
import { expectError } from './support/expect-error.js';
import { UNKNOWN_UUID } from './support/patterns.js';
import { PLATFORMS, type Platform } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class Address {
  @Str(20) city: string;
}
@Model()
class Line {
  @Str(8) sku: string;
  @PositiveInt({ default: 1 }) amount: number;
}
@Model()
class OrderCreate {
  @NonEmptyStrippedStr64() customer: string;
  @Bool({ default: false }) express: boolean;
  @Int({ nullable: true }) priority: number | null;
  @Nested(() => Address) address: Address;
  @Nested(() => [Line], { nullable: true }) lines: Line[] | null;
}
@Model()
class OrderUpdate extends AllFieldsOptional(OrderCreate) {}
@Model()
class OrderQuery {
  @Int({ nullable: true }) minimum: number | null;
  @Bool({ default: false }) open: boolean;
  @DateTime({ nullable: true }) since: Date | null;
  @ListOf(String, { max: 3, nullable: true }) tags: string[] | null;
}
@Model()
class OrderPath {
  @PositiveInt() number: number;
}
@Model()
class Webhook extends ExtraIgnore(Address) {
  @Nested(() => Webhook, { nullable: true }) inner: Webhook | null;
}
class PlainDto {
  @IsString() name: string;
  @IsInt() size: number;
}

/** What the handler got: of which class, and its content. */
const seen = (value: unknown) => ({
  className: (value as object | undefined)?.constructor?.name ?? typeof value,
  value: value ?? null,
});

@Controller('orders')
class OrderController {
  @Post() create(@Body() order: OrderCreate) {
    return { ...seen(order), address: seen(order.address), line: seen(order.lines?.[0]) };
  }
  @Patch() update(@Body() order: OrderUpdate) {
    return seen(order);
  }
  @Get() list(@Query() query: OrderQuery) {
    return { ...seen(query), since: seen(query.since).className };
  }
  @Get('views') view(@Query() view: TableViewRequest) {
    return seen(view);
  }
  @Get(':number') read(@Param() path: OrderPath) {
    return seen(path);
  }
  @Post('webhooks') webhook(@Body() body: Webhook) {
    return seen(body);
  }
  @Post('lists') list_(@Body() lines: Line[]) {
    return seen(lines);
  }
  @Post('plain') plain(@Body() body: PlainDto) {
    return seen(body);
  }
  @Post('fields') field(@Body('customer') customer: string, @Body('address') address: Address) {
    return { customer, address: seen(address) };
  }
  @Post('anything') anything(@Body() body: any) {
    return seen(body);
  }
}

const ORDER = { customer: ' Ada ', address: { city: 'Turin' } };
const orders = (options: SqlModelExtOptions = {}, more: ModuleMetadata = {}): ModuleMetadata => ({
  imports: [sqliteInMemory([]), SqlModelExtModule.forRoot(options)],
  controllers: [OrderController],
  ...more,
});

describe.each(PLATFORMS)('input on %s', (platform) => {
  const started: Served[] = [];
  const start = async (...args: [ModuleMetadata, Parameters<typeof serve>[2]?]): Promise<Served> => {
    const served = await serve(platform, ...args);
    started.push(served);
    return served;
  };
  afterEach(async () => {
    for (const { app } of started.splice(0)) await app.close();
  });

  describe('of model parameters', () => {
    let served: Served;
    let http: Served['http'];
    beforeAll(async () => {
      served = await serve(platform, orders());
      ({ http } = served);
    });
    afterAll(() => served.app.close());

    it('is bound: an instance with converted values and defaults', async () => {
      const { status, body } = await http.post('/orders', { ...ORDER, lines: [{ sku: 'a' }] });
      expect({ status, body }).toEqual({
        status: 201,
        body: {
          className: 'OrderCreate',
          value: {
            customer: 'Ada',
            express: false,
            address: { city: 'Turin' },
            lines: [{ sku: 'a', amount: 1 }],
          },
          address: { className: 'Address', value: { city: 'Turin' } },
          line: { className: 'Line', value: { sku: 'a', amount: 1 } },
        },
      });
    });

    it.each([
      ['an unknown field', { ...ORDER, isAdmin: true }, ['isAdmin is not a field of OrderCreate']],
      ['several', { ...ORDER, a: 1, b: 2 }, ['a is not a field of OrderCreate', 'b is not a field of OrderCreate']],
      [
        'an unknown field below',
        { ...ORDER, address: { city: 'Turin', zip: 1 } },
        ['address.zip is not a field of Address'],
      ],
      [
        'an unknown field in a list',
        { ...ORDER, lines: [{ sku: 'a' }, { sku: 'b', price: 0 }] },
        ['lines[1].price is not a field of Line'],
      ],
      [
        'names of the prototype',
        '{"customer":"Ada","address":{"city":"Turin"},"constructor":1}',
        [/constructor is not a field/],
      ],
      ['a wrong type', { ...ORDER, express: 'yes' }, [/^express must be/]],
      ['text for a number', { ...ORDER, priority: '5' }, [/^priority must be an integer/]],
      ['a NUL character', { ...ORDER, customer: 'A\0da' }, [/^customer .*NUL/]],
      ['a text that is too long', { ...ORDER, address: { city: 'x'.repeat(21) } }, [/^address\.city .*20/]],
      ['a text that is blank', { ...ORDER, customer: '   ' }, [/^customer/]],
      ['null for a required field', { ...ORDER, customer: null }, [/^customer/]],
      ['a missing field', { customer: 'Ada' }, [/^address/]],
      ['a list for an object', { ...ORDER, address: [{ city: 'Turin' }] }, [/^address/]],
      ['an object for a list', { ...ORDER, lines: { sku: 'a' } }, [/^lines/]],
      ['a list as the body', [ORDER], ['OrderCreate must be an object']],
    ])('is refused with 400 and its names: %s', async (_case, sent, messages) => {
      const answer = await http.send('POST', '/orders', sent, { 'content-type': 'application/json' });
      expectError(answer, 400);
      expect(answer.body.message).toEqual(
        messages.map((message) => (typeof message === 'string' ? message : expect.stringMatching(message))),
      );
    });

    it('may be missing altogether: then required fields are', async () => {
      const answer = await http.send('POST', '/orders');
      expectError(answer, 400, /customer/);
      expectError(answer, 400, /address/);
      expect((await http.send('PATCH', '/orders')).body).toEqual({ className: 'OrderUpdate', value: {} });
    });

    it.each([['"text"'], ['5'], ['null'], ['true']])('is refused when the body is %s', async (body) => {
      expectError(await http.send('POST', '/orders', body, { 'content-type': 'application/json' }), 400);
    });

    it('of patches has just what was sent', async () => {
      expect((await http.patch('/orders', { priority: null })).body.value).toEqual({ priority: null });
      expectError(await http.patch('/orders', { customer: null }), 400, /customer/);
    });

    it('that is malformed JSON stays what Nest says about it', async () => {
      const bare = await start({ controllers: [OrderController] });
      const send = (client: Served['http']) =>
        client.send('POST', '/orders', '{"customer": ', { 'content-type': 'application/json' });
      const [ours, nests] = [await send(http), await send(bare.http)];
      expect(ours.status).toBe(400);
      expect(ours.text).toBe(nests.text);
    });

    it('from the query string is read from text', async () => {
      const { status, body } = await http.get('/orders?minimum=-5&open=true&since=2026-01-02T03:04:05Z&tags=a&tags=b');
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          className: 'OrderQuery',
          since: 'Date',
          value: { minimum: -5, open: true, since: '2026-01-02T03:04:05.000Z', tags: ['a', 'b'] },
        },
      });
      expect((await http.get('/orders')).body.value).toEqual({ open: false });
      expectError(await http.get('/orders?minimum=five'), 400, /^minimum must be an integer/);
      expectError(await http.get('/orders?minimum=1&minimum=2'), 400, /^minimum/);
      expectError(await http.get('/orders?maximum=5'), 400, 'maximum is not a field of OrderQuery');
    });

    it('from the path is read from text', async () => {
      expect((await http.get('/orders/12')).body).toEqual({ className: 'OrderPath', value: { number: 12 } });
      expectError(await http.get('/orders/twelve'), 400, /^number/);
    });

    it('of an ExtraIgnore model drops what is unknown, with one warning that names model and fields', async () => {
      // Nest has one logger in a process: that of the application that started last.
      const { http, logs } = await start(orders());
      logs.length = 0;
      const answer = await http.post('/orders/webhooks', {
        city: 'Turin',
        zip: 1,
        'for\nged': 2,
        inner: { city: 'Pisa', zip: 3 },
      });
      expect(answer.body).toEqual({ className: 'Webhook', value: { city: 'Turin', inner: { city: 'Pisa' } } });
      expect(logs).toEqual(['warn: Webhook dropped 3 unknown input field(s): zip, "for\\nged", zip']);
      await http.post('/orders/webhooks', { city: 'Turin' });
      expect(logs).toHaveLength(1);
      expectError(await http.post('/orders/webhooks', { city: 5, zip: 1 }), 400, /^city/);
    });
  });

  it('of everything else is not touched', async () => {
    const { http } = await start(orders());
    const posted = async (path: string, body: unknown) => (await http.post(`/orders/${path}`, body)).body;
    expect(await posted('lists', [{ sku: 1, more: true }])).toEqual({
      className: 'Array',
      value: [{ sku: 1, more: true }],
    });
    expect(await posted('plain', { name: 5, extra: true })).toEqual({
      className: 'Object',
      value: { name: 5, extra: true },
    });
    expect(await posted('anything', { a: 1 })).toEqual({ className: 'Object', value: { a: 1 } });
    expect(await posted('fields', { customer: 5, address: { zip: 1 }, more: 1 })).toEqual({
      customer: 5,
      address: { className: 'Object', value: { zip: 1 } },
    });
  });

  it('is not touched at all with validation: false', async () => {
    const { http } = await start(orders({ validation: false }));
    const answer = await http.post('/orders', { ...ORDER, isAdmin: true });
    expect(answer.body).toMatchObject({ className: 'Object', value: { ...ORDER, isAdmin: true } });
    expect((await http.get('/orders/12')).body.value).toEqual({ number: '12' });
  });

  it('is bound once with two data sources', async () => {
    const { http, logs } = await start({
      ...orders(),
      imports: [
        sqliteInMemory([]),
        sqliteInMemory([], { name: 'reports' }),
        SqlModelExtModule.forRoot({ dataSource: 'reports' }),
        SqlModelExtModule.forRoot(),
      ],
    });
    expect((await http.post('/orders/webhooks', { city: 'Turin', zip: 1 })).status).toBe(201);
    expect(logs.filter((line) => line.includes('dropped'))).toHaveLength(1);
  });

  describe.each(['useGlobalPipes', 'APP_PIPE'] as const)("beside the application's own ValidationPipe by %s", (way) => {
    const startWith = (pipe: ValidationPipe) =>
      way === 'APP_PIPE'
        ? start(orders({}, { providers: [{ provide: APP_PIPE, useValue: pipe }] }))
        : start(orders(), (app) => app.useGlobalPipes(pipe));

    it('skips the instances that it has made', async () => {
      const { http, logs } = await startWith(new ValidationPipe({ transform: true, whitelist: true }));
      const answer = await http.post('/orders', { ...ORDER, isAdmin: true, address: { city: 'Turin', zip: 1 } });
      // Its rules, not ours: what is unknown is stripped and not refused.
      expect(answer.body).toMatchObject({
        className: 'OrderCreate',
        value: { customer: 'Ada', address: { city: 'Turin' } },
        address: { className: 'Address' },
      });
      expect(answer.body.value).not.toHaveProperty('isAdmin');
      expect((await http.post('/orders/webhooks', { city: 'Turin', zip: 1 })).body.value).toEqual({ city: 'Turin' });
      expect(logs.filter((line) => line.startsWith('warn'))).toEqual([]);
    });

    it('leaves its words and its status to it', async () => {
      const pipe = new ValidationPipe({
        transform: true,
        whitelist: true,
        forbidNonWhitelisted: true,
        errorHttpStatusCode: 422,
      });
      const { http } = await startWith(pipe);
      expectError(await http.post('/orders', { ...ORDER, isAdmin: true }), 422, 'property isAdmin should not exist');
      expectError(
        await http.post('/orders', { ...ORDER, address: { city: 'Turin', zip: 1 } }),
        422,
        'property zip should not exist',
      );
      expectError(await http.post('/orders', { ...ORDER, customer: 5 }), 422, /customer/);
      expect((await http.post('/orders', ORDER)).body).toMatchObject({
        className: 'OrderCreate',
        value: { customer: 'Ada' },
      });
    });

    it('binds what it validates without making an instance', async () => {
      const { http } = await startWith(new ValidationPipe());
      expect((await http.post('/orders', ORDER)).body).toMatchObject({
        className: 'OrderCreate',
        value: { customer: 'Ada' },
      });
      expectError(
        await http.post('/orders', { ...ORDER, isAdmin: true }),
        400,
        'isAdmin is not a field of OrderCreate',
      );
    });

    it.each([
      ['transform', { transform: true }],
      ['implicit conversion', { transform: true, transformOptions: { enableImplicitConversion: true } }],
      ['neither', {}],
    ])('has query strings and paths read from text before it looks at them, with %s', async (_case, options) => {
      const { http } = await startWith(new ValidationPipe(options));
      const { status, body } = await http.get('/orders?minimum=-5&open=false&since=2026-01-02T03:04:05Z&tags=a&tags=b');
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          className: 'OrderQuery',
          since: 'Date',
          value: { minimum: -5, open: false, since: '2026-01-02T03:04:05.000Z', tags: ['a', 'b'] },
        },
      });
      expect((await http.get('/orders?tags=a')).body.value).toMatchObject({ tags: ['a'] });
      expectError(await http.get('/orders?minimum=five'), 400, /minimum/);
      expect((await http.get('/orders/12')).body).toEqual({ className: 'OrderPath', value: { number: 12 } });
      // JSON says itself what is text.
      if (!('transformOptions' in options))
        expectError(await http.post('/orders', { ...ORDER, priority: '5' }), 400, /priority/);
    });

    it('has list requests read from the query string', async () => {
      const { http } = await startWith(new ValidationPipe({ transform: true }));
      const answer = await http.get('/orders/views?limit=10&offset=5&desc=false');
      expect(answer.body).toMatchObject({
        className: 'TableViewRequest',
        value: { limit: 10, offset: 5, desc: false },
      });
      expectError(await http.get('/orders/views?limit=101'), 400, /limit/);
    });
  });
});

describe('@ModelParam at class definition', () => {
  const refusal = (...args: [any, any?, any?]): string => {
    try {
      ModelParam(args[0], args[1] ?? 'id', args[2]);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };
  it('refuses options that are unknown or wrong, and a model that is undefined', () => {
    expect(refusal(Book, 'id', { lok: true })).toMatch(
      /unknown option 'lok'. Allowed are load, lock, detail, ifMatch, dataSource/,
    );
    expect(refusal(Book, 'id', { lock: 'yes' })).toMatch(/lock must be true, false or an object/);
    expect(refusal(Book, 'id', { lock: { noWait: true, timeout: 5 } })).toMatch(/noWait and timeout, which exclude/);
    expect(() => ModelParam(Book, 'id', { lock: { noWait: true } })).not.toThrow();
    expect(refusal(Book, 'id', { ifMatch: true })).toMatch(/'ifMatch' compares versions, and Book has none/);
    expect(refusal(undefined)).toMatch(/with a circular import/);
  });
});

const summaryOf = (book: Book) => ({
  isBook: book instanceof Book,
  title: book.title,
  author: isLoaded(book, 'author') ? book.author.name : undefined,
  bio: isLoaded(book, 'author.profile') ? book.author.profile?.bio : undefined,
});

@Controller('books')
class BookController {
  constructor(@InjectModelRepository(Book) readonly books: ModelRepository<Book>) {}

  @Get('tags/:tagId') tag(@ModelParam(Tag, 'tagId') tag: Tag) {
    return { id: tag.id, label: tag.label };
  }
  @Get('mistakes/:bookId') mistake(@ModelParam(Book, 'bokId') book: Book) {
    return book;
  }
  @Get('bare-locks/:bookId') bareLock(@ModelParam(Book, 'bookId', { lock: true }) book: Book) {
    return summaryOf(book);
  }
  @Get(':bookId') read(@ModelParam(Book, 'bookId') book: Book) {
    return summaryOf(book);
  }
  @Get(':bookId/full') full(
    @ModelParam(Book, 'bookId', { load: ['author', 'author.profile'], detail: 'No such book on our shelves' })
    book: Book,
  ) {
    return summaryOf(book);
  }
  @Get(':bookId/tags/:tagId') @ApiParam({ name: 'tagId', description: 'My words' }) both(
    @ModelParam(Book, 'bookId') book: Book,
    @ModelParam(Tag, 'tagId') tag: Tag,
  ) {
    return { title: book.title, label: tag.label };
  }
  @Post(':bookId/sales') @Transactional() async sell(
    @ModelParam(Book, 'bookId', { lock: true }) book: Book,
    @Body() _: Address,
  ) {
    return { stock: (await this.books.update(book, { stock: book.stock - 1 })).stock };
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {}

@Controller({ path: 'scoped/books', scope: Scope.REQUEST })
class ScopedController extends BookController {
  constructor(
    readonly perRequest: PerRequest,
    @InjectModelRepository(Book) books: ModelRepository<Book>,
  ) {
    super(books);
  }
}

const CASES: { name: (typeof DATABASES)[number]['name']; hasConcurrency: boolean; platform: Platform }[] =
  DATABASES.flatMap((database) => PLATFORMS.map((platform) => ({ ...database, platform })));

describe.each(CASES)('@ModelParam on $name and $platform', ({ name, hasConcurrency, platform }) => {
  let served: Served;
  let http: Served['http'];
  let drop: () => Promise<void>;
  let book: Book;
  let tag: Tag;
  const sql: string[] = [];

  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = () => database.drop();
    const none = (): void => undefined;
    const logger = {
      logQuery: (query: string) => void sql.push(query),
      ...{ logQueryError: none, logQuerySlow: none, logSchemaBuild: none, logMigration: none, log: none },
    };
    served = await serve(platform, {
      imports: [
        sqliteInMemory(LIBRARY, { ...database.options, logger }),
        SqlModelExtModule.forRoot(),
        SqlModelExtModule.forFeature(LIBRARY),
      ],
      controllers: [ScopedController, BookController],
      providers: [PerRequest],
    });
    ({ http } = served);
    const dataSource = served.app.get<DataSource>(getDataSourceToken());
    const author = await new ModelRepository(Author, dataSource).add({ name: 'Ada', email: 'ada@example.org' });
    await new ModelRepository(Profile, dataSource).add({ bio: 'Counts', authorId: author.id });
    book = await new ModelRepository(Book, dataSource).add({ title: 'Notes', authorId: author.id, stock: 100 });
    tag = await new ModelRepository(Tag, dataSource).add({ label: 'maths' });
  });
  afterAll(async () => {
    await served?.app.close();
    await drop?.();
  });

  it('gives the loaded entity', async () => {
    expect((await http.get(`/books/${book.id}`)).body).toEqual({ isBook: true, title: 'Notes' });
    expect((await http.get(`/books/tags/${tag.id}`)).body).toEqual({ id: tag.id, label: 'maths' });
    expect((await http.get(`/books/${book.id}/tags/${tag.id}`)).body).toEqual({ title: 'Notes', label: 'maths' });
  });

  it('loads relations', async () => {
    expect((await http.get(`/books/${book.id}/full`)).body).toEqual({
      isBook: true,
      title: 'Notes',
      author: 'Ada',
      bio: 'Counts',
    });
  });

  it.each([
    ['an unknown id', `/books/${UNKNOWN_UUID}`, 'Book not found'],
    ['an unknown id, in the words of the handler', `/books/${UNKNOWN_UUID}/full`, 'No such book on our shelves'],
    ['no UUID', '/books/17', 'Book not found'],
    ['a UUID and more', `/books/${UNKNOWN_UUID}%20`, 'Book not found'],
    ['NUL', '/books/%00', 'Book not found'],
    ['SQL', "/books/'%20OR%201=1", 'Book not found'],
    ['an unknown number', '/books/tags/99999', 'Tag not found'],
    ['no number', '/books/tags/one', 'Tag not found'],
    ['a number out of range', '/books/tags/99999999999999999999', 'Tag not found'],
    ['a fraction', '/books/tags/1.5', 'Tag not found'],
  ])('answers 404 for %s', async (_case, path, message) => {
    const answer = await http.get(path);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 404,
      body: { statusCode: 404, error: 'Not Found', message, code: 'RECORD_NOT_FOUND' },
    });
  });

  it('locks the row inside @Transactional, and only there', async () => {
    sql.length = 0;
    expect((await http.post(`/books/${book.id}/sales`, { city: 'Turin' })).body).toEqual({ stock: 99 });
    expect(sql.filter((query) => /FOR UPDATE/.test(query))).toHaveLength(name === 'sqlite' ? 0 : 1);
    expectError(await http.post(`/books/${UNKNOWN_UUID}/sales`, { city: 'Turin' }), 404, 'Book not found');
    expectError(await http.post(`/books/${book.id}/sales`, { city: 5 }), 400, /city/);
    const bare = await http.get(`/books/bare-locks/${book.id}`);
    expect([bare.status, bare.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
  });

  (hasConcurrency || name === 'sqlite' ? it : it.skip)('so that requests at the same time lose nothing', async () => {
    const before = (await served.app.get(BookController).books.getExistOne(book.id)).stock;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => http.post(`/books/${book.id}/sales`, { city: 'Turin' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect((await served.app.get(BookController).books.getExistOne(book.id)).stock).toBe(before - 10);
  });

  it('works in request-scoped controllers', async () => {
    expect((await http.get(`/scoped/books/${book.id}`)).body).toEqual({ isBook: true, title: 'Notes' });
    expect((await http.post(`/scoped/books/${book.id}/sales`, { city: 'Turin' })).status).toBe(201);
    expectError(await http.get(`/scoped/books/${UNKNOWN_UUID}`), 404);
  });

  it('is a mistake of the server when the route has no such parameter', async () => {
    const answer = await http.get(`/books/mistakes/${book.id}`);
    expect([answer.status, answer.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    expect(served.logs.join('\n')).toContain(
      "@ModelParam(Book, 'bokId'): the route has no parameter 'bokId'. It has bookId.",
    );
  });

  it('is a path parameter in OpenAPI, and keeps what the application says itself', () => {
    const { paths } = SwaggerModule.createDocument(served.app, new DocumentBuilder().build());
    expect(paths['/books/{bookId}'].get?.parameters).toEqual([
      {
        name: 'bookId',
        in: 'path',
        required: true,
        schema: expect.objectContaining({ type: 'string', format: 'uuid' }),
      },
    ]);
    expect(paths['/books/tags/{tagId}'].get?.parameters).toEqual([
      { name: 'tagId', in: 'path', required: true, schema: expect.objectContaining({ type: 'integer' }) },
    ]);
    const both = paths['/books/{bookId}/tags/{tagId}'].get?.parameters as { name: string; description?: string }[];
    expect(both.map((parameter) => parameter.name).sort()).toEqual(['bookId', 'tagId']);
    expect(both.find((parameter) => parameter.name === 'tagId')?.description).toBe('My words');
  });
});
