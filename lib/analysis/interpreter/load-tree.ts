import type { EntityMetadata } from 'typeorm';

/** Which relations a query loads, and what it loads behind them. */
export interface LoadTree {
  /** By property path of the relation; `'maybe'`: nobody knows whether, or what behind it. */
  readonly relations: ReadonlyMap<string, LoadTree | 'maybe'>;
  /** Whether other relations may be loaded as well. */
  readonly isOpen: boolean;
}

/** Nothing is loaded. */
export const BARE: LoadTree = { relations: new Map(), isOpen: false };
/** Nobody knows what is loaded. */
export const OPEN: LoadTree = { relations: new Map(), isOpen: true };

/** Relation paths, such as `comments.author`, as a tree; what is no path of relations makes it open. */
export function treeOfPaths(metadata: EntityMetadata, paths: readonly string[]): LoadTree {
  let tree = BARE;
  for (const path of paths) tree = mergeTrees(tree, treeOfPath(metadata, path));
  return tree;
}

function treeOfPath(metadata: EntityMetadata, path: string): LoadTree {
  if (path === '') return BARE;
  const relation = metadata.relations
    .filter(({ propertyPath }) => path === propertyPath || path.startsWith(`${propertyPath}.`))
    .sort((a, b) => b.propertyPath.length - a.propertyPath.length)
    .at(0);
  if (!relation) return OPEN;
  const below = treeOfPath(relation.inverseEntityMetadata, path.slice(relation.propertyPath.length + 1));
  return { relations: new Map([[relation.propertyPath, below]]), isOpen: false };
}

/** What two queries load together. */
export function mergeTrees(a: LoadTree, b: LoadTree): LoadTree {
  const relations = new Map(a.relations);
  for (const [name, tree] of b.relations) {
    const known = relations.get(name);
    relations.set(name, known === undefined || known === 'maybe' || tree === 'maybe' ? tree : mergeTrees(known, tree));
  }
  return { relations, isOpen: a.isOpen || b.isOpen };
}

/** The tree with what TypeORM loads by itself: eager relations, and those of their targets. */
export function withEager(metadata: EntityMetadata, tree: LoadTree, above: readonly EntityMetadata[] = []): LoadTree {
  const relations = new Map(tree.relations);
  for (const [name, below] of relations) {
    const relation = metadata.relations.find(({ propertyPath }) => propertyPath === name);
    if (relation && below !== 'maybe')
      relations.set(name, withEager(relation.inverseEntityMetadata, below, [...above, metadata]));
  }
  for (const { propertyPath, inverseEntityMetadata } of metadata.eagerRelations) {
    if (relations.has(propertyPath) || above.includes(inverseEntityMetadata)) continue;
    relations.set(propertyPath, withEager(inverseEntityMetadata, BARE, [...above, metadata]));
  }
  return { relations, isOpen: tree.isOpen };
}

/** What is loaded whichever of two queries was made. */
export function joinTrees(a: LoadTree, b: LoadTree): LoadTree {
  if (a === b) return a;
  const relations = new Map<string, LoadTree | 'maybe'>();
  for (const name of new Set([...a.relations.keys(), ...b.relations.keys()])) {
    const [one, other] = [a.relations.get(name), b.relations.get(name)];
    const both = one !== undefined && other !== undefined && one !== 'maybe' && other !== 'maybe';
    relations.set(name, both ? joinTrees(one, other) : 'maybe');
  }
  return { relations, isOpen: a.isOpen || b.isOpen };
}
