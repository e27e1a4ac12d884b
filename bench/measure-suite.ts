import type { CommandLine } from './command-line.js';
import { runsOn, takesPartIn } from './contestants/contestant.js';
import { type CacheSuite, venueOf } from './contestants/venue.js';
import type { EngineName } from './database/bench-database.js';
import { createDatabase } from './database/create-database.js';
import { Keeper } from './database/keeper.js';
import { compare, type WorkloadFigures } from './method/compare.js';
import { measure } from './method/measure.js';
import { seededRandom } from './method/random.js';
import { runnersOf } from './method/runner.js';
import { verify } from './method/verify.js';
import { ContestantProcess } from './process/contestant-process.js';
import type { FoundRedis } from './redis/find-redis.js';
import type { EngineFigures } from './report/run-figures.js';

/** The workloads of a suite on one engine, in a database that exists for this. */
export async function measureSuite(
  suite: 'tables' | CacheSuite,
  engine: EngineName,
  commandLine: CommandLine,
  redis?: FoundRedis,
): Promise<EngineFigures> {
  const { database, drop } = await createDatabase(engine);
  const keeper = await Keeper.open(database);
  const processes: ContestantProcess[] = [];
  const contestants = commandLine.contestants.filter((name) => runsOn(name, engine) && takesPartIn(name, suite));
  try {
    if (!contestants.includes('module')) await keeper.createTables();
    // This module is the last on the list and starts first: it makes the tables that the others prepare statements for.
    for (const name of contestants.toReversed()) {
      const venue = venueOf(name, suite, database, redis?.server);
      processes.unshift(await ContestantProcess.start(name, venue, nodeArguments(commandLine)));
    }

    const method = { ...commandLine, random: seededRandom(commandLine.seed) };
    const workloads: WorkloadFigures[] = [];
    for (const workload of commandLine.workloads) {
      if ((workload.suite ?? 'tables') !== suite) continue;
      const runners = runnersOf(workload, processes);
      if (runners.length === 0) continue;
      process.stderr.write(`${engine}: ${workload.title}\n`);
      await verify(workload, runners, keeper);
      workloads.push(compare(workload, engine, runners, await measure(workload, runners, keeper, method)));
    }
    const settings = { ...(await keeper.settings()), ...(redis && { redis: redis.version }) };
    return { engine, suite, settings, workloads };
  } finally {
    for (const contestant of processes) await contestant.stop();
    await keeper.close();
    await drop();
  }
}

function nodeArguments({ cpuProf }: CommandLine): string[] {
  return cpuProf === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`];
}
