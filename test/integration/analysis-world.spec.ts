import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  createParamDecorator,
  Get,
  Headers,
  HttpCode,
  Inject,
  Injectable,
  Ip,
  Module,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Scope,
  SerializeOptions,
  UseGuards,
  UseInterceptors,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { APP_GUARD, ApplicationConfig, ModulesContainer, NestFactory, REQUEST } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ApiHideProperty, ApiOkResponse, ApiProperty, ApiResponse } from '@nestjs/swagger';
import { Exclude, Expose, Type } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { Column, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn, type DataSource, type Relation } from 'typeorm';
import {
  getModelRepositoryToken,
  InjectModelRepository,
  ListResponseOf,
  Model,
  ModelParam,
  ModelRepository,
  Nested,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  SuppressFinding,
  Transactional,
  UnitOfWork,
  Uuid,
  UuidIdInfo,
  UuidTable,
} from 'nestjs-sqlmodel-ext';
import type { EntryPoint, ParameterSource, ResponseView, World } from '../../lib/analysis/index.js';
import { constructorFields } from '../../lib/nest/analysis-constructor-fields.js';
import type { Container } from '../../lib/nest/analysis-container.js';
import { suppressionsIn } from '../../lib/nest/analysis-suppressions.js';
import { worldOf } from '../../lib/nest/analysis-world.js';

@Model()
class NamedBase {
  @Str64() name: string;
}

@Model()
@SuppressFinding('SCH002', { reason: 'a small table' })
class Writer extends UuidTable(NamedBase) {
  @OneToMany(() => Story, (story) => story.writer) stories: Relation<Story>[];
}

@Model()
class Story extends UuidTable(NamedBase) {
  @Uuid() writerId: string;
  @ManyToOne(() => Writer, (writer) => writer.stories) writer: Relation<Writer>;
  @OneToMany(() => Remark, (remark) => remark.story) remarks: Relation<Remark>[];
}

@Model()
class Remark extends UuidTable(NamedBase) {
  @Uuid() storyId: string;
  @ManyToOne(() => Story, (story) => story.remarks) story: Relation<Story>;
}

/** Of a data source of its own. */
@Entity()
class Reading {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: String }) text: string;
}

@Model()
class WriterResponse extends UuidIdInfo(NamedBase) {
  @Nested(() => [StoryResponse]) stories: Relation<StoryResponse>[];
}
@Model()
class StoryResponse extends UuidIdInfo(NamedBase) {
  @Nested(() => WriterResponse) writer: Relation<WriterResponse>;
  @Nested(() => RemarkResponse, { nullable: true }) remarks: Relation<RemarkResponse>[] | null;
  @Str64({ nullable: true }) motto: string | null;
  @Str64({ default: 'none' }) genre: string;
  get shout(): string {
    return this.name.toUpperCase();
  }
}
@Model()
class RemarkResponse extends UuidIdInfo(NamedBase) {}

class WriterDocument {
  @ApiProperty() name: string;
}
class StoryDocument {
  @ApiProperty() name: string;
  @ApiProperty({ required: false }) genre?: string;
  @ApiProperty({ nullable: true, type: String }) motto: string | null;
  @ApiProperty({ writeOnly: true }) secret: string;
  @ApiProperty() @IsOptional() note: string;
  @ApiProperty({ type: () => WriterDocument }) writer: Relation<WriterDocument>;
  @Type(() => RemarkResponse) @ApiHideProperty() remarks: Relation<RemarkResponse>[];
}
class OptionalDocument {
  @ApiProperty({ type: () => WriterDocument, required: false }) writer?: Relation<WriterDocument>;
  @ApiProperty({ type: () => [RemarkResponse], writeOnly: true }) remarks: Relation<RemarkResponse>[];
}
class ExcludedDocument {
  @Exclude() @ApiProperty({ type: () => WriterDocument }) writer: Relation<WriterDocument>;
}

