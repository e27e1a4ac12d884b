import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Get,
  Header,
  HttpCode,
  Patch,
  Post,
  Put,
  Res,
  Sse,
  UseInterceptors,
  type CallHandler,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AbstractGraphQLDriver, Field, GraphQLModule, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import {
  ApiHeader,
  ApiOkResponse,
  ApiPreconditionFailedResponse,
  DocumentBuilder,
  SwaggerModule,
} from '@nestjs/swagger';
import { graphql, type GraphQLSchema } from 'graphql';
import { request as httpRequest } from 'node:http';
import { lastValueFrom, map, of } from 'rxjs';
import { PrimaryColumn, VersionColumn } from 'typeorm';
import {
  AllFieldsOptional,
  ConfigurationError,
  InjectModelRepository,
  ListResponseOf,
  Model,
  ModelParam,
  ModelRepository,
  NonEmptyStrippedStr64,
  OptimisticLock,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  Transactional,
  UuidIdInfo,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import { createTestDatabase, DATABASES_OF_FULL_RUNS } from '../support/databases.js';
import { expectError } from './support/expect-error.js';
import type { HttpAnswer } from './support/http-client.js';
import { PLATFORMS } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class NoteBase {
  @NonEmptyStrippedStr64() title: string;
  @Str64({ default: '' }) body: string;
}
@Model()
class Note extends OptimisticLock(UuidTable(NoteBase)) {}
@Model()
class NoteUpdate extends AllFieldsOptional(NoteBase) {}
@Model()
class NoteResponse extends UuidIdInfo(NoteBase) {}
@Model()
class NoteTitle {
  @Str64() title: string;
}
/** A model without a version. */
@Model()
class Plain extends UuidTable(NoteBase) {}

class Wrap implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler) {
    return next.handle().pipe(map((data: unknown) => ({ data, served: ++served })));
  }
}
let served = 0;

/** Fails when the answer is there already. */
class Refuse implements NestInterceptor {
  intercept(_context: unknown, next: CallHandler) {
    return next.handle().pipe(
      map(() => {
        throw new Error('Refused in the end');
      }),
    );
  }
}

@Controller('notes')
class NoteController {
  constructor(
    @InjectModelRepository(Note) readonly notes: ModelRepository<Note>,
    @InjectModelRepository(Plain) readonly plain: ModelRepository<Plain>,
  ) {}

