import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Catch,
  Controller,
  Get,
  HttpException,
  ImATeapotException,
  Module,
  NotFoundException,
  Param,
  Post,
  UseGuards,
  type ArgumentsHost,
  type CanActivate,
  type ExceptionFilter,
  type MiddlewareConsumer,
  type ModuleMetadata,
  type NestMiddleware,
  type NestModule,
} from '@nestjs/common';
import { APP_FILTER, HttpAdapterHost } from '@nestjs/core';
import { getDataSourceToken } from '@nestjs/typeorm';
import { Check, ManyToOne, QueryFailedError, type DataSource, type Relation } from 'typeorm';
import {
  ConfigurationError,
  Int,
  Model,
  ModelRepository,
  RecordNotFoundError,
  sanitizeIntegrityError,
  SqlModelExtError,
  SqlModelExtModule,
  Str64,
  TableBase,
  Transactional,
  TransactionAbortedError,
  UnknownFieldError,
  type SqlModelExtOptions,
} from 'nestjs-sqlmodel-ext';
import * as errors from '../../lib/errors/index.js';
import { createTestDatabase, DATABASES, type FreshDatabase } from '../support/databases.js';
import { RAISED } from '../support/raised-errors.js';
import { expectError } from './support/expect-error.js';
import type { HttpAnswer } from './support/http-client.js';
import { PLATFORMS, type Platform } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model({ tableName: 'secret_customers', uniques: [{ columns: ['iban'], name: 'uq_secret_iban' }] })
@Check('chk_secret_balance', 'balance >= 0')
class Customer extends TableBase {
  @Str64() iban: string;
  @Int({ default: 0 }) balance: number;
}

@Model({ tableName: 'secret_payments' })
class Payment extends TableBase {
  @Int({ name: 'payer_ref', nullable: true }) payerId: number | null;
  @ManyToOne(() => Customer, { onDelete: 'RESTRICT', nullable: true }) payer: Relation<Customer> | null;
}

/** Checked at COMMIT, where the database can. */
@Model({ tableName: 'secret_votes' })
class Vote extends TableBase {
  @ManyToOne(() => Customer, { deferrable: 'INITIALLY DEFERRED' }) voter: Relation<Customer>;
}

/** What the handler does next. */
let act: () => unknown = () => undefined;

class ThrowingGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await act();
    return true;
  }
}
class ThrowingPipe {
  async transform(): Promise<void> {
    await act();
  }
}
@Controller()
class ActController {
  @Post('act') async handler() {
    return { done: await act() };
  }
  @Post('act-in-transaction') @Transactional() async transactional() {
    return { done: await act() };
  }
  @Post('guarded') @UseGuards(ThrowingGuard) guarded() {
    return { done: true };
  }
  @Get('behind-middleware') behindMiddleware() {
    return { done: true };
  }
  @Get('piped/:id') piped(@Param('id', ThrowingPipe) _id: string) {
    return { done: true };
  }
}

class ThrowingMiddleware implements NestMiddleware {
  async use(_request: unknown, _response: unknown, next: () => void): Promise<void> {
    await act();
    next();
  }
}
@Module({})
class MiddlewareModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ThrowingMiddleware).forRoutes('behind-middleware');
  }
}

const NAMES: Record<number, string> = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  428: 'Precondition Required',
  422: 'Unprocessable Entity',
  503: 'Service Unavailable',
};

const application = (options: SqlModelExtOptions = {}, more: ModuleMetadata = {}): ModuleMetadata => ({
  imports: [sqliteInMemory([]), SqlModelExtModule.forRoot(options), MiddlewareModule],
  controllers: [ActController],
  ...more,
});

