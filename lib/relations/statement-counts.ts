import type { DataSource, EntityMetadata } from 'typeorm';
import { engineOf, type Statement } from '../entity-model/index.js';
import { CallSite } from '../transactions/index.js';
import { namedTables } from './named-tables.js';
import { nPlusOneReport, type NPlusOneReport } from './n-plus-one-report.js';
import { repetitionFix } from './repetition-fix.js';
import { statementShape, type StatementShape } from './statement-shape.js';
import { currentCall, type Call } from './tracking.js';

type Relation = EntityMetadata['relations'][number];

/** How often one shape has run. */
interface Count {
  readonly shape: StatementShape;
  /** Number of shapes that ran before it. */
  readonly order: number;
  readonly first: Statement;
  isSame: boolean;
  runs: number;
  site: CallSite | undefined;
  relation: Relation | undefined;
}

/** SQL whose shape is remembered: longer SQL, and more of it, is taken apart every time. */
const LONGEST_REMEMBERED = 4_000;
const MOST_REMEMBERED = 500;

/** How often the statements of one data source have run, by their shape. */
export class StatementCounts {
  readonly #isMysql: boolean;
  readonly #known = new Map<string, StatementShape | undefined>();
  readonly #counts = new Map<string, Count>();
  /** Tables with the order of the shape that read them first. */
  readonly #read = new Map<string, number>();

  constructor(
    readonly dataSource: DataSource,
    readonly threshold: number,
  ) {
    this.#isMysql = engineOf(dataSource) === 'mysql';
  }

  note(statement: Statement): void {
    const call = currentCall();
    const shape = this.#shapeOf(statement.sql);
    if (!shape || (call?.counting === 'writes once' && shape.verb === 'SELECT')) return;
    const count = this.#counts.get(shape.sql) ?? this.#begin(shape, statement);
    if (call && !this.#countsIn(call, count)) return;
    count.runs++;
    count.isSame &&= isSame(count.first, statement);
    count.relation ??= call?.relation;
    if (count.runs === this.threshold + 1) count.site = call?.site ?? new CallSite();
  }

  reports(label: string): NPlusOneReport[] {
    const reports = [...this.#counts.values()]
      .filter(({ runs }) => runs > this.threshold)
      .map((count) =>
        nPlusOneReport({
          label,
          count: count.runs,
          shape: count.shape.sql,
          place: count.site?.place,
          ...repetitionFix(this.dataSource, { ...count, readBefore: this.#readBefore(count) }),
        }),
      );
    // One call may need two statements, such as TypeORM's `findOne()` with relations: that is one loop.
    return reports.filter(
      ({ place, fix }, index) =>
        place === undefined || reports.findIndex((other) => other.place === place && other.fix === fix) === index,
    );
  }

  /** Whether a statement of a call counts; notes that the call has sent it. What does not count was read all the same. */
  #countsIn({ counting, sent }: Call, count: Count): boolean {
    if (counting === 'not') return false;
    let shapes = sent.get(this);
    if (!shapes) sent.set(this, (shapes = new Set()));
    const isFirst = shapes.size === 0;
    const isNew = !shapes.has(count);
    shapes.add(count);
    return counting === 'first' ? isFirst || !isNew : isNew;
  }

  #begin(shape: StatementShape, first: Statement): Count {
    const order = this.#counts.size;
    const count: Count = { shape, order, first, isSame: true, runs: 0, site: undefined, relation: undefined };
    this.#counts.set(shape.sql, count);
    if (shape.verb === 'SELECT') {
      for (const { table } of namedTables(shape.sql).tables) if (!this.#read.has(table)) this.#read.set(table, order);
    }
    return count;
  }

  #readBefore({ order }: Count): string[] {
    return [...this.#read]
      .filter(([, since]) => since < order)
      .map(([table]) => table)
      .reverse();
  }

  #shapeOf(sql: string): StatementShape | undefined {
    if (this.#known.has(sql)) return this.#known.get(sql);
    const shape = statementShape(sql, this.#isMysql);
    if (sql.length <= LONGEST_REMEMBERED && this.#known.size < MOST_REMEMBERED) this.#known.set(sql, shape);
    return shape;
  }
}

function isSame(one: Statement, other: Statement): boolean {
  if (one === other) return true;
  return (
    one.sql === other.sql &&
    one.parameters.length === other.parameters.length &&
    one.parameters.every((value, index) => isSameValue(value, other.parameters[index]))
  );
}

function isSameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return Object.is(one, other);
}
