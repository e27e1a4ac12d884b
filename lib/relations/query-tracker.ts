import type { DataSource } from 'typeorm';
import { aroundReads, aroundRelationLoads, aroundWrites, onStatement, type Statement } from '../entity-model/index.js';
import type { NPlusOneReport } from './n-plus-one-report.js';
import { StatementCounts } from './statement-counts.js';
import { currentTrackers, oneCall, runTracked, type Tracker } from './tracking.js';

/** Counts statements by their shape while a piece of work runs: its own alone, not those of work beside it. */
export class QueryTracker implements Tracker {
  readonly #counts: ReadonlyMap<DataSource, StatementCounts>;
  #ended = false;

  /** @param thresholds for each data source how often a shape may run without being reported */
  constructor(
    readonly label: string,
    thresholds: ReadonlyMap<DataSource, number>,
  ) {
    this.#counts = new Map(
      [...thresholds].map(([dataSource, threshold]) => [dataSource, new StatementCounts(dataSource, threshold)]),
    );
  }

  /** Runs work and counts its statements. */
  run<T>(work: () => T): T {
    for (const dataSource of this.#counts.keys()) listen(dataSource);
    return runTracked(this, work);
  }

  /** Ends the counting. What ran more often than its threshold, each shape once. */
  end(): NPlusOneReport[] {
    if (this.#ended) return [];
    this.#ended = true;
    return [...this.#counts.values()].flatMap((counts) => counts.reports(this.label));
  }

  note(statement: Statement, dataSource: DataSource): void {
    if (!this.#ended) this.#counts.get(dataSource)?.note(statement);
  }
}

function listen(dataSource: DataSource): void {
  onStatement(dataSource, tellTrackers);
  aroundReads((read) => oneCall('first')(read));
  aroundWrites((write) => oneCall('writes once')(write));
  aroundRelationLoads(dataSource, (relation, load) => oneCall('once', relation)(load));
}

function tellTrackers(statement: Statement, dataSource: DataSource): void {
  for (const tracker of currentTrackers()) tracker.note(statement, dataSource);
}
