import type { FieldViolation } from '../errors/index.js';
import type { FieldDeclaration } from './field-declaration.js';
import type { FieldRule } from './field-rule.js';

/** The rules of a field that a value breaks. Null and undefined are the caller's business. */
export function fieldViolations(field: FieldDeclaration, value: unknown): FieldViolation[] {
  const broken: FieldViolation[] = [];
  for (const rule of field.spec.rules) {
    if (rule.check(value)) continue;
    for (const { path, message } of explanations(rule, value)) {
      broken.push({ field: field.name + path, rule: rule.name, message: `${field.name}${path} ${message}` });
    }
    if (rule === field.spec.rules[0]) break;
  }
  return broken;
}

/** What a broken rule says about a value. */
export function explanations(rule: FieldRule, value: unknown): readonly { path: string; message: string }[] {
  return rule.explain?.(value) ?? [{ path: '', message: rule.message }];
}
