import { createHash } from 'node:crypto';

/** Longest row id that is a part of a key as it is. */
const LONGEST_ID = 120;

/** The names of keys: application, tenant, data source, table, then what it is. */
export class KeySpace {
  readonly #begin: string;
  readonly #prefix: (() => string) | undefined;
  readonly #source: string;
  /** By table, for the last prefix. */
  readonly #bases = new Map<string, string>();
  #lastPrefix = '';
  #lastEscaped = '';

  constructor(namespace: string, dataSource: string, prefix: (() => string) | undefined) {
    this.#begin = escaped(namespace);
    this.#source = escaped(dataSource);
    this.#prefix = prefix;
  }

  /** A key of the store itself. */
  own(name: string): string {
    return `${this.#begin}:${name}`;
  }

  /** What the keys of a table begin with at this moment: the prefix is that of the current flow. */
  base(table: string): string {
    const prefix = this.#prefix?.() ?? '';
    if (prefix !== this.#lastPrefix) {
      this.#lastEscaped = escaped(prefix);
      this.#lastPrefix = prefix;
      this.#bases.clear();
    }
    let base = this.#bases.get(table);
    if (base === undefined) {
      base = `${this.#begin}:${this.#lastEscaped}:${this.#source}:${table}`;
      this.#bases.set(table, base);
    }
    return base;
  }
}

/** The epoch of a table's queries: it changes with every write. */
export function queryEpochKey(base: string): string {
  return `${base}:q`;
}

/** The epoch of a table's rows: it changes with writes that do not know their rows. */
export function rowEpochKey(base: string): string {
  return `${base}:r`;
}

/** One row of a class of entities. */
export function rowKey(base: string, type: string, id: string): string {
  return `${base}:r${type}:${id.length > LONGEST_ID ? digest(id) : id}`;
}

/** The result of a query. */
export function queryKey(base: string, fingerprint: string, text: string): string {
  return `${base}:q:${fingerprint}:${digest(text)}`;
}

/** 128 bits of a text's hash. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Colons divide the parts of a key, and braces name a slot of a cluster. */
export function escaped(part: string): string {
  return /[:%{}\s]/.test(part) ? part.replace(/[:%{}\s]/g, (each) => encodeURIComponent(each)) : part;
}
