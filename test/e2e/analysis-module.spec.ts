import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  createParamDecorator,
  Get,
  Injectable,
  Param,
  Scope,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type ModuleMetadata,
} from '@nestjs/common';
import { ManyToOne, OneToMany, type Relation } from 'typeorm';
import {
  InjectModelRepository,
  Model,
  ModelRepository,
  SqlModelExtModule,
  StartUpAnalysisError,
  Str64,
  SuppressFinding,
  Uuid,
  UuidTable,
  type AnalysisOptions,
} from 'nestjs-sqlmodel-ext';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class Poet extends UuidTable(class {}) {
  @Str64() name: string;
  @OneToMany(() => Poem, (poem) => poem.poet) poems: Relation<Poem>[];
}
@Model()
class Poem extends UuidTable(class {}) {
  @Str64() title: string;
  @Uuid({ index: true }) poetId: string;
  @ManyToOne(() => Poet, (poet) => poet.poems, { onDelete: 'CASCADE' }) poet: Relation<Poet>;
}

@Injectable()
class PoemService {
  constructor(@InjectModelRepository(Poem) readonly poems: ModelRepository<Poem>) {}

  async author(id: string): Promise<string> {
    const poem: Poem = await this.poems.getExistOne(id);
    return poem.poet.name;
  }

  async authorLoaded(id: string): Promise<string> {
    const poem = await this.poems.getExistOne(id, { load: ['poet'] });
    return poem.poet.name;
  }
}

@Injectable()
class SuppressedService extends PoemService {
  @SuppressFinding('RLC003', { reason: 'the test wants it' })
  override async author(id: string): Promise<string> {
    const poem: Poem = await this.poems.getExistOne(id);
    return poem.poet.name;
  }
}

@Injectable()
class InheritingService extends SuppressedService {}

@Injectable()
class OverridingService extends SuppressedService {
  override async author(id: string): Promise<string> {
    const poem: Poem = await this.poems.getExistOne(id);
    return poem.poet.name;
  }
}

@Injectable()
@SuppressFinding('RLC005', { reason: 'it was needed once' })
class StaleService extends PoemService {
  override author(id: string): Promise<string> {
    return this.authorLoaded(id);
  }
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestService extends PoemService {}

/** Controllers that differ in the service behind them. */
function controllerOf(Service: typeof PoemService, scope = Scope.DEFAULT): ModuleMetadata {
  @Controller({ path: 'poems', scope })
  class PoemController {
    constructor(private readonly service: PoemService) {}

    @Get(':id/author')
    async author(@Param('id') id: string): Promise<object> {
      return { name: await this.service.author(id) };
    }
  }
  return { controllers: [PoemController], providers: [{ provide: PoemService, useClass: Service }] };
}

const apps: INestApplication[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function start(
  parts: ModuleMetadata,
  analysis?: AnalysisOptions,
  configure?: (app: INestApplication) => unknown,
): Promise<Served> {
  const served = await serve(
    'express',
    {
      ...parts,
      imports: [
        sqliteInMemory([Poet, Poem]),
        SqlModelExtModule.forRoot({ analysis }),
        SqlModelExtModule.forFeature([Poet, Poem]),
        ...(parts.imports ?? []),
      ],
    },
    (app) => {
      apps.push(app);
      return configure?.(app);
    },
  );
  return served;
}

function warnings({ logs }: Served): string[] {
  return logs.filter((line) => line.startsWith('warn: '));
}

async function failure(work: Promise<unknown>): Promise<StartUpAnalysisError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartUpAnalysisError)) throw new Error(`Not the expected failure: ${String(error)}`);
  return error;
}

const FINDING = /^\[RLC003\] test\/e2e\/analysis-module\.spec\.ts:\d+ PoemService\.author: Poem\.poet is read/;

// Jest's own setting is 'test', where nothing is analysed by default.
const { NODE_ENV } = process.env;
beforeAll(() => {
  process.env['NODE_ENV'] = 'development';
});
afterAll(() => {
  process.env['NODE_ENV'] = NODE_ENV;
});

