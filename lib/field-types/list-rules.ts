import type { FieldRule } from './field-rule.js';

/** One object, not a list. */
export const isObject: FieldRule = {
  name: 'isObject',
  message: 'must be an object',
  check: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Every item of a list passes the rules; the first that it breaks is named with its index. */
export function itemsRule(rules: readonly FieldRule[]): FieldRule {
  const broken = (entry: unknown): FieldRule | undefined => rules.find((rule) => !rule.check(entry));
  return {
    name: 'items',
    message: 'has an item that is not legal',
    check: (value) => (value as unknown[]).every((entry) => broken(entry) === undefined),
    explain: (value) =>
      (Array.isArray(value) ? (value as unknown[]) : []).flatMap((entry, index) => {
        const rule = broken(entry);
        return rule ? [{ path: `[${index}]`, message: rule.message }] : [];
      }),
  };
}