class Missing {
  @ApiProperty({ type: () => undefined as never }) writer: object;
  @ApiProperty() remarks: object;
  @ApiProperty({ type: 'object', additionalProperties: true }) settings: object;
  @ApiProperty({ type: () => WriterDocument }) good: object;
}
class MissingType {
  @Expose() @Type(() => undefined as never) writer: object;
  @Expose() @Type((options) => (options?.object['isStory'] ? StoryDocument : WriterDocument)) remarks: object;
}
@Model()
class MissingNested {
  @Nested(() => undefined as never) writer: object;
}

class WriterView {
  @Expose() name: string;
}
class StoryView {
  @Expose() name: string;
  @Expose() @Type(() => WriterView) writer: Relation<WriterView>;
  @Exclude() @Type(() => RemarkResponse) remarks: Relation<RemarkResponse>[];
}

@Injectable()
class StoryService {
  constructor(@InjectModelRepository(Story) readonly stories: ModelRepository<Story>) {}
}

@Injectable()
class Signed implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}
class UpperGuard extends Signed {}
@Injectable()
class Everywhere extends Signed {}
@Injectable()
class OnController extends Signed {}
@Injectable({ scope: Scope.REQUEST })
class PerRequestGuard extends Signed {
  constructor(readonly stories: StoryService) {
    super();
  }
}
@Injectable()
class Timing implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    return next.handle();
  }
}

@Injectable()
class StoryPipe implements PipeTransform {
  constructor(private readonly service: StoryService) {}
  transform(id: string): Promise<Story> {
    return this.service.stories.getExistOne(id);
  }
}
class UpperCase implements PipeTransform {
  transform(text: string): string {
    return text.toUpperCase();
  }
}

class StoryPatch {
  name: string;
}
const CurrentUser = createParamDecorator((field: string | undefined, context: ExecutionContext): unknown => {
  const { user } = context.switchToHttp().getRequest<{ user: Record<string, unknown> }>();
  return field === undefined ? user : user[field];
});

abstract class Base {
  @Get('inherited')
  inherited(): string {
    return 'inherited';
  }
  @Get('overridden')
  overridden(): string {
    return 'base';
  }
}

@Controller('stories')
@UseGuards(OnController)
@SuppressFinding('RLC001', { reason: 'the whole class' })
class StoryController extends Base {
  constructor(private readonly service: StoryService) {
    super();
  }

  readonly arrow = (): string => 'no route';

  @Get('overridden')
  override overridden(): string {
    return 'own';
  }

  helper(): StoryService {
    return this.service;
  }

  @Get(':storyId')
  @UseGuards(new UpperGuard())
  @UseInterceptors(Timing)
  @Transactional()
  @SuppressFinding('RLC003', { reason: 'a method' })
  async read(@ModelParam(Story, 'storyId', { load: ['writer'] }) _story: Story): Promise<void> {
    await Promise.resolve();
  }

  @Put(':storyId')
  @Transactional()
  async lock(@ModelParam(Story, 'storyId', { lock: { noWait: true } }) _story: Story): Promise<void> {
    await Promise.resolve();
  }

  @Patch(':storyId/:page')
  edit(
    @Param('storyId', UpperCase, StoryPipe) _story: Story,
    @Param('page', ParseIntPipe) _page: number,
    @Body() _patch: StoryPatch,
    @CurrentUser() _user: object,
    @CurrentUser('name') _name: string,
    @CurrentUser(StoryPipe) _own: Story,
    @Req() _request: object,
    @Query('q') _query: string,
    @Headers('x') _header: string,
    @Ip() _ip: string,
  ): void {}

  @Post()
  bare(): void {}
}

let isConstructed = false;

@Injectable({ scope: Scope.TRANSIENT })
class PerUse {
  constructor(readonly service: StoryService) {}
}

@Injectable({ scope: Scope.REQUEST })
class PerRequestService {
  @InjectModelRepository(Writer) readonly writers: ModelRepository<Writer>;

