import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { sourcePath, type Finding, type Report } from '../../../lib/analysis/index.js';
import { linesOf } from '../../../lib/nest/analysis-lines.js';
import { analyseApplication } from '../../../lib/nest/analysis-run.js';
import { openCases } from '../../support/analysis/case-application.js';
import { REPOSITORY_ROOT } from '../repository-root.js';
import type { PageFile } from './rule-page.js';

/** What the analysis says about the code of a page. */
export interface PageReport {
  /** With the names of the page's files. */
  readonly findings: readonly Finding[];
  /** What the log says, with the names of the page's files. */
  readonly lines: readonly string[];
  /** The last line of the log. */
  readonly count: string;
}

/**
 * Boots an application of everything that these files export, and analyses it. The files are written into a folder of
 * their own, which is removed again: the compiler of the tests reads files.
 */
export async function reportOfPage(files: readonly PageFile[]): Promise<PageReport> {
  const temporary = join(REPOSITORY_ROOT, '.tmp');
  mkdirSync(temporary, { recursive: true });
  const folder = mkdtempSync(join(temporary, 'rule-page-'));
  try {
    const modules: object[] = [];
    for (const { name, code } of files) write(join(folder, name), code);
    for (const { name } of files) modules.push((await import(pathToFileURL(join(folder, name)).href)) as object);
    const report = await analysed(modules);
    return inWordsOfThePage(report, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(path: string, code: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${code}\n`);
}

async function analysed(modules: readonly object[]): Promise<Report> {
  const { app } = await openCases(modules, []);
  try {
    return analyseApplication({ modules: app.get(ModulesContainer), application: app.get(ApplicationConfig) }, []);
  } finally {
    await app.close();
  }
}

function inWordsOfThePage(report: Report, folder: string): PageReport {
  const { path } = sourcePath(folder, process.cwd());
  const findings = report.findings.map(({ location, ...finding }) => ({
    ...finding,
    location: location && { ...location, file: sourcePath(location.file, folder).path },
  }));
  const { lines, count } = linesOf(report);
  return { findings, lines: lines.map((line) => line.replaceAll(`${path}/`, '')), count };
}
