import type { RuleCode } from '../analysis/index.js';
import { ConfigurationError } from '../errors/index.js';
import { isRuleCode, RULE_CODES } from './analysis-rule-codes.js';

/** Options of `@SuppressFinding()`. */
export interface SuppressFindingOptions {
  /** Why the code is right as it is. */
  readonly reason: string;
}

/** What `@SuppressFinding()` says about a class, or about one of its members. */
export interface SuppressedRule {
  readonly rule: RuleCode;
  /** Undefined: the whole class. */
  readonly member: string | undefined;
  readonly reason: string;
}

const SUPPRESSED = 'nestjs-sqlmodel-ext:suppressed-findings';
const OPTIONS = ['reason'];

/**
 * Keeps a finding of the start-up analysis out of its report: `@SuppressFinding('RLC003', { reason: 'loaded by the
 * trigger' })` on a method, or on a class for all of its methods: a controller, a provider or an entity. One that
 * covers nothing any more is reported.
 *
 * @throws ConfigurationError at class definition for an unknown code, and without a reason
 */
export function SuppressFinding(
  rule: RuleCode,
  options: SuppressFindingOptions,
): ClassDecorator & MethodDecorator & PropertyDecorator {
  return (target: object, name?: string | symbol) => {
    const owner = typeof target === 'function' ? target : target.constructor;
    const member = name === undefined ? undefined : String(name);
    check(member === undefined ? owner.name : `${owner.name}.${member}`, rule, options);
    const known = suppressedRulesOf(owner);
    Reflect.defineMetadata(SUPPRESSED, [...known, { rule, member, reason: options.reason }], owner);
  };
}

/** What `@SuppressFinding()` says in the body of a class; not what it says in those that it extends. */
export function suppressedRulesOf(owner: Function): readonly SuppressedRule[] {
  return (Reflect.getOwnMetadata(SUPPRESSED, owner) as SuppressedRule[] | undefined) ?? [];
}

function check(place: string, rule: unknown, options: unknown): void {
  if (!isRuleCode(rule)) {
    throw new ConfigurationError(
      `@SuppressFinding on ${place}: there is no rule ${String(rule)}. Rules are ${RULE_CODES.join(', ')}.`,
      { rule },
    );
  }
  const { reason, ...others } = (options ?? {}) as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `@SuppressFinding('${rule}') on ${place}: unknown option '${unknown}'. Allowed are ${OPTIONS.join(', ')}.`,
      { rule, option: unknown },
    );
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new ConfigurationError(
      `@SuppressFinding('${rule}') on ${place} needs a reason: say why the code is right as it is, such as { reason: 'the trigger fills it in' }.`,
      { rule, option: 'reason' },
    );
  }
}
