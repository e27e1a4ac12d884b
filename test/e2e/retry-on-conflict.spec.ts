import {
  Controller,
  Get,
  Inject,
  Injectable,
  Param,
  Post,
  Sse,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type MessageEvent,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { from, map, mergeMap, throwError, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import {
  InjectModelRepository,
  Int,
  Model,
  ModelParam,
  ModelRepository,
  OptimisticLock,
  OptimisticLockError,
  ResponseModel,
  RetryOnConflict,
  SqlModelExtModule,
  Str64,
  Transactional,
  UnitOfWork,
  UuidIdInfo,
  UuidTable,
  type RetryEvent,
} from 'nestjs-sqlmodel-ext';
import { configureRetries } from '../../lib/locking/index.js';
import { PLATFORMS } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class WalletBase {
  @Str64() name: string;
  @Int({ default: 0 }) balance: number;
}
@Model()
class Wallet extends OptimisticLock(UuidTable(WalletBase)) {}
@Model()
class WalletResponse extends UuidIdInfo(WalletBase) {}

/** What happened in the order in which it did, and how many attempts are to fail. */
class Story {
  readonly lines: string[] = [];
  readonly given: Wallet[] = [];
  conflicts = 0;
}

@Injectable()
class Around implements NestInterceptor {
  constructor(
    @Inject(Story) private readonly story: Story,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.story.lines.push(`interceptor ${this.unitOfWork.isActive ? 'inside' : 'outside'}`);
    return next.handle();
  }
}

@Injectable()
class Amount implements PipeTransform<string, Promise<number>> {
  constructor(
    @Inject(Story) private readonly story: Story,
    @InjectModelRepository(Wallet) private readonly wallets: ModelRepository<Wallet>,
  ) {}

  /** Writes, in the transaction of the attempt. */
  async transform(text: string): Promise<number> {
    this.story.lines.push('pipe');
    await this.wallets.add({ name: `by the pipe`, balance: Number(text) });
    return Number(text);
  }
}

@Controller('wallets')
class WalletController {
  constructor(
    @InjectModelRepository(Wallet) private readonly wallets: ModelRepository<Wallet>,
    @Inject(Story) private readonly story: Story,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @Post(':id/above/:amount')
  @RetryOnConflict()
  @Transactional()
  async above(@ModelParam(Wallet, 'id', { lock: true }) wallet: Wallet, @Param('amount', Amount) amount: number) {
    return this.withdraw(wallet, amount);
  }

  @Transactional()
  @RetryOnConflict()
  @Post(':id/below/:amount')
  async below(@ModelParam(Wallet, 'id', { lock: true }) wallet: Wallet, @Param('amount', Amount) amount: number) {
    return this.withdraw(wallet, amount);
  }

  @Post(':id/alone/:amount')
  @RetryOnConflict()
  async alone(@ModelParam(Wallet, 'id', { lock: true }) wallet: Wallet, @Param('amount', Amount) amount: number) {
    return this.withdraw(wallet, amount);
  }

  @Post(':id/own/:amount')
  @RetryOnConflict()
  @Transactional({ propagation: 'REQUIRES_NEW' })
  async own(@ModelParam(Wallet, 'id') wallet: Wallet, @Param('amount', Amount) amount: number) {
    return this.withdraw(wallet, amount);
  }

  @Post(':id/shown/:amount')
  @UseInterceptors(Around)
  @RetryOnConflict()
  @ResponseModel(WalletResponse)
  @Transactional()
  async shown(@ModelParam(Wallet, 'id') wallet: Wallet, @Param('amount', Amount) amount: number) {
    return this.withdraw(wallet, amount);
  }

  @Post(':id/observable')
  @RetryOnConflict()
  observable(@ModelParam(Wallet, 'id') wallet: Wallet): Observable<string> {
    this.story.given.push(wallet);
    return from(this.wallets.update(wallet, { balance: 1 })).pipe(
      mergeMap((written) =>
        this.story.given.length <= this.story.conflicts
          ? throwError(() => new OptimisticLockError('Wallet'))
          : from([written.name]),
      ),
    );
  }

  @Post(':id/itself/:times')
  @RetryOnConflict()
  async itself(@ModelParam(Wallet, 'id') wallet: Wallet, @Param('times') times: string): Promise<number> {
    if (Number(times) > 1) return this.itself(wallet, '1');
    await this.withdraw(wallet, 1);
    return this.story.given.length;
  }

  @Get('read/:id')
  @RetryOnConflict()
  async read(@ModelParam(Wallet, 'id') wallet: Wallet): Promise<string> {
    return wallet.name;
  }

  @Sse('events')
  @RetryOnConflict()
  events(): Observable<MessageEvent> {
    return from(['1']).pipe(map((data) => ({ data })));
  }

  private async withdraw(wallet: Wallet, amount: number): Promise<Wallet> {
    const { story, wallets } = this;
    story.given.push(wallet);
    story.lines.push(`handler ${this.unitOfWork.isActive ? 'inside' : 'outside'}`);
    // Somebody else, who was faster.
    if (story.given.length <= story.conflicts) {
      await wallets.update(await wallets.getExistOne(wallet.id), { balance: 0 });
    }
    return wallets.update(wallet, { balance: wallet.balance - amount });
  }
}

describe.each(PLATFORMS)('@RetryOnConflict on handlers, %s', (platform) => {
  let served: Served;
  let wallets: ModelRepository<Wallet>;
  let story: Story;
  let wallet: Wallet;
  const events: RetryEvent[] = [];

  beforeAll(async () => {
    served = await serve(platform, {
      imports: [
        sqliteInMemory([Wallet]),
        SqlModelExtModule.forRoot({ retry: { onAttempt: (event) => void events.push(event) } }),
        SqlModelExtModule.forFeature([Wallet]),
      ],
      controllers: [WalletController],
      providers: [Story],
    });
    const dataSource = served.app.get(DataSource);
    configureRetries(dataSource, {
      timing: { now: () => 0, random: () => 0.5, sleep: () => Promise.resolve() },
    });
    wallets = new ModelRepository(Wallet, dataSource);
    story = served.app.get(Story);
  });
  afterAll(() => served.app.close());
  beforeEach(async () => {
    await wallets.typeorm.clear();
    wallet = await wallets.add({ name: 'one', balance: 100 });
    story.lines.length = story.given.length = events.length = 0;
    story.conflicts = 0;
  });
  const post = (path: string) => served.http.post(`/wallets/${wallet.id}/${path}`);
  const balance = async () => (await wallets.getExistOne(wallet.id)).balance;
  const outcomes = () => events.map(({ method, outcome, kind }) => [method, outcome, kind]);

  describe.each(['above', 'below', 'alone', 'own'])('%s', (order) => {
    it('runs pipes and handler again, each time in a new transaction', async () => {
      story.conflicts = 2;
      const { status, body } = await post(`${order}/10`);
      expect([status, body.balance, await balance()]).toEqual([201, 90, 90]);
      expect(story.lines).toEqual(Array(3).fill(['pipe', 'handler inside']).flat());
      // What the pipes of rolled-back attempts have written is gone, and each attempt has an entity of its own.
      expect(await wallets.count({ name: 'by the pipe' })).toBe(1);
      expect(new Set(story.given).size).toBe(3);
    });

    it('tells each attempt once: the method itself does not retry as well', async () => {
      story.conflicts = 100;
      const { status } = await post(`${order}/10`);
      expect([status, await balance(), story.given.length]).toEqual([409, 100, 4]);
      const method = `WalletController.${order}`;
      expect(outcomes()).toEqual([
        ...Array(3).fill([method, 'retrying', 'optimistic lock']),
        [method, 'failed', 'optimistic lock'],
      ]);
    });

    it('lets what is no conflict through at once', async () => {
      const { status } = await served.http.post(`/wallets/0198d1a0-0000-7000-8000-000000000000/${order}/10`);
      expect([status, story.given.length]).toEqual([404, 0]);
      expect(events.map(({ outcome, kind }) => [outcome, kind])).toEqual([['failed', undefined]]);
    });
  });

  it('goes with @ResponseModel and interceptors between', async () => {
    story.conflicts = 1;
    const { status, body } = await post('shown/10');
    expect([status, body]).toEqual([201, { id: wallet.id, name: 'one', balance: 90 }]);
    expect(story.lines).toEqual(Array(2).fill(['interceptor inside', 'pipe', 'handler inside']).flat());
    expect(outcomes().map(([, outcome]) => outcome)).toEqual(['retrying', 'succeeded']);
  });

  it('an Observable is read to its end before an attempt counts as done', async () => {
    story.conflicts = 1;
    const { status, text } = await post('observable');
    expect([status, text, await balance()]).toEqual([201, 'one', 1]);
    expect(story.given).toHaveLength(2);
  });

  it('a handler that calls itself does not retry inside', async () => {
    story.conflicts = 1;
    const { status, text } = await post('itself/2');
    expect([status, text]).toEqual([201, '2']);
    expect(outcomes().map(([, outcome]) => outcome)).toEqual(['retrying', 'succeeded']);
  });

  it('called as a method, it is one of a provider', async () => {
    story.conflicts = 1;
    const controller = served.app.get(WalletController);
    await expect(controller.itself(await wallets.getExistOne(wallet.id), '1')).resolves.toBe(2);
    expect(outcomes().map(([, outcome]) => outcome)).toEqual(['retrying', 'succeeded']);
  });

  it('requests at the same time have attempts of their own', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('above/1')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(await balance()).toBe(90);
  });

  it('refuses streams of events', async () => {
    const { text } = await served.http.get('/wallets/events');
    expect(text).not.toContain('data: 1');
    expect(served.logs.join('\n') + text).toMatch(/events of an @Sse\(\) handler have gone out/);
  });
});
