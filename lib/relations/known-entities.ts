import type { EntityMetadata } from 'typeorm';
import { columnProperty } from '../hydration/index.js';
import { rowKey } from './row-key.js';

interface Table {
  readonly byKey: Map<string, object>;
  /** Keys are worked out when one is asked for: most tables are never looked into. */
  waiting: { readonly metadata: EntityMetadata; readonly entity: object }[];
}

/** The entities of one piece of work by their rows: a row that is read again becomes the object that it is already. */
export class KnownEntities {
  readonly #tables = new Map<EntityMetadata, Table>();

  /** Notes an entity. One that was read in part stands for no row: what it lacks would be lacking everywhere. */
  add(metadata: EntityMetadata, entity: object): void {
    this.#tableOf(metadata).waiting.push({ metadata, entity });
  }

  /** The object that stands for the row of an entity: the first that was noted, or the entity itself. */
  unify<Entity extends object>(metadata: EntityMetadata, entity: Entity): Entity {
    const table = this.#tableOf(metadata);
    const { waiting, byKey } = table;
    table.waiting = [];
    for (const noted of waiting) {
      if (!isComplete(noted.metadata, noted.entity)) continue;
      const key = rowKey(noted.metadata, noted.entity);
      if (!byKey.has(key)) byKey.set(key, noted.entity);
    }
    const key = rowKey(metadata, entity);
    const known = byKey.get(key);
    if (known) return known as Entity;
    byKey.set(key, entity);
    return entity;
  }

  /** Classes of one inheritance tree share a table. */
  #tableOf(metadata: EntityMetadata): Table {
    let root = metadata;
    while (root.parentEntityMetadata as EntityMetadata | undefined) root = root.parentEntityMetadata;
    let table = this.#tables.get(root);
    if (!table) this.#tables.set(root, (table = { byKey: new Map(), waiting: [] }));
    return table;
  }
}

function isComplete(metadata: EntityMetadata, entity: object): boolean {
  return metadata.columns.every(
    (column) => !column.isSelect || column.isVirtual || columnProperty(entity, column) !== undefined,
  );
}