describe('the analysis at the start of an application', () => {
  it('warns with a line for each finding and the count, and the application starts', async () => {
    const served = await start(controllerOf(PoemService), { mode: 'warn' });
    const lines = warnings(served);
    expect(lines).toEqual([
      expect.stringMatching(
        /^warn: \[RLC003\] test\/e2e\/analysis-module\.spec\.ts:\d+ PoemService\.author: Poem\.poet is read/,
      ),
      'warn: The start-up analysis has found 1 finding (1 error) in 1 handler.',
    ]);
    expect(Number(/spec\.ts:(\d+)/.exec(lines[0])?.[1])).toBeGreaterThan(1);
    expect((await served.http.get('/poems/1/author')).status).toBe(404);
  });

  it('warns by default', async () => {
    expect(warnings(await start(controllerOf(PoemService)))).toHaveLength(2);
  });

  it('looks at what is made for each request', async () => {
    expect(warnings(await start(controllerOf(PerRequestService, Scope.REQUEST)))).toEqual([
      expect.stringContaining('PerRequestService.author: Poem.poet is read'),
      expect.stringContaining('1 finding'),
    ]);
  });

  it('says nothing where there is nothing to say', async () => {
    class CleanService extends PoemService {
      override author(id: string): Promise<string> {
        return this.authorLoaded(id);
      }
    }
    const served = await start(controllerOf(CleanService), { mode: 'error' });
    expect(served.logs.filter((line) => /RLC|SCH|analysis/.test(line))).toEqual([]);
  });

  it('stops an application in the mode error, with the whole report', async () => {
    const error = await failure(start(controllerOf(PoemService), { mode: 'error' }));
    expect(error.code).toBe('START_UP_ANALYSIS');
    const [head, line, ...others] = error.message.split('\n- ');
    expect(head).toMatch(/^The start-up analysis has found a fault\. Correct what it names/);
    expect(line).toMatch(FINDING);
    expect(others).toEqual([]);
    expect(error.findings).toMatchObject([
      { rule: 'RLC003', severity: 'error', place: 'PoemService.author', handlers: ['PoemController.author'] },
    ]);
  });

  it('starts an application with nothing but warnings in the mode error, and says them', async () => {
    @Model()
    class Sketch extends UuidTable(class {}) {
      @ManyToOne(() => Poet) poet: Relation<Poet>;
    }
    const served = await serve(
      'express',
      { imports: [sqliteInMemory([Poet, Poem, Sketch]), SqlModelExtModule.forRoot({ analysis: { mode: 'error' } })] },
      (app) => apps.push(app),
    );
    expect(warnings(served)).toEqual([
      expect.stringContaining('[SCH002] Sketch.poet'),
      expect.stringContaining('1 finding'),
    ]);
  });

  it('does not run in the mode off', async () => {
    const served = await start(controllerOf(PoemService), { mode: 'off' });
    expect(served.logs.filter((line) => /RLC|analysis/.test(line))).toEqual([]);
  });

  it.each(['production', 'test'])('does not run in %s, unless somebody asks for it', async (environment) => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = environment;
    try {
      expect(warnings(await start(controllerOf(PoemService)))).toEqual([]);
      expect(warnings(await start(controllerOf(PoemService), { mode: 'warn' }))).toHaveLength(2);
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });
});

describe('with two data sources', () => {
  const second = (options: object = {}): ModuleMetadata => ({
    ...controllerOf(PoemService),
    imports: [
      sqliteInMemory([Poet, Poem], { name: 'second' }),
      SqlModelExtModule.forRoot({ dataSource: 'second', ...options }),
    ],
  });

  it('it runs once, as one of them says', async () => {
    expect(warnings(await start(second()))).toHaveLength(2);
    expect(warnings(await start(second({ analysis: { mode: 'off' } })))).toEqual([]);
    const error = await failure(start(second({ analysis: { mode: 'error' } })));
    expect(error.findings).toHaveLength(1);
  });

  it('it takes the suppressions of both', async () => {
    const one = [{ rule: 'RLC003', place: 'PoemService.author', reason: 'here' }] as const;
    const other = [{ rule: 'RLC001', place: 'PoemService', reason: 'there' }] as const;
    const served = await start(second({ analysis: { suppress: other } }), { suppress: one });
    expect(warnings(served)).toEqual([
      expect.stringContaining('[RLC001] PoemService: the suppression covers nothing any more'),
      expect.stringContaining('1 suppressed; 1 stale suppression'),
    ]);
  });
});

