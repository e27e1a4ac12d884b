import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  HttpCode,
  Post,
  SerializeOptions,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR, Reflector } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { ApiProperty, ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Exclude, Expose, Transform } from 'class-transformer';
import { from, lastValueFrom, of } from 'rxjs';
import type { DataSource } from 'typeorm';
import {
  ConfigurationError,
  InjectModelRepository,
  Int64,
  IntIdInfo,
  ListResponse,
  ListResponseOf,
  Model,
  ModelRepository,
  Nested,
  NonNegativeInt,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  Text10K,
  UuidIdDatetimeInfo,
  UuidIdInfo,
} from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { Author, Book, BookBase, LIBRARY, Profile, Shelf, Tag, TagBase } from '../support/models/library.js';
import { TIMESTAMP, UUID } from './support/patterns.js';
import { PLATFORMS } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class ProfileResponse {
  @Text10K() bio: string;
}
@Model()
class AuthorResponse extends UuidIdInfo() {
  @Str64() name: string;
  @Nested(() => ProfileResponse, { nullable: true }) profile: ProfileResponse | null;
}
@Model()
class TagResponse extends IntIdInfo(TagBase) {}
@Model()
class BookResponse extends UuidIdDatetimeInfo(BookBase) {
  @Nested(() => AuthorResponse) author: AuthorResponse;
  @Nested(() => [TagResponse]) tags: TagResponse[];
  @Str64() get label(): string {
    return `${this.title} by ${this.author.name}`;
  }
}
@Model()
class BookBrief extends UuidIdInfo() {
  @Str64() title: string;
}
@Model()
class ShelfResponse {
  @Str64() room: string;
  @Nested(() => [BookBrief]) books: BookBrief[];
}
@Model()
class Overview {
  @NonNegativeInt() total: number;
  @Int64({ nullable: true }) largest: bigint | null;
  @Nested(() => AuthorResponse, { nullable: true }) top: AuthorResponse | null;
  @Nested(() => [ShelfResponse]) shelves: ShelfResponse[];
}
@Model()
class Shaped extends UuidIdInfo() {
  @Text10K() @Exclude() summary: string;
  @Str64() @Expose({ name: 'heading' }) title: string;
  @NonNegativeInt() @Transform(({ value }) => `${value} pieces`) stock: number;
  @NonNegativeInt() @Expose({ groups: ['staff'] }) soldCopies: number;
  /** Known to validation or OpenAPI alone: shown as well. */
  @ApiProperty() genre: string;
}

@Controller('books')
class BookController {
  constructor(
    @InjectModelRepository(Book) readonly books: ModelRepository<Book>,
    @InjectModelRepository(Author) readonly authors: ModelRepository<Author>,
    @InjectModelRepository(Shelf) readonly shelves: ModelRepository<Shelf>,
  ) {}

  all() {
    return this.books.get({}, { fetch: 'all', order: { title: 'ASC' } });
  }
  async first() {
    return (await this.all())[0];
  }

