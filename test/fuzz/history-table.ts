import type { Client } from 'pg';
import type { SeenRow } from './log-record.js';
import { codeOfId, type ModelName } from './universe.js';

/** What one transaction has made of one row, in the order in which rows got their states. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly code: string;
  /** Undefined: deleted. */
  readonly row: SeenRow | undefined;
  /** Name of the process that wrote it. */
  readonly worker: string;
  /** Milliseconds of the clock on the wall. */
  readonly wall: number;
  /** A tag that the same transaction has written, if any: it names the operation. */
  readonly operationTag: string | undefined;
}

/*
 * The database itself notes every state of every row, by triggers, under the row's lock and in the writer's transaction:
 * what is rolled back is not there, and what a process that died has committed is. The cache knows nothing of this table.
 */
const SCHEMA = `
CREATE UNLOGGED TABLE history (
  sequence bigserial PRIMARY KEY, transaction bigint, code text, tag text, value int, bucket int, shelf uuid,
  worker text, wall double precision
);
CREATE FUNCTION note_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  state jsonb := CASE TG_OP WHEN 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO history (transaction, code, tag, value, bucket, shelf, worker, wall) VALUES (
    txid_current(), CASE TG_OP WHEN 'DELETE' THEN OLD.code ELSE NEW.code END,
    state->>'tag', (state->>'value')::int, (state->>'bucket')::int, (state->>'shelfId')::uuid,
    current_setting('application_name'), extract(epoch FROM clock_timestamp()) * 1000
  );
  RETURN NULL;
END $$;
`;

/** Gives the tables of the models their history. */
export async function createHistory(client: Client): Promise<void> {
  await client.query(SCHEMA);
  for (const table of ['shelf', 'volume'] satisfies ModelName[]) {
    await client.query(
      `CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION note_state()`,
    );
  }
}

/** The states since the last call, and forgets them. A transaction's steps on one row are one state: the last. */
export async function takeHistory(client: Client): Promise<HistoryEntry[]> {
  const { rows } = await client.query(`
    SELECT DISTINCT ON (code, transaction) *, max(tag) OVER (PARTITION BY transaction) AS operation
    FROM history ORDER BY code, transaction, sequence DESC`);
  await client.query('TRUNCATE history');
  return rows
    .map((each): HistoryEntry => {
      const { code, tag, value, bucket, shelf } = each;
      return {
        sequence: Number(each.sequence),
        code,
        row: tag === null ? undefined : { code, tag, value, bucket, ...(shelf ? { shelf: codeOfId(shelf) } : {}) },
        worker: each.worker,
        wall: each.wall,
        operationTag: each.operation ?? undefined,
      };
    })
    .sort((left, right) => left.sequence - right.sequence);
}

/** Every row as it is in the tables now. */
export async function readTables(client: Client): Promise<SeenRow[]> {
  const shelves = await client.query('SELECT code, tag, value, bucket FROM shelf');
  const volumes = await client.query('SELECT code, tag, value, bucket, "shelfId" FROM volume');
  return [
    ...(shelves.rows as SeenRow[]),
    ...volumes.rows.map(({ shelfId, ...row }): SeenRow => ({ ...row, shelf: codeOfId(shelfId) })),
  ];
}
