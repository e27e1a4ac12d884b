import { randomBytes } from 'node:crypto';

const TOKEN_BYTES = 8;
const POOL_BYTES = TOKEN_BYTES * 512;

let pool = Buffer.alloc(0);
let used = 0;

/** 64 random bits as 16 hexadecimal digits: a name that nobody has had before. */
export function randomToken(): string {
  if (used + TOKEN_BYTES > pool.length) {
    pool = randomBytes(POOL_BYTES);
    used = 0;
  }
  used += TOKEN_BYTES;
  return pool.toString('hex', used - TOKEN_BYTES, used);
}
