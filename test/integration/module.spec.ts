import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  type DynamicModule,
  type INestApplicationContext,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { ContextIdFactory, NestFactory } from '@nestjs/core';
import { getDataSourceToken, getRepositoryToken, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Column, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import {
  ConfigurationError,
  getModelRepositoryToken,
  getUnitOfWorkToken,
  InjectModelRepository,
  InjectUnitOfWork,
  Model,
  ModelParam,
  ModelRepository,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  Table,
  Transactional,
  UnitOfWork,
  UuidIdInfo,
  UuidTable,
  UuidTableBase,
  type SqlModelExtOptions,
  type SqlModelExtOptionsFactory,
} from 'nestjs-sqlmodel-ext';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';

@Model()
class NoteBase {
  @Str64() text: string;
}
@Model()
class Note extends UuidTable(NoteBase) {}
@Model()
class NoteResponse extends UuidIdInfo(NoteBase) {}
@Model()
class Report extends Table(NoteBase) {}

class Forgotten extends UuidTableBase {
  @Str64() text: string;
}

@Entity()
class PlainEntity {
  @PrimaryGeneratedColumn() id: number;
  @Column({ type: String }) text: string;
}

/** Two classes of one name, as two folders of an application may have them. */
function makeTask(tableName: string): typeof Note {
  @Model({ tableName })
  class Task extends UuidTable(NoteBase) {}
  return Task;
}
const HomeTask = makeTask('home_task');
const WorkTask = makeTask('work_task');

@Injectable()
class NoteService {
  constructor(
    @InjectModelRepository(Note) readonly notes: ModelRepository<Note>,
    @InjectRepository(Note) readonly plain: Repository<Note>,
    readonly unitOfWork: UnitOfWork,
  ) {}

  @InjectModelRepository(Note) readonly fromProperty: ModelRepository<Note>;

  @Transactional()
  async addBothAndFail(): Promise<void> {
    await this.notes.add({ text: 'ours' });
    await this.plain.insert({ id: '0190a000-0000-7000-8000-000000000001', text: 'plain' });
    throw new Error('changed my mind');
  }
}

const contexts: INestApplicationContext[] = [];
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
});

function rootModule(metadata: ModuleMetadata): Type {
  class Root {}
  Module(metadata)(Root);
  return Root;
}

async function start(
  imports: NonNullable<ModuleMetadata['imports']>,
  providers: NonNullable<ModuleMetadata['providers']> = [],
  options: object = {},
): Promise<INestApplicationContext> {
  const context = await NestFactory.createApplicationContext(rootModule({ imports, providers }), {
    logger: false,
    abortOnError: false,
    ...options,
  });
  contexts.push(context);
  return context;
}

/** A SQLite data source of its own in memory. */
function sqlite(options: object = {}): DynamicModule {
  return TypeOrmModule.forRoot({
    type: 'better-sqlite3',
    database: ':memory:',
    synchronize: true,
    entities: [Note, Report],
    ...options,
  });
}

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

describe.each(DATABASES)('the module on $name', ({ name }) => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(name);
  });
  afterAll(() => database.drop());
  const typeOrm = (options: object = {}) =>
    TypeOrmModule.forRoot({
      ...database.options,
      synchronize: true,
      entities: [Note],
      ...options,
    });

  it('gives repositories and a unit of work that take part in one transaction', async () => {
    const app = await start(
      [typeOrm(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])],
      [NoteService],
    );
    const service = app.get(NoteService);
    await expect(service.addBothAndFail()).rejects.toThrow('changed my mind');
    expect(await service.notes.count()).toBe(0);
    await service.notes.add({ text: 'kept' });
    expect(await service.plain.countBy({ text: 'kept' })).toBe(1);
    await service.plain.deleteAll();
  });

  it('warns about dates in the time zone of the process where the driver writes them so', async () => {
    const warnings: string[] = [];
    const none = (): void => undefined;
    const logger = {
      log: none,
      error: none,
      debug: none,
      verbose: none,
      fatal: none,
      warn: (text: string) => void warnings.push(text),
    };
    const about = () => warnings.filter((text) => text.includes("timezone: 'Z'"));
    await start([typeOrm(), SqlModelExtModule.forRoot()], [], { logger });
    expect(about()).toHaveLength(name === 'mariadb' ? 1 : 0);
    warnings.length = 0;
    await start([typeOrm({ timezone: 'Z' }), SqlModelExtModule.forRoot()], [], { logger });
    expect(about()).toEqual([]);
  });
});

