import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Body,
  Catch,
  Controller,
  HttpException,
  Module,
  Post,
  Query as QueryString,
  Res,
  Sse,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplicationContext,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import {
  AbstractGraphQLDriver,
  Args,
  ArgsType,
  Field,
  GraphQLModule,
  ObjectType,
  Parent,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import { ClientProxyFactory, MessagePattern, Payload, RpcException, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { MessageBody, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets';
import { graphql, type GraphQLSchema } from 'graphql';
import { lastValueFrom, Observable, of, throwError } from 'rxjs';
import { QueryFailedError } from 'typeorm';
import WebSocket from 'ws';
import { ConfigurationError, Model, RecordNotFoundError, SqlModelExtModule, Str64 } from 'nestjs-sqlmodel-ext';
import { HttpClient } from './support/http-client.js';
import { httpAdapter, PLATFORMS } from './support/platform.js';
import { sqliteInMemory } from './support/serve.js';

/*
 * The same application with and without this module: whatever a handler outside HTTP gets and gives, and
 * whatever becomes of its errors, must be the same.
 */

@ArgsType()
@Model()
class NoteInput {
  @Field(() => String) @Str64() text: string;
}
/** What the pipe would refuse: an unknown field, and a text that is too long. */
const WRONG = { text: 'x'.repeat(65), unknown: 1 };
const seen = (value: unknown) => ({ className: (value as object | null)?.constructor?.name ?? typeof value, value });

const ERRORS: Record<string, () => unknown> = {
  library: () => new RecordNotFoundError('Article', 'No such article'),
  configuration: () => new ConfigurationError('An option is wrong'),
  database: () =>
    new QueryFailedError(
      'INSERT INTO note',
      [],
      Object.assign(new Error('UNIQUE constraint failed: note.text'), { code: 'SQLITE_CONSTRAINT_UNIQUE' }),
    ),
  http: () => new HttpException('Nope', 418),
  unknown: () => new Error('Oh'),
  rpc: () => new RpcException('Not so'),
  ws: () => new WsException('Not so'),
};
const KINDS = Object.keys(ERRORS);
const fail = (kind: string): never => {
  throw ERRORS[kind]() as Error;
};

/** Throws what the request asks for: errors that no interceptor sees. */
class ThrowingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const graphQlArguments: { kind?: string } | undefined = context.getArgByIndex(1);
    const kind =
      context.getType() === 'rpc'
        ? context.switchToRpc().getData<string>()
        : context.getType() === 'ws'
          ? context.switchToWs().getData<string>()
          : graphQlArguments?.kind;
    return fail(String(kind));
  }
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.close();
});

function rootModule(metadata: ModuleMetadata, withModule: boolean): Type {
  class Root {}
  const ours = withModule ? [sqliteInMemory([]), SqlModelExtModule.forRoot()] : [];
  Module({ ...metadata, imports: [...ours, ...(metadata.imports ?? [])] })(Root);
  return Root;
}
const QUIET = { logger: false, abortOnError: false } as const;

/** What both applications answer; that they answer the same is asserted here. */
async function sameWithAndWithout<T>(ask: (withModule: boolean) => Promise<T>): Promise<T> {
  const without = await ask(false);
  expect(await ask(true)).toEqual(without);
  return without;
}

async function outcome(work: () => Promise<unknown>): Promise<{ answer?: unknown; error?: unknown }> {
  try {
    return { answer: await work() };
  } catch (error) {
    return { error: error instanceof Error ? { name: error.name, message: error.message } : error };
  }
}