  @Get('page') @ResponseModel(ListResponseOf(BookResponse)) page() {
    return this.books.getWithCount({}, { order: { title: 'ASC' }, limit: 2 });
  }
  @Get('plain-page') @ResponseModel(ListResponseOf(BookResponse)) async plainPage() {
    return { count: 99, items: await this.all(), debug: 'secret' };
  }
  @Get('list') @ResponseModel(BookResponse) list() {
    return this.all();
  }
  @Get('empty') @ResponseModel(BookResponse) async empty() {
    return [];
  }
  @Get('one') @ResponseModel(BookResponse) one() {
    return this.first();
  }
  @Get('loaded') @ResponseModel(BookResponse) async loaded() {
    return this.books.get({}, { order: { title: 'ASC' }, load: ['author', 'author.profile', 'tags'] });
  }
  @Get('observable') @ResponseModel(BookResponse) observable() {
    return of(this.first());
  }
  @Get('stream') @ResponseModel(BookBrief) async stream() {
    return from((await this.all()).slice(0, 1));
  }
  @Get('null') @ResponseModel(BookResponse) nothing() {
    return null;
  }
  @Get('text') @ResponseModel(BookResponse) text() {
    return 'just text';
  }
  @Get('hand-made') @ResponseModel(BookResponse) handMade() {
    return { id: 'x', title: 'T', author: { name: 'A', email: 'a@b.c' }, tags: [], barcode: 2n ** 60n, secret: 's' };
  }
  @Get('mixed') @ResponseModel(ListResponseOf(BookBrief)) async mixed() {
    return { count: 3, items: [await this.first(), null, { id: 'x', title: 'by hand', stock: 1 }] };
  }
  @Get('overview') @ResponseModel(Overview) async overview() {
    const [top] = await this.authors.get({}, { fetch: 'all', order: { name: 'ASC' } });
    return { total: 5, largest: 2n ** 62n, top, shelves: await this.shelves.get({}, { fetch: 'all' }), hidden: 1 };
  }
  @Get('shaped') @ResponseModel(Shaped) shaped() {
    return this.first();
  }
  @Get('shaped-for-staff') @SerializeOptions({ groups: ['staff'] }) @ResponseModel(Shaped) shapedForStaff() {
    return this.first();
  }
  @Get('circle') @ResponseModel(AuthorResponse) async circle() {
    return this.authors.get({ name: 'Ada' }, { load: ['profile', 'profile.author'] });
  }
  @Get('raw') async raw() {
    return { heading: (await this.first()).title };
  }
  @Post('made') @ResponseModel(BookBrief) made() {
    return this.first();
  }
  @Post('accepted') @HttpCode(202) @ResponseModel(BookBrief) accepted() {
    return this.first();
  }
  @ResponseModel(BookBrief) @HttpCode(203) @Post('accepted-above') acceptedAbove() {
    return this.first();
  }
  @Get('described')
  @ApiResponse({ status: 200, description: 'In my words', type: ProfileResponse })
  @ResponseModel(BookBrief)
  described() {
    return this.first();
  }
  @Get('described-error')
  @ResponseModel(BookBrief)
  @ApiResponse({ status: 404, description: 'Gone' })
  describedError() {
    return this.first();
  }
}

/** Records what the handler and the interceptors on it send to the database. */
class Recording implements NestInterceptor {
  recorder: QueryRecorder | undefined;
  intercept(_context: ExecutionContext, next: CallHandler) {
    return this.recorder ? from(this.recorder.record(() => lastValueFrom(next.handle()))) : next.handle();
  }
}

const CASES = [
  ...PLATFORMS.map((platform) => ({ name: 'sqlite' as const, platform })),
  ...DATABASES.filter(({ name }) => name !== 'sqlite').map(({ name }) => ({ name, platform: 'express' as const })),
];

