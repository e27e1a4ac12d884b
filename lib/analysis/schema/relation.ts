import type { EntityMetadata } from 'typeorm';

/** A relation, as TypeORM describes it. */
export type Relation = EntityMetadata['relations'][number];

/**
 * How messages and suppressions name a relation: `Article.author`. In a single table, whose parent has the relations of
 * all children, by the child that declares it.
 */
export function placeOf(relation: Relation): string {
  const { entityMetadata, target } = relation;
  const child = entityMetadata.childEntityMetadatas.find((metadata) => metadata.target === target);
  return `${(child ?? entityMetadata).name}.${relation.propertyPath}`;
}
