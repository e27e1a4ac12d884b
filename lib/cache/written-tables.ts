import type { KnownTable } from './known-tables.js';

/** What a statement may write, as far as it concerns the cache. */
export interface WrittenTable {
  readonly table: KnownTable;
  /** Rows are new: what is known of others stays true. */
  readonly onlyAdds: boolean;
  /** It is the statement's own table, not one that the database's cascades reach. */
  readonly isTarget: boolean;
}

/** A statement, as far as it concerns the cache. */
export interface StatementEffect {
  readonly written: readonly WrittenTable[];
  /** INSERT, UPDATE, DELETE and the like, which may run inside a transaction. */
  readonly isDataChange: boolean;
}

const NAME = String.raw`(?:"[^"]+"|\x60[^\x60]+\x60|[\w$]+)`;
const HEAD = new RegExp(
  String.raw`^\s*(INSERT\s+INTO|INSERT\s+(?:IGNORE|OR\s+\w+)\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(${NAME}(?:\s*\.\s*${NAME})*)`,
  'i',
);
/** What follows the name of the one table that a statement writes. */
const ONE_TABLE =
  /^\s*(?:\(|SET\b|VALUES?\b|DEFAULT\b|SELECT\b|WHERE\b|RETURNING\b|ORDER\b|LIMIT\b|CASCADE\b|RESTART\b|CONTINUE\b|RESTRICT\b|;?\s*$)/i;
const DATA_CHANGE = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH)\b/i;
const MAY_DELETE = /\b(?:DELETE|TRUNCATE|REPLACE|MERGE|DROP|CALL|DO|EXEC|EXECUTE)\b/i;
const OVERWRITES = /\bON\s+(?:CONFLICT|DUPLICATE)\b|\bOR\s+REPLACE\b/i;

/** Texts of statements that are remembered, and how long they are at most: those of many rows hardly come again. */
const MOST_TEXTS = 2_000;
const LONGEST_TEXT = 10_000;

/** Tells which known tables a statement may write. */
export class WrittenTables {
  readonly #tables: ReadonlyMap<string, readonly KnownTable[]>;
  readonly #anywhere: RegExp;
  readonly #own = new Map<string, StatementEffect>();
  readonly #foreign = new Map<string, StatementEffect>();

  constructor(tables: ReadonlyMap<string, readonly KnownTable[]>) {
    this.#tables = tables;
    const names = [...tables.keys()].map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    this.#anywhere = new RegExp(String.raw`(?<![\w$])(?:${names.join('|')})(?![\w$])`, 'gi');
  }

  /** Of a statement that may write; `isOurs`: a builder has made it, so its head names its one table. */
  of(sql: string, isOurs: boolean): StatementEffect {
    if (sql.length > LONGEST_TEXT) return this.#read(sql, isOurs);
    const known = isOurs ? this.#own : this.#foreign;
    let effect = known.get(sql);
    if (!effect) {
      if (known.size >= MOST_TEXTS) known.clear();
      known.set(sql, (effect = this.#read(sql, isOurs)));
    }
    return effect;
  }

  #read(sql: string, isOurs: boolean): StatementEffect {
    const head = HEAD.exec(sql);
    const isDataChange = DATA_CHANGE.test(sql);
    // What a subscriber sends while a builder runs looks like the builder's.
    if (isOurs && head && ONE_TABLE.test(sql.slice(head[0].length))) {
      const verb = head[1].toUpperCase();
      const target = this.#tables.get(plainName(head[2])) ?? [];
      const onlyAdds = verb === 'INSERT INTO' && !OVERWRITES.test(sql);
      const setting = verb === 'UPDATE' ? sql.split(/\bWHERE\b/i, 1)[0] : sql;
      return { isDataChange, written: this.#reached(target, verb, setting, onlyAdds) };
    }
    // Names in texts and comments count as well: too much is dropped rather than too little.
    const names = new Set((sql.match(this.#anywhere) ?? []).map((name) => name.toLowerCase()));
    const targets = [...names].flatMap((name) => this.#tables.get(name) ?? []);
    const verb = MAY_DELETE.test(sql) || !isDataChange ? 'ANY' : 'UPDATE';
    return { isDataChange, written: this.#reached(targets, verb, sql, false) };
  }

  /** @param setting the part of the text in which columns may get values */
  #reached(targets: readonly KnownTable[], verb: string, setting: string, onlyAdds: boolean): WrittenTable[] {
    const cascaded = new Set<KnownTable>();
    for (const target of targets) {
      if (/^(?:DELETE|REPLACE|ANY|INSERT OR REPLACE)/.test(verb))
        for (const table of target.onDelete) cascaded.add(table);
      if (/^(?:TRUNCATE|ANY)/.test(verb)) for (const table of target.onTruncate) cascaded.add(table);
      if (/^(?:INSERT INTO)/.test(verb) && onlyAdds) continue;
      for (const { column, tables } of target.onKeyChange) {
        if (verb === 'ANY' || sets(setting, column)) for (const table of tables) cascaded.add(table);
      }
    }
    const own = targets.filter(({ models }) => models.length > 0);
    return [
      ...own.map((table) => ({ table, onlyAdds, isTarget: true })),
      ...[...cascaded].map((table) => ({ table, onlyAdds: false, isTarget: false })),
    ];
  }
}

function plainName(path: string): string {
  const last = /(?:"([^"]+)"|`([^`]+)`|([\w$]+))\s*$/.exec(path);
  return (last?.[1] ?? last?.[2] ?? last?.[3] ?? '').toLowerCase();
}

function sets(setting: string, column: string): boolean {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // `name =`, and `(other, name) = (…)`.
  return new RegExp(String.raw`(?<![\w$])${name}["\x60]?\s*[=,)]`, 'i').test(setting);
}
