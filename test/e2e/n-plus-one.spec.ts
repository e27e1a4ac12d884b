import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Query,
  Sse,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type ModuleMetadata,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { concatMap, from, mergeMap } from 'rxjs';
import type { DataSource, Logger } from 'typeorm';
import {
  getModelRepositoryToken,
  InjectModelRepository,
  ModelParam,
  ModelRepository,
  Nested,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  Transactional,
  UuidIdInfo,
  Model,
  type SqlModelExtOptions,
} from 'nestjs-sqlmodel-ext';
import { lineAt } from '../support/line-at.js';
import { Author, Book, LIBRARY, Tag } from '../support/models/library.js';
import { PLATFORMS } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class AuthorResponse {
  @Str64() name: string;
}
@Model()
class BookResponse extends UuidIdInfo() {
  @Nested(() => AuthorResponse) author: AuthorResponse;
}

@Injectable()
class Names {
  constructor(
    @InjectModelRepository(Book) readonly books: ModelRepository<Book>,
    @InjectModelRepository(Author) readonly authors: ModelRepository<Author>,
  ) {}

  async byline(book: Book): Promise<string> {
    return `${book.title} by ${(await this.authors.getExistOne(book.authorId)).name}`;
  }

  async bylines(limit?: number): Promise<string[]> {
    const lines: string[] = [];
    for (const book of await this.books.get({}, { fetch: 'all', limit })) lines.push(await this.byline(book));
    return lines;
  }
}

/** Reads once for each letter. */
@Injectable()
class LettersPipe implements PipeTransform<string, Promise<number>> {
  constructor(private readonly names: Names) {}

  async transform(letters: string): Promise<number> {
    let found = 0;
    for (const letter of letters) found += await this.names.authors.count({ name: letter });
    return found;
  }
}

@Injectable()
class AfterwardsInterceptor implements NestInterceptor {
  constructor(private readonly names: Names) {}

  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(mergeMap(() => this.names.bylines()));
  }
}

@Controller('books')
class BookController {
  constructor(readonly names: Names) {}

  @Get() list(@Query('limit', new ParseIntPipe({ optional: true })) limit?: number) {
    return this.names.bylines(limit);
  }
  @Post('list') @Transactional() listInTransaction() {
    return this.names.bylines();
  }
  @Get('by-hand') async byHand() {
    const all = await this.names.books.typeorm.find();
    return Promise.all(all.map(({ authorId }) => this.names.authors.typeorm.findOneByOrFail({ id: authorId })));
  }
  @Get('loaded') loaded() {
    return this.names.books.get({}, { fetch: 'all', load: ['author'] });
  }
  @Get('shown') @ResponseModel(BookResponse) shown() {
    return this.names.books.get({}, { fetch: 'all' });
  }
  @Get('fails') async fails() {
    await this.names.bylines();
    throw new NotFoundException('No such list');
  }
  @Get('streamed') streamed() {
    return from(this.names.books.get({}, { fetch: 'all' })).pipe(
      mergeMap((all) => from(all)),
      concatMap((book) => this.names.byline(book)),
    );
  }
  @Get('letters/:letters') letters(@Param('letters', LettersPipe) found: number) {
    return { found };
  }
  @Get('afterwards') @UseInterceptors(AfterwardsInterceptor) afterwards() {
    return 'replaced';
  }
  @Sse('events') events() {
    return from(this.names.bylines()).pipe(mergeMap((lines) => from(lines.map((data) => ({ data })))));
  }
  @Get('one/:id') one(@ModelParam(Book, 'id') book: Book) {
    return { title: book.title };
  }
}

let served: Served | undefined;
afterEach(async () => {
  await served?.app.close();
  served = undefined;
});

const warnings = () => (served?.logs ?? []).filter((line) => line.startsWith('warn:'));
const interceptorsOf = (app: INestApplication) =>
  app
    .get(ApplicationConfig)
    .getGlobalInterceptors()
    .map(({ constructor }) => constructor.name);