describe('RPC', () => {
  @Controller()
  class NoteController {
    @MessagePattern('echo') echo(@Payload() note: NoteInput) {
      return seen(note);
    }
    @MessagePattern('stream') stream(@Payload() note: NoteInput) {
      return of(1, seen(note));
    }
    @MessagePattern('fail') fail(@Payload() kind: string) {
      return fail(kind);
    }
    @MessagePattern('fail-later') failLater(@Payload() kind: string) {
      return throwError(ERRORS[kind]);
    }
    @MessagePattern('guarded') @UseGuards(ThrowingGuard) guarded() {
      return 'unreached';
    }
    @Post('notes') create(@Body() note: NoteInput) {
      return seen(note);
    }
  }

  @Catch()
  class RpcCatchAll implements ExceptionFilter {
    catch(error: unknown, host: ArgumentsHost): unknown {
      return host.getType() === 'rpc' ? throwError(() => ({ mine: String(error) })) : undefined;
    }
  }

  type Ask = (pattern: string, data: unknown) => Promise<unknown>;
  const portOf = (service: { unwrap(): any }): number => service.unwrap().address().port;

  function client(port: number): Ask {
    const proxy = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    open.push(proxy);
    return (pattern, data) => lastValueFrom(proxy.send(pattern, data));
  }

  async function microservice(withModule: boolean, providers: ModuleMetadata['providers'] = []): Promise<Ask> {
    const Root = rootModule({ controllers: [NoteController], providers }, withModule);
    const service = await NestFactory.createMicroservice(Root, {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      ...QUIET,
    });
    open.push(service);
    await service.listen();
    return client(portOf(service));
  }

  async function hybrid(
    withModule: boolean,
    providers: ModuleMetadata['providers'] = [],
  ): Promise<Ask & { http: HttpClient }> {
    const app = await NestFactory.create(rootModule({ controllers: [NoteController], providers }, withModule), QUIET);
    open.push(app);
    const service = app.connectMicroservice(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    return Object.assign(client(portOf(service)), { http: new HttpClient(await app.getUrl()) });
  }

  const catchAll = [{ provide: APP_FILTER, useClass: RpcCatchAll }];

  describe.each([
    ['a microservice', microservice, []],
    ['a microservice with a filter of its own', microservice, catchAll],
    ['a hybrid application that shares its enhancers', hybrid, []],
    ['a hybrid application with a filter of its own', hybrid, catchAll],
  ] as const)('of %s', (_kind, start, providers) => {
    it('passes payloads untouched', async () => {
      const answers = await sameWithAndWithout(async (withModule) => {
        const ask = await start(withModule, [...providers]);
        return [await ask('echo', WRONG), await ask('stream', WRONG), await ask('echo', 'text')];
      });
      const untouched = { className: 'Object', value: WRONG };
      expect(answers).toEqual([untouched, untouched, { className: 'String', value: 'text' }]);
    });

    it('passes errors untouched, of handlers, streams and guards', async () => {
      const answers = await sameWithAndWithout(async (withModule) => {
        const ask = await start(withModule, [...providers]);
        const all: unknown[] = [];
        for (const pattern of ['fail', 'fail-later', 'guarded']) {
          for (const kind of KINDS) all.push([pattern, kind, await outcome(() => ask(pattern, kind))]);
        }
        return all;
      });
      expect(answers).toHaveLength(3 * KINDS.length);
      expect(answers[0]).toEqual([
        'fail',
        'library',
        {
          error:
            providers.length > 0
              ? { mine: 'RecordNotFoundError: No such article' }
              : { status: 'error', message: 'Internal server error' },
        },
      ]);
    });
  });

  it('of a hybrid application leaves HTTP as it is: bound and validated', async () => {
    const { http } = await hybrid(true);
    expect((await http.post('/notes', WRONG)).status).toBe(400);
    expect((await http.post('/notes', { text: 'short' })).body).toEqual({
      className: 'NoteInput',
      value: { text: 'short' },
    });
  });
});

describe('WebSocket', () => {
  @WebSocketGateway()
  class NoteGateway {
    @SubscribeMessage('echo') echo(@MessageBody() note: NoteInput) {
      return { event: 'echo', data: seen(note) };
    }
    @SubscribeMessage('fail') fail(@MessageBody() kind: string) {
      return fail(kind);
    }
    @SubscribeMessage('fail-later') failLater(@MessageBody() kind: string) {
      return throwError(ERRORS[kind]);
    }
    @SubscribeMessage('guarded') @UseGuards(ThrowingGuard) guarded() {
      return { event: 'guarded', data: 'unreached' };
    }
  }

  async function socket(withModule: boolean): Promise<(event: string, data: unknown) => Promise<unknown>> {
    const app = await NestFactory.create(rootModule({ providers: [NoteGateway] }, withModule), QUIET);
    open.push(app);
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    const ws = new WebSocket((await app.getUrl()).replace('http', 'ws'));
    open.push({ close: () => void ws.terminate() });
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    return (event, data) =>
      new Promise((resolve) => {
        ws.once('message', (message: Buffer) => {
          resolve(JSON.parse(message.toString()));
        });
        ws.send(JSON.stringify({ event, data }));
      });
  }

  it('passes payloads untouched', async () => {
    const answer = await sameWithAndWithout(async (withModule) => (await socket(withModule))('echo', WRONG));
    expect(answer).toEqual({ event: 'echo', data: { className: 'Object', value: WRONG } });
  });

  it('passes errors untouched, of handlers, streams and guards', async () => {
    const answers = await sameWithAndWithout(async (withModule) => {
      const ask = await socket(withModule);
      const all: unknown[] = [];
      for (const event of ['fail', 'fail-later', 'guarded']) {
        for (const kind of KINDS) all.push(await ask(event, kind));
      }
      return all;
    });
    expect(answers[0]).toEqual({
      event: 'exception',
      data: { status: 'error', message: 'Internal server error', cause: { pattern: 'fail', data: 'library' } },
    });
  });
});

describe.each(PLATFORMS)('server-sent events on %s', (platform) => {
  @Controller('events')
  class EventController {
    @Sse('echo') echo(@QueryString('note') note: string) {
      return of({ data: seen(note) }, { type: 'named', id: '7', data: 'text' });
    }
    @Sse('fail') fail(@QueryString('kind') kind: string, @Res({ passthrough: true }) response: any) {
      const { raw = response }: { raw?: ServerResponse } = response;
      return new Observable((subscriber) => {
        subscriber.next({ data: 'first' });
        // The stream fails when the answer is on its way: before, the error is one of HTTP.
        const failLate = (): void => {
          if (raw.headersSent) subscriber.error(ERRORS[kind]());
          else setImmediate(failLate);
        };
        failLate();
      });
    }
  }

  async function events(withModule: boolean): Promise<HttpClient> {
    const app = await NestFactory.create(
      rootModule({ controllers: [EventController] }, withModule),
      httpAdapter(platform),
      QUIET,
    );
    open.push(app);
    await app.listen(0, '127.0.0.1');
    return new HttpClient(await app.getUrl());
  }
  const received = async (http: HttpClient, path: string) => {
    const { status, text, headers } = await http.get(path);
    return { status, text, type: headers.get('content-type') };
  };

  it('pass untouched', async () => {
    const answer = await sameWithAndWithout(async (withModule) =>
      received(await events(withModule), '/events/echo?note=a'),
    );
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('"value":"a"') });
    expect(answer.text).toContain('event: named\nid: 7\n');
  });

  it('pass errors of the stream untouched', async () => {
    const answers = await sameWithAndWithout(async (withModule) => {
      const http = await events(withModule);
      const all = [];
      for (const kind of KINDS) all.push(await received(http, `/events/fail?kind=${kind}`));
      return all;
    });
    expect(answers[0].text).toMatch(/data: first\n\nevent: error\n.*data: Internal server error/s);
  });
});

