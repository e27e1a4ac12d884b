export { TableBase } from './table-base.js';
export { UuidTableBase } from './uuid-table-base.js';
export { Table, UuidTable } from './table-mixins.js';
export {
  DatetimeInfo,
  IntIdDatetimeInfo,
  IntIdInfo,
  UuidIdDatetimeInfo,
  UuidIdInfo,
  type DatetimeFields,
  type IntIdFields,
  type UuidIdFields,
} from './info-mixins.js';
export { OptimisticLock, type VersionFields } from './optimistic-lock.js';
export { AllFieldsOptional, type AllOptional } from './all-fields-optional.js';
export { ExtraIgnore } from './extra-ignore.js';
export { validateList } from './validate-list.js';
export { computedFieldNames } from './computed-field-names.js';
export type { Branded } from './brand.js';
export type { Mixed, MixinBase } from './constructor-types.js';
