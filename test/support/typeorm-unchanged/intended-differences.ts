import type { DatabaseName } from '../database-name.js';
import type { Entry } from './journal.js';
import type { Outcome } from './outcome.js';
import type { Variant } from './variant.js';

/** Where an outcome comes from. */
export interface Place {
  readonly engine: DatabaseName;
  readonly variant: Variant;
  readonly scenario: string;
  /** Whether the entities' class fields are defined, as `useDefineForClassFields` has it. */
  readonly define: boolean;
}

/** Something that this library does differently from TypeORM alone, on purpose. */
export interface IntendedDifference {
  readonly reason: string;
  /** Where it may be met. */
  concerns(place: Place): boolean;
  /** Takes the difference, and nothing else, out of an outcome. */
  without(outcome: Outcome): Outcome;
}

/** Where an entity is written that somebody else has written since it was read. */
const WRITES_STALE_ENTITIES = /what somebody else has changed$/;

/** Where TypeORM sends several statements without waiting for the first one's answer. */
const SENDS_AT_ONCE = /preload$|softRemove and recover$|: saving in a transaction$/;

const everything = (): Outcome => ({ entries: [], rows: {} });

export const INTENDED_DIFFERENCES: readonly IntendedDifference[] = [
  {
    reason:
      'Guarded entities have their properties in the order in which they got values: the constructor does not define them beforehand.',
    concerns: ({ variant }) => variant === 'all',
    without: inOneOrder,
  },
  {
    reason: 'On SQLite, beside a model, manager.transaction() sends no isolation level: SQLite is always serializable.',
    concerns: ({ engine, scenario }) =>
      engine === 'sqlite' && scenario === 'transactions: a transaction of an isolation level',
    without: ({ entries, ...rest }) => ({
      entries: entries.filter((entry) => !('sql' in entry && entry.sql.startsWith('PRAGMA read_uncommitted'))),
      ...rest,
    }),
  },
  {
    reason:
      'On SQLite, beside a model, manager.transaction() is a unit of work: BEGIN goes out with its first statement, and a transaction without statements is none.',
    concerns: ({ engine }) => engine === 'sqlite',
    without: ({ entries, ...rest }) => ({ entries: withBeginAtTheFirstStatement(entries), ...rest }),
  },
  {
    reason:
      'On SQLite, beside a model, a statement waits until the connection is free: statements that TypeORM sends at once go out one after the other.',
    concerns: ({ engine, scenario }) => engine === 'sqlite' && SENDS_AT_ONCE.test(scenario),
    without: ({ entries, ...rest }) => ({ entries: sortedBetweenLooks(entries), ...rest }),
  },
  {
    reason:
      'With class fields defined, entities of TypeORM alone have every relation as an own undefined property. Guarded entities do not have what was not loaded, as entities without class fields: TypeORM refuses undefined in conditions…',
    concerns: ({ variant, define, scenario }) =>
      variant === 'all' && define && scenario === 'repository reads: a partly loaded entity as a condition',
    without: everything,
  },
  {
    reason: '… and BaseEntity.reload() copies undefined over relations that were loaded before.',
    concerns: ({ variant, define, scenario }) =>
      variant === 'all' && define && scenario === 'kinds of entities: an active record read again',
    without: everything,
  },
  {
    reason:
      "A column that was not selected is guarded, also where a class field has an initial value: that value is not the row's, and would be written over it.",
    concerns: ({ variant, scenario }) =>
      variant === 'all' && scenario === 'partial entities: columns with initial values, not selected',
    without: everything,
  },
  {
    reason:
      'Where TypeORM has written a partly read entity, it sets columns that may be null and have no value to null, and writes that over the row with the next save(). Columns that were not read stay unread.',
    concerns: ({ variant, scenario }) =>
      variant === 'all' && scenario.startsWith('partial entities: columns that may be null'),
    without: everything,
  },
  {
    reason:
      'Beside a model, save(), remove(), softRemove() and recover() of an entity that holds a version find its row by that version, too.',
    concerns: () => true,
    without: ({ entries, ...rest }) => ({ entries: entries.map(withoutVersionCondition), ...rest }),
  },
  {
    reason: 'Beside a model, an entity that somebody else has written since it was read is refused.',
    concerns: ({ scenario }) => WRITES_STALE_ENTITIES.test(scenario),
    without: everything,
  },
  {
    reason:
      'Beside a model, the version moves when a many-to-many list is all that has changed: by an UPDATE after the rows of the list.',
    concerns: ({ scenario }) => scenario === 'repository writes: save a changed list alone',
    without: (outcome) => {
      const { entries, rows } = withoutVersions(outcome);
      return { entries: entries.filter((entry) => !movesVersionAlone(entry)), rows };
    },
  },
  {
    reason:
      'Beside a model, the versioned rows that a list binds are known by the objects in the list: these get their new foreign key and version, and their listeners run.',
    concerns: ({ scenario }) => scenario === 'repository writes: save lists that others own',
    without: everything,
  },
  {
    reason:
      'Beside a model, upsert() of a versioned entity moves the version of a row that is there, whatever version is given.',
    concerns: ({ scenario }) => scenario.endsWith('upsert'),
    without: (outcome) => {
      const { entries, ...rest } = withoutVersions(outcome);
      return { entries: entries.map(withoutVersionOfUpsert), ...rest };
    },
  },
];