describe('suppressions', () => {
  it('by a decorator leave a finding out', async () => {
    await start(controllerOf(SuppressedService), { mode: 'error' });
  });

  it('by a decorator go with a method that other classes inherit', async () => {
    await start(controllerOf(InheritingService), { mode: 'error' });
    expect(warnings(await start(controllerOf(OverridingService)))).toEqual([
      expect.stringContaining('OverridingService.author: Poem.poet is read'),
      expect.stringContaining('[RLC003] SuppressedService.author: the suppression covers nothing any more'),
      expect.stringContaining('1 finding'),
    ]);
  });

  it.each(['PoemService', 'PoemService.author'])('by the options leave a finding out: %s', async (place) => {
    const suppress = [{ rule: 'RLC003', place, reason: 'a test' }] as const;
    expect(warnings(await start(controllerOf(PoemService), { mode: 'error', suppress }))).toEqual([]);
  });

  it.each([
    { rule: 'RLC003', place: 'PoemService.auth', reason: 'another name' },
    { rule: 'RLC001', place: 'PoemService.author', reason: 'another rule' },
  ] as const)('are for a place and a rule: $reason', async (suppression) => {
    const served = await start(controllerOf(PoemService), { suppress: [suppression] });
    expect(warnings(served)).toEqual([
      expect.stringContaining('Poem.poet is read'),
      `warn: [${suppression.rule}] ${suppression.place}: the suppression covers nothing any more. Remove it; its reason was: ${suppression.reason}.`,
      'warn: The start-up analysis has found 1 finding (1 error) in 1 handler; 1 stale suppression.',
    ]);
  });

  it('that cover nothing are reported, and alone stop no application', async () => {
    const served = await start(controllerOf(StaleService), { mode: 'error' });
    expect(warnings(served)).toEqual([
      'warn: [RLC005] StaleService: the suppression covers nothing any more. Remove it; its reason was: it was needed once.',
      'warn: The start-up analysis has found 0 findings in 1 handler; 1 stale suppression.',
    ]);
  });

  it('that cover nothing are in the report of what stops an application', async () => {
    const suppress = [{ rule: 'RLC013', place: 'PoemService', reason: 'no yield is left' }] as const;
    const error = await failure(start(controllerOf(PoemService), { mode: 'error', suppress }));
    expect(error.message).toMatch(/\n- \[RLC013\] PoemService: the suppression covers nothing any more/);
    expect(error.findings).toHaveLength(1);
  });
});

describe('a fault of the analysis itself', () => {
  /** A guard that can be called, and nothing else. */
  const opaque = new Proxy<CanActivate>(
    { canActivate: () => true },
    {
      getPrototypeOf() {
        throw new Error('nobody looks at me');
      },
    },
  );

  @Controller('opaque')
  class OpaqueController {
    @Get()
    @UseGuards(opaque)
    read(): string {
      return 'works';
    }
  }

  it.each(['warn', 'error'] as const)('is one line, and the application starts: mode %s', async (mode) => {
    const served = await start({ controllers: [OpaqueController] }, { mode });
    expect(warnings(served)).toEqual([
      expect.stringMatching(
        /^warn: The start-up analysis has failed, so nothing was analysed: Error: nobody looks at me\. Please report it/,
      ),
    ]);
    expect((await served.http.get('/opaque')).text).toBe('works');
  });

  it('at one handler is one line, and the others are analysed', async () => {
    const unreadable = new Proxy<CanActivate>(
      { canActivate: () => true },
      {
        getOwnPropertyDescriptor() {
          throw new Error('nobody reads me');
        },
      },
    );
    @Controller('unreadable')
    class UnreadableController {
      @Get()
      @UseGuards(unreadable)
      read(): string {
        return 'works';
      }
    }
    const { controllers = [], providers } = controllerOf(PoemService);
    const stale = [{ rule: 'RLC001', place: 'UnreadableController', reason: 'nobody knows' }] as const;
    const served = await start({ controllers: [UnreadableController, ...controllers], providers }, { suppress: stale });
    expect(warnings(served)).toEqual([
      expect.stringContaining('PoemService.author: Poem.poet is read'),
      'warn: The start-up analysis could not read UnreadableController.read: Error: nobody reads me. Please report it to nestjs-sqlmodel-ext.',
      expect.stringContaining('1 finding'),
    ]);
    expect((await served.http.get('/unreadable')).text).toBe('works');
  });
});

describe('what guards and decorators put into parameters', () => {
  const CurrentPoem = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
    return context.switchToHttp().getRequest<{ poem: unknown }>().poem;
  });

  @Injectable()
  class PoemGuard implements CanActivate {
    constructor(private readonly service: PoemService) {}

    async canActivate(context: ExecutionContext): Promise<boolean> {
      const request = context.switchToHttp().getRequest<{ poem: Poem; params: { id: string } }>();
      request.poem = await this.service.poems.getExistOne(request.params.id);
      return true;
    }
  }

  @Controller('current')
  @UseGuards(PoemGuard)
  class CurrentController {
    @Get(':id')
    read(@CurrentPoem() poem: Poem): object {
      return { name: poem.poet.name };
    }
  }

  it('lacks its relations there', async () => {
    const served = await start({ controllers: [CurrentController], providers: [PoemService] });
    expect(warnings(served)).toEqual([
      expect.stringMatching(/^warn: \[RLC005\] test\/e2e\/analysis-module\.spec\.ts:\d+ CurrentController\.read: /),
      expect.stringContaining('1 finding'),
    ]);
  });
});
