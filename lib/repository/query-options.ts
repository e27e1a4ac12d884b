import type { FindOptionsOrder, FindOptionsWhere, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { RowLock } from '../locking/index.js';
import type { PaginationRequest, TableViewRequest, TimeFilterRequest } from '../pagination/index.js';
import type { LoadList, RelationPath } from '../relations/index.js';

/** TypeORM's condition object, in which null stands for IS NULL. */
export type Where<Model> = { [Key in keyof FindOptionsWhere<Model>]?: FindOptionsWhere<Model>[Key] | null };

/** Which rows: a condition object, or a list of them of which one must hold. */
export type Condition<Model> = Where<Model> | readonly Where<Model>[];

/** A further condition: an object, or a function that narrows the query builder; `alias` names the model in it. */
export type Filter<Model> =
  Condition<Model> | ((query: SelectQueryBuilder<Model & ObjectLiteral>, alias: string) => unknown);

/** Half-open time ranges, `after <= time < before`. */
export interface TimeRange {
  readonly createdAfter?: Date | null;
  readonly createdBefore?: Date | null;
  readonly updatedAfter?: Date | null;
  readonly updatedBefore?: Date | null;
}

/** A list request, as the query string gave it or as server code made it. */
export type TableView = Partial<PaginationRequest> | Partial<TimeFilterRequest> | Partial<TableViewRequest>;

/** What narrows the rows of a query. */
export interface NarrowingOptions<Model> extends TimeRange {
  /** A further condition, joined by AND. */
  readonly filter?: Filter<Model>;
  /** Only rows that have a row in each of these relations. */
  readonly join?: readonly RelationPath<Model>[];
  /** Page and time ranges of a list request; each explicit option wins over it. */
  readonly tableView?: TableView;
  /** Soft-deleted rows as well. Default false. */
  readonly withDeleted?: boolean;
}

/** What is read of each row. */
export interface LoadingOptions<Model, Load extends LoadList<Model> = LoadList<Model>> {
  /**
   * Relation paths to load, each by one query per level. Written as literals, or as a constant with `as const`, they
   * are in the type of the result.
   */
  readonly load?: Load;
  /**
   * Whether reading what these entities did not load is an error; `false` gives undefined, as TypeORM does.
   * Default: as `forRoot({ relations: { strict } })` says.
   */
  readonly strict?: boolean;
  /** Reads the database, and stores nothing. Only for models with `cacheTtl`; without effect on others. Default false. */
  readonly noCache?: boolean;
  /** Columns declared with `select: false` that this query reads as well. */
  readonly addSelect?: readonly (keyof Model & string)[];
}

/** Options of a query. */
export interface QueryOptions<Model, Load extends LoadList<Model> = LoadList<Model>>
  extends NarrowingOptions<Model>, LoadingOptions<Model, Load> {
  /** Order by columns, the most important first; ties are broken by the primary key. */
  readonly order?: FindOptionsOrder<Model>;
  /** Rows to skip. 0 or more; null: none. */
  readonly offset?: number | null;
  /** Most rows to read. 1 or more; null: all. */
  readonly limit?: number | null;
  /** Locks the rows until the transaction ends (SELECT … FOR UPDATE). Needs a transaction. */
  readonly withForUpdate?: RowLock;
}

/** Which rows `get()` gives. */
export type FetchMode = 'first' | 'one' | 'all';

/** Options of `get()`; `fetch` decides what it gives. */
export interface GetOptions<
  Model,
  Load extends LoadList<Model> = LoadList<Model>,
  Fetch extends FetchMode = FetchMode,
> extends QueryOptions<Model, Load> {
  /** `first` (default): the first row or null. `one`: the only row, else an error. `all`: all rows. */
  readonly fetch?: Fetch;
}

/** What `get()` gives with a fetch mode. */
export type Fetched<Row, Fetch extends FetchMode> = Fetch extends 'all'
  ? Row[]
  : Fetch extends 'one'
    ? Row
    : Row | null;

/** Options of `getOne()`. */
export type GetOneOptions<Model, Load extends LoadList<Model> = LoadList<Model>> = LoadingOptions<Model, Load> &
  Pick<QueryOptions<Model>, 'withForUpdate' | 'withDeleted'>;

/** Options of `getExistOne()`. */
export type GetExistOneOptions<Model, Load extends LoadList<Model> = LoadList<Model>> = GetOneOptions<Model, Load> & {
  /** The sentence for the client when there is no such row. Default: `<Model> not found`. */
  readonly detail?: string;
};

/** Options of `stream()`. */
export interface StreamOptions<Model, Load extends LoadList<Model> = LoadList<Model>>
  extends Omit<NarrowingOptions<Model>, 'tableView'>, LoadingOptions<Model, Load> {
  /** Rows read at a time; that many are in memory. Default 500. */
  readonly batchSize?: number;
  /** Direction of the primary key, which a stream is ordered by. Default `ASC`. */
  readonly direction?: 'ASC' | 'DESC';
}

/**
 * What becomes of a field that this writer and somebody else have changed, be it to the same value: `fail` is an
 * `OptimisticLockError` that names the field, `mine` overwrites theirs, `theirs` gives up this writer's value.
 */
export type OnConflict = 'fail' | 'mine' | 'theirs';

/** How a write of a versioned model deals with a row that somebody else has written since it was read. */
export interface MergeOptions {
  /**
   * How often the row is read again, this writer's own changes are put on it, and the write is repeated. Each time the
   * row is read under its lock, so that one is nearly always enough. Default 0: an `OptimisticLockError`.
   */
  readonly optimisticRetryCount?: number;
  /** Who wins where both have changed the same field. Default `fail`. Needs `optimisticRetryCount`. */
  readonly onConflict?: OnConflict;
}

/** Options of `save()`. */
export interface SaveOptions<Model, Load extends LoadList<Model> = LoadList<Model>> extends MergeOptions {
  /** Relation paths to load onto the saved entity; those that are loaded stay. */
  readonly load?: Load;
  /** Reads the row again after the write, for what triggers or generated columns changed. Default false. */
  readonly refresh?: boolean;
}

/** Options of `update()`. */
export interface UpdateOptions<Model, Load extends LoadList<Model> = LoadList<Model>> extends SaveOptions<Model, Load> {
  /** Keys of the patch that are not taken over. */
  readonly exclude?: readonly string[];
  /** Values from trusted code, merged over the patch; may name protected fields, but not the primary key. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Options of `upsert()`. */
export interface UpsertOptions<Model> {
  /** Properties of a unique key: a row that has the same values is changed. To-one relations stand for their keys. */
  readonly conflict: readonly (keyof Model & string)[];
}