const VERSION = '["`]version["`]';
const VERSION_CONDITION = new RegExp(` AND ${VERSION} = (\\?|\\$\\d+|\\d+)`);

/** Takes the version out of the conditions of an UPDATE or DELETE, with its parameter. */
function withoutVersionCondition(entry: Entry): Entry {
  if (!('sql' in entry) || !/^(UPDATE|DELETE) /.test(entry.sql)) return entry;
  const start = entry.sql.indexOf(' WHERE ');
  const head = entry.sql.slice(0, start);
  const given = [...((entry.parameters ?? []) as unknown[])];
  let tail = entry.sql.slice(start);
  for (let found = VERSION_CONDITION.exec(tail); found; found = VERSION_CONDITION.exec(tail)) {
    const [condition, value] = found;
    const before = tail.slice(0, found.index);
    let after = tail.slice(found.index + condition.length);
    if (value === '?') {
      given.splice((head + before).split('?').length - 1, 1);
    } else if (value.startsWith('$')) {
      const place = Number(value.slice(1));
      given.splice(place - 1, 1);
      after = after.replace(/\$(\d+)/g, (_, other: string) => `$${Number(other) - 1}`);
    }
    // A DELETE has parentheses around the conditions of a row as soon as there are several.
    tail = entry.sql.startsWith('DELETE')
      ? before.replace(/\(([^()]*)$/, '$1') + after.replace(')', '')
      : before + after;
  }
  return { sql: head + tail, ...(given.length > 0 && { parameters: given }) };
}

function movesVersionAlone(entry: Entry): boolean {
  return 'sql' in entry && new RegExp(`^UPDATE .posts. SET ${VERSION} = ${VERSION} \\+ 1 WHERE `).test(entry.sql);
}

/** Takes the version out of what an upsert sets in a row that is there. */
function withoutVersionOfUpsert(entry: Entry): Entry {
  if (!('sql' in entry)) return entry;
  const [start, list] = entry.sql.split(/(?<= DO UPDATE SET | ON DUPLICATE KEY UPDATE )/);
  if (!list) return entry;
  const own = new RegExp(`${VERSION} = (?:["\`]posts["\`]\\.|["\`]users["\`]\\.)?${VERSION} \\+ 1, `);
  const given = new RegExp(`, ${VERSION} = (?:EXCLUDED\\.${VERSION}|VALUES\\(${VERSION}\\))`);
  return { ...entry, sql: start + list.replace(own, '').replace(given, '') };
}

/** Takes out the versions that entities and rows have. */
function withoutVersions<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutVersions) as T;
  const properties = Object.entries(value).filter(([name]) => name !== 'version');
  return Object.fromEntries(properties.map(([name, property]) => [name, withoutVersions(property as unknown)])) as T;
}

/** Puts the properties of all objects in the order of their names. */
function inOneOrder<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOneOrder) as T;
  const properties = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(properties.map(([name, property]) => [name, inOneOrder(property as unknown)])) as T;
}

/** Moves each BEGIN, with the events around it, to the statement that follows it. */
function withBeginAtTheFirstStatement(entries: readonly Entry[]): Entry[] {
  const result: Entry[] = [];
  let begin: Entry[] = [];
  for (const entry of entries) {
    if (isBeginning(entry)) begin.push(entry);
    else if (begin.length > 0 && isEnding(entry)) {
      if ('event' in entry && isSubscriber(entry.event, /^afterTransaction(Commit|Rollback)$/)) begin = [];
    } else {
      if ('sql' in entry) result.push(...begin.splice(0));
      result.push(entry);
    }
  }
  return [...result, ...begin];
}

function isBeginning(entry: Entry): boolean {
  return 'sql' in entry
    ? /^BEGIN/.test(entry.sql)
    : 'event' in entry && isSubscriber(entry.event, /^(before|after)TransactionStart$/);
}

function isEnding(entry: Entry): boolean {
  return 'sql' in entry
    ? /^(COMMIT|ROLLBACK)$/.test(entry.sql)
    : 'event' in entry && isSubscriber(entry.event, /^(before|after)Transaction(Commit|Rollback)$/);
}

function isSubscriber(event: unknown, name: RegExp): boolean {
  return name.test((event as { subscriber?: string }).subscriber ?? '');
}

/** Puts what happened between two looks in the order of its text. */
function sortedBetweenLooks(entries: readonly Entry[]): Entry[] {
  const result: Entry[] = [];
  const between: Entry[] = [];
  for (const entry of entries) {
    if ('look' in entry) result.push(...between.splice(0).sort(byText), entry);
    else between.push(entry);
  }
  return [...result, ...between.sort(byText)];
}

function byText(one: Entry, other: Entry): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}
