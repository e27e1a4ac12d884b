import type { DataSource, EntityMetadata } from 'typeorm';
import {
  afterEntityMetadata,
  descriptorOf,
  isUnloaded,
  keepUnread,
  ownModelDefinition,
  setColumnsQuietly,
  setRelationDirectly,
  skipConstructorForRows,
  type RowReader,
} from '../entity-model/index.js';
import { embeddedOwner, entityState, onStamp, setEmbeddedPart, stampAlso } from '../hydration/index.js';
import { guardPrototype, guardProperty } from './guard-property.js';
import { definedByConstructor, skipsConstructor } from './skips-constructor.js';
import { noteStrictness, strictnessOf, type Strictness } from './strictness.js';
import { modeOf } from './unloaded-access.js';

type Column = EntityMetadata['columns'][number];
type Embedded = EntityMetadata['embeddeds'][number];

/** A class, or the class of an embedded object, with its guarded properties. */
interface Guarded {
  readonly embedded: Embedded | undefined;
  readonly type: Function;
  readonly names: ReadonlySet<string>;
  /** Those that the constructor puts on every instance that is made from a row. */
  constructed: readonly string[];
}

const guardedParts = new WeakMap<EntityMetadata, readonly Guarded[]>();

/** Sets how strict a data source is, connected already or not. */
export function configureStrictness(dataSource: DataSource, strictness: Partial<Strictness>): void {
  noteStrictness(dataSource, strictness);
  guardEntities(dataSource);
}

/** Guards the relations and hidden columns of every class that the data source's scope names. */
function guardEntities(dataSource: DataSource): void {
  const { mode } = strictnessOf(dataSource);
  for (const metadata of dataSource.entityMetadatas) {
    const parts = isInScope(metadata) ? partsOf(metadata) : [];
    if (parts.length > 0) setColumnsQuietly(metadata);
    for (const part of parts) {
      for (const name of part.names) guardPrototype(part.type, name);
      const skips = mode !== 'off' && skipsConstructor(part.type, part.names, rowProperties(part.embedded ?? metadata));
      skipConstructorForRows(part.embedded ?? metadata, skips);
      part.constructed = skips ? [] : definedByConstructor(part.type, part.names);
    }
    for (const relation of metadata.relations) {
      if (parts.length > 0 && isGuarded(metadata, relation.propertyName)) setRelationDirectly(relation);
    }
    guardedParts.set(metadata, parts);
  }
}

function isInScope(metadata: EntityMetadata): boolean {
  const { target } = metadata;
  if (typeof target !== 'function') return false;
  return ownModelDefinition(target) !== undefined || strictnessOf(metadata.dataSource).scope === 'all';
}

/** Whether the guard is in place: a class may have an accessor of its own there. */
function isGuarded({ target }: EntityMetadata, name: string): boolean {
  return typeof target === 'function' && isUnloaded(target.prototype as object, name);
}

function partsOf(metadata: EntityMetadata): Guarded[] {
  return [undefined, ...metadata.allEmbeddeds].flatMap((embedded) => {
    const type: unknown = embedded ? embedded.type : metadata.target;
    if (typeof type !== 'function') return [];
    const relations = metadata.relations.filter(({ isLazy }) => !isLazy);
    const hidden = metadata.columns.filter(({ isSelect, isVirtual }) => !isSelect && !isVirtual);
    const names = new Set(
      [...relations, ...hidden]
        .filter((property) => property.embeddedMetadata === embedded && !isOfChild(metadata, property))
        .map(({ propertyName }) => propertyName),
    );
    return names.size === 0 ? [] : [{ embedded, type, names, constructed: [] }];
  });
}

/** Properties that an instance gets from its row, if it gets them at all. */
function rowProperties({ columns, relations, embeddeds }: EntityMetadata | Embedded): Set<string> {
  return new Set([...columns, ...relations, ...embeddeds].map(({ propertyName }) => propertyName));
}

type Step = ReturnType<Parameters<typeof onStamp>[0]>;

const NONE: readonly Guarded[] = [];
const ofWritten = new WeakMap<readonly Guarded[], { readonly step: Step }>();

/** The step for the rows of a query, or, made once for each class, for entities that were written. */
function guardStep(metadata: EntityMetadata, reader: RowReader | undefined): Step {
  const parts = guardedParts.get(metadata) ?? NONE;
  if (reader) return stepFor(metadata, parts, reader);
  let known = ofWritten.get(parts);
  if (!known) ofWritten.set(parts, (known = { step: stepFor(metadata, parts, undefined) }));
  return known.step;
}