describe('forRoot', () => {
  it('is global: a module that imports nothing has the unit of work, transactions and handler parameters', async () => {
    @Injectable()
    class Elsewhere {
      constructor(readonly unitOfWork: UnitOfWork) {}
      @Transactional() async isActive(): Promise<boolean> {
        return this.unitOfWork.isActive;
      }
    }
    @Controller('notes')
    class NoteController {
      @Get(':id') @Transactional() @ResponseModel(NoteResponse) async read(
        @ModelParam(Note, 'id') note: Note,
      ): Promise<Note> {
        return note;
      }
    }
    @Module({ providers: [Elsewhere], controllers: [NoteController] })
    class FeatureModule {}
    const Root = rootModule({ imports: [FeatureModule, sqlite(), SqlModelExtModule.forRoot()] });
    const app = await NestFactory.create(Root, { logger: false, abortOnError: false });
    contexts.push(app);
    await app.listen(0, '127.0.0.1');
    expect(await app.get(Elsewhere).isActive()).toBe(true);
    const note = await new ModelRepository(Note, app.get<DataSource>(getDataSourceToken())).add({ text: 'far away' });
    const answer = await fetch(`${await app.getUrl()}/notes/${note.id}`);
    expect(await answer.json()).toEqual({ id: note.id, text: 'far away' });
  });

  it('takes its place in the imports anywhere', async () => {
    const app = await start(
      [SqlModelExtModule.forFeature([Note]), SqlModelExtModule.forRoot(), sqlite()],
      [NoteService],
    );
    expect(await app.get(NoteService).notes.count()).toBe(0);
  });

  it.each([
    [
      'unknown',
      { validations: true },
      /unknown option 'validations'. Allowed are dataSource, validation, exceptionFilter, integrityMessages, sqliteWaitTimeout/,
    ],
    ['a relation mode', { relations: { strict: 'always' } }, /'relations.strict' must be throw or warn or off/],
    ['a relation option', { relations: { strickt: 'throw' } }, /unknown option 'relations.strickt'/],
    ['an analysis by its mode alone', { analysis: 'warn' }, /'analysis' must be an object, such as { mode: 'warn' }/],
    [
      'an analysis mode',
      { analysis: { mode: 'strict' } },
      /'analysis.mode' must be off or warn or error, but is "strict"/,
    ],
    [
      'an analysis option',
      { analysis: { modes: 'off' } },
      /unknown option 'analysis.modes'. Allowed are mode, suppress/,
    ],
    ['no list', { analysis: { suppress: {} } }, /'analysis.suppress' must be a list of { rule, place, reason }/],
    ['a text', { analysis: { suppress: ['RLC003'] } }, /'analysis.suppress\[0\]' must be { rule, place, reason }/],
    [
      'a rule',
      { analysis: { suppress: [{ rule: 'RLC004', place: 'A', reason: 'b' }] } },
      /'analysis.suppress\[0\].rule' must be one of RLC001, .*SCH002, but is "RLC004"/,
    ],
    [
      'a place',
      { analysis: { suppress: [{ rule: 'RLC003', place: ' ', reason: 'b' }] } },
      /'analysis.suppress\[0\].place' must name a class, or a method of one/,
    ],
    [
      'no reason',
      { analysis: { suppress: [{ rule: 'RLC003', place: 'A' }] } },
      /'analysis.suppress\[0\].reason' must say why/,
    ],
    [
      'a line',
      { analysis: { suppress: [{ rule: 'RLC003', place: 'A', reason: 'b', line: 3 }] } },
      /unknown 'analysis.suppress\[0\].line'. Allowed are rule, place, reason/,
    ],
    ['wrong', { validation: 'yes' }, /'validation' must be true or false/],
    ['wrong', { exceptionFilter: 1 }, /'exceptionFilter' must be true or false/],
    [
      'wrong',
      { integrityMessages: { uq: 1 } },
      /'integrityMessages' must be an object of constraint names and sentences/,
    ],
    ['wrong', { integrityMessages: ['taken'] }, /'integrityMessages' must be an object/],
    ['wrong', { sqliteWaitTimeout: 0 }, /'sqliteWaitTimeout' must be a positive integer/],
    ['wrong', { sqliteWaitTimeout: '5s' }, /'sqliteWaitTimeout' must be a positive integer/],
    ['wrong', { dataSource: '' }, /'dataSource' must be a name/],
    ['wrong', { dataSource: {} }, /'dataSource' must be a name/],
    ['no', null, /must be an object, but are null/],
    ['no', [], /must be an object, but are a list/],
  ])('refuses %s options: %j', async (_kind, options, message) => {
    expect(await refusal(() => SqlModelExtModule.forRoot(options as never))).toMatch(message);
    expect(
      await refusal(() => start([sqlite(), SqlModelExtModule.forRootAsync({ useFactory: () => options as never })])),
    ).toMatch(message);
  });

  it('takes an option that is undefined as not given', async () => {
    const app = await start([
      sqlite(),
      SqlModelExtModule.forRoot({ dataSource: undefined, sqliteWaitTimeout: undefined }),
    ]);
    expect(app.get(UnitOfWork)).toBeInstanceOf(UnitOfWork);
  });

  it.each([
    ['identical options', SqlModelExtModule.forRoot(), SqlModelExtModule.forRoot()],
    ['different options', SqlModelExtModule.forRoot(), SqlModelExtModule.forRoot({ validation: false })],
    [
      'one of them asynchronous',
      SqlModelExtModule.forRoot(),
      SqlModelExtModule.forRootAsync({ useFactory: () => ({}) }),
    ],
  ])('refuses a second one for the same data source, with %s', async (_case, first, second) => {
    const nested = rootModule({ imports: [second] });
    for (const moduleIdGeneratorAlgorithm of ['reference', 'deep-hash'] as const) {
      const message = await refusal(() => start([sqlite(), first, nested], [], { moduleIdGeneratorAlgorithm }));
      expect(message).toMatch(/forRoot\(\) was imported 2 times for the data source 'default': import it once/);
    }
  });

  it('says so when there is no such data source', async () => {
    expect(await refusal(() => start([SqlModelExtModule.forRoot()]))).toMatch(
      /no data source 'default'. Import TypeOrmModule.forRoot\(…\)/,
    );
    expect(await refusal(() => start([sqlite(), SqlModelExtModule.forRoot({ dataSource: 'reports' })]))).toMatch(
      /no data source 'reports'. Import TypeOrmModule.forRoot\({ name: 'reports', … }\)/,
    );
  });
});

