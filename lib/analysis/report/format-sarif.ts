import { createHash } from 'node:crypto';
import type { Finding } from '../finding.js';
import type { Suppression } from '../suppression.js';
import { certainlyStale } from './certainly-stale.js';
import { EVERY_RULE, pageOf } from './every-rule.js';
import type { FormatContext, ReportFormat } from './report-format.js';
import { sourcePath } from './source-path.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The root of the sources, whatever it is on the machine that shows the results. */
const ROOT = '%SRCROOT%';

/** For code scanning: SARIF 2.1.0. */
export const formatSarif: ReportFormat = (report, context) => {
  const fingerprints = new Fingerprints();
  const all: readonly (readonly [Finding, Suppression | undefined])[] = [
    ...report.findings.map((finding) => [finding, undefined] as const),
    ...report.suppressed.map(({ finding, suppression }) => [finding, suppression] as const),
  ];
  const document = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'nestjs-sqlmodel-ext', version: context.version, rules: EVERY_RULE.map(ruleOf) } },
        invocations: [
          {
            executionSuccessful: report.unread.length === 0,
            toolExecutionNotifications: report.unread.map(unreadNotification),
            toolConfigurationNotifications: certainlyStale(report).map(staleNotification),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: all.map(([finding, suppression]) => ({
          ...resultOf(finding, context),
          partialFingerprints: { 'place/v1': fingerprints.of(finding) },
          ...(suppression === undefined ? {} : { suppressions: [suppressionOf(suppression)] }),
        })),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
};

function ruleOf({ code, name, title, severity }: (typeof EVERY_RULE)[number]): object {
  // SARIF's helpUri is an absolute URI, and the page is a file of this library's repository.
  return {
    id: code,
    name,
    shortDescription: { text: `${title}.` },
    help: { text: `Wrong and right code: ${pageOf(code)}` },
    defaultConfiguration: { level: severity },
    properties: { page: pageOf(code) },
  };
}

function resultOf(
  { rule, severity, message, fix, place, handlers, location }: Finding,
  { root }: FormatContext,
): object {
  return {
    ruleId: rule,
    ruleIndex: EVERY_RULE.findIndex(({ code }) => code === rule),
    level: severity,
    message: { text: `${sentence(message)} ${sentence(fix)}` },
    locations: [
      {
        ...(location === undefined ? {} : { physicalLocation: physicalLocation(location.file, location.line, root) }),
        logicalLocations: [{ fullyQualifiedName: place, kind: 'member' }],
      },
    ],
    properties: { handlers },
  };
}

function physicalLocation(file: string, line: number, root: string): object {
  const { uri, isBelowRoot } = sourcePath(file, root);
  return {
    artifactLocation: isBelowRoot ? { uri, uriBaseId: ROOT } : { uri },
    region: { startLine: line },
  };
}

/** The reasons stand in the code, in a decorator or in the options. */
function suppressionOf({ reason }: Suppression): object {
  return { kind: 'inSource', status: 'accepted', justification: reason };
}

function staleNotification({ rule, place, reason }: Suppression): object {
  return {
    level: 'warning',
    message: {
      text: `The suppression of ${rule} on ${place} covers nothing any more: remove it. Its reason was: ${reason}`,
    },
    associatedRule: { id: rule, index: EVERY_RULE.findIndex(({ code }) => code === rule) },
  };
}

function unreadNotification(handler: string): object {
  return { level: 'error', message: { text: `The analysis could not read ${sentence(handler)}` } };
}

/** Texts that stay the same when lines move: of a fault that is there several times, by its number. */
class Fingerprints {
  readonly #seen = new Map<string, number>();

  of({ rule, place, message }: Finding): string {
    const text = JSON.stringify([rule, place, message]);
    const count = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.set(text, count);
    return createHash('sha256').update(`${text}:${count}`).digest('hex');
  }
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
