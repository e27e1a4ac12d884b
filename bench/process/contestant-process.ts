import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from '../contestants/contestant.js';
import type { Venue } from '../contestants/venue.js';
import type { HerdRequest, Reply, Request, RunRequest, VariantNames } from './messages.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

type Run = Omit<RunRequest, 'kind'>;

/**
 * A contestant in a process of its own: neither its garbage, nor what its calls taught the compiler, nor what it
 * patches reaches the others. One request at a time.
 */
export class ContestantProcess {
  variants: VariantNames;

  private constructor(
    readonly name: ContestantName,
    private readonly child: ChildProcess,
  ) {}

  /** @param nodeArguments for the process, such as `--cpu-prof` */
  static async start(name: ContestantName, venue: Venue, nodeArguments: readonly string[]): Promise<ContestantProcess> {
    const child = fork(WORKER, { execArgv: ['--enable-source-maps', ...nodeArguments], serialization: 'advanced' });
    const contestant = new ContestantProcess(name, child);
    try {
      contestant.variants = (await contestant.ask({ kind: 'open', contestant: name, venue })) as VariantNames;
      return contestant;
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  /** Nanoseconds for each operation. */
  async time(run: Run): Promise<number> {
    return ((await this.ask({ kind: 'time', ...run })) as number) / run.operations;
  }

  async results(run: Run): Promise<unknown[]> {
    return (await this.ask({ kind: 'results', ...run })) as unknown[];
  }

  /** Empties its cache, if it has one: to be done before the tables are changed behind its back. */
  async clear(): Promise<void> {
    await this.ask({ kind: 'clear' });
  }

  /** @returns statements that were sent to the database */
  async herd(herd: Omit<HerdRequest, 'kind'>): Promise<number> {
    return (await this.ask({ kind: 'herd', ...herd })) as number;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = new Promise((resolve) => this.child.once('exit', resolve));
    await this.ask({ kind: 'close' });
    await exit;
  }

  private ask(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null) => {
        this.child.off('message', onMessage);
        reject(new Error(`the process of ${this.name} ended with ${code}`));
      };
      const onMessage = (reply: Reply) => {
        this.child.off('exit', onExit);
        if ('failure' in reply) reject(new Error(`${this.name}: ${reply.failure}`));
        else resolve(reply.value);
      };
      this.child.once('exit', onExit);
      this.child.once('message', onMessage);
      this.child.send(request);
    });
  }
}
