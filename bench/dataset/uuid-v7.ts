import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16 * 256);
let used = pool.length;

/**
 * A version 7 UUID (RFC 9562): what an application makes itself when its tables have such keys and its
 * library does not. For the raw driver and for plain TypeORM; this module makes its own.
 */
export function uuidV7(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, '0');
  pool[used + 6] = (pool[used + 6] & 0x0f) | 0x70;
  pool[used + 8] = (pool[used + 8] & 0x3f) | 0x80;
  const random = pool.toString('hex', used + 6, used + 16);
  used += 16;
  return `${time.slice(0, 8)}-${time.slice(8)}-${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}`;
}
