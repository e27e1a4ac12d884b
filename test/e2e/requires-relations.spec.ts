import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Post,
  Scope,
  UseGuards,
  type CanActivate,
  type INestApplication,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ManyToOne, type DataSource, type Relation } from 'typeorm';
import {
  ConfigurationError,
  InjectModelRepository,
  Model,
  ModelParam,
  ModelRepository,
  RelationNotLoadedError,
  RequiresRelations,
  SqlModelExtModule,
  Str64,
  Transactional,
  UnitOfWork,
  UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { Film, MAGAZINE, Medium, Picture, Piece, Vita, Writer } from '../support/models/magazine.js';
import { HttpClient } from './support/http-client.js';
import { PLATFORMS, httpAdapter } from './support/platform.js';
import { sqliteInMemory } from './support/serve.js';

abstract class Reading {
  @RequiresRelations('author.vita')
  async read(piece: Piece): Promise<string | undefined> {
    return piece.author.vita?.text;
  }
}

@Injectable()
class Newsroom extends Reading {
  constructor(
    @InjectModelRepository(Piece) readonly pieces: ModelRepository<Piece>,
    readonly unitOfWork: UnitOfWork,
  ) {
    super();
  }

  @Transactional()
  @RequiresRelations('author')
  async outside(piece: Piece): Promise<string> {
    return `${piece.author.name} ${this.unitOfWork.isActive}`;
  }

  @RequiresRelations('author')
  @Transactional()
  async inside(piece: Piece): Promise<string> {
    return `${piece.author.name} ${this.unitOfWork.isActive}`;
  }

  @RequiresRelations('author')
  @Transactional({ propagation: 'MANDATORY' })
  @RequiresRelations('labels')
  @Transactional()
  async between(piece: Piece): Promise<string> {
    return `${piece.author.name} ${piece.labels.length}`;
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestReading extends Reading {}
@Injectable({ scope: Scope.TRANSIENT })
class TransientReading extends Reading {
  override async read(piece: Piece): Promise<string | undefined> {
    return `${await super.read(piece)}!`;
  }
}

@Controller('pieces')
class PieceController {
  constructor(private readonly reading: RequestReading) {}

  @RequiresRelations('author')
  @Get(':pieceId/byline')
  async byline(@ModelParam(Piece, 'pieceId') piece: Piece): Promise<object> {
    return { name: piece.author.name };
  }

  @Get(':pieceId/labels')
  @RequiresRelations('labels')
  async labels(@ModelParam(Piece, 'pieceId') piece: object): Promise<object> {
    return (piece as Piece).labels;
  }

  @Get(':pieceId/vita')
  async vita(@ModelParam(Piece, 'pieceId') piece: Piece): Promise<object> {
    return { vita: await this.reading.read(piece), about: await piece.author.about() };
  }

  @Post(':pieceId/above')
  @RequiresRelations('author')
  @Transactional()
  async above(@ModelParam(Piece, 'pieceId', { lock: true }) piece: Piece): Promise<object> {
    return { name: piece.author.name };
  }

  @Post(':pieceId/below')
  @Transactional()
  @RequiresRelations('author')
  async below(@ModelParam(Piece, 'pieceId', { lock: true }) piece: Piece): Promise<object> {
    return { name: piece.author.name };
  }
}

const nothing = (): void => undefined;
const silent = {
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

describe.each(DATABASES)('@RequiresRelations in an application on $name', ({ name: engine }) => {
  describe.each(PLATFORMS)('on %s', (platform) => {
    let database: FreshDatabase;
    let app: INestApplication;
    let http: HttpClient;
    let dataSource: DataSource;
    let pieceId: string;
    const statements: string[] = [];

    beforeAll(async () => {
      database = await createTestDatabase(engine);
      const moduleRef = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot({
            ...database.options,
            entities: MAGAZINE,
            synchronize: true,
            logging: true,
            logger: { ...silent, logQuery: (sql: string) => void statements.push(sql) },
          }),
          SqlModelExtModule.forRoot({}),
          SqlModelExtModule.forFeature([Piece, Writer]),
        ],
        controllers: [PieceController],
        providers: [Newsroom, RequestReading, TransientReading],
      }).compile();
      app = moduleRef.createNestApplication(httpAdapter(platform), { logger: false });
      await app.listen(0, '127.0.0.1');
      http = new HttpClient(await app.getUrl());
      dataSource = app.get<DataSource>(getDataSourceToken());
      const ada = await new ModelRepository(Writer, dataSource).add({ name: 'Ada' });
      await new ModelRepository(Vita, dataSource).add({ text: 'born 1815', writerId: ada.id });
      pieceId = (await app.get(Newsroom).pieces.add({ title: 'Notes', authorId: ada.id })).id;
    });
    afterAll(async () => {
      await app.close();
      await database.drop();
    });

    const read = (): Promise<Piece> => app.get(Newsroom).pieces.getExistOne(pieceId);

    it.each(['outside', 'inside'] as const)('loads in the transaction, with @Transactional %s of it', async (where) => {
      const piece = await read();
      const recorder = new QueryRecorder(dataSource);
      expect(await recorder.record(() => app.get(Newsroom)[where](piece))).toBe('Ada true');
      expect(recorder.queries.map(({ sql }) => sql.split(' ', 1)[0])).toEqual([
        expect.stringMatching(/^(BEGIN|START)/),
        'SELECT',
        'COMMIT',
      ]);
    });

    it('loads in the innermost transaction of several', async () => {
      const { unitOfWork, between } = { unitOfWork: app.get(UnitOfWork), between: app.get(Newsroom) };
      const piece = await read();
      // Nothing is loaded before MANDATORY is refused.
      await expectQueries(dataSource, 0, () => expect(between.between(piece)).rejects.toThrow('MANDATORY'));
      expect(await unitOfWork.run(() => between.between(piece))).toBe('Ada 0');
    });

    it('is inherited, by request-scoped and transient providers too', async () => {
      expect(await app.get(Newsroom).read(await read())).toBe('born 1815');
      const contextId = ContextIdFactory.create();
      for (const [type, text] of [
        [RequestReading, 'born 1815'],
        [TransientReading, 'born 1815!'],
      ] as const) {
        const reading = await app.get(ModuleRef).resolve<Reading>(type, contextId, { strict: false });
        expect(await reading.read(await read())).toBe(text);
      }
    });

    it('works on handlers, whatever their parameter is declared as', async () => {
      expect((await http.get(`/pieces/${pieceId}/byline`)).body).toEqual({ name: 'Ada' });
      expect((await http.get(`/pieces/${pieceId}/labels`)).body).toEqual([]);
      expect((await http.get(`/pieces/${pieceId}/vita`)).body).toEqual({ vita: 'born 1815', about: 'Ada: born 1815' });
      expect((await http.get('/pieces/none/byline')).status).toBe(404);
    });

    it.each(['above', 'below'])('works on transactional handlers (%s), with one transaction', async (where) => {
      statements.length = 0;
      const { status, body } = await http.post(`/pieces/${pieceId}/${where}`);
      expect([status, body]).toEqual([201, { name: 'Ada' }]);
      expect(statements.filter((sql) => /^(BEGIN|START|SAVEPOINT|COMMIT)/.test(sql))).toHaveLength(2);
      expect(statements).toHaveLength(4);
    });
  });
});

describe('@RequiresRelations at start-up', () => {
  @Model()
  class Chart extends UuidTableBase {
    @Str64() title: string;
    @ManyToOne(() => Writer, { nullable: true }) drawer: Relation<Writer> | null;
    @RequiresRelations('drawr' as never)
    async credit(): Promise<void> {}
  }
  @Model({ abstract: true })
  abstract class Drawn extends UuidTableBase {
    @RequiresRelations('drawer' as never)
    async credit(): Promise<void> {}
  }
  @Model()
  class Sketch extends Drawn {
    @ManyToOne(() => Writer, { nullable: true }) drawer: Relation<Writer> | null;
  }
  @Model()
  class Doodle extends Drawn {
    @Str64() title: string;
  }

  /** Starts an application, and stops it again. */
  async function start(metadata: ModuleMetadata, entities: readonly Function[] = MAGAZINE): Promise<void> {
    const moduleRef = await Test.createTestingModule({
      ...metadata,
      imports: [sqliteInMemory(entities), SqlModelExtModule.forRoot({}), ...(metadata.imports ?? [])],
    }).compile();
    try {
      await moduleRef.init();
    } finally {
      await moduleRef.close();
    }
  }

  async function faultsOf(metadata: ModuleMetadata, entities?: readonly Function[]): Promise<readonly string[]> {
    const error = await start(metadata, entities).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return [];
    expect(error).toBeInstanceOf(ConfigurationError);
    const { message, fields } = error as ConfigurationError;
    const faults = fields['faults'] as string[];
    for (const fault of faults) expect(message).toContain(fault);
    return faults;
  }

  const inProviders = (...providers: Provider[]) => faultsOf({ providers });

  it('accepts what is right', async () => {
    expect(await inProviders(RequestReading, TransientReading)).toEqual([]);
  });

  it('names class, method, path and near names, for entities', async () => {
    expect(await faultsOf({}, [...MAGAZINE, Chart])).toEqual([
      "Chart.credit: 'drawr' in the path 'drawr' is not a relation of Chart. Did you mean 'drawer'?",
    ]);
  });

  it('looks at inherited methods with the relations of each entity', async () => {
    expect(await faultsOf({}, [...MAGAZINE, Sketch, Doodle])).toEqual([
      "Doodle.credit (declared in Drawn): 'drawer' in the path 'drawer' is not a relation of Doodle. It has no relations.",
    ]);
    expect(Object.getPrototypeOf(Film)).toBe(Medium);
  });

  it('looks at the entities of every data source', async () => {
    const reports = {
      imports: [sqliteInMemory([Chart, Writer, Piece, Vita, ...MAGAZINE], { name: 'reports' })],
    };
    expect(await faultsOf(reports)).toEqual([expect.stringMatching(/^Chart\.credit: 'drawr'/)]);
  });

  it('names all mistakes of services at once, whatever their scope', async () => {
    abstract class Inherited {
      @RequiresRelations('authr' as never)
      async inherited(piece: Piece): Promise<unknown> {
        return piece;
      }
    }
    @Injectable()
    class Plain extends Inherited {
      @RequiresRelations('author.vitta' as never)
      async deep(piece: Piece): Promise<unknown> {
        return piece;
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Inherited {
      @RequiresRelations('label' as never, 'remark' as never)
      async lists(pieces: readonly Piece[]): Promise<unknown> {
        return pieces;
      }
    }
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient {
      @RequiresRelations('postr', { model: Film })
      async ofModel(film: object): Promise<unknown> {
        return film;
      }
    }
    class Made {
      @RequiresRelations('author', 'poster')
      async together(some: object): Promise<unknown> {
        return some;
      }
    }
    @Injectable()
    class Guard implements CanActivate {
      canActivate(): boolean {
        return true;
      }

      @RequiresRelations('author')
      async pair(one: Piece, other: Piece): Promise<unknown> {
        return [one, other];
      }
    }
    @Controller()
    @UseGuards(Guard)
    class Handlers {
      @Get()
      @RequiresRelations('author')
      async noEntity(id: string, page: number): Promise<unknown> {
        return [id, page];
      }

      @Post()
      @RequiresRelations('vita' as never)
      async wrongModel(piece: Piece, picture: Picture): Promise<unknown> {
        return [piece, picture];
      }
    }
    const faults = await faultsOf({
      controllers: [Handlers],
      providers: [Plain, PerRequest, Transient, { provide: 'made', useFactory: () => new Made() }],
    });
    expect([...faults].sort()).toEqual([
      expect.stringMatching(/^Guard\.pair: the arguments 0 and 1 could .*\{ argument: 0 \}\)\.$/),
      'Handlers.noEntity: no parameter can be an entity.',
      expect.stringMatching(/^Handlers\.wrongModel: 'vita' in the path 'vita' is not a relation of Picture\./),
      expect.stringMatching(/^Handlers\.wrongModel: 'vita' in the path 'vita' is not a relation of Piece\./),
      "Inherited.inherited: 'authr' in the path 'authr' is not a relation of Piece. Did you mean 'author'?",
      "Made.together: no entity has all of 'author', 'poster'.",
      expect.stringMatching(/^PerRequest\.lists: 'label' .* is not a relation of any entity\. Did you mean 'labels'/),
      expect.stringMatching(/^PerRequest\.lists: 'remark' .* is not a relation of any entity\. Did you mean 'remarks'/),
      expect.stringMatching(
        /^Plain\.deep: 'vitta' in the path 'author\.vitta' is not a relation of Writer\. Did you mean 'vita'/,
      ),
      "Transient.ofModel: 'postr' in the path 'postr' is not a relation of Film. Did you mean 'poster'?",
    ]);
  });

  it('looks at what is in effect: an overridden method counts by its own decorator', async () => {
    class Base {
      @RequiresRelations('authr' as never)
      async read(piece: Piece): Promise<unknown> {
        return piece;
      }
    }
    @Injectable()
    class Better extends Base {
      @RequiresRelations('author')
      override async read(piece: Piece): Promise<unknown> {
        return piece.author;
      }
    }
    expect(await inProviders(Better)).toEqual([]);
  });

  it('leaves odd values alone', async () => {
    const elusive = new Proxy({}, { get: () => undefined });
    const values = [elusive, null, 0, Object.create(null) as object, () => undefined];
    const providers = values.map((value, index) => ({ provide: `value ${index}`, useFactory: () => value }));
    expect(await inProviders(...providers)).toEqual([]);
  });

  it('says nothing of what it cannot know: a data source that connects later', async () => {
    @Injectable()
    class Late {
      @RequiresRelations('unknownYet')
      async read(something: object): Promise<unknown> {
        return something;
      }
    }
    const late = sqliteInMemory([Chart, Writer], { name: 'late', manualInitialization: true });
    expect(await faultsOf({ imports: [late], providers: [Late] })).toEqual([]);
    expect(await inProviders(Late)).toEqual([
      "Late.read: 'unknownYet' in the path 'unknownYet' is not a relation of any entity.",
    ]);
  });

  it('is found although the entity has no repository, and an unloaded relation stays an error', async () => {
    @Injectable()
    class Keeper {
      constructor(@InjectModelRepository(Picture) readonly pictures: ModelRepository<Picture>) {}
    }
    @Module({ imports: [SqlModelExtModule.forFeature([Picture])], providers: [Keeper] })
    class Gallery {}
    const moduleRef = await Test.createTestingModule({
      imports: [sqliteInMemory(MAGAZINE), SqlModelExtModule.forRoot({}), Gallery as Type],
    }).compile();
    await moduleRef.init();
    const { pictures } = moduleRef.get(Keeper, { strict: false });
    const picture: Picture = await pictures.getExistOne((await pictures.add({ title: 'Still' })).id);
    expect(() => picture.owner).toThrow(RelationNotLoadedError);
    expect(await picture.credit()).toBe('© undefined');
    expect(picture.owner).toBeNull();
    await moduleRef.close();
  });
});
