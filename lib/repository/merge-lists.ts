import type { ObjectLiteral } from 'typeorm';
import { engineOf } from '../entity-model/index.js';
import type { EntityState } from '../hydration/index.js';
import { relationValue, setRelationValue } from '../relations/index.js';
import { UnitOfWork } from '../transactions/index.js';
import { factsOf, type ModelFacts, type Relation } from './model-facts.js';
import { itemsOf, keyed, keyOf } from './relation-items.js';

/**
 * Brings the loaded many-to-many lists of an entity up to what the database holds, and keeps what its holder has put
 * in and taken out. They belong to the version: a list that stayed behind would be taken for the holder's wish.
 */
export async function mergeLists(facts: ModelFacts, entity: ObjectLiteral, state: EntityState): Promise<void> {
  for (const relation of facts.remote) {
    const known = state.knownRelation(relation);
    const value = relation.isLazy ? undefined : relationValue(entity, relation);
    if (!relation.isManyToMany || !Array.isArray(known) || !Array.isArray(value)) continue;
    const related = factsOf(relation.inverseEntityMetadata);
    const before = keyed(related, itemsOf(known));
    const mine = keyed(related, itemsOf(value));
    const present = (await itemsNow(facts, related, relation, entity)).map((item) => {
      const key = keyOf(related, item);
      return mine.get(key) ?? before.get(key) ?? item;
    });
    const theirs = keyed(related, present);
    const kept = present.filter((item) => {
      const key = keyOf(related, item);
      return mine.has(key) || !before.has(key);
    });
    const added = [...mine].flatMap(([key, item]) => (before.has(key) || theirs.has(key) ? [] : [item]));
    setRelationValue(entity, relation, [...kept, ...added]);
    state.acceptRelation(relation, present);
  }
}

/** What a list holds now, not as the transaction has first seen it. */
async function itemsNow(
  { dataSource }: ModelFacts,
  related: ModelFacts,
  relation: Relation,
  entity: ObjectLiteral,
): Promise<ObjectLiteral[]> {
  const junction = relation.junctionEntityMetadata;
  if (!junction) return [];
  const own = relation.isOwning ? junction.ownerColumns : junction.inverseColumns;
  const other = relation.isOwning ? junction.inverseColumns : junction.ownerColumns;
  const on = other.map(
    (column) => `junction.${column.propertyName} = item.${column.referencedColumn?.propertyPath ?? ''}`,
  );
  const query = dataSource.manager
    .createQueryBuilder(related.target, 'item')
    .innerJoin(junction.tablePath, 'junction', on.join(' AND '))
    .withDeleted()
    .cache(false);
  for (const [index, column] of own.entries()) {
    const value: unknown = column.referencedColumn?.getEntityValue(entity);
    query.andWhere(`junction.${column.propertyName} = :own${index}`, { [`own${index}`]: value });
  }
  const isLocked = engineOf(dataSource) === 'mysql' && new UnitOfWork(dataSource).isActive;
  return (isLocked ? query.setLock('pessimistic_read') : query).getMany();
}
