import { createHash } from 'node:crypto';
import { type DataSource, QueryFailedError, type QueryResult, type QueryRunner } from 'typeorm';
import type { Statement } from './sql-writer.js';

/** The part of pg's client that matters here. */
interface PostgresClient {
  query(...args: unknown[]): unknown;
}

/** Different statements of one data source that get a name: each connection keeps them until it is closed. */
const MOST_STATEMENTS = 200;

/**
 * The server does not know the statement, or knows it already: between it and us is a pool that hands its connections
 * from client to client.
 */
const NAMES_DO_NOT_HOLD: readonly unknown[] = ['26000', '42P05'];

/** The table has changed since the statement was planned. */
const PLAN_IS_OLD = '0A000';

/** What one data source has prepared. */
interface Prepared {
  isOff: boolean;
  readonly names: Map<string, string | undefined>;
}

const known = new WeakMap<DataSource, Prepared>();

function preparedOf(dataSource: DataSource): Prepared {
  let prepared = known.get(dataSource);
  if (!prepared) {
    const { type } = dataSource.options;
    known.set(dataSource, (prepared = { isOff: type !== 'postgres', names: new Map() }));
  }
  return prepared;
}

/** Whether statements that come again and again are prepared once for each connection. PostgreSQL alone reads it. */
export function configurePreparedStatements(dataSource: DataSource, isOn: boolean | undefined): void {
  if (isOn !== undefined) preparedOf(dataSource).isOff = !isOn || dataSource.options.type !== 'postgres';
}

/**
 * Sends a statement that comes again and again on a connection that is in no transaction: PostgreSQL parses and plans
 * it once for each connection. Where a pool in between does not keep names, the statement goes out without one, and so
 * do all later ones; inside a transaction the error would have undone it, so names are for outside alone.
 */
export async function queryPrepared(
  dataSource: DataSource,
  runner: QueryRunner,
  { sql, parameters }: Statement,
): Promise<QueryResult> {
  const prepared = preparedOf(dataSource);
  const name = prepared.isOff ? undefined : nameOf(prepared, sql);
  if (name === undefined) return runner.query(sql, parameters, true);
  const client = (await runner.connect()) as PostgresClient;
  const names = namesOf(client);
  names.set(sql, name);
  try {
    return await runner.query(sql, parameters, true);
  } catch (error) {
    const code = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : undefined;
    if (NAMES_DO_NOT_HOLD.includes(code)) prepared.isOff = true;
    else if (code === PLAN_IS_OLD) prepared.names.set(sql, undefined);
    else throw error;
  } finally {
    names.delete(sql);
  }
  return runner.query(sql, parameters, true);
}

function nameOf({ names }: Prepared, sql: string): string | undefined {
  if (!names.has(sql) && names.size < MOST_STATEMENTS) {
    // A pool in between may lead to a connection on which another process has prepared: one name, one statement.
    names.set(sql, `nestjs_sqlmodel_ext_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`);
  }
  return names.get(sql);
}

const clients = new WeakMap<PostgresClient, Map<string, string>>();

/** The statements that a client sends by name next. TypeORM hands texts through alone. */
function namesOf(client: PostgresClient): Map<string, string> {
  const found = clients.get(client);
  if (found) return found;
  const names = new Map<string, string>();
  const query = client.query.bind(client);
  client.query = (...args) => {
    const [text, values] = args;
    const name = typeof text === 'string' && names.size > 0 ? names.get(text) : undefined;
    return name === undefined ? query(...args) : query({ name, text, values });
  };
  clients.set(client, names);
  return names;
}
