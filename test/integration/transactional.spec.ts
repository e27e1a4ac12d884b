import { EventEmitter, once } from 'node:events';
import {
  Controller,
  Get,
  Injectable,
  Param,
  Post,
  Scope,
  SetMetadata,
  Sse,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  type MessageEvent,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { ContextIdFactory, ModuleRef, type ContextId } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, InjectEntityManager, InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { concat, concatMap, from, map, mergeMap, NEVER, throwError, type Observable } from 'rxjs';
import { DataSource, EntityManager, Repository, type DataSourceOptions } from 'typeorm';
import {
  ConfigurationError,
  InjectModelRepository,
  InjectUnitOfWork,
  ModelRepository,
  SqlModelExtModule,
  Transactional,
  TransactionForbiddenError,
  TransactionRequiredError,
  UnitOfWork,
} from 'nestjs-sqlmodel-ext';
import { httpAdapter, PLATFORMS } from '../e2e/support/platform.js';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { connectIndependently, type IndependentConnection } from '../support/independent-connection.js';
import { Entry, Note } from '../support/models/notebook.js';

class Refusal extends Error {}

const endless = new EventEmitter();

@Injectable()
class Notes {
  constructor(
    @InjectRepository(Entry) readonly entries: Repository<Entry>,
    @InjectModelRepository(Note) readonly notes: ModelRepository<Note>,
    @InjectEntityManager() readonly manager: EntityManager,
    readonly unitOfWork: UnitOfWork,
  ) {}

  @Transactional()
  async addAll(text: string, fail = false): Promise<string> {
    await this.entries.insert({ text });
    await this.notes.add({ text });
    await this.manager.insert(Entry, { text: `${text} by the manager` });
    if (fail) throw new Refusal();
    return text;
  }

  @Transactional({ propagation: 'MANDATORY' })
  async addInside(text: string): Promise<void> {
    await this.entries.insert({ text });
  }

  @Transactional({ propagation: 'NEVER' })
  async addOutside(text: string): Promise<void> {
    await this.entries.insert({ text });
  }

  @Transactional({ propagation: 'NESTED' })
  async addAndFail(text: string): Promise<void> {
    await this.entries.insert({ text });
    throw new Refusal();
  }

  @Transactional()
  async callsItself(text: string): Promise<void> {
    await this.addInside(text);
    await this.addAndFail(`${text} dropped`).catch(() => undefined);
  }

  isActive(): boolean {
    return this.unitOfWork.isActive;
  }
}

@Injectable()
class SpecialNotes extends Notes {
  @Transactional()
  async addTwo(text: string, fail = false): Promise<void> {
    await this.addAll(`${text} 1`);
    await this.addAll(`${text} 2`, fail);
  }

  /** Overrides without the decorator: no transaction of its own. */
  override async addInside(text: string): Promise<void> {
    await super.addInside(text);
  }

  @Transactional({ isolation: 'SERIALIZABLE' })
  override async addOutside(text: string): Promise<void> {
    await super.addOutside(text);
  }
}

abstract class Adding {
  constructor(@InjectRepository(Entry) readonly entries: Repository<Entry>) {}

  @Transactional()
  async add(text: string, fail: boolean): Promise<void> {
    await this.entries.insert({ text });
    if (fail) throw new Refusal();
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestAdding extends Adding {}
@Injectable({ scope: Scope.TRANSIENT })
class TransientAdding extends Adding {}
@Injectable({ scope: Scope.REQUEST, durable: true })
class DurableAdding extends Adding {}

@Injectable()
class Reports {
  constructor(
    @InjectRepository(Entry) readonly entries: Repository<Entry>,
    @InjectRepository(Entry, 'reports') readonly reports: Repository<Entry>,
    @InjectUnitOfWork('reports') readonly reportsUnit: UnitOfWork,
    readonly unitOfWork: UnitOfWork,
  ) {}

  @Transactional({ dataSource: 'reports' })
  async inReports(): Promise<void> {
    expect([this.unitOfWork.isActive, this.reportsUnit.isActive]).toEqual([false, true]);
    await this.entries.insert({ text: 'stays' });
    await this.reports.insert({ text: 'dropped' });
    throw new Refusal();
  }

  @Transactional()
  @Transactional({ dataSource: 'reports' })
  async inBoth(fail: boolean): Promise<void> {
    expect([this.unitOfWork.isActive, this.reportsUnit.isActive]).toEqual([true, true]);
    await this.entries.insert({ text: 'both' });
    await this.reports.insert({ text: 'both' });
    if (fail) throw new Refusal();
  }
}

/** Writes before the handler runs, in the handler's transaction. */
@Injectable()
class WritingPipe implements PipeTransform<string, Promise<string>> {
  constructor(
    @InjectRepository(Entry) private readonly entries: Repository<Entry>,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async transform(text: string): Promise<string> {
    await this.entries.insert({ text: `${text} by the pipe` });
    return `${text} ${this.unitOfWork.isActive ? 'inside' : 'outside'}`;
  }
}

/** Looks from outside at the moment when the answer is on its way. */
@Injectable()
class Witness implements NestInterceptor {
  readonly seen: string[][] = [];
  look: () => Promise<string[]> = async () => [];
  constructor(private readonly unitOfWork: UnitOfWork) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (Reflect.hasMetadata('__sse__', context.getHandler())) return next.handle();
    return next.handle().pipe(
      mergeMap(async (answer) => {
        this.seen.push([...(this.unitOfWork.isActive ? ['inside'] : []), ...(await this.look())]);
        return answer;
      }),
    );
  }
}

@UseInterceptors(Witness)
@Controller('notes')
class NotesController {
  constructor(
    @InjectRepository(Entry) private readonly entries: Repository<Entry>,
    private readonly unitOfWork: UnitOfWork,
    private readonly adding: RequestAdding,
  ) {}

  @Post('above/:text')
  @Transactional()
  async above(@Param('text', WritingPipe) text: string): Promise<object> {
    await this.entries.insert({ text });
    return { text, isActive: this.unitOfWork.isActive };
  }

  @Transactional()
  @SetMetadata('kept', 'metadata')
  @Post('below/:text')
  async below(@Param('text', WritingPipe) text: string): Promise<object> {
    await this.entries.insert({ text });
    return { text, isActive: this.unitOfWork.isActive };
  }

  @Post('failing/:text')
  @Transactional()
  async failing(@Param('text', WritingPipe) text: string): Promise<void> {
    await this.entries.insert({ text });
    throw new Refusal();
  }

  @Post('observable/:text')
  @Transactional()
  observable(@Param('text') text: string): Observable<string> {
    return from(this.entries.insert({ text })).pipe(map(() => text));
  }

  @Post('failing-observable/:text')
  @Transactional()
  failingObservable(@Param('text') text: string): Observable<string> {
    return from(this.entries.insert({ text })).pipe(mergeMap(() => throwError(() => new Refusal())));
  }

  @Sse('events/:ending')
  @Transactional()
  events(@Param('ending') ending: string): Observable<MessageEvent> {
    return from(['1', '2', '3']).pipe(
      concatMap(async (text) => {
        if (text === '3' && ending === 'failing') throw new Refusal('the third');
        await this.entries.insert({ text });
        return { data: `${text} ${this.unitOfWork.isActive ? 'inside' : 'outside'}` };
      }),
    );
  }

  @Sse('endless')
  @Transactional()
  endless(): Observable<MessageEvent> {
    this.unitOfWork.afterCommit(() => endless.emit('end', 'committed'));
    this.unitOfWork.afterRollback(() => endless.emit('end', 'rolled back'));
    return concat(from(this.entries.insert({ text: 'half' })).pipe(map(() => ({ data: 'half' }))), NEVER);
  }

  @Transactional()
  @Get('itself/:times')
  async itself(@Param('times') times: string): Promise<number> {
    await this.entries.insert({ text: `time ${times}` });
    return Number(times) > 1 ? this.itself(String(Number(times) - 1)) : this.entries.count();
  }

  @Post('nesting/:depth')
  @Transactional({ propagation: 'NESTED' })
  async nesting(@Param('depth') depth: string): Promise<void> {
    await this.entries.insert({ text: `depth ${depth}` });
    if (depth === '2') await this.nesting('1').catch(() => undefined);
    else throw new Refusal();
  }

  @Post('scoped/:text')
  @Transactional()
  async scoped(@Param('text') text: string): Promise<void> {
    await this.adding.add(text, false);
    throw new Refusal();
  }
}

describe.each(DATABASES)('@Transactional on $name', ({ name: engine }) => {
  let database: FreshDatabase;
  let reportsDatabase: FreshDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engine);
    reportsDatabase = await createTestDatabase('sqlite');
  });
  afterAll(async () => {
    await database.drop();
    await reportsDatabase.drop();
  });

  const start = async (platform: (typeof PLATFORMS)[number]): Promise<INestApplication> => {
    const options = (source: DataSourceOptions) =>
      ({ ...source, autoLoadEntities: true, synchronize: true, retryAttempts: 0 }) as object;
    const builder = Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(options(database.options)),
        TypeOrmModule.forRoot({ ...options(reportsDatabase.options), name: 'reports' }),
        SqlModelExtModule.forRoot(),
        SqlModelExtModule.forRoot({ dataSource: 'reports' }),
        TypeOrmModule.forFeature([Entry, Note]),
        TypeOrmModule.forFeature([Entry, Note], 'reports'),
        SqlModelExtModule.forFeature([Note]),
      ],
      controllers: [NotesController],
      providers: [Notes, SpecialNotes, RequestAdding, TransientAdding, DurableAdding, Reports, Witness],
    });
    const module = await builder.compile();
    const app = module.createNestApplication(httpAdapter(platform), { logger: false });
    await app.listen(0, '127.0.0.1');
    return app;
  };

  const storedBy = (outside: IndependentConnection) => async () =>
    (await outside.rows('SELECT text FROM entry ORDER BY text')).map(({ text }) => String(text));

  describe('on providers', () => {
    let app: INestApplication;
    let outside: IndependentConnection;
    let outsideReports: IndependentConnection;
    let stored: () => Promise<string[]>;
    beforeAll(async () => {
      app = await start('express');
      outside = await connectIndependently(app.get(DataSource));
      outsideReports = await connectIndependently(app.get<DataSource>(getDataSourceToken('reports')));
      stored = storedBy(outside);
    });
    afterAll(async () => {
      await outside.close();
      await outsideReports.close();
      await app.close();
    });
    beforeEach(async () => {
      for (const table of ['entry', 'note']) await outside.rows(`DELETE FROM ${table}`);
      await outsideReports.rows('DELETE FROM entry');
    });

    it('commits what every injected repository wrote, or nothing', async () => {
      const notes = app.get(Notes);
      expect(await notes.addAll('kept')).toBe('kept');
      await expect(notes.addAll('dropped', true)).rejects.toThrow(Refusal);
      expect(await stored()).toEqual(['kept', 'kept by the manager']);
      expect(await outside.rows('SELECT text FROM note')).toEqual([{ text: 'kept' }]);
    });

    it('works for calls of the object to itself, with their own propagation', async () => {
      const notes = app.get(Notes);
      await notes.callsItself('self');
      expect(await stored()).toEqual(['self']);
      await expect(notes.addInside('x')).rejects.toThrow(TransactionRequiredError);
      await notes.addOutside('free');
      await expect(notes.unitOfWork.run(() => notes.addOutside('x'))).rejects.toThrow(TransactionForbiddenError);
      expect(await stored()).toEqual(['free', 'self']);
    });

    it('is inherited, overridden and mixed with new ones', async () => {
      const special = app.get(SpecialNotes);
      await special.addTwo('kept');
      await expect(special.addTwo('dropped', true)).rejects.toThrow(Refusal);
      expect(await stored()).toEqual(['kept 1', 'kept 1 by the manager', 'kept 2', 'kept 2 by the manager']);
      await expect(special.addInside('x')).rejects.toThrow(TransactionRequiredError);
      await expect(special.addOutside('x')).rejects.toThrow(TransactionForbiddenError);
      expect(await stored()).toHaveLength(4);
    });

    it.each([RequestAdding, TransientAdding, DurableAdding])('works on a %p', async (type) => {
      const contextId: ContextId = ContextIdFactory.create();
      const adding = await app.get(ModuleRef).resolve<Adding>(type, contextId, { strict: false });
      await adding.add('kept', false);
      await expect(adding.add('dropped', true)).rejects.toThrow(Refusal);
      expect(await stored()).toEqual(['kept']);
    });

    it('names its data source, and two may be used together', async () => {
      const reports = app.get(Reports);
      const storedReports = storedBy(outsideReports);
      await expect(reports.inReports()).rejects.toThrow(Refusal);
      expect([await stored(), await storedReports()]).toEqual([['stays'], []]);
      await expect(reports.inBoth(true)).rejects.toThrow(Refusal);
      expect([await stored(), await storedReports()]).toEqual([['stays'], []]);
      await reports.inBoth(false);
      expect([await stored(), await storedReports()]).toEqual([['both', 'stays'], ['both']]);
    });

    it('an object made by hand gets a clear error', async () => {
      const { entries, notes, manager, unitOfWork } = app.get(Notes);
      const byHand = new Notes(entries, notes, manager, unitOfWork);
      await expect(async () => byHand.addAll('x')).rejects.toThrow(
        /@Transactional on Notes\.addAll: no unit of work\. The object was not made by Nest/,
      );
      expect(await stored()).toEqual([]);
    });

    it('keeps name, length and metadata of the method', () => {
      expect([Notes.prototype.addAll.name, Notes.prototype.addAll.length]).toEqual(['addAll', 1]);
      expect(Reflect.getMetadata('kept', NotesController.prototype.below)).toBe('metadata');
      expect(Reflect.getMetadata('design:returntype', Notes.prototype, 'addAll')).toBe(Promise);
    });
  });

  describe.each(PLATFORMS)('on handlers, %s', (platform) => {
    let app: INestApplication;
    let url: string;
    let outside: IndependentConnection;
    let stored: () => Promise<string[]>;
    let witness: Witness;
    beforeAll(async () => {
      app = await start(platform);
      url = await app.getUrl();
      outside = await connectIndependently(app.get(DataSource));
      stored = storedBy(outside);
      witness = app.get(Witness);
      witness.look = stored;
    });
    afterAll(async () => {
      await outside.close();
      await app.close();
    });
    beforeEach(async () => {
      for (const table of ['entry', 'note']) await outside.rows(`DELETE FROM ${table}`);
      witness.seen.length = 0;
    });
    const post = (path: string) => fetch(`${url}/notes/${path}`, { method: 'POST' });

    it.each(['above', 'below'])(
      'pipes work inside, and the answer leaves after the commit (@Post %s it)',
      async (where) => {
        const response = await post(`${where}/a`);
        expect([response.status, await response.json()]).toEqual([201, { text: 'a inside', isActive: true }]);
        expect(witness.seen).toEqual([['a by the pipe', 'a inside']]);
      },
    );

    it('an error rolls back what the pipe wrote too', async () => {
      expect((await post('failing/a')).status).toBe(500);
      expect(await stored()).toEqual([]);
      // A second pipe's refusal, after the first has written.
      expect((await post('above/a')).status).toBe(201);
      expect((await post('above/a')).status).toBe(409);
      expect(await stored()).toEqual(['a by the pipe', 'a inside']);
    });

    it('an Observable result belongs to it', async () => {
      const response = await post('observable/a');
      expect([response.status, await response.text()]).toEqual([201, 'a']);
      expect(witness.seen).toEqual([['a']]);
      expect((await post('failing-observable/b')).status).toBe(500);
      expect(await stored()).toEqual(['a']);
    });

    it('server-sent events go out while it lasts; it ends with the last of them', async () => {
      const events = async (ending: string) => {
        const response = await fetch(`${url}/notes/events/${ending}`);
        const text = await response.text();
        return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
      };
      expect(await events('ok')).toEqual(['1 inside', '2 inside', '3 inside']);
      expect(await stored()).toEqual(['1', '2', '3']);
      await outside.rows('DELETE FROM entry');
      // Nest may drop an event that waits behind another when the stream fails.
      const failing = await events('failing');
      expect(failing[0]).toBe('1 inside');
      expect(failing).not.toContain('3 inside');
      expect(await stored()).toEqual([]);
    });

    it('a stream that the client leaves is rolled back', async () => {
      const leaving = new AbortController();
      const response = await fetch(`${url}/notes/endless`, { signal: leaving.signal });
      await response.body!.getReader().read();
      const ended = once(endless, 'end');
      leaving.abort();
      expect(await ended).toEqual(['rolled back']);
      expect(await stored()).toEqual([]);
    });

    it('a handler that calls itself joins its transaction', async () => {
      const response = await fetch(`${url}/notes/itself/3`);
      expect(await response.text()).toBe('3');
      expect(await stored()).toEqual(['time 1', 'time 2', 'time 3']);
    });

    it('a handler that calls itself opens what its propagation says', async () => {
      expect((await post('nesting/2')).status).toBe(201);
      expect(await stored()).toEqual(['depth 2']);
    });

    it('request-scoped dependencies take part', async () => {
      expect((await post('scoped/a')).status).toBe(500);
      expect(await stored()).toEqual([]);
    });

    it('requests at the same time do not mix', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `r${String(index).padStart(2, '0')}`);
      const paths = names.map((name, index) => `${index % 2 === 0 ? 'above' : 'failing'}/${name}`);
      const statuses = await Promise.all(paths.map(async (path) => (await post(path)).status));
      expect(statuses).toEqual(names.map((_, index) => (index % 2 === 0 ? 201 : 500)));
      expect(await stored()).toEqual(
        names.filter((_, index) => index % 2 === 0).flatMap((name) => [`${name} by the pipe`, `${name} inside`]),
      );
    });
  });
});

describe('@Transactional refuses at class definition', () => {
  const apply = (decorate: MethodDecorator, value: unknown, target: object = class Service {}.prototype) =>
    decorate(target, 'method', { value, configurable: true, writable: true });

  it.each<[object, RegExp]>([
    [{ propagation: 'REQUIRES' }, /@Transactional on Service\.method: propagation must be one of REQUIRED, /],
    [{ isolation: 'CHAOS' }, /isolation must be one of READ UNCOMMITTED, /],
    [{ timeout: 5 }, /unknown option 'timeout'/],
    [{ dataSource: '' }, /dataSource must be the name of a data source/],
  ])('options %j', (options, message) => {
    const attempt = () => apply(Transactional(options), async () => undefined);
    expect(attempt).toThrow(ConfigurationError);
    expect(attempt).toThrow(message);
  });

  it('generators, accessors, properties and static methods', () => {
    expect(() => apply(Transactional(), function* () {})).toThrow(/a generator runs after the method has returned/);
    expect(() => apply(Transactional(), async function* () {})).toThrow(/a generator runs after/);
    expect(() => apply(Transactional(), undefined)).toThrow(/needs a method/);
    expect(() => apply(Transactional(), async () => undefined, class Service {})).toThrow(/static method/);
  });
});
