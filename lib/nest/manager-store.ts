/** Keys that are looked for at a time. */
const SCAN_COUNT = 1_000;

/** What is needed of a client of ioredis, or of a node of its cluster. */
export interface ManagedRedis {
  readonly isCluster: boolean;
  readonly options: { readonly keyPrefix?: string };
  scan(cursor: string, match: 'MATCH', pattern: string, count: 'COUNT', most: number): Promise<[string, string[]]>;
  unlink(key: string): Promise<unknown>;
  nodes(role: 'master'): ManagedRedis[];
}

/** What is needed of a store of `cache-manager-ioredis-yet`. */
export interface IoredisStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, ttl?: number): Promise<void>;
  del(key: string): Promise<void>;
}

/**
 * A store of `cache-manager-ioredis-yet` that keeps to its own keys: its `reset()` is FLUSHDB, which would empty everybody's
 * database. On a cluster its commands for several keys at once become one for each key, because the keys are on different
 * servers.
 *
 * @param prefix what its keys begin with
 */
export function managerStore(store: IoredisStore, client: ManagedRedis, prefix: string): IoredisStore {
  const reset = () => removeAll(client, prefix);
  if (!client.isCluster) return Object.assign(store, { reset });
  return Object.assign(store, {
    reset,
    mget: (...keys: string[]) => Promise.all(keys.map((key) => store.get(key))),
    mset: async (entries: [string, unknown][], ttl?: number) => {
      await Promise.all(entries.map(([key, value]) => store.set(key, value, ttl)));
    },
    mdel: async (...keys: string[]) => {
      await Promise.all(keys.map((key) => store.del(key)));
    },
  });
}

async function removeAll(client: ManagedRedis, prefix: string): Promise<void> {
  // The client puts its own prefix before keys, but neither before patterns nor before the keys that it finds.
  const own = client.options.keyPrefix ?? '';
  const pattern = `${(own + prefix).replace(/[*?[\]\\]/g, '\\$&')}*`;
  for (const server of client.isCluster ? client.nodes('master') : [client]) {
    const skipped = (server.options.keyPrefix ?? '').length;
    let cursor = '0';
    do {
      const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
      await Promise.all(keys.map((key) => server.unlink(key.slice(skipped))));
      cursor = next;
    } while (cursor !== '0');
  }
}
