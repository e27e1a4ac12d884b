import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNode, scriptFolder } from '../../script-folder.js';
import { compileSupport } from '../compiled-cases.js';

/** What the analysis says of combinations, and what running them says. */
export interface CombinationReport {
  readonly handlers: number;
  /** Right ones that are reported. */
  readonly falseAlarms: readonly string[];
  /** Wrong ones that are not. */
  readonly missed: readonly string[];
  /** Those that fail although they are right, or succeed although they are wrong. */
  readonly mislabelled: readonly string[];
}

/** Analyses and runs a module of combined controllers in a process of its own. */
export async function analyseCombinations(module: string): Promise<CombinationReport> {
  await using folder = await scriptFolder({ models: [], files: { 'combined.js': module, 'main.js': MAIN } });
  const compilation = { compiler: 'SWC', format: 'module', target: 'ES2022', useDefineForClassFields: true } as const;
  await compileSupport(folder, compilation);
  const { exitCode, output } = await runNode(folder, '--no-warnings', 'main.js');
  if (exitCode !== 0) throw new Error(output);
  return JSON.parse(await readFile(join(folder.path, 'report.json'), 'utf8')) as CombinationReport;
}

const MAIN = `
import { writeFileSync } from 'node:fs';
import * as combined from './combined.js';
import { openCases } from './test/support/analysis/case-application.js';
import { findingsOf } from './test/support/analysis/findings-of.js';
import { ID, seed } from './test/support/analysis/seed.js';

const { app, dataSource, controllers } = await openCases([combined]);
const reported = new Set(findingsOf(app).flatMap(({ handlers }) => handlers));
await seed(dataSource);
const report = { handlers: 0, falseAlarms: [], missed: [], mislabelled: [] };
for (const controller of controllers) {
  for (const name of Object.getOwnPropertyNames(controller.prototype)) {
    if (!/^(right|wrong)_/.test(name)) continue;
    const isWrong = name.startsWith('wrong');
    const isReported = reported.has(controller.name + '.' + name);
    report.handlers++;
    if (isReported && !isWrong) report.falseAlarms.push(name);
    if (!isReported && isWrong) report.missed.push(name);
    const fails = await app.get(controller)[name](ID).then(() => false, () => true);
    if (fails !== isWrong) report.mislabelled.push(name);
  }
}
writeFileSync('report.json', JSON.stringify(report));
await app.close();
`;