/** What the guard has to do on one instance: where its query left columns out, and where constructors hide it. */
function stepFor(metadata: EntityMetadata, parts: readonly Guarded[], reader: RowReader | undefined): Step {
  const unselected = reader ? unselectedProperties(metadata, reader) : [];
  const embeddeds = new Set([
    ...parts.flatMap(({ embedded }) => (embedded ? [embedded] : [])),
    ...unselected.flatMap(({ embedded }) => (embedded ? [embedded] : [])),
  ]);
  // What a constructor made of a property that the query does not read is not what the row holds.
  const made = parts
    .map(({ embedded, names, constructed }) => ({
      embedded,
      names: reader ? constructed.filter((name) => !isRead(reader, embedded, name)) : [...names],
    }))
    .filter(({ names }) => names.length > 0);
  if (unselected.length === 0 && embeddeds.size === 0 && made.length === 0) return undefined;
  return (entity, state) => {
    if (modeOf(state) === 'off') return;
    for (const embedded of embeddeds) {
      const object = embeddedOwner(entity, embedded);
      if (object) setEmbeddedPart(object, { entity, embedded });
    }
    for (const { embedded, names } of made) {
      const owner = embeddedOwner(entity, embedded);
      if (!owner) continue;
      for (const name of names) takeOff(owner, name, reader !== undefined);
    }
    for (const { embedded, name } of unselected) {
      const owner = embeddedOwner(entity, embedded);
      if (owner) Object.defineProperty(owner, name, guardProperty(name));
    }
  };
}

/** Takes a property off, so that the guard of the class is in its place: one without a value, or any. */
function takeOff(owner: Record<string, unknown>, name: string, any: boolean): void {
  if (Object.hasOwn(owner, name) && (any || owner[name] === undefined)) delete owner[name];
}

function isRead(reader: RowReader, embedded: Embedded | undefined, name: string): boolean {
  const path = embedded ? `${embedded.propertyPath}.${name}` : name;
  return reader.filled.has(path) || reader.columns.some(([, column]) => column.propertyPath === path);
}

interface Property {
  readonly embedded: Embedded | undefined;
  readonly name: string;
}

/** Properties that a query left out although it reads the entity: columns, and embedded objects as a whole. */
function unselectedProperties(metadata: EntityMetadata, reader: RowReader): Property[] {
  const selected = new Set(reader.columns.map(([, column]) => column));
  const left = metadata.columns.filter((column) => isReadByDefault(metadata, column) && !selected.has(column));
  if (left.length === 0) return [];
  const isPresent = (embedded: Embedded): boolean =>
    embedded.columnsFromTree.some((column) => selected.has(column)) ||
    embedded.relationsFromTree.some((relation) => reader.joined.includes(relation));
  const properties = left
    .filter(({ embeddedMetadata }) => !embeddedMetadata || isPresent(embeddedMetadata))
    .map((column): Property => ({ embedded: column.embeddedMetadata, name: column.propertyName }));
  const absent = metadata.allEmbeddeds
    // TypeORM itself reads an embedded object to call its listeners.
    .filter((embedded) => !isPresent(embedded) && embedded.listenersFromTree.length === 0)
    .filter(({ parentEmbeddedMetadata: parent }) => !parent || isPresent(parent))
    .map((embedded): Property => ({ embedded: embedded.parentEmbeddedMetadata, name: embedded.propertyName }));
  return [...properties, ...absent].filter(({ embedded, name }) => !hasOtherAccessor(embedded ?? metadata, name));
}

/** Whether a class has an accessor of its own where the guard would be. */
function hasOtherAccessor(owner: EntityMetadata | Embedded, name: string): boolean {
  const type: unknown = 'target' in owner ? owner.target : owner.type;
  if (typeof type !== 'function') return false;
  const prototype = type.prototype as object;
  return descriptorOf(prototype, name) !== undefined && !isUnloaded(prototype, name);
}

function isReadByDefault(metadata: EntityMetadata, column: Column): boolean {
  return column.isSelect && !column.isVirtual && !isOfChild(metadata, column);
}

/** Whether a property belongs to a class below: with single-table inheritance the parent's metadata has it too. */
function isOfChild(metadata: EntityMetadata, { target }: { readonly target: Function | string }): boolean {
  return metadata.childEntityMetadatas.some((child) => child.target === target);
}

onStamp(guardStep);
keepUnread((entity) => {
  const state = entityState(entity);
  return state !== undefined && modeOf(state) !== 'off';
});
stampAlso((metadata) => typeof metadata.target === 'function' && strictnessOf(metadata.dataSource).scope === 'all');
afterEntityMetadata(guardEntities);
