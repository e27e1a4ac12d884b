import type { SchemaFault } from '../schema-fault.js';
import { placeOf, type Relation } from '../relation.js';

/** `SET NULL` in a join table, whose columns are its primary key. */
export function setNullOfJoinTable(relation: Relation): SchemaFault | undefined {
  if (!relation.isManyToMany || relation.onDelete !== 'SET NULL') return undefined;
  return {
    severity: 'error',
    place: placeOf(relation),
    message: `onDelete: 'SET NULL' cannot be carried out in a join table, whose columns are its primary key: deleting a row that stands in it fails with NOT NULL, and MariaDB and MySQL refuse the table.`,
    fix: 'Leave onDelete out: rows of join tables go with the rows that they join.',
  };
}
