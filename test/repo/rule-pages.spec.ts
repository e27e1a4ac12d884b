import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { analyse, applySuppressions, makeFunctionReader, type Finding } from '../../lib/analysis/index.js';
import { EVERY_RULE, pageOf } from '../../lib/analysis/report/every-rule.js';
import { formatSarif } from '../../lib/analysis/report/format-sarif.js';
import { formatText } from '../../lib/analysis/report/format-text.js';
import { tableBelow } from './markdown-tables.js';
import { REPOSITORY_ROOT } from './repository-root.js';
import { markedPlaces, placeOf } from './rule-pages/marked-places.js';
import { reportOfPage, type PageReport } from './rule-pages/page-application.js';
import { RulePage } from './rule-pages/rule-page.js';

const FOLDER = 'docs/reference/analysis';
const INDEX = `${FOLDER}/README.md`;

interface SarifDocument {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly help: { readonly text: string } }[] } };
  }[];
}

const fileOf = (path: string): string => path.slice(FOLDER.length + 1);

describe('the pages about rules', () => {
  it('are one for each rule, and no other', () => {
    const pages = EVERY_RULE.map(({ code }) => fileOf(pageOf(code)));
    expect(readdirSync(join(REPOSITORY_ROOT, FOLDER)).sort()).toEqual([...pages, fileOf(INDEX)].sort());
  });

  it('are all in the table, with what the code says of each rule', () => {
    const index = readFileSync(join(REPOSITORY_ROOT, INDEX), 'utf8');
    const rows = EVERY_RULE.map(({ code, name, title, severity }) => ({
      code: `[${code}](${fileOf(pageOf(code))})`,
      name,
      'what it finds': title,
      severity,
    }));
    expect(tableBelow(index, '## Rules')).toEqual(rows);
  });

  it('are where reports say', () => {
    const functions = makeFunctionReader();
    const nothing = analyse({ dataSources: [], entryPoints: [] }, { functions });
    functions.close();
    const fault = { message: 'It fails', fix: 'Do it right', place: 'Somewhere', handlers: [], location: undefined };
    const findings = EVERY_RULE.map(({ code, severity }): Finding => ({ rule: code, severity, ...fault }));
    const context = { root: REPOSITORY_ROOT, version: '1.0.0' };
    const { runs } = JSON.parse(formatSarif(nothing, context)) as SarifDocument;
    const inSarif = runs[0].tool.driver.rules.map(({ help }) => /docs\/\S+\.md/.exec(help.text)?.[0] ?? 'none');
    const inText = formatText({ ...nothing, findings }, context).match(/docs\/\S+\.md/g) ?? [];
    for (const named of [inSarif, inText]) {
      expect(named).toHaveLength(EVERY_RULE.length);
      expect(named.filter((path) => !existsSync(join(REPOSITORY_ROOT, path)))).toEqual([]);
    }
  });
});

/** A page that is missing is a fault of its own, above. */
const WITH_PAGE = EVERY_RULE.filter(({ code }) => existsSync(join(REPOSITORY_ROOT, pageOf(code))));

describe.each(WITH_PAGE)('the page about $code', ({ code, name, title, severity }) => {
  const page = new RulePage(pageOf(code));
  let wrong: PageReport;
  let right: PageReport;

  beforeAll(async () => {
    wrong = await reportOfPage(page.filesOf('wrong'));
    right = await reportOfPage(page.filesOf('right'));
  });

  it('begins with what the code says of the rule', () => {
    expect(page.heading).toBe(`${code} ${name}`);
    expect(page.introduction).toMatch(new RegExp(`^${title}\\. Severity: ${severity}\\.( |$)`));
  });

  it('has all parts', () => {
    expect(page.headings).toEqual(['Why it fails', 'Wrong', 'Right', 'Silent on purpose', 'Suppress']);
    for (const side of ['wrong/', 'right/']) {
      expect(page.files.filter(({ name: file }) => file.startsWith(side))).not.toEqual([]);
    }
  });

  it('shows wrong code with this finding at each marked line, and no other', () => {
    const marks = markedPlaces(page.filesOf('wrong'));
    expect(wrong.findings.map(placeOf).sort()).toEqual(marks.sort());
    expect(new Set(wrong.findings.map(({ rule }) => rule))).toEqual(new Set([code]));
  });

  it('shows right code without marks and findings', () => {
    expect(markedPlaces(page.filesOf('right'))).toEqual([]);
    expect(right.lines).toEqual([]);
  });

  it('quotes the log', () => {
    expect(page.messagesIn('Wrong')).toEqual(wrong.lines);
  });

  it('says how to suppress it', () => {
    const place = page.suppressedPlace ?? 'nowhere';
    expect(page.section('Suppress')).toContain(`@SuppressFinding('${code}', { reason: '`);
    expect(applySuppressions(wrong.findings, [{ rule: code, place, reason: 'a test' }])).toMatchObject({ kept: [] });
  });
});

describe('the pages about the analysis', () => {
  it('show how to: findings where they are marked, as the log says them, and a suppression that works', async () => {
    const page = new RulePage('docs/how-to/find-relation-bugs-at-start-up.md');
    const { findings, lines, count } = await reportOfPage(page.files);
    expect(findings.map(placeOf)).toEqual(markedPlaces(page.files));
    expect(page.messagesIn('Read a finding')).toEqual([...lines, count]);
    expect(count).toMatch(/; 1 suppressed\.$/);
  });

  it('quote the log in the README', async () => {
    const page = new RulePage('README.md');
    const files = page.files.filter(({ name }) => ['models.ts', 'feed.controller.ts'].includes(name));
    const { findings, lines } = await reportOfPage(files);
    expect(findings.map(placeOf)).toEqual(markedPlaces(files));
    expect(page.messagesIn('Found before the first request')).toEqual(lines);
  });

  it('explain what is reported, and what is not', async () => {
    const { files } = new RulePage('docs/explanation/start-up-analysis.md');
    expect((await reportOfPage(files)).findings.map(placeOf)).toEqual(markedPlaces(files));
    expect(markedPlaces(files)).not.toEqual([]);
  });
});
