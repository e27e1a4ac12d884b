import { createHash } from 'node:crypto';
import { isRedisCluster, type RedisClient, type RedisClusterClient, type RedisNode } from './redis-client.js';

/** Where no server says which process it is. */
const UNKNOWN = '00000000';

const HASH_SLOTS = 16_384;
const RETRY_MS = 100;

/** Errors that asking again cannot change. */
const FORBIDDEN = /NOPERM|unknown command|not allowed/i;

/**
 * Knows which server processes a client is connected to. A process that starts reads its old memory back from a file, and
 * a replica that takes over may lack the last writes: both have another `run_id`.
 */
export class RedisGeneration {
  readonly #client: RedisClient;
  readonly #warn: (message: string) => void;
  readonly #nodes = new Set<RedisNode>();
  #current: string | undefined;
  #connection = 0;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;
  #hasWarned = false;
  #lastError = '';

  constructor(client: RedisClient, warn: (message: string) => void) {
    this.#client = client;
    this.#warn = warn;
    client.on('error', this.#remember);
    client.on('ready', this.#ask);
    for (const event of ['close', 'end', 'reconnecting']) client.on(event, this.#forget);
    if (isRedisCluster(client)) {
      client.on('+node', this.#ask);
      client.on('-node', this.#ask);
      client.on('refresh', this.#compareMasters);
    }
    if (client.status === 'ready') this.#ask();
    // With lazyConnect nobody else connects.
    else if (client.status === 'wait') client.connect().catch(ignore);
  }

  /** Eight hex characters; undefined while a server is not connected, or has not answered who it is. */
  get current(): string | undefined {
    return this.#client.status === 'ready' ? this.#current : undefined;
  }

  /** Another number after each time that a connection was lost. */
  get connection(): number {
    return this.#connection;
  }

  /** Why there is no connection, as far as is known. */
  get problem(): string {
    return this.#lastError === '' ? 'Redis is not connected' : `Redis is not connected: ${this.#lastError}`;
  }

  /** Leaves the client as it was; it keeps one listener, for errors that come while it ends. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
    this.#client.off('ready', this.#ask);
    for (const event of ['close', 'end', 'reconnecting']) this.#client.off(event, this.#forget);
    this.#client.off('+node', this.#ask);
    this.#client.off('-node', this.#ask);
    this.#client.off('refresh', this.#compareMasters);
    for (const node of this.#nodes) node.off('close', this.#ask);
    this.#nodes.clear();
  }

  readonly #remember = (error?: unknown): void => {
    this.#lastError = error instanceof Error ? error.message : String(error);
  };

  readonly #forget = (): void => {
    this.#current = undefined;
    this.#connection++;
    clearTimeout(this.#retry);
  };

  readonly #ask = (): void => {
    this.#forget();
    if (!this.#isClosed && this.#client.status === 'ready') void this.#askAs(this.#connection, 0);
  };

  async #askAs(connection: number, attempt: number): Promise<void> {
    try {
      const answer = isRedisCluster(this.#client)
        ? await this.#askCluster(this.#client, attempt)
        : await this.#askNode(this.#client);
      if (this.#connection !== connection) return;
      this.#current = answer;
      this.#lastError = '';
    } catch (error) {
      // Such as a server that is loading its file, or a node of a cluster that nobody has replaced yet.
      if (this.#connection !== connection) return;
      this.#remember(error);
      this.#retry = setTimeout(() => void this.#askAs(connection, attempt + 1), RETRY_MS).unref();
    }
  }

  async #askNode(node: RedisNode): Promise<string> {
    let info: string;
    try {
      info = await node.info('server');
    } catch (error) {
      if (!FORBIDDEN.test(String(error))) throw error;
      info = '';
    }
    const id = /^run_id:([0-9a-f]{8})/m.exec(info)?.[1];
    if (id === undefined && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#warn(
        'Redis does not say its run_id (INFO server): after it has restarted from a file, the cache may be older than the database, for cacheTtl seconds at most. Allow INFO, or keep Redis from saving files.',
      );
    }
    return id ?? UNKNOWN;
  }

  async #askCluster(cluster: RedisClusterClient, attempt: number): Promise<string> {
    // The client refreshes its picture only when a command fails, and none is sent before there is an answer.
    if (attempt > 0) await new Promise<void>((resolve) => cluster.refreshSlotsCache(() => resolve()));
    for (const node of cluster.nodes('all')) {
      if (this.#nodes.has(node)) continue;
      this.#nodes.add(node);
      node.on('close', this.#ask);
      node.on('end', () => this.#nodes.delete(node));
    }
    const masters = cluster.nodes('master');
    const [ids, states, layout] = await Promise.all([
      Promise.all(masters.map((master) => this.#askNode(master))),
      Promise.all(masters.map((master) => master.cluster('INFO'))),
      masters[0]?.cluster('SLOTS'),
    ]);
    if (!isServedBy(masters.length, layout)) throw new Error('a master of the cluster is missing');
    if (!states.every((state) => String(state).includes('cluster_state:ok'))) throw new Error('the cluster is down');
    this.#asked = masters;
    return createHash('sha1').update(ids.sort().join()).digest('hex').slice(0, 8);
  }

  #asked: readonly RedisNode[] = [];

  /** A replica that has become a master keeps its connection. */
  readonly #compareMasters = (): void => {
    if (this.#current === undefined || !isRedisCluster(this.#client)) return;
    const masters = this.#client.nodes('master');
    const isSame = masters.length === this.#asked.length && masters.every((node) => this.#asked.includes(node));
    if (!isSame) this.#ask();
  };
}

/**
 * Whether so many masters serve all slots.
 *
 * @param layout answer of CLUSTER SLOTS: a list of [first slot, last slot, [host, port, id of the master], …]
 */
function isServedBy(masters: number, layout: unknown): boolean {
  const ids = new Set<unknown>();
  let slots = 0;
  for (const [first, last, [, , id]] of (layout ?? []) as [number, number, [string, number, string]][]) {
    slots += Number(last) - Number(first) + 1;
    ids.add(id);
  }
  return slots === HASH_SLOTS && ids.size === masters;
}

function ignore(): void {}
