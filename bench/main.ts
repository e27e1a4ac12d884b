import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readCommandLine } from './command-line.js';
import { measureEngine } from './measure-engine.js';
import { machine } from './report/machine.js';
import type { EngineFigures, RunFigures } from './report/run-figures.js';
import { engineTable, machineLines } from './report/table.js';

const RESULTS = 'bench/results/latest.json';

const commandLine = readCommandLine(process.argv.slice(2));
const { rounds, seed } = commandLine;
const here = await machine();
const startedAt = new Date().toISOString();
console.log(`${machineLines(here)}\n${rounds} rounds, seed ${seed}, ${startedAt}\n`);

const engines: EngineFigures[] = [];
for (const engine of commandLine.engines) {
  const figures = await measureEngine(engine, commandLine);
  engines.push(figures);
  console.log(engineTable(figures));
}

const figures: RunFigures = { startedAt, machine: here, rounds, seed, engines };
await mkdir(dirname(RESULTS), { recursive: true });
await writeFile(RESULTS, `${JSON.stringify(figures, undefined, 2)}\n`);
console.log(`Written to ${RESULTS}`);

const verdicts = engines.flatMap(({ workloads }) => workloads).flatMap((workload) => workload.verdicts);
if (commandLine.check && verdicts.some(({ holds }) => !holds)) process.exitCode = 1;
