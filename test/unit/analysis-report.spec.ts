import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Finding } from '../../lib/analysis/finding.js';
import type { Report } from '../../lib/analysis/report.js';
import { EVERY_RULE, pageOf } from '../../lib/analysis/report/every-rule.js';
import { formatJson } from '../../lib/analysis/report/format-json.js';
import { formatSarif } from '../../lib/analysis/report/format-sarif.js';
import { formatText } from '../../lib/analysis/report/format-text.js';
import type { RuleCode } from '../../lib/analysis/rules/rule-code.js';

const ROOT = join(process.cwd(), 'application');
const CONTEXT = { root: ROOT, version: '1.2.3' };

function finding(given: Partial<Finding> = {}): Finding {
  return {
    rule: 'RLC003',
    severity: 'error',
    message: 'Article.author is read, but get() does not load it.',
    fix: "Load it: load: ['author'].",
    place: 'ArticleService.show',
    handlers: ['ArticleController.read'],
    location: { file: join(ROOT, 'src', 'article.service.ts'), line: 21 },
    ...given,
  };
}

const TABLE = finding({
  rule: 'SCH002',
  severity: 'warning',
  message: 'No index begins with the foreign key authorId of Article',
  fix: 'Add an index: @Index() on Article.author',
  place: 'Article.author',
  handlers: [],
  location: undefined,
});

const REPORT: Report = {
  findings: [
    finding(),
    TABLE,
    finding({
      rule: 'RLC011',
      place: 'ArticleController.read',
      location: { file: join(ROOT, 'src', 'article controller.ts'), line: 7 },
    }),
    finding({ location: { file: pathToFileURL(join(ROOT, 'src', 'article.service.ts')).href, line: 30 } }),
  ],
  suppressed: [
    {
      finding: finding({ rule: 'RLC009', place: 'UserController.list' }),
      suppression: { rule: 'RLC009', place: 'UserController', reason: 'an interface on purpose' },
    },
  ],
  stale: [{ rule: 'RLC001', place: 'TagController', reason: 'tags are loaded by a trigger' }],
  unread: [],
  handlers: 12,
};

const EMPTY: Report = { findings: [], suppressed: [], stale: [], unread: [], handlers: 1 };

/** The analysis has failed at a handler, so that nobody knows what the suppression covers. */
const UNREAD: Report = { ...EMPTY, stale: REPORT.stale, unread: ['TagController.list: TypeError: oops'] };

describe('a report as text', () => {
  it('has a block for each file, then tables, then stale suppressions, then the count', () => {
    expect(formatText(REPORT, CONTEXT)).toBe(
      [
        'src/article controller.ts:7  error  RLC011  Article.author is read, but get() does not load it.',
        "    fix: Load it: load: ['author'].",
        '    in ArticleController.read',
        '',
        'src/article.service.ts:21  error  RLC003  Article.author is read, but get() does not load it.',
        "    fix: Load it: load: ['author'].",
        '    in ArticleService.show, reached from ArticleController.read',
        'src/article.service.ts:30  error  RLC003  Article.author is read, but get() does not load it.',
        "    fix: Load it: load: ['author'].",
        '    in ArticleService.show, reached from ArticleController.read',
        '',
        'Article.author  warning  SCH002  No index begins with the foreign key authorId of Article',
        '    fix: Add an index: @Index() on Article.author',
        '',
        'TagController  stale  RLC001  The suppression covers nothing any more: remove it. Its reason was: tags are loaded by a trigger',
        '',
        '4 findings (3 errors, 1 warning) in 12 handlers; 1 suppressed; 1 stale suppression',
        'wrong and right code: docs/reference/analysis/rlc-003.md, docs/reference/analysis/rlc-011.md, docs/reference/analysis/sch-002.md',
        '',
      ].join('\n'),
    );
  });

  it('of a clean application is the count alone', () => {
    expect(formatText(EMPTY, CONTEXT)).toBe('0 findings in 1 handler\n');
  });

  it('says what could not be read, and then calls no suppression stale', () => {
    expect(formatText(UNREAD, CONTEXT)).toBe(
      [
        'The analysis could not read TagController.list: TypeError: oops. Please report it to nestjs-sqlmodel-ext.',
        '',
        '0 findings in 1 handler; 1 handler not read',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(formatJson(UNREAD, CONTEXT))).toMatchObject({ stale: [], unread: UNREAD.unread });
    const [{ invocations }] = (JSON.parse(formatSarif(UNREAD, CONTEXT)) as SarifLog).runs;
    expect(invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'error', message: { text: 'The analysis could not read TagController.list: TypeError: oops.' } },
        ],
        toolConfigurationNotifications: [],
      },
    ]);
  });

  it('names files outside the root by their whole path', () => {
    const file = join(ROOT, '..', 'shared', 'mapper.ts');
    const text = formatText({ ...EMPTY, findings: [finding({ location: { file, line: 3 } })] }, CONTEXT);
    expect(text).toContain(`${file}:3  error  RLC003`);
  });
});

