import { randomUUID } from 'node:crypto';
import type { CommandLine } from './command-line.js';
import { type HerdFigures, measureHerd } from './herd/measure-herd.js';
import { measureSuite } from './measure-suite.js';
import { findRedis } from './redis/find-redis.js';
import type { EngineFigures } from './report/run-figures.js';

export interface CacheFigures {
  readonly suites: readonly EngineFigures[];
  readonly herd?: HerdFigures;
}

/** The suites of caches, on PostgreSQL; undefined without a Redis server. */
export async function measureCaches(commandLine: CommandLine): Promise<CacheFigures | undefined> {
  const redis = await findRedis(`sqlmodel-bench-${randomUUID()}`);
  if (!redis) return undefined;
  try {
    const suites: EngineFigures[] = [];
    for (const suite of ['redis', 'memory'] as const) {
      if (commandLine.suites.includes(suite)) suites.push(await measureSuite(suite, 'postgres', commandLine, redis));
    }
    return { suites, herd: commandLine.suites.includes('herd') ? await measureHerd(commandLine, redis) : undefined };
  } finally {
    await redis.release();
  }
}
