import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestDatabase } from '../databases.js';
import { runNode, scriptFolder, type ScriptFolder } from '../script-folder.js';
import type { RunOutcome } from './outcome.js';
import type { Variant } from './variant.js';

/** What came of the runs, by variant. */
export type Runs = Readonly<Record<Variant, RunOutcome>>;

/** Runs every scenario in every variant, each in a process of its own, on the same engines. */
export async function runVariants(databases: readonly TestDatabase[], useDefineForClassFields: boolean): Promise<Runs> {
  const engines = databases.map(({ name }) => name).join(',');
  const folder = await scriptFolder({ models: [], files: {}, support: true, useDefineForClassFields });
  try {
    const off = () => run(folder, 'off', engines);
    const all = () => run(folder, 'all', engines);
    const models = () => run(folder, 'models', engines);
    if (databases.every(({ hasSeveral }) => hasSeveral)) {
      const [first, second, third] = await Promise.all([off(), all(), models()]);
      return { off: first, all: second, models: third };
    }
    return { off: await off(), all: await all(), models: await models() };
  } finally {
    await folder[Symbol.asyncDispose]();
  }
}

async function run(folder: ScriptFolder, variant: Variant, engines: string): Promise<RunOutcome> {
  const file = join(folder.path, `${variant}.json`);
  const script = join(folder.path, 'support/typeorm-unchanged/run-variant.js');
  const { exitCode, output } = await runNode(folder, script, variant, engines, file);
  if (exitCode !== 0) throw new Error(`The variant '${variant}' ended with ${exitCode}:\n${output}`);
  return JSON.parse(await readFile(file, 'utf8')) as RunOutcome;
}