describe('a report as JSON', () => {
  it('has the documented shape', () => {
    expect(JSON.parse(formatJson(REPORT, CONTEXT))).toEqual({
      version: 1,
      tool: { name: 'nestjs-sqlmodel-ext', version: '1.2.3' },
      handlers: 12,
      counts: { errors: 3, warnings: 1, suppressed: 1, stale: 1, unread: 0 },
      findings: [
        {
          rule: 'RLC003',
          severity: 'error',
          message: 'Article.author is read, but get() does not load it.',
          fix: "Load it: load: ['author'].",
          place: 'ArticleService.show',
          handlers: ['ArticleController.read'],
          file: 'src/article.service.ts',
          line: 21,
        },
        expect.objectContaining({ rule: 'SCH002', severity: 'warning', handlers: [], file: null, line: null }),
        expect.objectContaining({ rule: 'RLC011', file: 'src/article controller.ts', line: 7 }),
        expect.objectContaining({ rule: 'RLC003', file: 'src/article.service.ts', line: 30 }),
      ],
      suppressed: [
        expect.objectContaining({
          rule: 'RLC009',
          place: 'UserController.list',
          suppression: { place: 'UserController', reason: 'an interface on purpose' },
        }),
      ],
      stale: [{ rule: 'RLC001', place: 'TagController', reason: 'tags are loaded by a trigger' }],
      unread: [],
    });
  });

  it('of a clean application has empty lists', () => {
    expect(JSON.parse(formatJson(EMPTY, CONTEXT))).toMatchObject({
      handlers: 1,
      findings: [],
      suppressed: [],
      stale: [],
    });
  });
});

describe('a report as SARIF', () => {
  const sarif = (report: Report): SarifLog => JSON.parse(formatSarif(report, CONTEXT)) as SarifLog;

  it.each([
    ['with findings', REPORT],
    ['of a clean application', EMPTY],
    ['of handlers that could not be read', UNREAD],
  ])('%s has what the schema of 2.1.0 requires, and nothing that it does not know', (_title, report) => {
    const log = sarif(report);
    keys(log, ['version', 'runs'], ['$schema']);
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    const [run] = log.runs;
    keys(run, ['tool'], ['invocations', 'columnKind', 'results']);
    expect(['utf16CodeUnits', 'unicodeCodePoints']).toContain(run.columnKind);
    keys(run.tool, ['driver'], []);
    keys(run.tool.driver, ['name'], ['version', 'rules']);
    for (const rule of run.tool.driver.rules) {
      keys(rule, ['id'], ['name', 'shortDescription', 'help', 'defaultConfiguration', 'properties']);
      keys(rule.shortDescription, ['text'], []);
      keys(rule.help, ['text'], []);
      keys(rule.defaultConfiguration, [], ['level']);
      expect(LEVELS).toContain(rule.defaultConfiguration.level);
    }
    for (const invocation of run.invocations) {
      keys(invocation, ['executionSuccessful'], ['toolConfigurationNotifications', 'toolExecutionNotifications']);
      for (const notification of invocation.toolExecutionNotifications) {
        keys(notification, ['message'], ['level']);
        expect(LEVELS).toContain(notification.level);
      }
      for (const notification of invocation.toolConfigurationNotifications) {
        keys(notification, ['message'], ['level', 'associatedRule']);
        keys(notification.message, ['text'], []);
        keys(notification.associatedRule, [], ['id', 'index']);
        expect(LEVELS).toContain(notification.level);
      }
    }
    for (const result of run.results) {
      keys(
        result,
        ['message'],
        ['ruleId', 'ruleIndex', 'level', 'locations', 'partialFingerprints', 'suppressions', 'properties'],
      );
      keys(result.message, ['text'], []);
      expect(LEVELS).toContain(result.level);
      expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      for (const text of Object.values(result.partialFingerprints)) expect(text).toMatch(/^[0-9a-f]{64}$/);
      for (const location of result.locations) {
        keys(location, [], ['physicalLocation', 'logicalLocations']);
        for (const logical of location.logicalLocations) keys(logical, [], ['fullyQualifiedName', 'kind']);
        if (!location.physicalLocation) continue;
        keys(location.physicalLocation, ['artifactLocation'], ['region']);
        keys(location.physicalLocation.artifactLocation, [], ['uri', 'uriBaseId']);
        keys(location.physicalLocation.region, [], ['startLine']);
        expect(location.physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
      }
      for (const suppression of result.suppressions ?? []) {
        keys(suppression, ['kind'], ['status', 'justification']);
        expect(['inSource', 'external']).toContain(suppression.kind);
        expect(['accepted', 'underReview', 'rejected']).toContain(suppression.status);
      }
    }
  });

  it('has every rule, with its page', () => {
    const { rules } = sarif(EMPTY).runs[0].tool.driver;
    expect(rules.map(({ id }) => id)).toEqual([...CODES]);
    expect(rules.find(({ id }) => id === 'RLC003')).toMatchObject({
      name: 'unloaded-relation',
      defaultConfiguration: { level: 'error' },
      properties: { page: 'docs/reference/analysis/rlc-003.md' },
    });
  });

  it('says where: a relative URI, the line, and the place', () => {
    const [first, table, other] = sarif(REPORT).runs[0].results;
    expect(first.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/article.service.ts', uriBaseId: '%SRCROOT%' },
          region: { startLine: 21 },
        },
        logicalLocations: [{ fullyQualifiedName: 'ArticleService.show', kind: 'member' }],
      },
    ]);
    expect(first.message.text).toBe("Article.author is read, but get() does not load it. Load it: load: ['author'].");
    expect(table.message.text).toBe(
      'No index begins with the foreign key authorId of Article. Add an index: @Index() on Article.author.',
    );
    expect(table.locations).toEqual([{ logicalLocations: [{ fullyQualifiedName: 'Article.author', kind: 'member' }] }]);
    expect(other.locations[0].physicalLocation?.artifactLocation.uri).toBe('src/article%20controller.ts');
  });

  it('names files outside the root by file:', () => {
    const file = join(ROOT, '..', 'shared', 'mapper.ts');
    const [result] = sarif({ ...EMPTY, findings: [finding({ location: { file, line: 3 } })] }).runs[0].results;
    expect(result.locations[0].physicalLocation?.artifactLocation).toEqual({ uri: pathToFileURL(file).href });
  });

  it('keeps fingerprints when lines move, and tells equal findings apart', () => {
    const at = (line: number) => finding({ location: { file: join(ROOT, 'src', 'article.service.ts'), line } });
    const printsOf = (lines: number[]) =>
      sarif({ ...EMPTY, findings: lines.map(at) }).runs[0].results.map(
        ({ partialFingerprints }) => partialFingerprints,
      );
    const [one, two] = printsOf([21, 30]);
    expect(one).not.toEqual(two);
    expect(printsOf([121, 130])).toEqual([one, two]);
  });

  it('carries suppressed findings with their reasons, and stale suppressions as notifications', () => {
    const [run] = sarif(REPORT).runs;
    expect(run.results.map(({ suppressions }) => suppressions)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      [{ kind: 'inSource', status: 'accepted', justification: 'an interface on purpose' }],
    ]);
    expect(run.invocations[0].toolConfigurationNotifications).toMatchObject([
      { level: 'warning', associatedRule: { id: 'RLC001', index: 0 } },
    ]);
  });
});