describe('forRootAsync', () => {
  const CHOICE = 'choice of the database test';
  @Module({ providers: [{ provide: CHOICE, useValue: 77 }], exports: [CHOICE] })
  class ChoiceModule {}
  @Injectable()
  class OptionsFactory implements SqlModelExtOptionsFactory {
    constructor(@Inject(CHOICE) private readonly timeout: number) {}
    async createSqlModelExtOptions(): Promise<SqlModelExtOptions> {
      return { sqliteWaitTimeout: this.timeout };
    }
  }
  @Module({ imports: [ChoiceModule], providers: [OptionsFactory], exports: [OptionsFactory] })
  class FactoryModule {}

  /** The options have arrived where they work: a transaction that holds the connection is not waited for. */
  async function waitTimeoutOf(app: INestApplicationContext): Promise<string> {
    const { dataSource } = app.get(UnitOfWork);
    const blocker = dataSource.createQueryRunner();
    await blocker.startTransaction();
    const message = await dataSource.query('SELECT 1').then(
      () => 'nobody waited',
      (error: Error) => error.message,
    );
    await blocker.rollbackTransaction();
    await blocker.release();
    return message;
  }

  it.each([
    [
      'useFactory',
      {
        imports: [ChoiceModule],
        inject: [CHOICE],
        useFactory: async (sqliteWaitTimeout: number) => ({ sqliteWaitTimeout }),
      },
    ],
    ['useClass', { imports: [ChoiceModule], useClass: OptionsFactory }],
    ['useExisting', { imports: [FactoryModule], useExisting: OptionsFactory }],
  ])('takes the options of %s', async (_way, options) => {
    const app = await start([sqlite(), SqlModelExtModule.forRootAsync(options), SqlModelExtModule.forFeature([Note])]);
    expect(await waitTimeoutOf(app)).toMatch(/^Waited 77 ms/);
  });

  it.each([
    ['none', {}, /exactly one of useFactory, useClass and useExisting, but got 0/],
    ['two', { useFactory: () => ({}), useClass: OptionsFactory }, /but got 2/],
    [
      'an unknown one',
      { useValue: {} },
      /unknown option 'useValue' of forRootAsync\(\). Allowed are dataSource, cacheManager, imports/,
    ],
    [
      'an option of forRoot',
      { useFactory: () => ({}), validation: false },
      /'validation' is for the options that useFactory gives/,
    ],
    [
      'inject without useFactory',
      { useClass: OptionsFactory, inject: [CHOICE] },
      /'inject' names the arguments of useFactory/,
    ],
    ['no name of a data source', { useFactory: () => ({}), dataSource: 5 }, /'dataSource' must be a name/],
    ['undefined', undefined, /must be an object, but are undefined/],
  ])('refuses %s', async (_case, options, message) => {
    expect(await refusal(() => SqlModelExtModule.forRootAsync(options as never))).toMatch(message);
  });

  it('refuses a data source that only the made options name', async () => {
    const late = SqlModelExtModule.forRootAsync({ useFactory: () => ({ dataSource: 'reports' }) });
    expect(await refusal(() => start([sqlite(), late]))).toMatch(/put 'dataSource' beside useFactory/);
  });

  it('lets an error of the factory through', async () => {
    const broken = SqlModelExtModule.forRootAsync({ useFactory: () => Promise.reject(new Error('no configuration')) });
    await expect(start([sqlite(), broken])).rejects.toThrow('no configuration');
  });
});

