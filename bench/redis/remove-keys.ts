import type { Redis } from 'ioredis';

/** Removes all keys that begin so, and no others: the server may have other users. */
export async function removeKeys(client: Redis, prefix: string): Promise<void> {
  for await (const keys of client.scanStream({ match: `${prefix}*`, count: 1_000 })) {
    if ((keys as string[]).length > 0) await client.unlink(keys as string[]);
  }
}