describe('the rules of a report', () => {
  it('are all, once, in the order of their codes', () => {
    expect(EVERY_RULE.map(({ code }) => code)).toEqual([...CODES]);
    expect(new Set(EVERY_RULE.map(({ name }) => name)).size).toBe(CODES.length);
  });

  it('have a page by their code', () => {
    expect(pageOf('RLC003')).toBe('docs/reference/analysis/rlc-003.md');
    expect(pageOf('SCH001')).toBe('docs/reference/analysis/sch-001.md');
  });
});

const CODES: readonly RuleCode[] = [
  'RLC001',
  'RLC002',
  'RLC003',
  'RLC005',
  'RLC007',
  'RLC008',
  'RLC009',
  'RLC010',
  'RLC011',
  'RLC012',
  'RLC013',
  'RLC014',
  'SCH001',
  'SCH002',
];

const LEVELS = ['none', 'note', 'warning', 'error'];

/** Objects of the schema take no further properties. */
function keys(value: object, required: readonly string[], optional: readonly string[]): void {
  expect(Object.keys(value)).toEqual(expect.arrayContaining([...required]));
  expect([...required, ...optional]).toEqual(expect.arrayContaining(Object.keys(value)));
}

interface SarifLog {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly rules: readonly {
          readonly id: string;
          readonly shortDescription: object;
          readonly help: object;
          readonly defaultConfiguration: { readonly level: string };
        }[];
      };
    };
    readonly columnKind: string;
    readonly invocations: readonly {
      readonly toolExecutionNotifications: readonly { readonly level: string }[];
      readonly toolConfigurationNotifications: readonly {
        readonly level: string;
        readonly message: object;
        readonly associatedRule: object;
      }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly { readonly kind: string; readonly status: string }[];
      readonly locations: readonly {
        readonly logicalLocations: readonly object[];
        readonly physicalLocation?: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}
