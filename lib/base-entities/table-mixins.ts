import type { Mixed, MixinBase } from './constructor-types.js';
import { addTableFields, type TableBase } from './table-base.js';
import { addUuidTableFields, type UuidTableBase } from './uuid-table-base.js';

/** `TableBase` for a class that already has a parent: `class Tag extends Table(TagBase)`. */
export function Table<Base extends MixinBase>(base: Base): Mixed<Base, TableBase> {
  abstract class TableMixin extends base {}
  addTableFields(TableMixin);
  return TableMixin as unknown as Mixed<Base, TableBase>;
}

/** `UuidTableBase` for a class that already has a parent: `class Article extends UuidTable(ArticleBase)`. */
export function UuidTable<Base extends MixinBase>(base: Base): Mixed<Base, UuidTableBase> {
  abstract class UuidTableMixin extends base {}
  addUuidTableFields(UuidTableMixin);
  return UuidTableMixin as unknown as Mixed<Base, UuidTableBase>;
}