async function fill(app: INestApplication, count: number): Promise<void> {
  const authors = app.get<ModelRepository<Author>>(getModelRepositoryToken(Author), { strict: false });
  const books = app.get<ModelRepository<Book>>(getModelRepositoryToken(Book), { strict: false });
  const by = await authors.add(
    Array.from({ length: count }, (_, index) => ({ name: `Author ${index}`, email: `a${index}@example.org` })),
  );
  await books.add(by.map(({ id }, index) => ({ title: `Book ${index}`, authorId: id })));
}

const application = (options: SqlModelExtOptions = {}, database: object = {}): ModuleMetadata => ({
  imports: [
    sqliteInMemory(LIBRARY, database),
    SqlModelExtModule.forRoot({ analysis: { mode: 'off' }, ...options }),
    SqlModelExtModule.forFeature([Book, Author]),
  ],
  controllers: [BookController],
  providers: [Names, LettersPipe, AfterwardsInterceptor],
});

describe.each(PLATFORMS)('repeated statements of requests on %s', (platform) => {
  const start = async (options: SqlModelExtOptions = {}, books = 7) => {
    served = await serve(platform, application(options));
    await fill(served.app, books);
    return served;
  };

  it('are one warning with handler, count, place and fix', async () => {
    const { http } = await start();
    const { status, body } = await http.get('/books');
    expect([status, body.length]).toEqual([200, 7]);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0].split('\n')).toEqual([
      'warn: GET BookController.list sent the same statement 7 times:',
      expect.stringMatching(/^ {2}SELECT … FROM "author" /),
      expect.stringMatching(/^ {2}at .*n-plus-one\.spec\.ts:\d+:\d+\)$/),
      "  Load it with the query for Book: load: ['author'] (Book.author).",
    ]);
    expect(lineAt(warnings()[0].split('\n')[2])).toContain('await this.authors.getExistOne(book.authorId)');
  });

  it('are one warning for each handler and place, however many requests come', async () => {
    const { http } = await start();
    for (const path of ['/books', '/books', '/books?limit=6', '/books/by-hand', '/books/by-hand']) {
      expect((await http.get(path)).status).toBe(200);
    }
    expect((await http.post('/books/list')).status).toBe(201);
    expect(warnings().map((line) => line.split('\n')[0])).toEqual([
      'warn: GET BookController.list sent the same statement 7 times:',
      'warn: GET BookController.byHand sent the same statement 7 times:',
      'warn: POST BookController.listInTransaction sent the same statement 7 times:',
    ]);
    for (const line of warnings()) {
      expect(line).toMatch(/ {2}at .*n-plus-one\.spec\.ts:\d+:\d+/);
      expect(line).toContain('(Book.author)');
    }
  });

  it.each([
    ['in pipes', '/books/letters/abcdefg', 'letters', 200],
    ['in interceptors', '/books/afterwards', 'afterwards', 200],
    ['in observables', '/books/streamed', 'streamed', 200],
    ['before an error', '/books/fails', 'fails', 404],
  ])('count %s', async (_where, path, handler, status) => {
    const { http } = await start();
    expect((await http.get(path)).status).toBe(status);
    expect(warnings()).toEqual([
      expect.stringContaining(`warn: GET BookController.${handler} sent the same statement 7 times:`),
    ]);
  });

  it.each(['/books/loaded', '/books/shown', '/books?limit=5', '/books/events'])('are none at %s', async (path) => {
    const { http } = await start();
    expect((await http.get(path)).status).toBe(200);
    expect(warnings()).toEqual([]);
  });

  it('are counted for each request by itself', async () => {
    const { http } = await start();
    const answers = await Promise.all(Array.from({ length: 6 }, () => http.get('/books?limit=4')));
    expect(answers.map(({ body }) => body.length)).toEqual([4, 4, 4, 4, 4, 4]);
    const [first] = (await http.get('/books/loaded')).body as Book[];
    for (let request = 0; request < 7; request++) {
      expect((await http.get(`/books/one/${first.id}`)).status).toBe(200);
    }
    expect(warnings()).toEqual([]);
  });

  it('are reported above the number in `relations.nPlusOne`', async () => {
    const { http } = await start({ relations: { nPlusOne: 2 } });
    await http.get('/books?limit=2');
    expect(warnings()).toEqual([]);
    await http.get('/books?limit=3');
    expect(warnings()).toEqual([expect.stringContaining('sent the same statement 3 times')]);
  });
});

