import type { Suppression } from '../analysis/index.js';
import { ConfigurationError } from '../errors/index.js';
import { isRuleCode, RULE_CODES } from './analysis-rule-codes.js';

/** Whether the start-up analysis runs, and what a finding does. */
export type AnalysisMode = 'off' | 'warn' | 'error';

/** The analysis of an application at its start: option `analysis` of `SqlModelExtModule.forRoot()`. */
export interface AnalysisOptions {
  /**
   * `off`: it does not run, and costs nothing; `warn`: one line in the log for each finding; `error`: with an error among
   * them the application does not start. Default: `warn`, and `off` where `NODE_ENV` is `production` or
   * `test`.
   */
  readonly mode?: AnalysisMode;
  /** Findings that are right as they are, besides those with `@SuppressFinding()`. Default: none. */
  readonly suppress?: readonly Suppression[];
}

const MODES: readonly unknown[] = ['off', 'warn', 'error'] satisfies readonly AnalysisMode[];
const OPTIONS = ['mode', 'suppress'];
const SUPPRESSION = ['rule', 'place', 'reason'];

/** The mode where nobody states one. Tests start many applications, and one analysis is enough for all of them. */
export function defaultAnalysisMode(): AnalysisMode {
  return ['production', 'test'].includes(process.env['NODE_ENV'] ?? '') ? 'off' : 'warn';
}

/**
 * @throws ConfigurationError for an option that is unknown or wrong
 */
export function checkAnalysisOptions(value: unknown): void {
  if (!isPlainObject(value)) fail("'analysis' must be an object, such as { mode: 'warn' }", 'analysis');
  for (const [name, given] of Object.entries(value)) {
    const option = `analysis.${name}`;
    if (!OPTIONS.includes(name)) fail(`unknown option '${option}'. Allowed are ${OPTIONS.join(', ')}`, option);
    if (given === undefined) continue;
    if (name === 'mode' && !MODES.includes(given)) {
      fail(`'${option}' must be ${MODES.join(' or ')}, but is ${JSON.stringify(given)}`, option);
    }
    if (name === 'suppress') checkSuppressions(given);
  }
}

function checkSuppressions(value: unknown): void {
  if (!Array.isArray(value)) {
    fail("'analysis.suppress' must be a list of { rule, place, reason }", 'analysis.suppress');
  }
  for (const [index, suppression] of value.entries()) checkSuppression(suppression, `analysis.suppress[${index}]`);
}

function checkSuppression(value: unknown, option: string): void {
  if (!isPlainObject(value)) {
    fail(
      `'${option}' must be { rule, place, reason }, such as { rule: 'RLC003', place: 'ArticleService.show', reason: '…' }`,
      option,
    );
  }
  for (const name of Object.keys(value)) {
    if (!SUPPRESSION.includes(name)) fail(`unknown '${option}.${name}'. Allowed are ${SUPPRESSION.join(', ')}`, option);
  }
  if (!isRuleCode(value['rule'])) {
    fail(`'${option}.rule' must be one of ${RULE_CODES.join(', ')}, but is ${JSON.stringify(value['rule'])}`, option);
  }
  if (!isText(value['place'])) {
    fail(`'${option}.place' must name a class, or a method of one, such as ArticleService.show`, option);
  }
  if (!isText(value['reason'])) fail(`'${option}.reason' must say why the finding is right as it is`, option);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function fail(what: string, option: string): never {
  throw new ConfigurationError(`SqlModelExtModule: ${what}.`, { option });
}