  constructor(
    readonly stories: StoryService,
    @Inject(REQUEST) readonly request: object,
    @Inject('SETTINGS') readonly settings: object,
    readonly perUse: PerUse,
  ) {
    isConstructed = true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class Child extends PerRequestService {}

@Controller('per-request')
class PerRequestController {
  readonly #hidden: StoryService;

  constructor(
    private readonly child: Child,
    hidden: StoryService,
    readonly unitOfWork: UnitOfWork,
  ) {
    isConstructed = true;
    this.#hidden = hidden;
  }

  @Get()
  list(): unknown {
    return [this.child, this.#hidden];
  }
}

@Controller('guarded')
@UseGuards(PerRequestGuard)
class GuardedController {
  constructor(readonly service: StoryService) {}

  @Get()
  list(): void {}
}

@Controller('answers')
class AnswerController {
  @Get('load')
  @ResponseModel(StoryResponse)
  load(): void {}

  @Get('throw')
  @ResponseModel(StoryResponse, { relations: 'throw' })
  throw(): void {}

  @Get('list')
  @ResponseModel([StoryResponse], { relations: 'throw' })
  list(): void {}

  @Get('page')
  @ResponseModel(ListResponseOf(StoryResponse), { relations: 'throw' })
  page(): void {}

  @Get('document')
  @ApiOkResponse({ type: StoryDocument })
  document(): void {}

  @Get('documents')
  @ApiOkResponse({ type: [StoryDocument] })
  @ApiResponse({ status: 404, type: WriterDocument })
  documents(): void {}

  @Post('created')
  @ApiResponse({ status: 200, type: WriterDocument })
  @ApiResponse({ status: 201, type: StoryDocument, isArray: true })
  created(): void {}

  @Post('accepted')
  @HttpCode(202)
  @ApiResponse({ status: 200, type: WriterDocument })
  @ApiResponse({ status: 201, type: StoryDocument })
  accepted(): void {}

  @Get('default')
  @ApiResponse({ status: 'default', type: () => StoryDocument })
  default(): void {}

  @Get('schema')
  @ApiResponse({ status: 200, schema: { type: 'string' } })
  schema(): void {}

  @Get('text')
  @ApiOkResponse({ type: 'string' })
  text(): void {}

  @Get('optional')
  @ApiOkResponse({ type: OptionalDocument })
  optional(): void {}

  @Get('excluded')
  @ApiOkResponse({ type: ExcludedDocument })
  excluded(): void {}

  @Get('missing')
  @ApiOkResponse({ type: Missing })
  missing(): void {}

  @Get('missing-nested')
  @ResponseModel(MissingNested)
  missingNested(): void {}

  @Get('not-serialized')
  @SerializeOptions({ type: StoryView })
  notSerialized(): void {}

  @Get('serialized')
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ type: StoryView })
  @ApiOkResponse({ type: StoryDocument })
  serialized(): void {}

  @Get('missing-type')
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ type: MissingType, strategy: 'excludeAll' })
  missingType(): void {}

  @Get('undeclared')
  undeclared(): void {}
}

@Module({
  imports: [SqlModelExtModule.forFeature([Writer, Story, Remark])],
  controllers: [PerRequestController, GuardedController, AnswerController],
  providers: [
    StoryService,
    PerRequestService,
    Child,
    PerUse,
    { provide: 'SETTINGS', useFactory: () => ({ limit: 10 }) },
  ],
})
class FeatureModule {}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      synchronize: true,
      entities: [Writer, Story, Remark],
    }),
    TypeOrmModule.forRoot({
      name: 'readings',
      type: 'better-sqlite3',
      database: ':memory:',
      synchronize: true,
      entities: [Reading],
    }),
    SqlModelExtModule.forRoot({ analysis: { mode: 'off' } }),
    SqlModelExtModule.forFeature([Writer, Story, Remark]),
    FeatureModule,
  ],
  controllers: [StoryController],
  providers: [StoryService, StoryPipe, { provide: APP_GUARD, useClass: Everywhere }],
})
class AppModule {}

let app: INestApplication;
let container: Container;
let world: World;

beforeAll(async () => {
  app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  app.useGlobalInterceptors(new Timing());
  await app.init();
  isConstructed = false;
  container = {
    modules: app.get(ModulesContainer),
    application: app.get(ApplicationConfig),
  };
  world = worldOf(container);
});
afterAll(() => app.close());

