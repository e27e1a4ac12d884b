/** Where a run keeps what is cached: plain data, because it travels between processes. */
export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** Begins every key of the run. */
  readonly namespace: string;
}

/** Options of ioredis: the same for every contestant. */
export function redisOptions({ namespace: _, ...options }: RedisServer): Omit<RedisServer, 'namespace'> {
  return options;
}
