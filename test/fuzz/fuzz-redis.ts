import { Redis } from 'ioredis';
import { type PrivateRedis, startPrivateRedis } from '../support/private-redis.js';

/** What a Redis server remembers when it starts again: nothing, or what it last saved. */
export type RedisMemory = 'empty' | 'old';

/** A Redis server of the fuzzer's own, which it kills and starts again on the same port. */
export class FuzzRedis implements AsyncDisposable {
  #files = 0;
  #client: Redis;

  private constructor(readonly server: PrivateRedis) {
    this.#client = connectTo(server);
  }

  static async start(): Promise<FuzzRedis> {
    return new FuzzRedis(await startPrivateRedis(['--dbfilename', 'fuzz-0.rdb']));
  }

  get port(): number {
    return this.server.port;
  }

  /** Writes the file that `startAgain('old')` reads. */
  async save(): Promise<void> {
    await this.#client.save();
  }

  async flush(): Promise<void> {
    await this.#client.flushall();
  }

  /** Removes some keys, as a server that is full does. */
  async evict(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const key = await this.#client.randomkey();
      if (key !== null) await this.#client.del(key);
    }
  }

  async kill(): Promise<void> {
    this.#client.disconnect();
    await this.server.kill();
  }

  async startAgain(memory: RedisMemory): Promise<void> {
    if (memory === 'empty') this.#files++;
    await this.server.start(['--dbfilename', `fuzz-${this.#files}.rdb`]);
    this.#client = connectTo(this.server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.disconnect();
    await this.server[Symbol.asyncDispose]();
  }
}

function connectTo({ port }: PrivateRedis): Redis {
  return new Redis(port, '127.0.0.1').on('error', () => undefined);
}
