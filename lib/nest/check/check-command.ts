import { writeFile } from 'node:fs/promises';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { REPORT_FORMATS, type FormatContext, type Report } from '../../analysis/index.js';
import { analyseApplication } from '../analysis-run.js';
import { rootDataSources } from '../root-data-source.js';
import { checkArguments } from './check-arguments.js';
import { makeApplication } from './make-application.js';
import { ownVersion } from './own-version.js';
import { WrongUse } from './wrong-use.js';

/** What the command leaves behind. */
export interface CheckResult {
  /** 0: nothing found; 1: findings. */
  readonly exitCode: 0 | 1;
  /** What goes to standard output. */
  readonly output: string;
}

/**
 * Analyses an application, whatever the mode of its options.
 *
 * @param args what stands behind `check` on the command line
 * @throws WrongUse when there is nothing to analyse
 */
export async function checkCommand(args: readonly string[]): Promise<CheckResult> {
  const options = checkArguments(args);
  const application = await makeApplication(options);
  const modules = application.get(ModulesContainer);
  const suppress = rootDataSources(modules).flatMap(({ options }) => options?.analysis?.suppress ?? []);
  const report = analyseApplication({ modules, application: application.get(ApplicationConfig) }, suppress);
  return {
    exitCode: report.findings.length === 0 ? 0 : 1,
    output: await written(report, options),
  };
}

async function written(report: Report, { format, output }: ReturnType<typeof checkArguments>): Promise<string> {
  const context: FormatContext = { root: process.cwd(), version: ownVersion() };
  const text = REPORT_FORMATS[format](report, context);
  if (output === undefined) return text;
  try {
    await writeFile(output, text);
  } catch (cause) {
    throw new WrongUse(`the report cannot be written to ${output}.`, { cause });
  }
  return REPORT_FORMATS.text(report, context);
}
