import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ContestantName } from '../contestants/contestant.js';
import type { BenchDatabase } from '../database/bench-database.js';
import type { Reply, Request, RunRequest, VariantNames } from './messages.js';

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
  static async start(
    name: ContestantName,
    database: BenchDatabase,
    nodeArguments: readonly string[],
  ): Promise<ContestantProcess> {
    const child = fork(WORKER, { execArgv: ['--enable-source-maps', ...nodeArguments], serialization: 'advanced' });
    const contestant = new ContestantProcess(name, child);
    try {
      contestant.variants = (await contestant.ask({ kind: 'open', contestant: name, database })) as VariantNames;
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
