import type { Run } from './run.js';
import { constant, UNDEFINED, UNKNOWN, type Value } from './value.js';

/** What a value of the running application is to the analysis. */
export function liveValue(value: unknown): Value {
  if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return { kind: 'live', value };
  if (typeof value === 'symbol') return UNKNOWN;
  return constant(value as string);
}

/** A field of a plain object that code or the application has made, without any code being run for it. */
export function fieldOf(run: Run, value: Value, name: string): Value {
  if (value.kind === 'cell') {
    const cell = run.cellOf(value);
    if (cell?.kind !== 'object') return UNKNOWN;
    return cell.fields.get(name) ?? (cell.isOpen ? UNKNOWN : UNDEFINED);
  }
  if (value.kind === 'live') {
    for (let owner: object | null = value.value; owner; owner = Object.getPrototypeOf(owner) as object | null) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, name);
      if (descriptor) return 'value' in descriptor ? liveValue(descriptor.value) : UNKNOWN;
    }
    return UNDEFINED;
  }
  return value.kind === 'constant' ? UNDEFINED : UNKNOWN;
}

/** The fields of a plain object; undefined: not known. */
export function fieldsOf(
  run: Run,
  value: Value,
): { readonly names: readonly string[]; readonly isOpen: boolean } | undefined {
  if (value.kind === 'cell') {
    const cell = run.cellOf(value);
    return cell?.kind === 'object' ? { names: [...cell.fields.keys()], isOpen: cell.isOpen } : undefined;
  }
  if (value.kind === 'live' && typeof value.value === 'object')
    return { names: Object.keys(value.value), isOpen: false };
  return undefined;
}

/** The elements of a list of which all are known; undefined: not known. */
export function itemsOf(run: Run, value: Value): readonly Value[] | undefined {
  if (value.kind === 'cell') {
    const cell = run.cellOf(value);
    return cell?.kind === 'list' ? cell.items : undefined;
  }
  if (value.kind === 'live' && Array.isArray(value.value)) return value.value.map(liveValue);
  return undefined;
}

/** The strings of a list of which all are known; undefined: not known. */
export function stringsOf(run: Run, value: Value): readonly string[] | undefined {
  const strings = itemsOf(run, value)?.map(stringOf);
  return strings?.every((item) => item !== undefined) ? strings : undefined;
}

export function stringOf(value: Value): string | undefined {
  return value.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined;
}