describe.each(PLATFORMS)('errors on %s', (platform: Platform) => {
  const started: Served[] = [];
  const start = async (metadata: ModuleMetadata, configure?: Parameters<typeof serve>[2]): Promise<Served> => {
    const served = await serve(platform, metadata, configure);
    started.push(served);
    return served;
  };
  afterEach(async () => {
    act = () => undefined;
    for (const { app } of started.splice(0)) await app.close();
  });
  const raise = (error: Error): void => {
    act = () => Promise.reject(error);
  };
  const DOORS = [
    ['handlers', 'POST', '/act'],
    ['transactional handlers', 'POST', '/act-in-transaction'],
    ['guards', 'POST', '/guarded'],
    ['pipes', 'GET', '/piped/1'],
    ['middleware', 'GET', '/behind-middleware'],
  ] as const;

  describe('of this library', () => {
    let http: Served['http'];
    let served: Served;
    beforeAll(async () => {
      served = await serve(platform, application());
      ({ http } = served);
    });
    afterAll(() => served.app.close());

    it.each(RAISED.map(([error, status, message]) => [error.name, error, status, message] as const))(
      '%s has its status and a sentence for clients, from everywhere',
      async (_name, error, status, message) => {
        raise(error);
        for (const [, method, path] of DOORS) {
          const answer = await http.send(method, path);
          expect([answer.status, answer.body]).toEqual([
            status,
            status === 500
              ? { statusCode: 500, message: 'Internal server error' }
              : {
                  statusCode: status,
                  error: NAMES[status],
                  code: error instanceof TransactionAbortedError ? (error.cause as SqlModelExtError).code : error.code,
                  message,
                },
          ]);
          expect(answer.text).not.toMatch(/secret|srv|password/i);
        }
      },
    );

    it('are all in this table', () => {
      const classes = Object.values(errors).filter(
        (value) => typeof value === 'function' && value.prototype instanceof SqlModelExtError,
      );
      expect(new Set(RAISED.map(([error]) => error.constructor))).toEqual(new Set(classes));
    });

    it('answer for the classes that an application derives from them', async () => {
      class ArticleGone extends RecordNotFoundError {
        constructor() {
          super('Article', 'That article is gone');
        }
      }
      raise(new ArticleGone());
      const answer = await http.post('/act');
      expect([answer.status, answer.body.message]).toEqual([404, 'That article is gone']);
    });

    it("leave Nest's own exceptions and unknown errors as they are", async () => {
      raise(new NotFoundException('Nothing here'));
      expect((await http.post('/act')).body).toEqual({ statusCode: 404, message: 'Nothing here', error: 'Not Found' });
      raise(new Error('secret'));
      const answer = await http.post('/act');
      expect([answer.status, answer.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
    });
  });

  @Catch()
  class CatchAll implements ExceptionFilter {
    static readonly caught: unknown[] = [];
    constructor(private readonly host: HttpAdapterHost) {}
    catch(error: unknown, host: ArgumentsHost): void {
      CatchAll.caught.push(error);
      const status = error instanceof HttpException ? error.getStatus() : 599;
      this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { mine: status }, status);
    }
  }
  @Catch(ImATeapotException)
  class Teapots extends CatchAll {
    override catch(): never {
      throw new Error('not a teapot');
    }
  }

  it.each([
    ['useGlobalFilters', [], [CatchAll]],
    ['APP_FILTER', [CatchAll], []],
    ['APP_FILTER beside a filter that does not match', [Teapots, CatchAll], [Teapots]],
  ])("reach the application's own catch-all filter as HTTP exceptions, by %s", async (_way, provided, used) => {
    const providers = provided.map((useClass) => ({ provide: APP_FILTER, useClass }));
    const { http } = await start(application({}, { providers }), (app) => {
      app.useGlobalFilters(...used.map((Filter) => new Filter(app.get(HttpAdapterHost))));
    });
    raise(new RecordNotFoundError('Article', 'No such article'));
    for (const [door, method, path] of DOORS) {
      CatchAll.caught.length = 0;
      const answer = await http.send(method, path);
      expect([door, answer.status, answer.body]).toEqual([door, 404, { mine: 404 }]);
      const [caught] = CatchAll.caught as [HttpException];
      expect(caught.getResponse()).toMatchObject({ message: 'No such article', code: 'RECORD_NOT_FOUND' });
      expect(caught.cause).toBeInstanceOf(RecordNotFoundError);
    }
    raise(new ConfigurationError('wrong'));
    for (const [, method, path] of DOORS) {
      CatchAll.caught.length = 0;
      expect((await http.send(method, path)).status).toBe(599);
      expect(CatchAll.caught).toEqual([expect.any(ConfigurationError)]);
    }
  });

  it('reach the application untranslated with exceptionFilter: false', async () => {
    raise(new RecordNotFoundError('Article'));
    const bare = await start(application({ exceptionFilter: false }));
    for (const [, method, path] of DOORS) {
      expect((await bare.http.send(method, path)).body).toEqual({ statusCode: 500, message: 'Internal server error' });
    }
    const { http } = await start(application({ exceptionFilter: false }), (app) =>
      app.useGlobalFilters(new CatchAll(app.get(HttpAdapterHost))),
    );
    for (const [, method, path] of DOORS) {
      CatchAll.caught.length = 0;
      expect((await http.send(method, path)).status).toBe(599);
      expect(CatchAll.caught).toEqual([expect.any(RecordNotFoundError)]);
    }
  });

  it('are told to the log for developers: a mistake as an error, an answered one at debug level', async () => {
    const { http, logs } = await start(application());
    logs.length = 0;
    raise(new ConfigurationError('The option x is wrong'));
    await http.post('/act');
    expect(logs.join('\n')).toMatch(/^error: .*The option x is wrong/);
    logs.length = 0;
    raise(new UnknownFieldError('User', ['pasword'], ['passwordHash']));
    await http.post('/act');
    expect(logs.join('\n')).toMatch(/^debug: .*Did you mean 'passwordHash'/);
  });
});

const MESSAGES = {
  unique: 'A record with these values already exists',
  foreignKey: 'A record that this one refers to does not exist, or this one is still referred to',
  check: 'The values are not allowed together',
  notNull: 'A required value is missing',
  data: 'A value does not fit its field',
};

describe.each(DATABASES)('errors of the database on $name', ({ name }) => {
  let database: FreshDatabase;
  let dataSource: DataSource;
  let served: Served;
  let customers: ModelRepository<Customer>;
  let payments: ModelRepository<Payment>;
  const canDefer = name !== 'mariadb';
  const models = [Customer, Payment, ...(canDefer ? [Vote] : [])];
  const metadata = (options: SqlModelExtOptions, schema: object): ModuleMetadata => ({
    imports: [
      sqliteInMemory(models, { ...database.options, ...schema }),
      SqlModelExtModule.forRoot(options),
      SqlModelExtModule.forFeature(models),
    ],
    controllers: [ActController],
  });

  beforeAll(async () => {
    database = await createTestDatabase(name);
    served = await serve('express', metadata({}, { synchronize: true }));
    dataSource = served.app.get(getDataSourceToken());
    customers = new ModelRepository(Customer, dataSource);
    payments = new ModelRepository(Payment, dataSource);
    await customers.add({ iban: 'DE00 TAKEN', balance: 1 });
    const payer = await customers.add({ iban: 'DE00 PAYER' });
    await payments.typeorm.insert({ payer });
    for (const statement of [...TRIGGERS[name], ...OWN_TABLES[name]]) await dataSource.query(statement);
  });
  afterAll(async () => {
    act = () => undefined;
    await served?.app.close();
    await database?.drop();
  });

  /** The handler does this; the answer tells nothing about tables, columns, constraints and values. */
  async function answerTo(work: () => unknown, path = '/act', http = served.http): Promise<HttpAnswer> {
    act = work;
    const answer = await http.post(path);
    expect(answer.text).not.toMatch(
      /secret|uq_|chk_|customer|payment|vote|iban|balance|payer|voter|DE00|sqlite|INSERT|UPDATE|constraint/i,
    );
    return answer;
  }
  const q = (identifier: string) => dataSource.driver.escape(identifier);
  const insert = (columns: string[], values: string) =>
    dataSource.query(`INSERT INTO ${q('secret_customers')} (${columns.map(q).join(', ')}) VALUES (${values})`);

  it.each([
    ['a value that is taken', 409, 'UNIQUE_VIOLATION', MESSAGES.unique, () => customers.add({ iban: 'DE00 TAKEN' })],
    [
      'a primary key that is taken',
      409,
      'UNIQUE_VIOLATION',
      MESSAGES.unique,
      () => insert(['id', 'iban'], "1, 'DE00 X'"),
    ],
    [
      'a reference to nothing',
      409,
      'FOREIGN_KEY_VIOLATION',
      MESSAGES.foreignKey,
      () => payments.typeorm.insert({ payer: { id: 4711 } }),
    ],
    [
      'the removal of what is referred to, with RESTRICT',
      409,
      'FOREIGN_KEY_VIOLATION',
      MESSAGES.foreignKey,
      () => customers.deleteWhere({ iban: 'DE00 PAYER' }),
    ],
    [
      'a declared CHECK',
      422,
      'CHECK_VIOLATION',
      MESSAGES.check,
      () => customers.add({ iban: 'DE00 POOR', balance: -5 }),
    ],
    ['a missing value', 400, 'NOT_NULL_VIOLATION', MESSAGES.notNull, () => insert(['balance'], '5')],
    ['null for a value', 400, 'NOT_NULL_VIOLATION', MESSAGES.notNull, () => insert(['iban'], 'NULL')],
    ['text for a number', 400, 'DATA_VIOLATION', MESSAGES.data, () => insert(['id', 'iban'], "'DE00 ABC', 'DE00 Y'")],
  ])('%s', async (_case, status, code, message, work) => {
    const before = await customers.count();
    const answer = await answerTo(work);
    expectError(answer, status, message);
    expect(answer.body).toEqual({ statusCode: status, error: NAMES[status], code, message });
    expect((await answerTo(work, '/act-in-transaction')).body).toEqual(answer.body);
    expect(await customers.count()).toBe(before);
  });

  (name === 'sqlite' ? it.skip : it)('a number out of range, and a text that is too long', async () => {
    expectError(await answerTo(() => insert(['iban', 'balance'], "'DE00 Z', 99999999999")), 400, MESSAGES.data);
    expectError(await answerTo(() => insert(['iban'], `'DE00 ${'z'.repeat(64)}'`)), 400, MESSAGES.data);
  });

  it("the message of the application's own trigger passes through", async () => {
    const work = () => insert(['iban', 'balance'], "'DE00 GREEDY', 1000000");
    const answer = await answerTo(work);
    expect(answer.body).toEqual({
      statusCode: 422,
      error: 'Unprocessable Entity',
      code: 'CHECK_VIOLATION',
      message: 'Nobody may own that much',
    });
    expectError(await answerTo(work, '/act-in-transaction'), 422, 'Nobody may own that much');
  });

  it('wrong SQL is a mistake of the server and says nothing', async () => {
    const answer = await answerTo(() => dataSource.query('SELECT iban FROM secret_customer_list'));
    expect([answer.status, answer.body]).toEqual([500, { statusCode: 500, message: 'Internal server error' }]);
  });

  it('what only this engine can break', async () => {
    for (const [statement, status, message] of OWN_WAYS[name]) {
      const answer = await answerTo(() => dataSource.query(statement));
      expectError(answer, status, message);
    }
  });

  it('sanitizeIntegrityError says the same to application code, with the name of the constraint where it is known', async () => {
    const failure = await customers.add({ iban: 'DE00 TAKEN' }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryFailedError);
    expect(sanitizeIntegrityError(failure)).toEqual({
      kind: 'unique',
      message: MESSAGES.unique,
      ...(name === 'sqlite' ? {} : { constraint: 'uq_secret_iban' }),
    });
    expect(sanitizeIntegrityError(failure, { defaultMessage: 'Sorry' })?.message).toBe('Sorry');
    expect(sanitizeIntegrityError((failure as QueryFailedError).driverError)?.kind).toBe('unique');
    const check = await customers.add({ iban: 'DE00 POOR', balance: -5 }).catch((error: unknown) => error);
    expect(sanitizeIntegrityError(check)).toMatchObject({ kind: 'check', constraint: 'chk_secret_balance' });
    expect(sanitizeIntegrityError(check, { messages: { chk_secret_balance: 'Too poor' } })?.message).toBe('Too poor');
    expect(sanitizeIntegrityError(new Error('UNIQUE constraint failed'))).toBeUndefined();
    expect(sanitizeIntegrityError(undefined)).toBeUndefined();
    expect(sanitizeIntegrityError(Object.assign(new Error('no file'), { code: 'ENOENT', errno: -2 }))).toBeUndefined();
  });

  (canDefer ? it : it.skip)('a deferred constraint fails at COMMIT, after the handler has answered', async () => {
    const votes = new ModelRepository(Vote, dataSource);
    const work = async () => {
      await votes.typeorm.insert({ voter: { id: 4711 } });
      return 'so far so good';
    };
    const answer = await answerTo(work, '/act-in-transaction');
    expect(answer.body).toEqual({
      statusCode: 409,
      error: 'Conflict',
      code: 'FOREIGN_KEY_VIOLATION',
      message: MESSAGES.foreignKey,
    });
    expect(await votes.count()).toBe(0);
  });

  it('integrityMessages gives the application its own sentences', async () => {
    const messages = {
      uq_secret_iban: 'This account is registered already',
      chk_secret_balance: 'Not enough money',
      toString: 'no',
    };
    const own = await serve('express', metadata({ integrityMessages: messages }, { synchronize: false }));
    try {
      const ownCustomers = new ModelRepository(Customer, own.app.get<DataSource>(getDataSourceToken()));
      const taken = await answerTo(() => ownCustomers.add({ iban: 'DE00 TAKEN' }), '/act', own.http);
      expectError(taken, 409, name === 'sqlite' ? MESSAGES.unique : 'This account is registered already');
      const poor = await answerTo(() => ownCustomers.add({ iban: 'DE00 POOR', balance: -1 }), '/act', own.http);
      expectError(poor, 422, 'Not enough money');
    } finally {
      await own.app.close();
    }
  });
});

const TRIGGERS = {
  sqlite: [
    `CREATE TRIGGER limit_wealth BEFORE INSERT ON secret_customers WHEN NEW.balance > 999999
     BEGIN SELECT RAISE(ABORT, 'Nobody may own that much'); END`,
  ],
  postgres: [
    `CREATE FUNCTION limit_wealth() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF NEW.balance > 999999 THEN
         RAISE EXCEPTION 'Nobody may own that much' USING ERRCODE = 'check_violation';
       END IF;
       RETURN NEW;
     END $$`,
    'CREATE TRIGGER limit_wealth BEFORE INSERT ON secret_customers FOR EACH ROW EXECUTE FUNCTION limit_wealth()',
  ],
  mariadb: [
    // TypeORM makes no CHECK there.
    'ALTER TABLE secret_customers ADD CONSTRAINT chk_secret_balance CHECK (balance >= 0)',
    `CREATE TRIGGER limit_wealth BEFORE INSERT ON secret_customers FOR EACH ROW
     IF NEW.balance > 999999 THEN
       SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'Nobody may own that much';
     END IF`,
  ],
};

const OWN_TABLES = {
  sqlite: ['CREATE TABLE secret_strict (payer INTEGER) STRICT'],
  postgres: [
    'CREATE TABLE secret_ranges (payer int4range, EXCLUDE USING gist (payer WITH &&))',
    "INSERT INTO secret_ranges VALUES ('[1,5)')",
    'CREATE TABLE secret_partitions (payer integer) PARTITION BY RANGE (payer)',
  ],
  mariadb: ["CREATE TABLE secret_kinds (payer ENUM('a', 'b') NOT NULL, iban DATE)"],
};

/** Statements that fail in a way of their own, with the answer. */
const OWN_WAYS: Record<keyof typeof OWN_TABLES, readonly [statement: string, status: number, message: string][]> = {
  sqlite: [["INSERT INTO secret_strict VALUES ('DE00')", 400, MESSAGES.data]],
  postgres: [
    ["INSERT INTO secret_ranges VALUES ('[4,9)')", 409, MESSAGES.unique],
    // No constraint has a name here, but the message names the table.
    ['INSERT INTO secret_partitions VALUES (1)', 422, MESSAGES.check],
    ["INSERT INTO secret_ranges VALUES ('no range')", 400, MESSAGES.data],
  ],
  mariadb: [
    ["INSERT INTO secret_kinds VALUES ('DE00', NULL)", 400, MESSAGES.data],
    ["INSERT INTO secret_kinds VALUES ('a', 'DE00')", 400, MESSAGES.data],
  ],
};
