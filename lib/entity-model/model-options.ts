/** An index or unique constraint over several columns of a table. */
export interface ModelIndex {
  /** Property names. */
  readonly columns: readonly string[];
  /** Name in the database. Default: by TypeORM's naming strategy. */
  readonly name?: string;
}

/** What `@Model()` can be told. All of it is for tables. */
export interface ModelOptions {
  /** Name of the table. Default: by TypeORM's naming strategy. */
  readonly tableName?: string;
  /** A base of tables, not a table: its fields go to the tables that extend it. Default false. */
  readonly abstract?: boolean;
  /** Indexes over one or more columns. */
  readonly indexes?: readonly ModelIndex[];
  /** Unique constraints over one or more columns. */
  readonly uniques?: readonly ModelIndex[];
  /** Version of the UUIDs that `UuidTable` makes: 7 (default; new rows sort last) or 4 (random). */
  readonly uuidVersion?: 4 | 7;
  /**
   * Property that holds the version, where it is not to be `version` as `OptimisticLock()` names it. Declare it as
   * `declare revision: number`, without a field type. Tables that extend an abstract one inherit it.
   */
  readonly versionColumn?: string;
  /**
   * Seconds for which rows, lists and counts of this model live in the cache: a positive integer. They go earlier, whenever
   * the table is written. Default: not cached.
   */
  readonly cacheTtl?: number;
}
