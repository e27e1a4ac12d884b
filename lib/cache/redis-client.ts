/** What the cache needs of a connection of ioredis: to one server, or to one node of a cluster. */
export interface RedisNode {
  /** `ready`, `connecting`, `close`, … */
  readonly status: string;
  info(section: string): Promise<string>;
  on(event: string, listener: (error?: unknown) => void): unknown;
  off(event: string, listener: (error?: unknown) => void): unknown;
}

/** What the cache needs of a client of ioredis 5, which is a `Redis` or a `Cluster`. */
export interface RedisClient extends RedisNode {
  readonly isCluster: boolean;
  connect(): Promise<unknown>;
  disconnect(): void;
  mget(keys: string[]): Promise<(string | null)[]>;
  eval(script: string, numberOfKeys: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha: string, numberOfKeys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** What it needs of a `Cluster` besides. */
export interface RedisClusterClient extends RedisClient {
  nodes(role: 'all' | 'master'): (RedisNode & Pick<RedisClusterNode, 'cluster'>)[];
  /** Asks the servers which of them has which slots. */
  refreshSlotsCache(callback: (error?: Error | null) => void): void;
}

/** A node of a cluster, asked about the cluster. */
export interface RedisClusterNode extends RedisNode {
  cluster(subcommand: 'INFO' | 'SLOTS'): Promise<unknown>;
}

/** Tells a cluster from a single server. */
export function isRedisCluster(client: RedisClient): client is RedisClusterClient {
  return client.isCluster;
}