describe.each(CASES)('@ResponseModel on $name and $platform', ({ name, platform }) => {
  let served: Served;
  let drop: () => Promise<void>;
  const recording = new Recording();

  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = () => database.drop();
    served = await serve(
      platform,
      {
        imports: [
          sqliteInMemory(LIBRARY, database.options),
          SqlModelExtModule.forRoot(),
          SqlModelExtModule.forFeature(LIBRARY),
        ],
        controllers: [BookController],
      },
      (app) => app.useGlobalInterceptors(recording),
    );
    const { app } = served;
    const dataSource = app.get<DataSource>(getDataSourceToken());
    recording.recorder = new QueryRecorder(dataSource);
    const { authors, books, shelves } = app.get(BookController);
    const [ada, ben] = await authors.add([
      { name: 'Ada', email: 'ada@example.org', secret: 'pssst' },
      { name: 'Ben', email: 'ben@example.org' },
    ]);
    await new ModelRepository(Profile, dataSource).add({ bio: 'Counts', authorId: ada.id });
    const tags = await new ModelRepository(Tag, dataSource).add([{ label: 'maths' }, { label: 'prose' }]);
    const shelf = await shelves.add({ room: 'North' });
    await books.add(
      [1, 2, 3, 4, 5].map((number) => ({
        title: `Book ${number}`,
        summary: 'Long',
        authorId: (number % 2 ? ada : ben).id,
        stock: number,
        barcode: BigInt(number) * 10n ** 17n,
        printedOn: '2026-01-02',
        shelf: number < 3 ? shelf : null,
        tags: number === 1 ? tags : [],
      })),
    );
  });
  afterAll(async () => {
    await served?.app.close();
    await drop?.();
  });

  async function got(path: string): Promise<{ body: any; statements: number }> {
    recording.recorder?.clear();
    const { status, body } = await served.http.get(`/books/${path}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return { body, statements: recording.recorder?.queries.length ?? -1 };
  }

  it('shows the declared fields, of relations too, and nothing else', async () => {
    const { body } = await got('one');
    expect(body).toEqual({
      id: expect.stringMatching(UUID),
      createdAt: expect.stringMatching(TIMESTAMP),
      updatedAt: expect.stringMatching(TIMESTAMP),
      title: 'Book 1',
      summary: 'Long',
      isPublished: false,
      genre: 'novel',
      stock: 1,
      rating: null,
      barcode: '100000000000000000',
      soldCopies: 0,
      publishedAt: null,
      printedOn: '2026-01-02',
      keywords: [],
      author: { id: expect.stringMatching(UUID), name: 'Ada', profile: { bio: 'Counts' } },
      tags: expect.arrayContaining([
        { id: expect.any(Number), label: 'maths' },
        { id: expect.any(Number), label: 'prose' },
      ]),
      label: 'Book 1 by Ada',
    });
  });

  it('loads what it shows in batches: the same number of statements for one book, five books and a page', async () => {
    const one = await got('one');
    const list = await got('list');
    expect(list.body.map((book: any) => [book.title, book.author.name, book.tags.length])).toEqual([
      ['Book 1', 'Ada', 2],
      ['Book 2', 'Ben', 0],
      ['Book 3', 'Ada', 0],
      ['Book 4', 'Ben', 0],
      ['Book 5', 'Ada', 0],
    ]);
    // Books, authors, their profiles, tags.
    expect([one.statements, list.statements]).toEqual([4, 4]);
    const page = await got('page');
    expect({ ...page.body, items: page.body.items.map((book: any) => book.label) }).toEqual({
      count: 5,
      items: ['Book 1 by Ada', 'Book 2 by Ben'],
    });
    // And the count.
    expect(page.statements).toBe(5);
  });

  it('loads nothing twice, and shows deeper relations that the handler loaded', async () => {
    const { body, statements } = await got('loaded');
    expect(body.author).toEqual({ id: expect.any(String), name: 'Ada', profile: { bio: 'Counts' } });
    expect(statements).toBe(4);
  });

  it('sends nothing for empty answers', async () => {
    expect(await got('empty')).toEqual({ body: [], statements: 0 });
    const nothing = await served.http.get('/books/null');
    expect([nothing.status, nothing.text]).toEqual([200, platform === 'express' ? '' : nothing.text]);
    expect((await served.http.get('/books/text')).text).toBe('just text');
  });

  it('takes observables and promises', async () => {
    expect((await got('stream')).body).toEqual({ id: expect.any(String), title: 'Book 1' });
    expect((await got('observable')).body).toMatchObject({ label: 'Book 1 by Ada' });
  });

  it('takes plain objects, and pages of them', async () => {
    expect((await got('hand-made')).body).toEqual({
      id: 'x',
      title: 'T',
      author: { name: 'A' },
      tags: [],
      barcode: '1152921504606846976',
      label: 'T by A',
    });
    const { body } = await got('plain-page');
    expect(Object.keys(body).sort()).toEqual(['count', 'items']);
    expect([body.count, body.items.length, body.items[1].author.name]).toEqual([99, 5, 'Ben']);
    expect((await got('mixed')).body).toEqual({
      count: 3,
      items: [{ id: expect.any(String), title: 'Book 1' }, null, { id: 'x', title: 'by hand' }],
    });
  });

  it('finds entities in nested fields and nested lists', async () => {
    const { body, statements } = await got('overview');
    expect(body).toEqual({
      total: 5,
      largest: '4611686018427387904',
      top: { id: expect.any(String), name: 'Ada', profile: { bio: 'Counts' } },
      shelves: [
        {
          room: 'North',
          books: expect.arrayContaining([
            { id: expect.any(String), title: 'Book 1' },
            { id: expect.any(String), title: 'Book 2' },
          ]),
        },
      ],
    });
    // Authors, shelves, profile of the author, books of the shelves.
    expect(statements).toBe(4);
  });

  it('ends where relations lead back', async () => {
    expect((await got('circle')).body).toEqual({ id: expect.any(String), name: 'Ada', profile: { bio: 'Counts' } });
  });

  it('keeps to class-transformer on the response class, and to @SerializeOptions', async () => {
    const { body } = await got('shaped');
    expect(body).toEqual({ id: expect.any(String), heading: 'Book 1', stock: '1 pieces', genre: 'novel' });
    expect((await got('shaped-for-staff')).body).toMatchObject({ heading: 'Book 1', soldCopies: 0 });
  });

  it('is the schema of the answer in OpenAPI, under the status that the handler answers with', () => {
    const { paths, components } = SwaggerModule.createDocument(served.app, new DocumentBuilder().build());
    const answers = (path: string, method: 'get' | 'post') =>
      paths[`/books/${path}`][method]?.responses as Record<string, any>;
    const schema = (name_: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name_}` } } });
    expect(answers('one', 'get')).toEqual({ 200: { description: '', content: schema('BookResponse') } });
    expect(answers('page', 'get')).toEqual({ 200: { description: '', content: schema('BookResponseList') } });
    expect(answers('made', 'post')).toEqual({ 201: { description: '', content: schema('BookBrief') } });
    expect(answers('accepted', 'post')).toEqual({ 202: { description: '', content: schema('BookBrief') } });
    expect(answers('accepted-above', 'post')).toEqual({ 203: { description: '', content: schema('BookBrief') } });
    expect(answers('described', 'get')).toEqual({
      200: { description: 'In my words', content: schema('ProfileResponse') },
    });
    expect(Object.keys(answers('described-error', 'get')).sort()).toEqual(['200', '404']);
    expect(components?.schemas?.['BookResponseList']).toMatchObject({
      properties: {
        count: { type: 'integer' },
        items: { type: 'array', items: { $ref: '#/components/schemas/BookResponse' } },
      },
    });
    expect(components?.schemas?.['BookResponse']).toMatchObject({
      properties: { barcode: { type: 'string' }, label: { readOnly: true }, author: expect.anything() },
    });
  });
});