describe('forFeature', () => {
  it('adds its models to the data source with autoLoadEntities', async () => {
    @Model()
    class Loaded extends UuidTable(NoteBase) {}
    const app = await start([
      sqlite({ entities: undefined, autoLoadEntities: true }),
      SqlModelExtModule.forRoot(),
      SqlModelExtModule.forFeature([Loaded]),
    ]);
    const loaded = app.get<ModelRepository<Loaded>>(getModelRepositoryToken(Loaded), { strict: false });
    expect((await loaded.add({ text: 'added' })).text).toBe('added');
  });

  it('gives constructors and properties the same repository, and TypeORM its own beside', async () => {
    const app = await start(
      [sqlite(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])],
      [NoteService],
    );
    const service = app.get(NoteService);
    expect(service.notes).toBeInstanceOf(ModelRepository);
    expect(service.fromProperty).toBe(service.notes);
    expect(service.plain).toBe(service.notes.typeorm);
    expect(service.plain).toBe(app.get<DataSource>(getDataSourceToken()).getRepository(Note));
    expect(app.get(getRepositoryToken(Note), { strict: false })).toBe(service.plain);
  });

  it('goes together with TypeOrmModule.forFeature and its plain entities', async () => {
    @Injectable()
    class Both {
      constructor(
        @InjectRepository(PlainEntity) readonly plain: Repository<PlainEntity>,
        @InjectRepository(Note) readonly notes: Repository<Note>,
      ) {}
    }
    const app = await start(
      [
        sqlite({ entities: [Note, PlainEntity] }),
        SqlModelExtModule.forRoot(),
        SqlModelExtModule.forFeature([Note]),
        TypeOrmModule.forFeature([Note, PlainEntity]),
      ],
      [Both],
    );
    await app.get(Both).plain.save({ text: 'plain' });
    expect(await app.get(Both).plain.count()).toBe(1);
    expect(await app.get(Both).notes.count()).toBe(0);
  });

  it.each(['reference', 'deep-hash'] as const)(
    'tells two models of one name apart (module ids by %s)',
    async (algorithm) => {
      @Module({ imports: [SqlModelExtModule.forFeature([HomeTask])] })
      class Home {
        constructor(@InjectModelRepository(HomeTask) readonly tasks: ModelRepository<Note>) {}
      }
      @Module({ imports: [SqlModelExtModule.forFeature([WorkTask])] })
      class Work {
        constructor(@InjectModelRepository(WorkTask) readonly tasks: ModelRepository<Note>) {}
      }
      expect(HomeTask.name).toBe(WorkTask.name);
      expect(getModelRepositoryToken(HomeTask)).not.toBe(getModelRepositoryToken(WorkTask));
      const imports = [sqlite({ entities: [HomeTask, WorkTask] }), SqlModelExtModule.forRoot(), Home, Work];
      const app = await start(imports, [], { moduleIdGeneratorAlgorithm: algorithm });
      await app.get(Home).tasks.add({ text: 'tidy up' });
      expect(await app.get(Home).tasks.count()).toBe(1);
      expect(await app.get(Work).tasks.count()).toBe(0);
    },
  );

  it('has one token for a model and a data source', () => {
    expect(getModelRepositoryToken(Note)).toBe(getModelRepositoryToken(Note, 'default'));
    expect(getModelRepositoryToken(Note, 'reports')).not.toBe(getModelRepositoryToken(Note));
    class Child extends Note {}
    expect(getModelRepositoryToken(Child)).not.toBe(getModelRepositoryToken(Note));
  });

  it('refuses a model that the data source does not know, before TypeORM does', async () => {
    const message = await refusal(() =>
      start([sqlite({ entities: [Report] }), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])]),
    );
    expect(message).toBe(
      "The data source does not know Note: list it in 'entities', or set 'autoLoadEntities' and pass it to SqlModelExtModule.forFeature().",
    );
  });

  it('refuses to go without forRoot, and without the named data source', async () => {
    expect(await refusal(() => start([sqlite(), SqlModelExtModule.forFeature([Note])]))).toMatch(
      /^SqlModelExtModule.forFeature\(\[Note\]\) needs SqlModelExtModule.forRoot\(\) and a TypeOrmModule for the data source 'default'/,
    );
    expect(
      await refusal(() =>
        start([sqlite(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note], 'reports')]),
      ),
    ).toMatch(
      /^SqlModelExtModule.forFeature\(\[Note\], 'reports'\) needs SqlModelExtModule.forRoot\({ dataSource: 'reports' }\)/,
    );
  });

  it.each([
    ['a data class', [NoteBase], /NoteBase is not one: extend Table/],
    [
      'undefined, as in a circular import',
      [undefined],
      /got undefined where a model class is needed: with a circular import/,
    ],
    [
      'a table class that forgot @Model',
      [Forgotten],
      /Forgotten \(in forFeature\(\)\) extends a table base but has no @Model\(\)/,
    ],
    ['a plain entity', [PlainEntity], /A plain @Entity\(\) belongs into TypeOrmModule.forFeature/],
    ['a name', ['Note'], /got Note where a model class is needed/],
    ['no list', Note, /forFeature\(\) takes a list of models/],
  ])('refuses %s', async (_case, models, message) => {
    expect(await refusal(() => SqlModelExtModule.forFeature(models as never))).toMatch(message);
  });

  it('refuses to inject the repository of a model that is still undefined', async () => {
    expect(await refusal(() => InjectModelRepository(undefined as never))).toMatch(/with a circular import/);
    expect(await refusal(() => getModelRepositoryToken(undefined as never))).toMatch(/with a circular import/);
  });
});

