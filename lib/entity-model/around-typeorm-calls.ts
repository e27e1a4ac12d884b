import {
  EntityManager,
  InsertQueryBuilder,
  SelectQueryBuilder,
  UpdateQueryBuilder,
  type DataSource,
  type EntityMetadata,
} from 'typeorm';
import { WRITING_BUILDERS } from './typeorm-internals.js';

type Relation = EntityMetadata['relations'][number];

/*
 * One call of TypeORM may send several statements, and a logger cannot tell which. So the methods are
 * surrounded: public ones, and only where somebody asks for it. Otherwise nothing here touches TypeORM.
 */

/** Runs a call of a method of an object, and gives what it gives. */
export type Around = <T>(call: () => T, object: unknown) => T;

/** Runs the load of one entity's relation, as lazy relations do it, and gives what it gives. */
export type AroundRelationLoad = <T>(relation: Relation, load: () => T) => T;

type Method = (this: unknown, ...args: unknown[]) => unknown;

type Calls = readonly (readonly [prototype: object, names: readonly string[]])[];

/** What looks, writes, and reads back what the database has filled in. */
const WRITES: Calls = [
  [EntityManager.prototype, ['save', 'remove', 'softRemove', 'recover']],
  [InsertQueryBuilder.prototype, ['execute']],
  [UpdateQueryBuilder.prototype, ['execute']],
];

/** What reads the keys of a page, then its rows, then relations, then the number of all rows. */
const READS: Calls = [[SelectQueryBuilder.prototype, ['getRawAndEntities', 'getManyAndCount']]];

/** What sends a statement that a builder has made. */
const STATEMENTS: Calls = [
  ...WRITING_BUILDERS.map((builder) => [builder, ['execute']] as const),
  [EntityManager.prototype, ['clear']],
];

const surrounded = new Set<Calls>();

/** Surrounds every call by which TypeORM writes entities. The first call of this function patches; later ones do nothing. */
export function aroundWrites(around: Around): void {
  surroundAll(WRITES, around);
}

/** Surrounds every call by which TypeORM reads entities. The first call of this function patches; later ones do nothing. */
export function aroundReads(around: Around): void {
  surroundAll(READS, around);
}

/** Surrounds every call that sends one writing statement of a builder. The first call of this function patches; later ones do nothing. */
export function aroundStatements(around: Around): void {
  surroundAll(STATEMENTS, around);
}

function surroundAll(calls: Calls, around: Around): void {
  if (surrounded.has(calls)) return;
  surrounded.add(calls);
  for (const [prototype, names] of calls) {
    for (const name of names) {
      const method = Reflect.get(prototype, name) as Method;
      const value: Method = function (...args) {
        return around(() => method.apply(this, args), this);
      };
      Object.defineProperty(value, 'name', { value: name, configurable: true });
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
    }
  }
}

const loadersAreSurrounded = new WeakSet<DataSource>();

/** Surrounds what loads a relation of one entity: a lazy relation, or `.relation(…).of(entity)`. Once per data source. */
export function aroundRelationLoads(dataSource: DataSource, around: AroundRelationLoad): void {
  if (loadersAreSurrounded.has(dataSource)) return;
  loadersAreSurrounded.add(dataSource);
  const { relationLoader } = dataSource;
  const load = relationLoader.load.bind(relationLoader);
  relationLoader.load = (relation, entities, ...rest) =>
    Array.isArray(entities)
      ? load(relation, entities, ...rest)
      : around(relation, () => load(relation, entities, ...rest));
}
