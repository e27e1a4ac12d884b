import type { CommandLine } from './command-line.js';
import { runsOn } from './contestants/contestant.js';
import type { EngineName } from './database/bench-database.js';
import { createDatabase } from './database/create-database.js';
import { Keeper } from './database/keeper.js';
import { compare, type WorkloadFigures } from './method/compare.js';
import { measure } from './method/measure.js';
import { seededRandom } from './method/random.js';
import { runnersOf } from './method/runner.js';
import { verify } from './method/verify.js';
import { ContestantProcess } from './process/contestant-process.js';
import type { EngineFigures } from './report/run-figures.js';

/** All workloads on one engine, in a database that exists for this. */
export async function measureEngine(engine: EngineName, commandLine: CommandLine): Promise<EngineFigures> {
  const { database, drop } = await createDatabase(engine);
  const keeper = await Keeper.open(database);
  const processes: ContestantProcess[] = [];
  const contestants = commandLine.contestants.filter((name) => runsOn(name, engine));
  try {
    if (!contestants.includes('module')) await keeper.createTables();
    // This module is the last on the list and starts first: it makes the tables that the others prepare statements for.
    for (const name of contestants.toReversed()) {
      processes.unshift(await ContestantProcess.start(name, database, nodeArguments(commandLine)));
    }

    const method = { ...commandLine, random: seededRandom(commandLine.seed) };
    const workloads: WorkloadFigures[] = [];
    for (const workload of commandLine.workloads) {
      process.stderr.write(`${engine}: ${workload.title}\n`);
      const runners = runnersOf(workload, processes);
      if (runners.length === 0) continue;
      await verify(workload, runners, keeper);
      workloads.push(compare(workload, engine, runners, await measure(workload, runners, keeper, method)));
    }
    return { engine, settings: await keeper.settings(), workloads };
  } finally {
    for (const contestant of processes) await contestant.stop();
    await keeper.close();
    await drop();
  }
}

function nodeArguments({ cpuProf }: CommandLine): string[] {
  return cpuProf === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${cpuProf}`];
}
