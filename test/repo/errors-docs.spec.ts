import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import * as library from 'nestjs-sqlmodel-ext';
import { httpStatusOf, toHttpException } from '../../lib/nest/http-errors.js';
import { RAISED } from '../support/raised-errors.js';
import { tableBelow } from './markdown-tables.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const page = readFileSync(join(REPOSITORY_ROOT, 'docs/reference/errors.md'), 'utf8');
const { SqlModelExtError } = library;

/** One error of the drivers for each kind of violation. */
const VIOLATIONS = {
  unique: { code: '23505' },
  foreignKey: { code: '23503' },
  check: { code: '23514', constraint: 'chk' },
  notNull: { code: '23502' },
  data: { code: '22P02' },
};

describe('the page about errors', () => {
  const rows = tableBelow(page, '## The errors of this library');
  const exported = Object.entries(library as Record<string, unknown>).filter(
    ([, value]) => typeof value === 'function' && value.prototype instanceof SqlModelExtError,
  );

  it('has every class that is exported, once, and no other', () => {
    expect(rows.map((row) => row['class']).sort()).toEqual(exported.map(([name]) => name).sort());
  });

  it.each(rows.map((row) => [row['class'], row] as const))('is right about %s', (name, row) => {
    const raised = RAISED.filter(([error]) => error.name === name);
    expect(raised).not.toEqual([]);
    const [[error]] = raised;
    expect(row['code']).toBe(error.code);
    expect(row['HTTP']).toBe(String(httpStatusOf(error.constructor)));
    expect(row['when']).toMatch(/^\S.*\.$/);
    expect(row['fix']).toMatch(/^\S.*\.$/);
  });

  it('has a code of its own for every class', () => {
    const codes = rows.map((row) => row['code']);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('is right about the errors of the database', () => {
    const answers = Object.entries(VIOLATIONS).map(([kind, error]) => {
      const exception = toHttpException(error, {});
      const { code, message } = exception?.getResponse() as { code: string; message: string };
      return { kind, code, HTTP: String(exception?.getStatus()), message };
    });
    expect(tableBelow(page, '## Errors of the database')).toEqual(answers);
  });

  it.each([
    ['PostgreSQL deadlock', { code: '40P01' }],
    ['PostgreSQL serialization failure', { code: '40001' }],
    ['PostgreSQL lock timeout', { code: '55P03' }],
    ['MariaDB deadlock', { errno: 1213, code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }],
    ['SQLite busy', { code: 'SQLITE_BUSY' }],
  ])('is right about the conflict with another writer: %s', (_, driverError) => {
    const reason = Object.assign(new Error('secret'), driverError);
    const exception = toHttpException(new QueryFailedError('UPDATE secret', [], reason), {});
    expect(exception?.getResponse()).toMatchObject({ statusCode: 409, code: 'WRITE_CONFLICT' });
    expect(JSON.stringify(exception?.getResponse())).not.toContain('secret');
    expect(page).toContain('`WRITE_CONFLICT`');
  });

  it('shows an answer as it is sent', () => {
    const [, json] = /```json\n(.*?)```/s.exec(page) ?? [];
    expect(toHttpException(new library.RecordNotFoundError('Article'), {})?.getResponse()).toEqual(JSON.parse(json));
  });
});
