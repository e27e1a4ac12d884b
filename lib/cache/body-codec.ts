import type { Body } from './cache-store.js';
import { NO_DRIVER_CLASSES, type DriverClasses } from './driver-classes.js';

/** A value of a row that cannot be stored without becoming another one. */
export class UnstorableValue extends Error {
  constructor(readonly type: string) {
    super(`a ${type} cannot be stored`);
  }
}

/** Lists and objects in each other. What is deeper is not stored: stores turn bodies into JSON, which has its limits. */
const DEEPEST = 100;

/** Milliseconds around 1970 that a date can hold. */
const LATEST_DATE = 8.64e15;

/** Numbers that JSON does not have. */
const OTHER_NUMBERS: readonly string[] = ['-0', 'NaN', 'Infinity', '-Infinity'];

/**
 * A driver's value as what JSON can hold: numbers, texts, booleans and null as they are, everything else tagged with
 * what it is. Nothing is guessed when it comes back.
 *
 * @throws UnstorableValue for objects of a class of their own, and for what is nested too deeply
 */
export function encodeValue(value: unknown, classes: DriverClasses = NO_DRIVER_CLASSES, depth = 0): Body {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { n: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { i: value.toString() };
    case 'undefined':
      return { u: true };
    case 'object':
      return value === null ? null : encodeObject(value, classes, depth);
    default:
      throw new UnstorableValue(typeof value);
  }
}

function encodeObject(value: object, classes: DriverClasses, depth: number): Body {
  if (value instanceof Date) return { d: Number.isNaN(value.getTime()) ? null : value.getTime() };
  if (value instanceof Uint8Array) return encodeBytes(value);
  if (depth > DEEPEST) throw new UnstorableValue('deeply nested object');
  // As text: each reader gets an object of its own.
  if (isJson(value, depth)) return { j: JSON.stringify(value) };
  if (Array.isArray(value)) {
    const items: Body[] = [];
    // Not `map`, which keeps holes.
    for (const item of value as unknown[]) items.push(encodeValue(item, classes, depth + 1));
    return { a: items };
  }
  if (isPlain(value)) {
    return { o: Object.entries(value).map(([name, each]): Body => [name, encodeValue(each, classes, depth + 1)]) };
  }
  const name = classes.nameOf(value);
  if (name === undefined) throw new UnstorableValue(value.constructor?.name ?? 'null-prototype object');
  return {
    c: [name, Object.entries(value).map(([field, each]): Body => [field, encodeValue(each, classes, depth + 1)])],
  };
}

/** Buffers are the rule. Other lists of bytes have no methods of theirs, and come back without. */
function encodeBytes(value: Uint8Array): Body {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Buffer.isBuffer(value)) return { b: text };
  if (Object.getPrototypeOf(value) === Uint8Array.prototype) return { y: text };
  throw new UnstorableValue(value.constructor.name);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Drivers may live in another realm than their results.
  return prototype !== null && Object.getPrototypeOf(prototype) === null;
}

/** Whether a value survives JSON as it is. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      if (value === null) return true;
      if (depth > DEEPEST) throw new UnstorableValue('deeply nested object');
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) if (!isJson(value[index], depth + 1)) return false;
        return true;
      }
      if (value instanceof Date || value instanceof Uint8Array || !isPlain(value)) return false;
      if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
      for (const each of Object.values(value)) if (!isJson(each, depth + 1)) return false;
      return true;
    default:
      return false;
  }
}

/**
 * The driver's value again; objects are new ones each time.
 *
 * @throws Error for anything that `encodeValue` does not give
 */
export function decodeValue(body: Body, classes: DriverClasses = NO_DRIVER_CLASSES, depth = 0): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const tag = tagOf(body);
  const value = (body as Readonly<Record<string, Body>>)[tag ?? ''];
  switch (tag) {
    case 'n':
      return OTHER_NUMBERS.includes(text(value)) ? Number(value) : misfit();
    case 'i':
      return /^-?\d+$/.test(text(value)) ? BigInt(text(value)) : misfit();
    case 'u':
      return value === true ? undefined : misfit();
    case 'd':
      if (value === null) return new Date(NaN);
      return typeof value === 'number' && Math.abs(value) <= LATEST_DATE ? new Date(value) : misfit();
    case 'b':
      return bytes(text(value));
    case 'y':
      return new Uint8Array(bytes(text(value)));
    case 'j':
      return structure(JSON.parse(text(value)));
    default:
      return decodeStructure(tag, value, classes, depth + 1);
  }
}

function decodeStructure(
  tag: string | undefined,
  value: Body | undefined,
  classes: DriverClasses,
  depth: number,
): unknown {
  if (depth > DEEPEST + 2) misfit();
  switch (tag) {
    case 'a':
      return list(value).map((item) => decodeValue(item, classes, depth));
    case 'o':
      return withFields({}, value, classes, depth);
    case 'c': {
      const [name, fields] = pair(value);
      return withFields(classes.blank(text(name)) ?? misfit(), fields, classes, depth);
    }
    default:
      return misfit();
  }
}

/** The one name in a tagged value; undefined: it has several, or none. */
export function tagOf(body: object): string | undefined {
  let tag: string | undefined;
  for (const name in body) {
    if (tag !== undefined) return undefined;
    tag = name;
  }
  return tag;
}

/** Puts fields on an object. One called `__proto__` is a field like any other. */
function withFields(object: object, fields: Body | undefined, classes: DriverClasses, depth: number): object {
  for (const field of list(fields)) {
    const [name, each] = pair(field);
    Object.defineProperty(object, text(name), {
      value: decodeValue(each, classes, depth),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return object;
}

function bytes(base64: string): Buffer {
  const decoded = Buffer.from(base64, 'base64');
  // What is no base64 is left out by Node without a word, and the rest is shorter.
  return Math.ceil(decoded.length / 3) * 4 === base64.length ? decoded : misfit();
}

function structure(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? value : misfit();
}

function text(value: Body | undefined): string {
  return typeof value === 'string' ? value : misfit();
}

function list(value: Body | undefined): readonly Body[] {
  return Array.isArray(value) ? (value as readonly Body[]) : misfit();
}

function pair(value: Body | undefined): readonly [Body, Body] {
  const both = list(value);
  return both.length === 2 ? (both as readonly [Body, Body]) : misfit();
}

function misfit(): never {
  throw new TypeError('The cache holds something that no value is stored as.');
}
