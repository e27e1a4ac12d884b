import type { Finding } from '../finding.js';
import type { Suppression } from '../suppression.js';
import { certainlyStale } from './certainly-stale.js';
import { countsOf } from './report-counts.js';
import type { FormatContext, ReportFormat } from './report-format.js';
import { sourcePath } from './source-path.js';

/** Moves when something of the shape is taken away or changes its meaning; what is added does not move it. */
const SHAPE = 1;

/** For programs: one object, whose shape `docs/how-to/check-in-ci.md` describes. */
export const formatJson: ReportFormat = (report, context) => {
  const { handlers, ...counts } = countsOf(report);
  const document = {
    version: SHAPE,
    tool: { name: 'nestjs-sqlmodel-ext', version: context.version },
    handlers,
    counts,
    findings: report.findings.map((finding) => findingOf(finding, context)),
    suppressed: report.suppressed.map(({ finding, suppression }) => ({
      ...findingOf(finding, context),
      suppression: { place: suppression.place, reason: suppression.reason },
    })),
    stale: certainlyStale(report).map(({ rule, place, reason }: Suppression) => ({ rule, place, reason })),
    unread: report.unread,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
};

function findingOf(
  { rule, severity, message, fix, place, handlers, location }: Finding,
  { root }: FormatContext,
): object {
  return {
    rule,
    severity,
    message,
    fix,
    place,
    handlers,
    file: location === undefined ? null : sourcePath(location.file, root).path,
    line: location?.line ?? null,
  };
}