describe('the detector', () => {
  const environment = process.env['NODE_ENV'];
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production';
  });
  afterEach(() => {
    process.env['NODE_ENV'] = environment;
  });

  const quiet: Logger = {
    logQuery: () => undefined,
    logQueryError: () => undefined,
    logQuerySlow: () => undefined,
    logSchemaBuild: () => undefined,
    logMigration: () => undefined,
    log: () => undefined,
  };

  it.each<[string, SqlModelExtOptions, string | undefined]>([
    ['in production', {}, 'production'],
    ['when it is off', { relations: { nPlusOne: false } }, 'development'],
  ])('adds nothing %s: no interceptor, no logger', async (_case, options, mode) => {
    process.env['NODE_ENV'] = mode;
    served = await serve('express', application(options, { logger: quiet }));
    await fill(served.app, 7);
    expect((await served.http.get('/books')).status).toBe(200);
    expect(interceptorsOf(served.app)).not.toContain('NPlusOneInterceptor');
    expect(served.app.get<DataSource>(getDataSourceToken()).logger).toBe(quiet);
    expect(warnings()).toEqual([]);
  });

  it('is the outermost interceptor, and works in production where it is asked for', async () => {
    class OwnInterceptor implements NestInterceptor {
      intercept(_context: ExecutionContext, next: CallHandler) {
        return next.handle();
      }
    }
    const metadata = application({ relations: { nPlusOne: 5 } });
    served = await serve('express', metadata, (app) => app.useGlobalInterceptors(new OwnInterceptor()));
    await fill(served.app, 7);
    expect(interceptorsOf(served.app)[0]).toBe('NPlusOneInterceptor');
    await served.http.get('/books');
    expect(warnings()).toHaveLength(1);
  });

  it('has a threshold for each data source', async () => {
    @Injectable()
    class Both {
      constructor(
        readonly names: Names,
        @InjectModelRepository(Tag, 'strict') readonly strict: ModelRepository<Tag>,
        @InjectModelRepository(Tag, 'off') readonly off: ModelRepository<Tag>,
      ) {}
    }
    @Controller()
    class BothController {
      constructor(readonly both: Both) {}
      @Get(':count') async read(@Param('count', ParseIntPipe) count: number) {
        for (let run = 0; run < count; run++) {
          await this.both.names.books.count();
          await this.both.strict.getOne(run);
          await this.both.off.count();
        }
      }
    }
    const named = (name: string) =>
      TypeOrmModule.forRoot({
        name,
        type: 'better-sqlite3',
        database: ':memory:',
        synchronize: true,
        entities: LIBRARY,
      });
    @Module({ ...application({ relations: { nPlusOne: 4 } }), controllers: [], exports: [Names] })
    class NamesModule {}
    served = await serve('fastify', {
      imports: [
        NamesModule,
        named('strict'),
        SqlModelExtModule.forRoot({ dataSource: 'strict', relations: { nPlusOne: 2 }, analysis: { mode: 'off' } }),
        SqlModelExtModule.forFeature([Tag], 'strict'),
        named('off'),
        SqlModelExtModule.forRoot({ dataSource: 'off' }),
        SqlModelExtModule.forFeature([Tag], 'off'),
      ],
      controllers: [BothController],
      providers: [Both],
    });
    const { logger } = served.app.get<DataSource>(getDataSourceToken('off'));
    const counted = () => warnings().map((line) => [/FROM "\w+"/.exec(line)?.[0], /\d+ times/.exec(line)?.[0]]);
    await served.http.get('/2');
    expect(counted()).toEqual([]);
    await served.http.get('/4');
    expect(counted()).toEqual([['FROM "tag"', '4 times']]);
    await served.http.get('/5');
    expect(counted()).toEqual([
      ['FROM "tag"', '4 times'],
      ['FROM "book"', '5 times'],
    ]);
    expect(served.app.get<DataSource>(getDataSourceToken('off')).logger).toBe(logger);
  });
});
