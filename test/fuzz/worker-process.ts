import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Order, WorkerSetup } from './worker-message.js';

const ANSWER_MS = 45_000;

/** A worker as the fuzzer holds it. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  #setup: WorkerSetup | undefined;

  constructor() {
    // Without the source maps that errors of the fuzzer itself are shown with: a worker has to start quickly.
    const execArgv: string[] = [];
    this.#child = fork(join(import.meta.dirname, 'worker.js'), {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv,
    });
    this.#ended = once(this.#child, 'exit');
    this.#child.on('error', () => undefined);
    this.#child.stderr?.on('data', (text: Buffer) => {
      if (process.env['FUZZ_LOG'] === '1') process.stderr.write(`${this.name}: ${text.toString()}`);
    });
  }

  /** Slot and incarnation: the name under which it writes. */
  get name(): string {
    return this.#setup ? `${this.#setup.slot}.${this.#setup.incarnation}` : 'spare';
  }

  /** Counts the processes that have had its slot. */
  get incarnation(): number {
    return this.#setup?.incarnation ?? 0;
  }

  /** Gives it its slot. False: it has ended instead. */
  async setUp(setup: WorkerSetup): Promise<boolean> {
    this.#setup = setup;
    return (await this.ask({ type: 'set up', setup }, 'ready')) !== undefined;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Settles when the process has ended, however it did. */
  get ended(): Promise<unknown> {
    return this.#ended;
  }

  send(order: Order): void {
    if (this.isAlive) this.#child.send(order, () => undefined);
  }

  /** Sends an order and waits for its answer. Undefined: the process has ended, or hangs. */
  async ask<Type extends Answer['type']>(
    order: Order,
    type: Type,
  ): Promise<Extract<Answer, { type: Type }> | undefined> {
    if (!this.isAlive) return undefined;
    const answered = new Promise<Extract<Answer, { type: Type }> | undefined>((resolve) => {
      const listen = (answer: Answer): void => {
        if (answer.type === type) settle(answer as Extract<Answer, { type: Type }>);
      };
      const settle = (answer: Extract<Answer, { type: Type }> | undefined): void => {
        clearTimeout(timer);
        this.#child.off('message', listen);
        resolve(answer);
      };
      const timer = setTimeout(settle, ANSWER_MS, undefined);
      this.#child.on('message', listen);
      void this.#ended.then(() => settle(undefined));
    });
    this.send(order);
    return answered;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isAlive) this.#child.kill(signal);
  }

  async end(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }
}
