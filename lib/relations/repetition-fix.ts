import type { DataSource, EntityMetadata } from 'typeorm';
import { ownModelDefinition } from '../entity-model/index.js';
import { namedTables, type NamedTables } from './named-tables.js';
import { isTable, relationsBehind } from './relations-behind.js';
import type { StatementShape } from './statement-shape.js';

type Relation = EntityMetadata['relations'][number];

/** What is known about a statement that was repeated. */
export interface Repetition {
  readonly shape: StatementShape;
  /** The relation that was being loaded, where TypeORM has said so. */
  readonly relation: Relation | undefined;
  /** Tables that were read before the statement ran first, in lower case, the last first. */
  readonly readBefore: readonly string[];
  /** Whether it had the same parameters every time. */
  readonly isSame: boolean;
}

/** What to do instead of a repeated statement. */
export interface RepetitionFix {
  readonly relations: readonly string[];
  readonly fix: string;
}

const MOST_RELATIONS = 3;
const AGGREGATE = /^SELECT (?:DISTINCT )?(?:COUNT|SUM|MIN|MAX|AVG)\s*\(/i;
const EXISTENCE = /^SELECT \? /;

/** Says what to do instead of a repeated statement. */
export function repetitionFix(dataSource: DataSource, repetition: Repetition): RepetitionFix {
  const query = namedTables(repetition.shape.sql);
  const target = dataSource.entityMetadatas.find((metadata) => isTable(metadata, query.main?.table ?? ''));
  if (repetition.shape.verb !== 'SELECT') return { relations: [], fix: writtenAtOnce(repetition.shape.verb, target) };
  const isOfRows = !AGGREGATE.test(repetition.shape.sql) && !EXISTENCE.test(repetition.shape.sql);
  const behind = repetition.relation
    ? [repetition.relation]
    : isOfRows
      ? relationsBehind(query, dataSource.entityMetadatas, repetition.readBefore).slice(0, MOST_RELATIONS)
      : [];
  if (behind.length > 0) return { relations: behind.map(nameOf), fix: loaded(behind) };
  return { relations: [], fix: readAtOnce(repetition, query, target) };
}

function nameOf({ entityMetadata, propertyPath }: Relation): string {
  return `${entityMetadata.name}.${propertyPath}`;
}

function loaded(relations: readonly Relation[]): string {
  if (relations.length === 1) {
    const [relation] = relations;
    return `Load it with the query for ${relation.entityMetadata.name}: ${loadOption(relation)} (${nameOf(relation)}).`;
  }
  const choices = relations.map((relation) => `${loadOption(relation)} (${nameOf(relation)})`);
  return `Load it with the query that the rows before came from: ${choices.join(', or ')}.`;
}

function loadOption({ entityMetadata, propertyPath }: Relation): string {
  if (isModel(entityMetadata)) return `load: ['${propertyPath}']`;
  const option = propertyPath.split('.').reduceRight((inner, name) => `{ ${name}: ${inner} }`, 'true');
  return `relations: ${option}`;
}

function readAtOnce({ isSame, shape }: Repetition, query: NamedTables, target: EntityMetadata | undefined): string {
  if (isSame) return 'It asked for the same every time: read it once and pass it on.';
  const columns = query.comparedWith?.filter(({ alias }) => alias === query.main?.alias).map(({ column }) => column);
  const [column] = columns?.length === 1 ? columns : [];
  if (column === undefined) return 'Read everything by one query, with In([…]) over the values that differ.';
  const name = target?.columns.find(({ databaseName }) => databaseName.toLowerCase() === column)?.propertyPath;
  if (AGGREGATE.test(shape.sql)) return `Ask for all of them by one query: GROUP BY ${name ?? column}.`;
  if (EXISTENCE.test(shape.sql) || name === undefined || !target || name.includes('.')) {
    return `Ask for all of them by one query, with ${name ?? column} IN (…).`;
  }
  const call = isModel(target) ? `get({ ${name}: In([…]) }, { fetch: 'all' })` : `findBy({ ${name}: In([…]) })`;
  return `Read all of them by one query: ${call}.`;
}

function writtenAtOnce(verb: 'INSERT' | 'UPDATE' | 'DELETE', target: EntityMetadata | undefined): string {
  const isOfModel = target !== undefined && isModel(target);
  switch (verb) {
    case 'INSERT':
      return `Pass all rows as one list to ${isOfModel ? 'add()' : 'insert()'}: one statement inserts them.`;
    case 'UPDATE':
      return 'Pass all entities as one list to save(), or update rows that change alike by one condition.';
    case 'DELETE':
      return isOfModel
        ? 'Pass all entities as one list to delete(), or delete by one condition with deleteWhere().'
        : 'Pass all entities as one list to remove(), or delete by one condition with In([…]).';
  }
}

function isModel(metadata: EntityMetadata): boolean {
  return typeof metadata.target === 'function' && ownModelDefinition(metadata.target) !== undefined;
}
