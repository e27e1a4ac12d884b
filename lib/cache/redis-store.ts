import type { Body, CacheStore, Slot, StoredValue, Unmarked } from './cache-store.js';
import type { RedisClient } from './redis-client.js';
import { RedisGeneration } from './redis-generation.js';
import { CREATE, FILL, GIVE_UP, LEASE, MARK, type RedisScript, UNMARK } from './redis-scripts.js';

const TOMBSTONE: Slot = { state: 'tombstone' };
const UNREADABLE: Slot = { state: 'value', stamp: '?', body: null };

/** In place of a value, a stamp or a text that there is not: no key holds it. */
const NONE = '';

/** What a store on Redis needs. */
export interface RedisStoreOptions {
  readonly client: RedisClient;
  /** Whether `close()` ends the client. */
  readonly own: boolean;
  /** Where the store says what the operator of the server should know. */
  readonly warn: (message: string) => void;
}

/**
 * The cache in Redis 5 or newer, or in a Redis Cluster. Every step is a script on one key, and the scripts of several keys
 * are sent at once. Nothing waits for a connection: without one, every method rejects at once.
 *
 * What is in a key and is not ours, of whatever type, is as good as nothing.
 */
export class RedisStore implements CacheStore {
  readonly #client: RedisClient;
  readonly #own: boolean;
  readonly #generation: RedisGeneration;

  constructor({ client, own, warn }: RedisStoreOptions) {
    this.#client = client;
    this.#own = own;
    this.#generation = new RedisGeneration(client, warn);
  }

  get generation(): string | undefined {
    return this.#generation.current;
  }

  async read(keys: readonly string[]): Promise<readonly (Slot | undefined)[]> {
    if (keys.length === 0) return [];
    const connection = this.#connection();
    // Not GET, which fails on a key of another type. The keys of a cluster are on different servers.
    const texts =
      this.#client.isCluster && keys.length > 1
        ? (await Promise.all(keys.map((key) => this.#client.mget([key])))).flat()
        : await this.#client.mget(keys as string[]);
    this.#mustStillBe(connection);
    return texts.map(decode);
  }

  async lease(key: string, token: string, ttl: number, unusable = NONE): Promise<Slot | undefined> {
    const args = [token, milliseconds(ttl), unusable];
    const held = await this.#run(LEASE, key, ...args, NONE);
    if (decode(held) !== UNREADABLE) return decode(held);
    return decode(await this.#run(LEASE, key, ...args, held as string));
  }

  async fill(key: string, token: string, value: StoredValue): Promise<boolean> {
    return (await this.#run(FILL, key, token, encode(value), milliseconds(value.ttl))) === 1;
  }

  async giveUp(key: string, token: string): Promise<void> {
    await this.#run(GIVE_UP, key, token);
  }

  async create(key: string, value: StoredValue): Promise<Slot> {
    const args = [encode(value), milliseconds(value.ttl), this.generation ?? NONE];
    let held = await this.#run(CREATE, key, ...args, NONE);
    if (decode(held) === UNREADABLE) held = await this.#run(CREATE, key, ...args, held as string);
    return decode(held) ?? { state: 'value', stamp: value.stamp, body: value.body };
  }

  async mark(keys: readonly string[], writer: string, ttl: number): Promise<void> {
    await Promise.all(keys.map((key) => this.#run(MARK, key, writer, milliseconds(ttl))));
  }

  async unmark(keys: readonly Unmarked[], writer: string): Promise<void> {
    await Promise.all(
      keys.map(({ key, value }) =>
        value === undefined
          ? this.#run(UNMARK, key, writer, NONE, 1)
          : this.#run(UNMARK, key, writer, encode(value), milliseconds(value.ttl)),
      ),
    );
  }

  async close(): Promise<void> {
    this.#generation.close();
    if (this.#own) this.#client.disconnect();
  }

  async #run(script: RedisScript, key: string, ...args: (string | number)[]): Promise<unknown> {
    const connection = this.#connection();
    let result: unknown;
    try {
      result = await this.#client.evalsha(script.sha, 1, key, ...args);
    } catch (error) {
      if (!String(error).includes('NOSCRIPT')) throw error;
      this.#mustStillBe(connection);
      result = await this.#client.eval(script.lua, 1, key, ...args);
    }
    this.#mustStillBe(connection);
    return result;
  }

  #connection(): number {
    if (this.#generation.current === undefined) throw new Error(this.#generation.problem);
    return this.#generation.connection;
  }

  /**
   * A client that sends commands again on its next connection may bring an answer of another server, or of the same one
   * after it has read an old file.
   */
  #mustStillBe(connection: number): void {
    if (this.#generation.connection !== connection) throw new Error('the connection to Redis was lost');
  }
}

function encode({ stamp, body }: StoredValue): string {
  return `V${stamp}\n${JSON.stringify(body)}`;
}

/** The encoding is described in redis-scripts.ts. */
function decode(text: unknown): Slot | undefined {
  if (typeof text !== 'string') return undefined;
  switch (text[0]) {
    case 'V':
      return decodeValue(text);
    case 'L':
      return { state: 'lease', token: text.slice(1) };
    case 'T':
      return /^T[01],/.test(text) ? TOMBSTONE : UNREADABLE;
    default:
      return UNREADABLE;
  }
}

function decodeValue(text: string): Slot {
  const lineEnd = text.indexOf('\n');
  if (lineEnd < 0) return UNREADABLE;
  try {
    return { state: 'value', stamp: text.slice(1, lineEnd), body: JSON.parse(text.slice(lineEnd + 1)) as Body };
  } catch {
    return UNREADABLE;
  }
}

/** A time as Redis takes it: whole, at least 1. */
function milliseconds(ttl: number): number {
  return ttl >= 1 ? Math.min(Math.ceil(ttl), Number.MAX_SAFE_INTEGER) : 1;
}
