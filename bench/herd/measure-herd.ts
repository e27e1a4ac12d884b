import type { CommandLine } from '../command-line.js';
import { type ContestantName, takesPartIn } from '../contestants/contestant.js';
import { type Venue, venueOf } from '../contestants/venue.js';
import { createDatabase } from '../database/create-database.js';
import { Keeper } from '../database/keeper.js';
import { articleId } from '../dataset/dataset.js';
import { type Estimate, estimate, median } from '../method/statistics.js';
import { ContestantProcess } from '../process/contestant-process.js';
import type { FoundRedis } from '../redis/find-redis.js';
import { redisRow } from '../workloads/redis-row.js';

export const REQUESTS = 10_000;
export const PROCESSES = 4;

/** A herd is as long as many samples: so many are enough. */
const MOST_ROUNDS = 11;

/** The most statements that this module may send to the database for a key that is not in the cache. */
const MOST_STATEMENTS = 1;

export interface HerdVariantFigures {
  readonly contestant: ContestantName;
  readonly variant: string;
  /** From the first request to the last answer. */
  readonly milliseconds: Estimate;
  /** That reached the database. */
  readonly statements: { readonly median: number; readonly most: number };
}

export interface HerdFigures {
  readonly rounds: number;
  readonly variants: readonly HerdVariantFigures[];
  /** Whether this module sent one statement in every round; undefined when it took no part. */
  readonly holds?: boolean;
}

interface Sample {
  readonly milliseconds: number;
  readonly statements: number;
}

/**
 * All requests at once on a row that is in no cache, from several processes, which share a cache in Redis. One contestant
 * after the other: together they would open more connections than a server has.
 */
export async function measureHerd(commandLine: CommandLine, redis: FoundRedis): Promise<HerdFigures> {
  const { database, drop } = await createDatabase('postgres');
  const keeper = await Keeper.open(database);
  const contestants = commandLine.contestants.filter((name) => takesPartIn(name, 'herd'));
  const rounds = Math.min(commandLine.rounds, MOST_ROUNDS);
  try {
    await keeper.createTables();
    await keeper.fill(redisRow);
    const variants: HerdVariantFigures[] = [];
    for (const contestant of contestants) {
      process.stderr.write(`postgres: ${REQUESTS} requests on one cold key, ${contestant}\n`);
      variants.push(
        ...(await measureContestant(contestant, venueOf(contestant, 'redis', database, redis.server), rounds)),
      );
    }
    const own = variants.filter(({ contestant }) => contestant === 'module');
    const holds = own.length > 0 ? own.every(({ statements }) => statements.most <= MOST_STATEMENTS) : undefined;
    return { rounds, variants, holds };
  } finally {
    await keeper.close();
    await drop();
  }
}

async function measureContestant(
  contestant: ContestantName,
  venue: Venue,
  rounds: number,
): Promise<HerdVariantFigures[]> {
  const processes: ContestantProcess[] = [];
  try {
    for (let count = 0; count < PROCESSES; count += 1) {
      processes.push(await ContestantProcess.start(contestant, venue, []));
    }
    const figures: HerdVariantFigures[] = [];
    for (const variant of processes[0].variants.redisRow ?? []) {
      await run(processes, variant, articleId(0)); // opens connections, compiles
      const samples: Sample[] = [];
      for (let round = 1; round <= rounds; round += 1) samples.push(await run(processes, variant, articleId(round)));
      const statements = samples.map((sample) => sample.statements);
      figures.push({
        contestant,
        variant,
        milliseconds: estimate(samples.map(({ milliseconds }) => milliseconds)),
        statements: { median: median(statements), most: Math.max(...statements) },
      });
    }
    return figures;
  } finally {
    for (const process of processes) await process.stop();
  }
}

async function run(processes: readonly ContestantProcess[], variant: string, id: string): Promise<Sample> {
  for (const process of processes) await process.clear();
  const requests = REQUESTS / processes.length;
  const start = performance.now();
  const outcomes = await Promise.allSettled(processes.map((process) => process.herd({ variant, id, requests })));
  const milliseconds = performance.now() - start;
  const statements = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  return { milliseconds, statements: statements.reduce((sum, count) => sum + count, 0) };
}
