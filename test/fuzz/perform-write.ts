import { type EntityManager, LessThan } from 'typeorm';
import { EVERY_VOLUME, PERHAPS, type WriteEffect } from './own-writes.js';
import { classOf, plainRepository, type Repositories, type Row } from './repositories.js';
import type { WriteKind, WriteStep } from './step.js';
import { codesOf, idOf, modelOf } from './universe.js';

/** Values below this go when a bucket is emptied. */
const EMPTIED_BELOW = 30;

/** What a write needs around it. */
export interface WriteContext {
  readonly repositories: Repositories;
  /** The manager of TypeORM's own transaction, which repositories take no part in. */
  readonly plain: EntityManager | undefined;
  /** Reads the row that the write begins with, as every read is noted. */
  readonly readRow: (code: string) => Promise<Row | null>;
}

/** Rows that a write may delete, as the log has them. */
export function removedBy({ kind, code }: WriteStep): readonly string[] {
  if (kind === 'bulk delete') return [EVERY_VOLUME];
  if (!kind.endsWith('delete')) return [];
  return modelOf(code) === 'shelf' ? [code, EVERY_VOLUME] : [code];
}

/** Writes, so that every row that is changed gets the tag. */
export async function performWrite(context: WriteContext, step: WriteStep, tag: string): Promise<WriteEffect> {
  const kind = context.plain ? plainKind(step.kind) : step.kind;
  const written: WriteEffect = { [step.code]: tag };
  const { repositories, readRow, plain } = context;
  const { code, value, bucket } = step;
  const id = idOf(code);
  const model = modelOf(code);
  const repository = repositories.of(model);
  const typeorm = plain ? plainRepository(plain, model) : repository.typeorm;
  const changed = { tag, value, bucket, ...(model === 'volume' ? { shelfId: idOf(step.shelf) } : {}) };

  switch (kind) {
    case 'update': {
      const row = await readRow(code);
      if (row) await repository.update(row, changed);
      return row ? written : {};
    }
    case 'save': {
      const row = await readRow(code);
      if (row) await repository.save(Object.assign(row, { tag, value, bucket }));
      return row ? written : {};
    }
    case 'compute': {
      const row = await readRow(code);
      const options = model === 'shelf' ? { optimisticRetryCount: 3 } : {};
      if (row) await repository.update(row, (current) => ({ tag, value: current.value + 1 }), options);
      return row ? written : {};
    }
    case 'add':
      if (await readRow(code)) return {};
      await repository.add({ id, code, ...changed });
      return written;
    case 'delete': {
      const row = await readRow(code);
      if (row) await repository.delete(row);
      return row ? removal(code) : {};
    }
    case 'upsert':
      await repository.upsert({ id, code, ...changed }, { conflict: ['code'] });
      return written;
    case 'typeorm save': {
      const row = await typeorm.findOneBy({ id });
      if (row) await typeorm.save(Object.assign(row, { tag, value, bucket }));
      return row ? written : {};
    }
    case 'typeorm update':
      return (await typeorm.update({ id }, { tag, value })).affected === 1 ? written : {};
    case 'typeorm delete':
      await typeorm.delete({ id });
      return removal(code);
    case 'builder update': {
      const query = typeorm.createQueryBuilder().update().set(changed).where('code = :code', { code });
      return (await query.execute()).affected === 1 ? written : {};
    }
    case 'builder insert':
      await typeorm
        .createQueryBuilder()
        .insert()
        .values({ id, code, ...changed })
        .execute();
      return written;
    case 'raw':
      await repositories.unitOfWork.run(async () => {
        await repositories.unitOfWork.touches(classOf(code));
        const sql = `UPDATE "${model}" SET "tag" = $1, "value" = $2 WHERE "code" = $3`;
        await repositories.dataSource.query(sql, [tag, value, code]);
      });
      return { [code]: PERHAPS };
    case 'bulk update':
      await typeorm
        .createQueryBuilder()
        .update()
        .set({ tag, value: () => '"value" + 1' })
        .where('bucket = :bucket', { bucket })
        .execute();
      return Object.fromEntries(
        model === 'volume' ? [[EVERY_VOLUME, PERHAPS]] : codesOf(model).map((each) => [each, PERHAPS]),
      );
    case 'bulk delete':
      await repository.deleteWhere({ bucket, value: LessThan(EMPTIED_BELOW) });
      return { [EVERY_VOLUME]: PERHAPS };
  }
}

/** What TypeORM has itself. */
function plainKind(kind: WriteKind): WriteKind {
  switch (kind) {
    case 'update':
    case 'raw':
      return 'builder update';
    case 'save':
    case 'compute':
      return 'typeorm save';
    case 'add':
    case 'upsert':
      return 'builder insert';
    case 'delete':
    case 'bulk delete':
      return 'typeorm delete';
    default:
      return kind;
  }
}

function removal(code: string): WriteEffect {
  return modelOf(code) === 'shelf' ? { [code]: null, [EVERY_VOLUME]: PERHAPS } : { [code]: null };
}