describe.each(PLATFORMS)("@ResponseModel beside the application's own ClassSerializerInterceptor on %s", (platform) => {
  const metadata = () => ({
    imports: [sqliteInMemory(LIBRARY), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature(LIBRARY)],
    controllers: [BookController],
  });

  it.each(['useGlobalInterceptors', 'APP_INTERCEPTOR'] as const)(
    'by %s: loads and shapes all the same',
    async (way) => {
      const { app, http } = await serve(
        platform,
        way === 'APP_INTERCEPTOR'
          ? { ...metadata(), providers: [{ provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor }] }
          : metadata(),
        (application) => {
          if (way === 'useGlobalInterceptors') {
            application.useGlobalInterceptors(new ClassSerializerInterceptor(application.get(Reflector)));
          }
        },
      );
      try {
        const { authors, books } = app.get(BookController);
        const author = await authors.add({ name: 'Ada', email: 'ada@example.org' });
        await books.add({ title: 'Notes', authorId: author.id, barcode: 5n });
        expect((await http.get('/books/one')).body).toMatchObject({
          title: 'Notes',
          barcode: '5',
          author: { id: author.id, name: 'Ada' },
          tags: [],
          label: 'Notes by Ada',
        });
        expect((await http.get('/books/page')).body).toMatchObject({ count: 1, items: [{ author: { name: 'Ada' } }] });
        expect((await http.get('/books/shaped')).body).toMatchObject({ heading: 'Notes', stock: '0 pieces' });
        expect((await http.get('/books/raw')).body).toEqual({ heading: 'Notes' });
      } finally {
        await app.close();
      }
    },
  );
});

describe('@ResponseModel at class definition', () => {
  it('refuses a model that is undefined', () => {
    expect(() => ResponseModel(undefined as never)).toThrow(ConfigurationError);
    expect(() => ResponseModel(undefined as never)).toThrow(/with a circular import/);
  });
});

describe('ListResponse', () => {
  it('is what getWithCount answers with', () => {
    expect(new ListResponse([1], 5)).toEqual({ count: 5, items: [1] });
  });
});
