import { columnNames, type ForeignKey } from '../foreign-key.js';
import type { SchemaFault } from '../schema-fault.js';

/** `SET NULL` on a column that is not nullable: the database refuses the deletion, and MariaDB and MySQL the table. */
export function setNullOfRequiredKey(foreignKey: ForeignKey): SchemaFault | undefined {
  const { key, place } = foreignKey;
  const option = key.onDelete === 'SET NULL' ? 'onDelete' : key.onUpdate === 'SET NULL' ? 'onUpdate' : undefined;
  if (option === undefined || key.columns.every(({ isNullable }) => isNullable)) return undefined;
  const target = key.referencedEntityMetadata.name;
  const act = option === 'onDelete' ? `deleting one ${target}` : `changing the key of one ${target}`;
  return {
    severity: 'error',
    place,
    message: `${option}: 'SET NULL' cannot be carried out, because ${columnNames(foreignKey)} is not nullable: ${act} fails with NOT NULL, and MariaDB and MySQL refuse the table.`,
    fix: `Make the column nullable, or write ${option}: 'CASCADE' or 'RESTRICT'.`,
  };
}