describe('two data sources in one application', () => {
  @Injectable()
  class ReportService {
    constructor(
      @InjectModelRepository(Note) readonly notes: ModelRepository<Note>,
      @InjectModelRepository(Note, 'reports') readonly copies: ModelRepository<Note>,
      @InjectModelRepository(Report, 'reports') readonly reports: ModelRepository<Report>,
      @InjectRepository(Report, 'reports') readonly plain: Repository<Report>,
      readonly unitOfWork: UnitOfWork,
      @InjectUnitOfWork('reports') readonly reportsUnitOfWork: UnitOfWork,
    ) {}

    @Transactional({ dataSource: 'reports' })
    async reportAndFail(): Promise<void> {
      await this.notes.add({ text: 'stays' });
      await this.reports.add({ text: 'goes' });
      await this.plain.save({ text: 'goes too' });
      expect([this.unitOfWork.isActive, this.reportsUnitOfWork.isActive]).toEqual([false, true]);
      throw new Error('no report');
    }

    @Transactional()
    @Transactional({ dataSource: 'reports' })
    async bothActive(): Promise<boolean[]> {
      return [this.unitOfWork.isActive, this.reportsUnitOfWork.isActive];
    }
  }

  const named = () => sqlite({ name: 'reports' });
  const bothRoots = (first: object = {}, second: object = {}) => [
    sqlite(),
    named(),
    SqlModelExtModule.forRoot(first),
    SqlModelExtModule.forRoot({ dataSource: 'reports', ...second }),
    SqlModelExtModule.forFeature([Note]),
    SqlModelExtModule.forFeature([Note, Report], 'reports'),
  ];

  it('keeps repositories and units of work apart', async () => {
    const app = await start(bothRoots(), [ReportService]);
    const service = app.get(ReportService);
    expect(service.unitOfWork.dataSource).toBe(app.get(getDataSourceToken(), { strict: false }));
    expect(service.reportsUnitOfWork.dataSource).toBe(app.get(getDataSourceToken('reports'), { strict: false }));
    expect(app.get(getUnitOfWorkToken('reports'), { strict: false })).toBe(service.reportsUnitOfWork);
    expect(app.get(getUnitOfWorkToken(), { strict: false })).toBe(service.unitOfWork);
    await service.notes.add({ text: 'here alone' });
    expect([await service.notes.count(), await service.copies.count()]).toEqual([1, 0]);
  });

  it('puts @Transactional({ dataSource }) on that one alone', async () => {
    const service = (await start(bothRoots(), [ReportService])).get(ReportService);
    await expect(service.reportAndFail()).rejects.toThrow('no report');
    expect([await service.notes.count(), await service.reports.count()]).toEqual([1, 0]);
    expect(await service.bothActive()).toEqual([true, true]);
  });

  it('needs a forRoot for each', async () => {
    const imports = [sqlite(), named(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Report], 'reports')];
    expect(await refusal(() => start(imports))).toMatch(/needs SqlModelExtModule.forRoot\({ dataSource: 'reports' }\)/);
  });

  it('refuses a model that the named data source does not know', async () => {
    const imports = [
      sqlite(),
      sqlite({ name: 'reports', entities: [Note] }),
      SqlModelExtModule.forRoot(),
      SqlModelExtModule.forRoot({ dataSource: 'reports' }),
      SqlModelExtModule.forFeature([Report], 'reports'),
    ];
    expect(await refusal(() => start(imports))).toMatch(/does not know Report/);
  });

  it.each([
    [
      'validation',
      { validation: true },
      { validation: false },
      /'validation' is about the whole application, but the data sources 'default' and 'reports'/,
    ],
    [
      'analysis.mode',
      { analysis: { mode: 'warn' } },
      { analysis: { mode: 'off' } },
      /'analysis.mode' is about the whole application, but the data sources 'default' and 'reports'/,
    ],
    [
      'exceptionFilter',
      { exceptionFilter: false },
      { exceptionFilter: true },
      /'exceptionFilter' is about the whole application/,
    ],
    [
      'integrityMessages',
      { integrityMessages: { uq_note: 'One' } },
      { integrityMessages: { uq_note: 'Two' } },
      /'integrityMessages.uq_note' is about the whole application/,
    ],
  ])('refuses contradictory values of %s', async (_option, first, second, message) => {
    expect(await refusal(() => start(bothRoots(first, second)))).toMatch(message);
  });

  it('takes an option of the application from either', async () => {
    await start(
      bothRoots({ validation: false, integrityMessages: { a: 'A', b: 'B' } }, { integrityMessages: { b: 'B' } }),
    );
    await start(bothRoots({}, { exceptionFilter: false }));
  });
});

