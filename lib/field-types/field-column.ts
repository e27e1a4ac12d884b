import type { ColumnOptions, ValueTransformer } from 'typeorm';
import type { Engine } from './engine.js';

/** What an engine wants to know about a column beyond TypeORM's portable type. */
export type EngineColumn = Pick<
  ColumnOptions,
  'type' | 'length' | 'precision' | 'scale' | 'enum' | 'charset' | 'collation'
>;

/** How the values of a field type are stored. */
export interface FieldColumn {
  /** What the decorator tells TypeORM: types that every driver understands. */
  readonly portable: ColumnOptions;
  /** The exact column for an engine; undefined: the portable one is right. */
  byEngine?(engine: Engine): EngineColumn | undefined;
  /** SQL that the database checks for every row; `column` comes escaped. Undefined: nothing to check. */
  check?(column: string, engine: Engine): string | undefined;
  /** Between the entity's value and what the driver takes and gives. */
  readonly transformer?: ValueTransformer;
  /** Whether a literal default is also given to the database. */
  readonly databaseDefault: boolean;
}