function entry(controller: Function, method: string): EntryPoint {
  const found = world.entryPoints.filter((point) => point.controller === controller && point.method === method);
  expect(found).toHaveLength(1);
  return found[0];
}

function response(method: string): ResponseView {
  const view = entry(AnswerController, method).response;
  if (!view) throw new Error(`${method} declares no answer`);
  return view;
}

function shown(view: ResponseView | undefined, model: Function): string[] {
  const metadata = app.get<DataSource>(getDataSourceToken()).getMetadata(model);
  return (view?.relationsOf(metadata) ?? []).map(({ relation }) => relation).sort();
}

function below(view: ResponseView, model: Function, relation: string): ResponseView | undefined {
  const metadata = app.get<DataSource>(getDataSourceToken()).getMetadata(model);
  return view.relationsOf(metadata).find((one) => one.relation === relation)?.below;
}

describe('the handlers of the world', () => {
  it('are the routes of all modules, inherited ones too, and nothing else', () => {
    const names = world.entryPoints.map(({ controller, method }) => `${controller.name}.${method}`);
    const ofStories = names.filter((name) => name.startsWith('StoryController')).sort();
    expect(ofStories).toEqual([
      'StoryController.bare',
      'StoryController.edit',
      'StoryController.inherited',
      'StoryController.lock',
      'StoryController.overridden',
      'StoryController.read',
    ]);
    expect(names).toEqual(
      expect.arrayContaining(['PerRequestController.list', 'GuardedController.list', 'AnswerController.page']),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('come with the live controllers', () => {
    expect(entry(StoryController, 'read').instance).toBe(app.get(StoryController));
  });

  it('come with all data sources that are connected', () => {
    const all = [app.get(getDataSourceToken()), app.get(getDataSourceToken('readings'))];
    expect(new Set(world.dataSources)).toEqual(new Set(all));
    expect(world.dataSources).toHaveLength(2);
  });
});

describe('a controller that Nest makes for each request', () => {
  const instance = (): Record<string, Record<string, unknown>> =>
    entry(PerRequestController, 'list').instance as Record<string, Record<string, unknown>>;

  it('has what its constructor keeps, and no constructor has run', () => {
    expect(instance()).toBeInstanceOf(PerRequestController);
    expect(instance()['unitOfWork']).toBe(app.get(UnitOfWork));
    expect(isConstructed).toBe(false);
  });

  it('has services that are made for each request as well, through constructors that they inherit', () => {
    const { child } = instance();
    expect(child).toBeInstanceOf(Child);
    expect(child['stories']).toBe(app.select(FeatureModule).get(StoryService, { strict: true }));
    expect(child['settings']).toEqual({ limit: 10 });
  });

  it('has what is injected into properties', () => {
    expect(instance()['child']['writers']).toBe(app.get(getModelRepositoryToken(Writer), { strict: false }));
  });

  it('has stand-ins of transient providers', () => {
    const { perUse } = instance()['child'] as Record<string, Record<string, unknown>>;
    expect(perUse).toBeInstanceOf(PerUse);
    expect(perUse['service']).toBe(app.select(FeatureModule).get(StoryService, { strict: true }));
  });

  it('has no field where nobody knows the value', () => {
    expect(Object.keys(instance()).sort()).toEqual(['child', 'unitOfWork']);
    expect('request' in instance()['child']).toBe(false);
  });

  it('may be one because of its guard, which has its own services', () => {
    const { instance: controller, enhancers } = entry(GuardedController, 'list');
    const service = app.select(FeatureModule).get(StoryService, { strict: true });
    expect((controller as GuardedController).service).toBe(service);
    const guard = enhancers.find((enhancer) => enhancer instanceof PerRequestGuard);
    expect(guard).toMatchObject({ stories: service });
  });
});

describe('the fields that a constructor fills', () => {
  const fields = (type: Function, ...args: unknown[]): object => Object.fromEntries(constructorFields(type, args));

  it('are those that it assigns its parameters to', () => {
    class Kept {
      constructor(one: unknown, two: unknown, ...rest: unknown[]) {
        Object.assign(this, { one });
        const copy = two;
        (this as Record<string, unknown>)['first'] = one;
        (this as unknown as { second: unknown }).second = two;
        (this as unknown as { made: unknown }).made = [copy, rest];
      }
    }
    expect(fields(Kept, 1, 2)).toEqual({ second: 2, made: undefined });
  });

  it('go up through super(…) in its order, and through classes without a constructor', () => {
    class Top {
      constructor(
        readonly left: unknown,
        readonly right: unknown = 5,
      ) {}
    }
    class Middle extends Top {}
    class Bottom extends Middle {
      constructor(a: unknown, b: unknown) {
        super(b, a);
      }
    }
    expect(fields(Bottom, 'a', 'b')).toEqual({ left: 'b', right: 'a' });
    class Computed extends Top {
      constructor(...all: [unknown, unknown]) {
        super(...all);
      }
    }
    expect(fields(Computed, 'a', 'b')).toEqual({ left: undefined, right: undefined });
  });

  it('are not known of classes without a text', () => {
    expect(fields(new Proxy(StoryService, {}), 1)).toEqual({});
    expect(fields(Map, 1)).toEqual({});
  });
});

describe('the parameters of a handler', () => {
  const parameters = (method: string): readonly ParameterSource[] => entry(StoryController, method).parameters;

  it('are entities with what their decorator loads', () => {
    const metadata = app.get<DataSource>(getDataSourceToken()).getMetadata(Story);
    const origin = "@ModelParam(Story, 'storyId')";
    expect(parameters('read')).toEqual([{ kind: 'entity', metadata, load: ['writer'], isLocked: false, origin }]);
    expect(parameters('lock')).toEqual([{ kind: 'entity', metadata, load: [], isLocked: true, origin }]);
    expect(parameters('bare')).toEqual([]);
  });

  it('are what pipes give, data of the client, the request, and what decorators make of it', () => {
    const [story, page, patch, user, name, own, ...others] = parameters('edit');
    const pipes = story.kind === 'pipes' ? story.pipes : [];
    expect(pipes.map(({ constructor }) => constructor)).toEqual([UpperCase, StoryPipe]);
    const service = app.select(AppModule).get(StoryService, { strict: true });
    expect((pipes[1] as unknown as { service: unknown }).service === service).toBe(true);
    expect(page).toEqual({ kind: 'data', type: Number });
    expect(patch).toEqual({ kind: 'data', type: StoryPatch });
    expect(user).toEqual({ kind: 'custom', factory: expect.any(Function), data: undefined });
    expect(name).toMatchObject({ kind: 'custom', data: 'name' });
    expect(own).toEqual({ kind: 'pipes', pipes: [expect.any(StoryPipe)] });
    expect(others).toEqual([
      { kind: 'request', property: undefined },
      { kind: 'data', type: String },
      { kind: 'data', type: String },
      { kind: 'unknown' },
    ]);
  });
});

describe('what is around a handler', () => {
  it('are the guards and then the interceptors, from the outside in, without those of this library', () => {
    const types = entry(StoryController, 'read').enhancers.map(({ constructor }) => constructor);
    expect(types).toEqual([Everywhere, OnController, UpperGuard, Timing, Timing]);
  });
});

describe('the answer of a handler', () => {
  it('shows no relation that @ResponseModel loads', () => {
    const { responseOrigin } = entry(AnswerController, 'load');
    expect(responseOrigin).toBe('@ResponseModel(StoryResponse)');
    expect(shown(response('load'), Story)).toEqual([]);
    expect(shown(response('load').inside('writer'), Writer)).toEqual([]);
  });

  it('shows those that @ResponseModel does not load, and nothing below itself', () => {
    const view = response('throw');
    expect(view.name).toBe('StoryResponse');
    expect(shown(view, Story)).toEqual(['remarks', 'writer']);
    const writer = below(view, Story, 'writer');
    expect(writer?.name).toBe('WriterResponse');
    expect(shown(writer, Writer)).toEqual([]);
    expect(shown(view, Remark)).toEqual([]);
  });

  it('is a list, or a page with items', () => {
    expect(entry(AnswerController, 'list').responseOrigin).toBe('@ResponseModel([StoryResponse])');
    expect(shown(response('list'), Story)).toEqual(['remarks', 'writer']);
    expect(shown(response('page'), Story)).toEqual([]);
    expect(shown(response('page').inside('items'), Story)).toEqual(['remarks', 'writer']);
    expect(response('page').inside('count')).toBeUndefined();
    expect(response('page').inside('nothing')).toBeUndefined();
  });

  it('is the one that OpenAPI describes for the status of the handler', () => {
    const origins = ['document', 'documents', 'created', 'default'].map(
      (method) => entry(AnswerController, method).responseOrigin,
    );
    expect(origins).toEqual([
      '@ApiResponse({ type: StoryDocument })',
      '@ApiResponse({ type: [StoryDocument] })',
      '@ApiResponse({ type: [StoryDocument] })',
      '@ApiResponse({ type: StoryDocument })',
    ]);
    for (const method of ['accepted', 'schema', 'text', 'undeclared']) {
      expect(entry(AnswerController, method).response).toBeUndefined();
    }
  });

  it('shows in OpenAPI what has a description, is no input, and is not optional', () => {
    expect(shown(response('document'), Story)).toEqual(['writer']);
    expect(below(response('document'), Story, 'writer')?.name).toBe('WriterDocument');
    expect(shown(response('optional'), Story)).toEqual([]);
    expect(shown(response('excluded'), Story)).toEqual([]);
  });

  it('is the class that a serializer makes, where there is one', () => {
    expect(entry(AnswerController, 'notSerialized').response).toBeUndefined();
    expect(entry(AnswerController, 'serialized').responseOrigin).toBe('@SerializeOptions({ type: StoryView })');
    expect(shown(response('serialized'), Story)).toEqual(['writer']);
    expect(below(response('serialized'), Story, 'writer')?.name).toBe('WriterView');
  });

  it('requires what is neither optional nor nullable, and has no default', () => {
    expect([...response('load').required].sort()).toEqual(['id', 'name', 'writer']);
    expect([...response('document').required].sort()).toEqual(['name', 'writer']);
    expect(response('serialized').required).toEqual([]);
  });

  it('names the properties whose class is missing', () => {
    expect([...response('missing').unresolved].sort()).toEqual(['remarks', 'writer']);
    expect(response('missingNested').unresolved).toEqual(['writer']);
    expect(shown(response('missingNested'), Story)).toEqual([]);
    expect(response('missingType').unresolved).toEqual(['writer']);
    expect(response('document').unresolved).toEqual([]);
    expect(response('throw').unresolved).toEqual([]);
  });
});

describe('suppressions', () => {
  it('are found on controllers, their methods and entities', () => {
    expect(suppressionsIn(container, world)).toEqual(
      expect.arrayContaining([
        { rule: 'RLC001', place: 'StoryController', reason: 'the whole class' },
        { rule: 'RLC003', place: 'StoryController.read', reason: 'a method' },
        { rule: 'SCH002', place: 'Writer', reason: 'a small table' },
      ]),
    );
    expect(suppressionsIn(container, world)).toHaveLength(3);
  });

  it('need a known rule and a reason', () => {
    const decorate = (rule: unknown, options?: unknown) => () => {
      class Decorated {
        method(): void {}
      }
      const descriptor = Object.getOwnPropertyDescriptor(Decorated.prototype, 'method') as PropertyDescriptor;
      SuppressFinding(rule as never, options as never)(Decorated.prototype, 'method', descriptor);
    };
    expect(decorate('RLC003', { reason: 'why not' })).not.toThrow();
    expect(decorate('RLC004', { reason: 'why not' })).toThrow(
      '@SuppressFinding on Decorated.method: there is no rule RLC004. Rules are RLC001',
    );
    expect(decorate('RLC003', { reason: ' ' })).toThrow(
      "@SuppressFinding('RLC003') on Decorated.method needs a reason",
    );
    expect(decorate('RLC003')).toThrow('needs a reason');
    expect(decorate('RLC003', { reason: 'x', until: 'tomorrow' })).toThrow(
      "unknown option 'until'. Allowed are reason",
    );
  });
});
