import { expect } from '@jest/globals';
import type { HttpAnswer } from './http-client.js';

const ERROR_KEYS = ['code', 'error', 'message', 'statusCode'];

/** Words of the schema and of SQL: a client must never read one in an answer about the database. */
const INTERNALS =
  /\b(?:select|insert|update|delete|constraint|sqlite|postgres|mariadb|mysql|query|driver|password_?hash|article_tags|author_?id|parent_?id)\b|[UFP][QK]_|IDX_|REL_|\.(?:email|name)\b/i;

/** The answer is an error of the documented shape, and its message says what the client must know. */
export function expectError(answer: HttpAnswer, status: number, message: RegExp | string = /./): void {
  expect({ status: answer.status, body: answer.body ?? answer.text }).toEqual({
    status,
    body: expect.objectContaining({ statusCode: status, error: expect.any(String) }),
  });
  const unexpected = Object.keys(answer.body).filter((key) => !ERROR_KEYS.includes(key));
  expect(unexpected).toEqual([]);
  const text = [answer.body.message].flat().join('\n');
  if (typeof message === 'string') expect(text).toContain(message);
  else expect(text).toMatch(message);
}

/** The same, for an error that the database raised. */
export function expectDatabaseError(answer: HttpAnswer, status: number): void {
  expectError(answer, status);
  expect(answer.text).not.toMatch(INTERNALS);
}
