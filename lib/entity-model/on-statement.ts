import type { DataSource, Logger, QueryRunner } from 'typeorm';

/** One statement that was sent. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Is told each statement of a data source just before it is sent, in the flow that sends it. Must not throw. */
export type StatementListener = (statement: Statement, dataSource: DataSource) => void;

const listeners = new WeakMap<DataSource, Set<StatementListener>>();
const fronts = new WeakMap<Logger, DataSource>();

/** How many of our loggers the current call is in: a logger that passes on to the one before it tells once. */
let depth = 0;

/**
 * Tells a listener every statement of a data source, whoever sends it. The listener stays, and is told once
 * however often it is given. All drivers tell the data source's logger; ours stands in front of it. Where the
 * application sets another logger later, the next call here stands in front of that one.
 */
export function onStatement(dataSource: DataSource, listener: StatementListener): void {
  let known = listeners.get(dataSource);
  if (!known) listeners.set(dataSource, (known = new Set()));
  known.add(listener);
  if (fronts.get(dataSource.logger) === dataSource) return;
  dataSource.logger = inFrontOf(dataSource.logger, dataSource, known);
  fronts.set(dataSource.logger, dataSource);
}

function inFrontOf(logger: Logger, dataSource: DataSource, told: ReadonlySet<StatementListener>): Logger {
  const logQuery = (sql: string, parameters?: unknown[], runner?: QueryRunner): unknown => {
    if (depth === 0) for (const listener of told) listener({ sql, parameters: parameters ?? [] }, dataSource);
    depth++;
    try {
      return logger.logQuery(sql, parameters as never, runner) as unknown;
    } finally {
      depth--;
    }
  };
  // Everything else is the logger itself, private fields included.
  return new Proxy(logger, {
    get: (target, name) => {
      if (name === 'logQuery') return logQuery;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
