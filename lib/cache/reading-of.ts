import type { EntityMetadata } from 'typeorm';
import { engineOf } from '../entity-model/index.js';

/** Options that change what the driver makes of the same row. */
const READING = ['timezone', 'dateStrings', 'supportBigNumbers', 'bigNumberStrings', 'parseInt8'];

const WITHOUT_ZONE = /^(?:date|datetime|timestamp|timestamp without time zone)$/i;

/**
 * What decides how rows are read besides their columns: two processes share entries only where this is equal. Dates
 * without a zone are points in time of the process that has read them.
 */
export function readingOf({ dataSource, columns }: EntityMetadata): unknown {
  const options = dataSource.options as unknown as Readonly<Record<string, unknown>>;
  const readsByZone =
    engineOf(dataSource) !== 'sqlite' &&
    columns.some(({ type }) => WITHOUT_ZONE.test(typeof type === 'function' ? type.name : String(type)));
  return [
    READING.map((name) => options[name] ?? null),
    readsByZone ? Intl.DateTimeFormat().resolvedOptions().timeZone : null,
  ];
}
