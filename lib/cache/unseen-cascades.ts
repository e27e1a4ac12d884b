import type { DataSource, EntityMetadata } from 'typeorm';
import { foreignKeysOf, type DatabaseForeignKey } from './database-foreign-keys.js';
import { triggersOf, type DatabaseTrigger } from './database-triggers.js';

/** What changes rows where it says so. */
const ACTS = ['CASCADE', 'SET NULL', 'SET DEFAULT'];

/**
 * What the database does to rows of cached models by itself, and their metadata do not say: foreign keys that delete or
 * change them, and triggers. One sentence each, with the fix; none where the database does not show its catalogue.
 *
 * @param models those with `cacheTtl`
 */
export async function unseenCascades(dataSource: DataSource, models: readonly EntityMetadata[]): Promise<string[]> {
  const [keys, triggers] = await Promise.all([
    foreignKeysOf(dataSource).catch(() => []),
    triggersOf(dataSource).catch(() => []),
  ]);
  const cached = new Map<string, string[]>();
  for (const { tableName, name } of models) {
    const table = tableName.toLowerCase();
    cached.set(table, [...(cached.get(table) ?? []), name]);
  }
  return [
    ...keys.flatMap((key) => keySentence(key, keys, dataSource.entityMetadatas, cached)),
    ...triggers.flatMap((trigger) => triggerSentence(trigger, cached)),
  ];
}

type Cached = ReadonlyMap<string, readonly string[]>;

function keySentence(
  key: DatabaseForeignKey,
  keys: readonly DatabaseForeignKey[],
  metadatas: readonly EntityMetadata[],
  cached: Cached,
): string[] {
  const known = knownActions(key, metadatas);
  const isNews = {
    DELETE: ACTS.includes(key.onDelete) && !says(known.onDelete, key.onDelete, key.from, cached),
    UPDATE: ACTS.includes(key.onUpdate) && !known.onUpdate.some((action) => ACTS.includes(action)),
  };
  const models = modelsBehind(key.from, keys, cached);
  if (models.length === 0 || (!isNews.DELETE && !isNews.UPDATE)) return [];
  const [event, action, option] = isNews.DELETE
    ? ['DELETE', key.onDelete, 'onDelete']
    : ['UPDATE', key.onUpdate, 'onUpdate'];
  return [
    `The database changes ${models.join(', ')} by itself, and the cache does not see it: the foreign key '${key.name}' of the table '${key.from}' has ON ${event} ${action} for '${key.to}', which no relation says. Declare the relation with ${option}: '${action}', or say unitOfWork.touches(${models.join(', ')}) wherever '${key.to}' is written, or remove cacheTtl.`,
  ];
}

/** What the metadata says of a foreign key of the database: of all that join the same columns. */
function knownActions(
  { from, to, columns }: DatabaseForeignKey,
  metadatas: readonly EntityMetadata[],
): { onDelete: string[]; onUpdate: string[] } {
  const same = metadatas
    .filter(({ tableName }) => tableName.toLowerCase() === from)
    .flatMap(({ foreignKeys }) => foreignKeys)
    .filter(
      ({ referencedEntityMetadata, columnNames }) =>
        referencedEntityMetadata.tableName.toLowerCase() === to &&
        [...columnNames].sort().join('\0') === [...columns].sort().join('\0'),
    );
  return {
    onDelete: same.map(({ onDelete }) => onDelete ?? ''),
    onUpdate: same.map(({ onUpdate }) => onUpdate ?? ''),
  };
}

/** Rows that are only changed lead no further: it matters whether they go. */
function says(known: readonly string[], action: string, from: string, cached: Cached): boolean {
  if (action === 'CASCADE')
    return known.includes('CASCADE') || (known.some((each) => ACTS.includes(each)) && cached.has(from));
  return known.some((each) => ACTS.includes(each));
}

/** The cached models of a table, and of those that its rows take with them. */
function modelsBehind(
  table: string,
  keys: readonly DatabaseForeignKey[],
  cached: Cached,
  seen = new Set<string>(),
): string[] {
  if (seen.has(table)) return [];
  seen.add(table);
  const further = keys.filter(
    ({ to, onDelete, onUpdate }) => to === table && (ACTS.includes(onDelete) || ACTS.includes(onUpdate)),
  );
  return [
    ...new Set([
      ...(cached.get(table) ?? []),
      ...further.flatMap(({ from }) => modelsBehind(from, keys, cached, seen)),
    ]),
  ];
}

const WRITES =
  /\b(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE)\b([^;]*?)(?:\b(?:SET|VALUES|SELECT|WHERE|USING)\b|;|$)/gi;

function triggerSentence({ name, table, body }: DatabaseTrigger, cached: Cached): string[] {
  const targets = [...body.matchAll(WRITES)].map(([, target]) => target.toLowerCase()).join('\n');
  const models = [...cached].flatMap(([each, names]) => (mentions(targets, each) ? names : []));
  if (models.length === 0) return [];
  return [
    `The trigger '${name}' on the table '${table}' may write ${models.join(', ')}, and the cache does not see it. Say unitOfWork.touches(${models.join(', ')}) wherever '${table}' is written, or remove cacheTtl.`,
  ];
}

function mentions(text: string, table: string): boolean {
  return new RegExp(String.raw`(?<![\w$])${table.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\w$])`).test(text);
}