  @Get('list') @ResponseModel([NoteResponse]) list() {
    return this.notes.get({}, { fetch: 'all' });
  }
  @Get('page') @ResponseModel(ListResponseOf(NoteResponse)) page() {
    return this.notes.getWithCount();
  }
  @Get('stream') @ResponseModel(NoteResponse) stream() {
    return this.notes.stream();
  }
  @Sse('events') @ResponseModel(NoteResponse) async events() {
    return of({ data: (await this.notes.get()) as Note });
  }
  @Get('plain/:id') @ResponseModel(NoteResponse) readPlain(@ModelParam(Plain, 'id') plain: Plain) {
    return plain;
  }
  @Get('nothing') @ResponseModel(NoteResponse) nothing() {
    return null;
  }
  @Get('hand-made') @ResponseModel(NoteResponse) handMade() {
    return { title: 'By hand', version: 3 };
  }
  @Get(':id') @ResponseModel(NoteResponse) read(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Get(':id/unshaped') unshaped(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Get(':id/title') @ResponseModel(NoteTitle) title(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Get(':id/own-tag') @Header('ETag', '"mine"') @ResponseModel(NoteResponse) ownTag(
    @ModelParam(Note, 'id') note: Note,
  ) {
    return note;
  }
  @Get(':id/own-answer') @ResponseModel(NoteResponse) ownAnswer(@ModelParam(Note, 'id') note: Note, @Res() res: any) {
    res.status(200).send({ own: true });
    return note;
  }
  @Get(':id/teapot') @HttpCode(418) @ResponseModel(NoteResponse) teapot(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Get(':id/serialized')
  @UseInterceptors(ClassSerializerInterceptor)
  @ResponseModel(NoteResponse)
  serialized(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Get(':id/wrapped')
  @ResponseModel(NoteTitle)
  @UseInterceptors(Wrap)
  wrapped(@ModelParam(Note, 'id') note: Note) {
    return note;
  }
  @Post() @ResponseModel(NoteResponse) create(@Body() body: NoteBase) {
    return this.notes.add(body);
  }
  @Patch(':id')
  @ResponseModel(NoteResponse)
  update(@ModelParam(Note, 'id', { ifMatch: true }) note: Note, @Body() patch: NoteUpdate) {
    return this.notes.update(note, patch);
  }
  @Patch(':id/optional')
  @ResponseModel(NoteResponse)
  optional(@ModelParam(Note, 'id', { ifMatch: 'optional' }) note: Note, @Body() patch: NoteUpdate) {
    return this.notes.update(note, patch);
  }
  @Patch(':id/locked')
  @Transactional()
  @ResponseModel(NoteResponse)
  locked(@ModelParam(Note, 'id', { ifMatch: true, lock: true }) note: Note, @Body() patch: NoteUpdate) {
    return this.notes.update(note, patch);
  }
  @Patch(':id/below')
  @ResponseModel(NoteResponse)
  @Transactional()
  below(@ModelParam(Note, 'id', { ifMatch: true }) note: Note, @Body() patch: NoteUpdate) {
    return this.notes.update(note, patch);
  }
  @Patch(':id/refused')
  @ResponseModel(NoteResponse)
  @UseInterceptors(Refuse)
  @Transactional()
  refused(@ModelParam(Note, 'id', { ifMatch: true }) note: Note, @Body() patch: NoteUpdate) {
    return this.notes.update(note, patch);
  }
  /** Somebody else writes between the check and the write. */
  @Patch(':id/overtaken')
  @ResponseModel(NoteResponse)
  async overtaken(@ModelParam(Note, 'id', { ifMatch: true }) note: Note, @Body() patch: NoteUpdate) {
    await this.notes.update(await this.notes.getExistOne(note.id), { body: 'overtaken' });
    return this.notes.update(note, patch);
  }
  @Put(':id/checked') checked(@ModelParam(Note, 'id', { ifMatch: true }) note: Note) {
    return { title: note.title };
  }
  @Put(':id/described')
  @ApiHeader({ name: 'if-match', description: 'In my words' })
  @ApiPreconditionFailedResponse({ description: 'Too late' })
  @ApiOkResponse({ description: 'Fine', headers: { etag: { description: 'My tag' } } })
  @ResponseModel(NoteResponse)
  described(@ModelParam(Note, 'id', { ifMatch: 'optional' }) note: Note) {
    return note;
  }
}

const MODELS = [Note, Plain];
const importsWith = (options: object = {}) => [
  sqliteInMemory(MODELS, options),
  SqlModelExtModule.forRoot(),
  SqlModelExtModule.forFeature(MODELS),
];
const application = () => ({
  imports: importsWith(),
  controllers: [NoteController],
});

describe.each(PLATFORMS)('entity tags on %s', (platform) => {
  let app: Served;
  let notes: ModelRepository<Note>;
  let note: Note;

  beforeAll(async () => {
    app = await serve(platform, application(), (nest) =>
      nest.useGlobalInterceptors(new ClassSerializerInterceptor(nest.get(Reflector))),
    );
    ({ notes } = app.app.get(NoteController));
  });
  afterAll(() => app.app.close());
  beforeEach(async () => {
    note = await notes.add({ title: 'First', body: 'text' });
  });
  afterEach(() => notes.deleteWhere({ id: note.id }));

  const path = (rest = '') => `/notes/${note.id}${rest}`;
  const tagOf = (answer: Pick<HttpAnswer, 'headers'>) => answer.headers.get('etag');
  const read = (ifNoneMatch: string, rest = '', method = 'GET') =>
    app.http.send(method, path(rest), undefined, { 'if-none-match': ifNoneMatch });
  const patch = (ifMatch: string | undefined, rest = '', body: object = { title: 'Second' }, method = 'PATCH') =>
    app.http.send(method, path(rest), body, {
      'content-type': 'application/json',
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    });
  const bump = async () => notes.update(await notes.getExistOne(note.id), { body: `${note.body}!` });

  describe('ETag', () => {
    it('is the version and a hash of the body', async () => {
      const first = await app.http.get(path());
      expect(first.status).toBe(200);
      expect(tagOf(first)).toMatch(/^"1-[\w-]{11,}"$/);
      expect(tagOf(await app.http.get(path()))).toBe(tagOf(first));
      // Another view of the same version, and another version of the same view.
      const title = await app.http.get(path('/title'));
      expect(tagOf(title)).toMatch(/^"1-[\w-]{11,}"$/);
      expect(tagOf(title)).not.toBe(tagOf(first));
      await bump();
      expect(tagOf(await app.http.get(path('/title')))?.replace('"2-', '"1-')).toBe(tagOf(title));
      expect(tagOf(await app.http.get(path()))).toMatch(/^"2-/);
    });

    it('is there with serializers around, on HEAD and on 201', async () => {
      expect(tagOf(await app.http.get(path('/serialized')))).toBe(tagOf(await app.http.get(path())));
      expect(tagOf(await app.http.send('HEAD', path()))).toBe(tagOf(await app.http.get(path())));
      const made = await app.http.post('/notes', { title: 'New' });
      expect([made.status, tagOf(made)]).toEqual([201, expect.stringMatching(/^"1-/)]);
    });

    it('belongs to the finished body, what the application adds to it included', async () => {
      const answers = [await app.http.get(path('/wrapped')), await app.http.get(path('/wrapped'))];
      const [first, second] = answers.map(tagOf);
      expect(answers[0].body).toEqual({ data: { title: 'First' }, served: expect.any(Number) });
      expect(first).toMatch(/^"1-/);
      expect(second).not.toBe(first);
      expect((await read(first as string, '/wrapped')).status).toBe(200);
    });

    it.each(['list', 'page', 'stream', 'events', 'nothing', 'hand-made'])('is not ours on %s', async (name) => {
      const answer = await fetch(`${await app.app.getUrl()}/notes/${name}`);
      await answer.text();
      expect(answer.status).toBe(200);
      // Express has weak tags of its own.
      expect(tagOf(answer)?.replace(/^W\/.*/, '') ?? '').toBe('');
    });

    it('is not ours for models without a version, answers without a response model, and errors', async () => {
      const plain = await app.app.get(NoteController).plain.add({ title: 'Plain' });
      for (const [url, status] of [
        [`/notes/plain/${plain.id}`, 200],
        [path('/unshaped'), 200],
        [path('/teapot'), 418],
        ['/notes/00000000-0000-4000-8000-000000000000', 404],
      ] as const) {
        const answer = await app.http.get(url);
        expect([url, answer.status, tagOf(answer)?.replace(/^W\/.*/, '') ?? '']).toEqual([url, status, '']);
      }
    });

    it("stays the handler's own", async () => {
      expect(tagOf(await app.http.get(path('/own-tag')))).toBe('"mine"');
      expect((await read('"mine"', '/own-tag')).status).toBe(304);
      expect((await app.http.get(path('/own-answer'))).body).toEqual({ own: true });
    });

    it('of a write is that of the new version', async () => {
      const before = tagOf(await app.http.get(path())) as string;
      const written = await patch(before);
      expect([written.status, written.body.title]).toEqual([200, 'Second']);
      expect(tagOf(written)).toMatch(/^"2-/);
      expect(tagOf(await app.http.get(path()))).toBe(tagOf(written));
      expect((await patch(tagOf(written) as string, '', { title: 'Third' })).status).toBe(200);
    });

    it.each(['/locked', '/below'])('of a transactional handler too: %s', async (rest) => {
      const written = await patch('"1"', rest);
      expect([written.status, tagOf(written)]).toEqual([200, expect.stringMatching(/^"2-/)]);
      expect(tagOf(await app.http.get(path()))).toBe(tagOf(written));
    });

    it('is not on the answer when the transaction fails in the end', async () => {
      const refused = await patch('"1"', '/refused');
      expect(refused.status).toBe(500);
      expect(tagOf(refused)?.replace(/^W\/.*/, '') ?? '').toBe('');
      expect((await notes.getExistOne(note.id)).version).toBe(1);
    });
  });

  describe('If-None-Match', () => {
    it('answers 304 without a body while the answer is the same', async () => {
      const first = await app.http.get(path());
      const tag = tagOf(first) as string;
      for (const method of ['GET', 'HEAD']) {
        for (const known of [tag, `W/${tag}`, '*', `"other", W/${tag},"third"`]) {
          const answer = await read(known, '', method);
          expect([method, known, answer.status, answer.text]).toEqual([method, known, 304, '']);
          expect(tagOf(answer)).toBe(tag);
        }
      }
      await bump();
      const changed = await read(tag);
      expect([changed.status, changed.body.body]).toEqual([200, 'text!']);
    });

    it('answers the body to other tags, and to what is no tag', async () => {
      const tag = tagOf(await app.http.get(path())) as string;
      for (const known of ['"1"', '"1-"', `"${tag}"`, tag.slice(1, -1), 'W/', '"1-other"', `${tag} "b"`]) {
        const answer = await read(known);
        expect([known, answer.status, answer.body?.title]).toEqual([known, 200, 'First']);
      }
    });

    it('does nothing on writes and where there is no tag of ours', async () => {
      const written = await app.http.send(
        'PATCH',
        path(),
        { title: 'Second' },
        {
          'content-type': 'application/json',
          'if-match': '*',
          'if-none-match': '*',
        },
      );
      expect([written.status, written.body.title]).toEqual([200, 'Second']);
      expect((await app.http.send('GET', '/notes/list', undefined, { 'if-none-match': '"1"' })).status).toBe(200);
    });

    it('reaches clients that ask as browsers do', async () => {
      const tag = tagOf(await app.http.get(path())) as string;
      const url = new URL(path(), await app.app.getUrl());
      const status = await new Promise((resolve, reject) => {
        httpRequest(url, { headers: { 'If-None-Match': tag } }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(304);
    });
  });

  describe('If-Match', () => {
    it('is required: 428 without, and nothing is written', async () => {
      for (const rest of ['', '/locked', '/below']) {
        const answer = await patch(undefined, rest);
        expectError(answer, 428, 'Send the ETag of this Note as If-Match');
        expect(answer.body.code).toBe('PRECONDITION_REQUIRED');
      }
      expect(await notes.getExistOne(note.id)).toMatchObject({ title: 'First', version: 1 });
    });

    it.each(['"1"', 'W/"1"', '"1-abc"', 'W/"1-a_b-c"', '*', '"7", W/"1-abc"', '"abc" , "1"', ',"1",'])(
      'takes %s for version 1',
      async (ifMatch) => {
        expect((await patch(ifMatch, '/checked', {}, 'PUT')).status).toBe(200);
      },
    );

    it.each([
      '"2"',
      '"2-abc"',
      '"abc"',
      '"10"',
      '"01"',
      '"1 "',
      '""',
      '"7", W/"8"',
      '1',
      '1-abc',
      '"1',
      '"1" "2"',
      'w/"1"',
      '""1""',
    ])('answers 412 to %s', async (ifMatch) => {
      const answer = await patch(ifMatch);
      expectError(answer, 412, 'This Note has changed since it was read');
      expect(answer.body.code).toBe('PRECONDITION_FAILED');
      expect((await notes.getExistOne(note.id)).title).toBe('First');
    });

    it('answers 412 to the tag that was right before somebody wrote', async () => {
      const tag = tagOf(await app.http.get(path())) as string;
      await bump();
      for (const rest of ['', '/locked', '/below', '/optional']) expectError(await patch(tag, rest), 412);
      expect((await notes.getExistOne(note.id)).title).toBe('First');
    });

    it('compares the version alone, so that the tag of another view does', async () => {
      const tag = tagOf(await app.http.get(path('/title'))) as string;
      expect((await patch(tag)).status).toBe(200);
    });

    it("is not required with 'optional', and compared when it is sent", async () => {
      expect((await patch(undefined, '/optional')).status).toBe(200);
      expectError(await patch('"1"', '/optional'), 412);
      expect((await patch('"2"', '/optional', { title: 'Third' })).status).toBe(200);
    });

    it('is 404 where there is no row, whatever is sent', async () => {
      const missing = '/notes/00000000-0000-4000-8000-000000000000/checked';
      expectError(await app.http.put(missing, {}), 404, 'Note not found');
      for (const ifMatch of ['*', '"1"', 'nonsense']) {
        const answer = await app.http.send('PUT', missing, undefined, { 'if-match': ifMatch });
        expectError(answer, 404, 'Note not found');
      }
    });

    it('lets one of many win who send the same tag', async () => {
      const tag = tagOf(await app.http.get(path())) as string;
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => patch(tag, '', { title: `Writer ${index}` })),
      );
      const statuses = answers.map(({ status }) => status).sort();
      expect(statuses[0]).toBe(200);
      expect(statuses.slice(1).every((status) => status === 409 || status === 412)).toBe(true);
      expect((await notes.getExistOne(note.id)).version).toBe(2);
    });

    it('is 409 when somebody writes between the check and the write', async () => {
      const answer = await patch('"1"', '/overtaken');
      expectError(answer, 409, 'changed by somebody else');
      expect(await notes.getExistOne(note.id)).toMatchObject({ title: 'First', body: 'overtaken', version: 2 });
    });
  });

  it('is in OpenAPI, beside what the application describes itself', () => {
    const { paths } = SwaggerModule.createDocument(app.app, new DocumentBuilder().build()) as any;
    const update = paths['/notes/{id}'].patch;
    expect(update.parameters).toContainEqual(
      expect.objectContaining({ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }),
    );
    expect(Object.keys(update.responses).sort()).toEqual(['200', '409', '412', '428']);
    expect(update.responses[200]).toMatchObject({ headers: { ETag: { schema: { type: 'string' } } } });
    expect(update.responses[200].content).toBeDefined();

    const optional = paths['/notes/{id}/optional'].patch;
    expect(optional.parameters).toContainEqual(expect.objectContaining({ name: 'If-Match', required: false }));
    expect(Object.keys(optional.responses).sort()).toEqual(['200', '409', '412']);

    expect(Object.keys(paths['/notes/{id}/checked'].put.responses).sort()).toEqual(['200', '409', '412', '428']);
    expect(paths['/notes/{id}'].get.responses[200].headers).toHaveProperty('ETag');
    expect(Object.keys(paths['/notes/{id}'].get.responses)).toEqual(['200']);
    expect(paths['/notes/list'].get.responses[200].headers).toBeUndefined();
    expect(paths['/notes/plain/{id}'].get.responses[200].headers).toBeUndefined();
    expect(paths['/notes/{id}/unshaped'].get.responses[200]?.headers).toBeUndefined();

    const described = paths['/notes/{id}/described'].put;
    expect(described.parameters.filter(({ in: place }: any) => place === 'header')).toEqual([
      expect.objectContaining({ name: 'if-match', description: 'In my words' }),
    ]);
    expect(described.responses[412].description).toBe('Too late');
    expect(described.responses[200]).toMatchObject({ description: 'Fine' });
    expect(Object.keys(described.responses[200].headers)).toEqual(['etag']);
  });
});

describe.each(DATABASES_OF_FULL_RUNS)('If-Match under a row lock on $name', ({ name }) => {
  let app: Served;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = () => database.drop();
    app = await serve('express', { ...application(), imports: importsWith(database.options) });
  });
  afterAll(async () => {
    await app.app.close();
    await drop();
  });

  it('lets one of many win, and tells all others 412: none is overtaken after the comparison', async () => {
    const { notes } = app.app.get(NoteController);
    const note = await notes.add({ title: 'First' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        app.http.send(
          'PATCH',
          `/notes/${note.id}/locked`,
          { title: `Writer ${index}` },
          { 'content-type': 'application/json', 'if-match': '"1"' },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await notes.getExistOne(note.id)).toMatchObject({ title: winner?.body.title, version: 2 });
  });
});

describe('ifMatch at class definition', () => {
  const refusal = (...args: [any, any?]): string => {
    try {
      ModelParam(args[0], 'id', args[1]);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      return (error as Error).message;
    }
    throw new Error('nothing was refused');
  };

  it('is refused for models without a version, and with other values', () => {
    expect(refusal(Plain, { ifMatch: true })).toMatch(/Plain has none: let it extend OptimisticLock/);
    expect(refusal(Plain, { ifMatch: 'optional' })).toMatch(/Plain has none/);
    expect(refusal(Note, { ifMatch: 'required' })).toMatch(
      /'ifMatch' must be true, false or 'optional', but is "required"/,
    );
    expect(() => ModelParam(Plain, 'id', { ifMatch: false })).not.toThrow();
    class Handlers {
      both() {
        return undefined;
      }
    }
    ModelParam(Note, 'one', { ifMatch: true })(Handlers.prototype, 'both', 0);
    ModelParam(Note, 'two')(Handlers.prototype, 'both', 1);
    expect(() => ModelParam(Note, 'three', { ifMatch: 'optional' })(Handlers.prototype, 'both', 2)).toThrow(
      /Handlers.both: two parameters have 'ifMatch'/,
    );
  });

  it("knows TypeORM's own version column", () => {
    @Model()
    class Stock extends UuidTable(NoteBase) {
      @VersionColumn() revision: number;
    }
    class Legacy {
      @PrimaryColumn() id: number;
    }
    expect(() => ModelParam(Stock, 'id', { ifMatch: true })).not.toThrow();
    expect(refusal(Legacy, { ifMatch: true })).toMatch(/Legacy has none/);
  });
});

describe('outside HTTP', () => {
  let stop: () => Promise<unknown>;
  afterEach(() => stop());

  @ObjectType()
  class GraphNote {
    @Field() title: string;
  }
  @Resolver()
  class NoteResolver {
    constructor(@InjectModelRepository(Note) readonly notes: ModelRepository<Note>) {}
    @Query(() => GraphNote) @ResponseModel(NoteTitle) note() {
      return this.notes.get({}, { fetch: 'one' });
    }
  }
  let schema: GraphQLSchema;
  class Driver extends AbstractGraphQLDriver {
    async start(options: { schema?: GraphQLSchema }) {
      schema = options.schema as GraphQLSchema;
    }
    async stop() {
      return undefined;
    }
  }

  it('GraphQL answers as before', async () => {
    const { app } = await serve('express', {
      ...application(),
      imports: [...application().imports, GraphQLModule.forRoot({ driver: Driver, autoSchemaFile: true })],
      providers: [NoteResolver],
    });
    stop = () => app.close();
    await app.get(NoteController).notes.add({ title: 'Graph' });
    const answer = await graphql({ schema, source: '{ note { title } }', contextValue: { req: {} } });
    expect(answer).toEqual({ data: { note: { title: 'Graph' } } });
  });

  @Controller()
  class NoteMessages {
    constructor(@InjectModelRepository(Note) readonly notes: ModelRepository<Note>) {}
    @MessagePattern('note') @ResponseModel(NoteTitle) note() {
      return this.notes.get({}, { fetch: 'one' });
    }
  }

  it('and so does a microservice', async () => {
    const { app } = await serve(
      'express',
      { ...application(), controllers: [NoteController, NoteMessages] },
      async (nest) => {
        nest.connectMicroservice({ transport: Transport.TCP, options: { port: 0 } }, { inheritAppConfig: true });
      },
    );
    const [service] = app.getMicroservices() as any[];
    await app.startAllMicroservices();
    const { port } = service.serverInstance.server.address();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port } });
    stop = async () => {
      client.close();
      await app.close();
    };
    await app.get(NoteController).notes.add({ title: 'Message' });
    expect(await lastValueFrom(client.send('note', {}))).toEqual({ title: 'Message' });
  });
});
