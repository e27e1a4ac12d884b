import { now } from './clock.js';
import type { Crew } from './crew.js';
import type { Fault, PastFault, PlannedFault } from './fault.js';
import { pause } from './pause.js';
import type { FuzzRedis } from './fuzz-redis.js';
import type { RedisProxy } from './redis-proxy.js';
import type { Ambush } from './worker-message.js';

/** How long an ambush is waited for before the signal comes from outside. */
const AMBUSH_MS = 700;

/** What faults happen to. */
export interface FaultTargets {
  readonly redis: FuzzRedis;
  readonly proxies: readonly RedisProxy[];
  readonly crew: Crew;
}

/** Makes faults happen at their times. Two on the same server, way or process wait for each other. */
export class FaultInjector {
  readonly past: PastFault[] = [];
  readonly #queues = new Map<string, Promise<void>>();

  constructor(readonly targets: FaultTargets) {}

  /** Runs the faults of an epoch. When it ends, all of them are over. */
  async run(planned: readonly PlannedFault[], milliseconds: number): Promise<void> {
    const began = Date.now();
    for (const each of planned) {
      await pause(Math.max(0, began + each.at - Date.now()));
      this.#enqueue(each);
    }
    await pause(Math.max(0, began + milliseconds - Date.now()));
    await Promise.all(this.#queues.values());
    this.#queues.clear();
  }

  #enqueue({ fault, saves }: PlannedFault): void {
    const key = queueOf(fault);
    const before = this.#queues.get(key) ?? Promise.resolve();
    const done = before.then(async () => {
      if (saves && key === 'redis') await this.targets.redis.save();
      const past: PastFault = { fault, began: now(), ended: Infinity };
      this.past.push(past);
      await this.#inject(fault);
      past.ended = now();
    });
    this.#queues.set(key, done);
    // Awaited at the end of the epoch.
    done.catch(() => undefined);
  }

  async #inject(fault: Fault): Promise<void> {
    const { redis, proxies, crew } = this.targets;
    switch (fault.kind) {
      case 'kill redis':
        await redis.kill();
        await pause(fault.lasts);
        return redis.startAgain(fault.memory);
      case 'flush':
        return redis.flush();
      case 'evict':
        return redis.evict(fault.keys);
      case 'cut all':
      case 'cut one': {
        const ways = fault.kind === 'cut all' ? proxies : [proxies[fault.slot]];
        for (const way of ways) way.cut(fault.manner);
        await pause(fault.lasts);
        for (const way of ways) way.mend();
        return;
      }
      case 'stall one': {
        const goOn = proxies[fault.slot].stall();
        await pause(fault.lasts);
        goOn();
        return;
      }
      case 'kill worker':
        await this.#signal(fault.slot, fault.ambush, 'SIGKILL');
        return crew.replace(fault.slot);
      case 'stop worker':
        await this.#signal(fault.slot, fault.ambush, 'SIGSTOP');
        await pause(fault.lasts);
        if (fault.ends === 'killed') {
          crew.at(fault.slot).signal('SIGKILL');
          return crew.replace(fault.slot);
        }
        crew.at(fault.slot).signal('SIGCONT');
    }
  }

  async #signal(slot: number, ambush: Ambush | undefined, signal: NodeJS.Signals): Promise<void> {
    const worker = this.targets.crew.at(slot);
    if (ambush) {
      worker.send({ type: 'ambush', ambush, until: now() + AMBUSH_MS * 1_000 });
      await Promise.race([pause(AMBUSH_MS), worker.ended]);
    }
    worker.signal(signal);
  }
}

/** Faults that cannot happen at the same time. */
function queueOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill redis':
    case 'flush':
    case 'evict':
      return 'redis';
    case 'cut all':
      return 'ways';
    case 'cut one':
    case 'stall one':
      return `way ${fault.slot}`;
    case 'kill worker':
    case 'stop worker':
      return `worker ${fault.slot}`;
  }
}
