import { InstanceChecker, type FindOperator } from 'typeorm';

/** A condition that has no normal form: two that look alike may mean something else. */
export class NoNormalForm extends Error {}

/** Whether an object in a condition is a condition on columns further down; else it is a value. */
type IsCondition = (value: object) => boolean;

/**
 * The branches of an OR as a text: equal for those that say the same in another order of branches, of names, or of the
 * values of an IN; different for everything else. In an object that is a value, such as of a JSON column, the order of
 * names counts: some columns compare it as text.
 *
 * @throws NoNormalForm for raw SQL, and for values of classes: nobody knows what they hide
 */
export function branchesText(branches: readonly object[], isCondition: IsCondition = () => false): string {
  const texts = branches.map((branch) => conditionText(branch, isCondition));
  return `|${[...new Set(texts)].sort().join('|')}`;
}

/** An order: that of its keys matters. */
export function orderText(order: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(order).map(([name, direction]) => {
    const said = typeof direction === 'string' ? direction.toUpperCase() : direction;
    const isNested = typeof said === 'object' && said !== null;
    return `${JSON.stringify(name)} ${isNested ? orderText(said as Record<string, unknown>) : valueText(said)}`;
  });
  return `>${parts.join('>')}<`;
}

function conditionText(condition: object, isCondition: IsCondition): string {
  const parts = Object.entries(condition).map(([name, value]: [string, unknown]) => {
    const isNested = typeof value === 'object' && value !== null && isCondition(value);
    return `${JSON.stringify(name)}:${isNested ? conditionText(value, isCondition) : valueText(value)}`;
  });
  return `<${parts.sort().join()}>`;
}

function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'boolean':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'undefined':
      return 'u';
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      throw new NoNormalForm();
  }
}

function objectText(value: object): string {
  if (InstanceChecker.isFindOperator(value) || InstanceChecker.isEqualOperator(value)) {
    return operatorText(value as FindOperator<unknown>);
  }
  if (Array.isArray(value)) return `[${value.map(valueText).join()}]`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Date.prototype) return `d${(value as Date).getTime()}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  if (prototype !== Object.prototype && prototype !== null) throw new NoNormalForm();
  const parts = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${valueText(each)}`);
  return `{${parts.join()}}`;
}

function operatorText(operator: FindOperator<unknown>): string {
  const { type, child } = operator;
  // Raw SQL may mean another table, the time, the user: nobody could tell when its result is old.
  if (type === 'raw' || operator.getSql) throw new NoNormalForm();
  if (child) return `(${type} ${objectText(child)})`;
  const { value } = operator;
  if (!Array.isArray(value)) return `(${type} ${valueText(value)})`;
  const values = (value as unknown[]).map(valueText);
  const isSet = type === 'in' || type === 'or' || type === 'and';
  return `(${type} [${(isSet ? [...new Set(values)].sort() : values).join()}])`;
}
