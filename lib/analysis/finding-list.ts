import type { AnyNode } from 'acorn';
import type { Finding, Location } from './finding.js';
import type { AnalysisEvent } from './interpreter/analysis-event.js';
import type { FrameOfCode } from './interpreter/value.js';
import { RULES } from './rules/rules.js';
import type { Words } from './rules/rule.js';
import type { RuleCode } from './rules/rule-code.js';

interface Found {
  readonly rule: RuleCode;
  readonly severity: Finding['severity'];
  readonly words: Words;
  readonly node: AnyNode;
  readonly frame: FrameOfCode;
  readonly handlers: Set<string>;
}

/** What the rules say of what was seen: each place once, however many handlers lead there. */
export class FindingList {
  /** By function as well: functions of the same text share their nodes. */
  readonly #found = new Map<Function, Map<AnyNode, Map<string, Found>>>();

  add(event: AnalysisEvent, node: AnyNode, frame: FrameOfCode, handler: string): void {
    for (const rule of RULES) {
      const words = rule.check(event);
      if (!words) continue;
      let ofFunction = this.#found.get(frame.fn);
      if (!ofFunction) this.#found.set(frame.fn, (ofFunction = new Map<AnyNode, Map<string, Found>>()));
      let ofNode = ofFunction.get(node);
      if (!ofNode) ofFunction.set(node, (ofNode = new Map<string, Found>()));
      const key = `${rule.code} ${subjectOf(event)}`;
      const known = ofNode.get(key);
      if (known) known.handlers.add(handler);
      else {
        const { code, severity } = rule;
        ofNode.set(key, { rule: code, severity, words, node, frame, handlers: new Set([handler]) });
      }
    }
  }

  findings(): Finding[] {
    const all = [...this.#found.values()].flatMap((ofFunction) =>
      [...ofFunction.values()].flatMap((ofNode) => [...ofNode.values()]),
    );
    return all
      .filter(({ frame, node }) => !isInPackage(frame.code.locationOf(node)))
      .map(({ rule, severity, words, node, frame, handlers }): Finding => ({
        rule,
        severity,
        ...words,
        place: frame.place,
        handlers: [...handlers],
        location: frame.code.locationOf(node),
      }))
      .sort(byPlace);
  }
}

/** Nobody can mend there. */
function isInPackage(location: Location | undefined): boolean {
  return location !== undefined && /[/\\]node_modules[/\\]/.test(location.file);
}

/** What an event is about, whichever query it came from. */
function subjectOf(event: AnalysisEvent): string {
  const { entity } = event;
  switch (event.type) {
    case 'relationRead':
    case 'relationShown':
      return `${entity.name}.${event.relation}`;
    case 'goneUsed':
      return `${entity.name} ${event.use} ${event.name}`;
    case 'lockMissing':
      return `${entity.name}.${event.method}`;
    case 'usedAfterYield':
      return `${entity.name} ${event.by}`;
    case 'subclassField':
      return `${entity.name}.${event.field}`;
    case 'unresolvedShown':
      return `${entity.name}.${event.property}`;
  }
}

function byPlace(a: Finding, b: Finding): number {
  const [one, other] = [a.location?.file ?? '~', b.location?.file ?? '~'];
  if (one !== other) return one < other ? -1 : 1;
  return (a.location?.line ?? 0) - (b.location?.line ?? 0);
}
