/** The rooms of `lib/`, top to bottom: a room imports only rooms that come later. */
export const ROOMS = [
  'nest',
  'testing',
  'analysis',
  'repository',
  'cache',
  'locking',
  'relations',
  'inheritance',
  'json-columns',
  'transactions',
  'base-entities',
  'hydration',
  'entity-model',
  'pagination',
  'field-types',
  'errors',
] as const;

/** The files that stand above all rooms. */
export const TOP_FILES = ['lib/index.ts', 'lib/sql-model-ext.module.ts'] as const;