describe.each(PLATFORMS)('GraphQL on %s', (platform) => {
  @ObjectType()
  class NoteType {
    @Field(() => String) className: string;
    @Field(() => String) text: string;
  }
  @ArgsType()
  class KindArgs {
    @Field(() => String) kind: string;
  }

  @Resolver(() => NoteType)
  class NoteResolver {
    @Query(() => NoteType) echo(@Args() note: NoteInput): NoteType {
      return { className: note.constructor.name, text: note.text };
    }
    @Query(() => NoteType) fail(@Args() { kind }: KindArgs): NoteType {
      return fail(kind);
    }
    @Query(() => NoteType) @UseGuards(ThrowingGuard) guarded(@Args() _: KindArgs): NoteType {
      throw new Error('unreached');
    }
    @ResolveField(() => String) below(@Parent() note: NoteType, @Args() more: NoteInput): string {
      return `${note.className}/${more.constructor.name}:${more.text}`;
    }
    @ResolveField(() => String) failBelow(@Parent() _note: NoteType, @Args() { kind }: KindArgs): string {
      return fail(kind);
    }
  }

  /** A route that runs `graphql()`: what every driver does, without a server product in between. */
  class BareDriver extends AbstractGraphQLDriver {
    start(options: { schema?: GraphQLSchema }): Promise<void> {
      const adapter = this.httpAdapterHost.httpAdapter;
      adapter.post('/graphql', async (request: { body: { query: string } }, response: unknown) => {
        const result = await graphql({ schema: options.schema as GraphQLSchema, source: request.body.query });
        adapter.reply(response, result, 200);
      });
      return Promise.resolve();
    }
    stop(): Promise<void> {
      return Promise.resolve();
    }
  }

  @Catch()
  class GraphQlCatchAll implements ExceptionFilter {
    catch(error: unknown): unknown {
      return new Error(`mine: ${String(error)}`);
    }
  }

  async function api(withModule: boolean, providers: NonNullable<ModuleMetadata['providers']>, enhancers: boolean) {
    const graphQl = GraphQLModule.forRoot({
      driver: BareDriver,
      autoSchemaFile: true,
      ...(enhancers ? { fieldResolverEnhancers: ['guards', 'filters', 'interceptors'] } : {}),
    });
    const metadata = { imports: [graphQl], providers: [NoteResolver, ...providers] };
    const app = await NestFactory.create(rootModule(metadata, withModule), httpAdapter(platform), QUIET);
    open.push(app);
    await app.listen(0, '127.0.0.1');
    const http = new HttpClient(await app.getUrl());
    return async (query: string): Promise<any> => (await http.post('/graphql', { query: `{ ${query} }` })).body;
  }

  const LONG = 'x'.repeat(65);

  describe.each([
    ['', [], false],
    [', with enhancers of field resolvers', [], true],
    [', with a filter of its own', [{ provide: APP_FILTER, useClass: GraphQlCatchAll }], true],
  ])('passes untouched%s', (_case, providers, enhancers) => {
    it('arguments', async () => {
      const answer = await sameWithAndWithout(async (withModule) =>
        (await api(withModule, providers, enhancers))(
          `echo(text: "${LONG}") { className text below(text: "${LONG}") }`,
        ),
      );
      expect(answer).toEqual({ data: { echo: { className: 'Object', text: LONG, below: `Object/Object:${LONG}` } } });
    });

    it('errors, of resolvers, guards and field resolvers', async () => {
      const answers = await sameWithAndWithout(async (withModule) => {
        const ask = await api(withModule, providers, enhancers);
        const all: any[] = [];
        for (const kind of KINDS) {
          all.push(await ask(`fail(kind: "${kind}") { text }`));
          all.push(await ask(`guarded(kind: "${kind}") { text }`));
          all.push(await ask(`echo(text: "a") { failBelow(kind: "${kind}") }`));
        }
        return all;
      });
      const message = providers.length > 0 ? 'mine: RecordNotFoundError: No such article' : 'No such article';
      expect(answers.slice(0, 2).map(({ errors: [first] }) => first.message)).toEqual([message, message]);
    });
  });
});

describe('an application without any server', () => {
  it('starts and ends with the module', async () => {
    const context: INestApplicationContext = await NestFactory.createApplicationContext(rootModule({}, true), QUIET);
    open.push(context);
    expect(context.get(SqlModelExtModule)).toBeInstanceOf(SqlModelExtModule);
  });
});
