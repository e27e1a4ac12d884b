import type { EntityManager } from 'typeorm';
import type { ModelRepository } from 'nestjs-sqlmodel-ext';
import type { SeenRow } from './log-record.js';
import { plainRepository, type Row } from './repositories.js';
import type { ReadStep } from './step.js';
import { codeOfId, idOf } from './universe.js';

/** What a read gave: rows, a number of rows, or both. */
export interface ReadResult {
  readonly rows?: readonly SeenRow[];
  readonly count?: number;
}

const ORDER = { code: 'ASC' } as const;

/** Reads through the model's repository. */
export async function performRead(repository: ModelRepository<Row>, step: ReadStep): Promise<ReadResult> {
  const where = conditionOf(step);
  const load = step.load ? (['shelf'] as const) : ([] as const);
  const { offset, limit } = step;
  switch (step.kind) {
    case 'key': {
      const id = idOf(step.wanted.code ?? '');
      const row = step.load ? await repository.getOne(id, { load }) : await repository.getOne(id);
      return { rows: row ? [seenRow(row, step.load)] : [] };
    }
    case 'first': {
      const row = await repository.get(where, { order: ORDER, load });
      return { rows: row ? [seenRow(row, step.load)] : [] };
    }
    case 'list': {
      const rows = await repository.get(where, { fetch: 'all', order: ORDER, load });
      return { rows: rows.map((row) => seenRow(row, step.load)) };
    }
    case 'page': {
      const page = await repository.getWithCount(where, { order: ORDER, load, offset, limit });
      return { rows: page.items.map((row) => seenRow(row, step.load)), count: page.count };
    }
    case 'count':
      return { count: await repository.count(where) };
  }
}

/** Reads through TypeORM's own manager, in a transaction of TypeORM's own. */
export async function performPlainRead(manager: EntityManager, step: ReadStep): Promise<ReadResult> {
  const repository = plainRepository(manager, step.model);
  const where = conditionOf(step);
  if (step.kind === 'count') return { count: await repository.count({ where }) };
  const rows = await repository.find({ where, order: ORDER, skip: step.offset, take: step.limit });
  return { rows: rows.map((row) => seenRow(row, false)) };
}

function conditionOf({ wanted: { code, bucket, shelf } }: ReadStep): Partial<Pick<Row, 'code' | 'bucket' | 'shelfId'>> {
  return {
    ...(code === undefined ? {} : { code }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(shelf === undefined ? {} : { shelfId: idOf(shelf) }),
  };
}

/** A row as the log has it. */
export function seenRow(row: Row, isLoaded: boolean): SeenRow {
  const { code, tag, value, bucket, shelfId } = row;
  return {
    code,
    tag,
    value,
    bucket,
    ...(shelfId === undefined ? {} : { shelf: codeOfId(shelfId) }),
    ...(isLoaded ? { loaded: row.shelf ? seenRow(row.shelf as unknown as Row, false) : null } : {}),
  };
}
