import type { EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import { ConfigurationError } from '../errors/index.js';
import type { ModelFacts } from './model-facts.js';
import type { Query } from './query.js';

/** Whether a page is ordered by columns of relations, which TypeORM's own paging cannot do. */
export function ordersByRelation(facts: ModelFacts, query: Query): boolean {
  const isPage = query.limit !== undefined || query.offset !== undefined;
  return (
    isPage &&
    Object.entries(query.order).some(
      ([name, value]) => typeof value === 'object' && facts.metadata.findRelationWithPropertyPath(name),
    )
  );
}

/**
 * Orders a page by columns of to-one relations. TypeORM's own way selects the page by a subquery that does
 * not have these columns; here the database's LIMIT does, which counts rows, so lists must not be joined.
 *
 * @throws ConfigurationError for an order by a list, or beside a condition on one
 */
export function orderedByRelation(
  facts: ModelFacts,
  query: Query,
  builder: SelectQueryBuilder<ObjectLiteral>,
): SelectQueryBuilder<ObjectLiteral> {
  const add = (metadata: EntityMetadata, alias: string, order: object, path: string): void => {
    for (const [name, value] of Object.entries(order) as [string, unknown][]) {
      const relation = metadata.findRelationWithPropertyPath(path + name);
      if (relation && typeof value === 'object' && value !== null) {
        const joined = `${alias}__order_${name}`;
        builder.leftJoin(`${alias}.${path}${name}`, joined);
        add(relation.inverseEntityMetadata, joined, value, '');
      } else if (isNestedOrder(value)) {
        add(metadata, alias, value, `${path}${name}.`);
      } else {
        const { direction, nulls } = directionOf(value);
        builder.addOrderBy(`${alias}.${path}${name}`, direction, nulls);
      }
    }
  };
  add(facts.metadata, facts.metadata.name, query.order, '');
  const lists = builder.expressionMap.joinAttributes.filter((join) => join.isMany);
  if (lists.length > 0) {
    throw new ConfigurationError(
      `A page of ${facts.name} cannot be ordered by a relation while a list relation is joined (${lists.map((join) => join.entityOrProperty as string).join(', ')}): order by the model's own columns.`,
    );
  }
  return builder.limit(query.limit ?? endlessLimit(facts, query)).offset(query.offset);
}

function isNestedOrder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('direction' in value);
}

function directionOf(value: unknown): { direction: 'ASC' | 'DESC'; nulls: 'NULLS FIRST' | 'NULLS LAST' | undefined } {
  const { direction, nulls } =
    typeof value === 'object' && value !== null
      ? (value as { direction?: unknown; nulls?: unknown })
      : { direction: value, nulls: undefined };
  return {
    direction: direction === -1 || String(direction).toUpperCase() === 'DESC' ? 'DESC' : 'ASC',
    nulls: typeof nulls !== 'string' ? undefined : nulls.toUpperCase() === 'FIRST' ? 'NULLS FIRST' : 'NULLS LAST',
  };
}

/** MariaDB has no OFFSET without LIMIT. */
export function endlessLimit(facts: ModelFacts, query: Query): number | undefined {
  return query.offset !== undefined && engineOf(facts.dataSource) === 'mysql' ? Number.MAX_SAFE_INTEGER : undefined;
}
