import { Redis } from 'ioredis';
import { type PrivateRedis, startPrivateRedis } from './private-redis.js';
import { until } from './until.js';

const HASH_SLOTS = 16_384;

/** A Redis Cluster of three masters that belongs to one suite. */
export interface RedisCluster extends AsyncDisposable {
  readonly servers: readonly PrivateRedis[];
  /** As `Cluster` of ioredis takes them. */
  readonly nodes: { readonly host: string; readonly port: number }[];
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const servers: PrivateRedis[] = [];
  const end = async (): Promise<void> => {
    for (const server of servers) await server[Symbol.asyncDispose]();
  };
  try {
    for (let number = 0; number < 3; number++) {
      servers.push(await startPrivateRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000']));
    }
    await join(servers);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    servers,
    nodes: servers.map(({ port }) => ({ host: '127.0.0.1', port })),
    [Symbol.asyncDispose]: end,
  };
}

async function join(servers: readonly PrivateRedis[]): Promise<void> {
  const clients = servers.map(({ url }) => new Redis(url));
  try {
    await Promise.all(
      clients.map((client, index) => {
        const [first, next] = [index, index + 1].map((part) => Math.floor((HASH_SLOTS * part) / clients.length));
        // One by one: CLUSTER ADDSLOTSRANGE is younger than Redis 6.
        const slots = Array.from({ length: next - first }, (_, slot) => first + slot);
        return client.cluster('ADDSLOTS', ...slots);
      }),
    );
    for (const { port } of servers.slice(1)) await clients[0].cluster('MEET', '127.0.0.1', port);
    await until(async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster('INFO')));
      return infos.every((info) => info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3'));
    });
  } finally {
    for (const client of clients) client.disconnect();
  }
}