describe('providers of every scope', () => {
  @Injectable({ scope: Scope.REQUEST })
  class PerRequest extends NoteService {}
  @Injectable({ scope: Scope.TRANSIENT })
  class PerUse extends NoteService {}
  @Injectable({ scope: Scope.REQUEST, durable: true })
  class Durable extends NoteService {}

  it.each([
    ['request-scoped', PerRequest],
    ['transient', PerUse],
    ['durable', Durable],
  ])('inject repositories and run transactions: %s', async (_scope, Service) => {
    const app = await start(
      [sqlite(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])],
      [PerRequest, PerUse, Durable],
    );
    const one = await app.resolve(Service, ContextIdFactory.create());
    const two = await app.resolve(Service, ContextIdFactory.create());
    expect(one).not.toBe(two);
    expect(one.notes).toBe(two.fromProperty);
    await expect(one.addBothAndFail()).rejects.toThrow('changed my mind');
    await one.notes.add({ text: 'kept' });
    expect(await two.plain.count()).toBe(1);
  });
});

describe('two applications in one process', () => {
  it('have their own data, transactions and options, and end apart', async () => {
    const imports = () => [sqlite(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])];
    const one = (await start(imports(), [NoteService])).get(NoteService);
    const second = await start(imports(), [NoteService]);
    const two = second.get(NoteService);
    await one.unitOfWork.run(async () => {
      await one.notes.add({ text: 'in the first' });
      expect(two.unitOfWork.isActive).toBe(false);
      await two.notes.add({ text: 'in the second' });
      await two.notes.add({ text: 'in the second' });
    });
    expect([await one.notes.count(), await two.notes.count()]).toEqual([1, 2]);
    await second.close();
    contexts.splice(contexts.indexOf(second), 1);
    expect(await one.notes.count()).toBe(1);
  });

  it('may share the modules that were made once', async () => {
    const imports = [sqlite(), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature([Note])];
    const one = (await start(imports, [NoteService])).get(NoteService);
    const two = (await start(imports, [NoteService])).get(NoteService);
    await one.notes.add({ text: 'in the first' });
    expect([await one.notes.count(), await two.notes.count()]).toEqual([1, 0]);
  });
});

describe('an injected EntityManager', () => {
  it('takes part as well', async () => {
    @Injectable()
    class Manual {
      constructor(
        @Inject(getDataSourceToken()) readonly dataSource: DataSource,
        readonly unitOfWork: UnitOfWork,
      ) {}
      get manager(): EntityManager {
        return this.dataSource.manager;
      }
    }
    const app = await start([sqlite(), SqlModelExtModule.forRoot()], [Manual]);
    const { manager, unitOfWork } = app.get(Manual);
    const run = unitOfWork.run(async () => {
      await manager.insert(Report, { text: 'dropped' });
      throw new Error('undo');
    });
    await expect(run).rejects.toThrow('undo');
    expect(await manager.count(Report)).toBe(0);
  });
});
