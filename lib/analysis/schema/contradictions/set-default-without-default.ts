import { engineOf } from '../../../entity-model/index.js';
import { columnNames, type ForeignKey } from '../foreign-key.js';
import type { SchemaFault } from '../schema-fault.js';

/**
 * `DEFAULT`, which TypeORM's types offer and no database understands; `SET DEFAULT`, which they do not offer, where there is
 * no default to set, or where the engine does not carry it out.
 */
export function setDefaultWithoutDefault(foreignKey: ForeignKey): SchemaFault | undefined {
  const { key, place } = foreignKey;
  const onDelete: string | undefined = key.onDelete;
  const target = key.referencedEntityMetadata.name;
  const fault = { severity: 'error', place } as const;
  if (onDelete === 'DEFAULT') {
    return {
      ...fault,
      message: "onDelete: 'DEFAULT' is no SQL: TypeORM writes ON DELETE DEFAULT, and every database refuses the table.",
      fix: "Write onDelete: 'SET NULL', 'CASCADE' or 'RESTRICT'.",
    };
  }
  if (onDelete !== 'SET DEFAULT') return undefined;
  if (engineOf(key.entityMetadata.dataSource) === 'mysql') {
    return {
      ...fault,
      message: `onDelete: 'SET DEFAULT' is not carried out by InnoDB: MariaDB refuses to delete one ${target} that is referred to, and MySQL refuses the table.`,
      fix: "Write onDelete: 'SET NULL', 'CASCADE' or 'RESTRICT'.",
    };
  }
  // Without a default a nullable column becomes NULL, which works.
  const lacks = key.columns.filter((column) => !column.isNullable && (column.default ?? undefined) === undefined);
  if (lacks.length === 0) return undefined;
  return {
    ...fault,
    message: `onDelete: 'SET DEFAULT' cannot be carried out, because ${columnNames(foreignKey)} has no default and is not nullable: deleting one ${target} fails with NOT NULL.`,
    fix: "Give the column a default that is the key of a row, or write onDelete: 'CASCADE' or 'RESTRICT'.",
  };
}
