import { isPromise } from 'node:util/types';

/** What is not data: it is told by its class. */
const OPAQUE =
  /^(DataSource|\w*EntityManager|\w*Repository|\w*QueryBuilder|\w*QueryRunner|\w*Metadata|\w*Driver|Object \w+ stream|\w*Stream|Readable)$/;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?/g;
const DATABASE = /\btest_[0-9a-f]{16}\b/g;
const A_DAY = 24 * 60 * 60 * 1000;

/**
 * Turns values into plain data that can be written as JSON and compared: classes, own enumerable properties with a
 * value, and which of them are one and the same object. What differs from run to run has a name instead: a uuid its
 * number in the order of appearance, a time of this day `now`. One object per scenario.
 */
export class Snapshots {
  readonly #uuids = new Map<string, string>();
  readonly #now = Date.now();

  /** What a value is like at this moment. */
  take(value: unknown): unknown {
    return this.#of(value, '', new Map());
  }

  #of(value: unknown, path: string, seen: Map<object, string>): unknown {
    switch (typeof value) {
      case 'undefined':
        return { $: 'undefined' };
      case 'string':
        return this.text(value);
      case 'number':
        if (this.#isNow(value)) return { $: 'now' };
        return Number.isFinite(value) ? value : { $: String(value) };
      case 'bigint':
        return { $bigint: String(value) };
      case 'function':
        return { $function: value.name };
      case 'symbol':
        return { $: String(value) };
      case 'object':
        return value === null ? null : this.#ofObject(value, path, seen);
      default:
        return value;
    }
  }

  #ofObject(value: object, path: string, seen: Map<object, string>): unknown {
    const known = seen.get(value);
    if (known !== undefined) return { $same: known };
    if (value instanceof Date) return this.#isNow(value.getTime()) ? { $: 'now' } : { $date: value };
    seen.set(value, path);
    if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
    if (value instanceof Error) return { $error: value.constructor.name, message: this.text(value.message) };
    if (value instanceof Map) return { $map: this.#of([...(value as Map<unknown, unknown>)], path, seen) };
    if (value instanceof Set) return { $set: this.#of([...(value as Set<unknown>)], path, seen) };
    if (isPromise(value)) return { $: 'promise' };
    if (Array.isArray(value)) return value.map((item, index) => this.#of(item, `${path}[${index}]`, seen));
    return this.#ofProperties(value, path, seen);
  }

  #ofProperties(value: object, path: string, seen: Map<object, string>): unknown {
    const type = (Object.getPrototypeOf(value) as object | null)?.constructor.name ?? 'null';
    if (OPAQUE.test(type)) return { $: type };
    const result: Record<string, unknown> = type === 'Object' ? {} : { $class: type };
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property?.enumerable !== true) continue;
      const name = String(key);
      // Reading an accessor may do anything: that it is there is what counts.
      if (property.get) result[name] = { $: 'accessor' };
      else if (property.value !== undefined) result[name] = this.#of(property.value, `${path}.${name}`, seen);
    }
    return result;
  }

  /** A text without what differs from run to run. */
  text(text: string): string {
    return text
      .replace(UUID, (uuid) => (uuid.startsWith('00000000-') ? uuid : this.#nameOf(uuid)))
      .replace(DATABASE, '<database>')
      .replace(TIME, (time) => (this.#isNow(Date.parse(`${time.replace(' ', 'T')}Z`)) ? '<now>' : time))
      .replace(/\b\d{13}\b/g, (time) => (this.#isNow(Number(time)) ? '<now>' : time));
  }

  #isNow(time: number): boolean {
    return Math.abs(time - this.#now) < A_DAY;
  }

  #nameOf(uuid: string): string {
    let name = this.#uuids.get(uuid);
    if (name === undefined) this.#uuids.set(uuid, (name = `<uuid ${this.#uuids.size + 1}>`));
    return name;
  }
}
