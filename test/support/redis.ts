import { describe } from '@jest/globals';
import { redisVersion } from '../runner/redis-version.mjs';
import { isRedisInstalled } from '../runner/redis-server.mjs';

/**
 * The Redis of this run, which other suites and applications use as well: use keys of your own, and never FLUSH. The runner
 * says where it is, and reports where there is none; without the runner, the usual port is tried.
 */
export const REDIS_URL: string | undefined = await reachableUrl();

/** `describe` where there is a Redis; elsewhere the suite is skipped. */
export const describeOnRedis = REDIS_URL === undefined ? describe.skip : describe;

/** `describe` where a suite can start Redis servers of its own; elsewhere the suite is skipped. */
export const describeOnPrivateRedis = isRedisInstalled ? describe : describe.skip;

async function reachableUrl(): Promise<string | undefined> {
  const given = process.env['TEST_REDIS_URL'];
  if (given !== undefined || process.env['TEST_ENGINES'] !== undefined) return given;
  const usual = 'redis://127.0.0.1:6379';
  return redisVersion(usual).then(
    () => usual,
    () => undefined,
  );
}
