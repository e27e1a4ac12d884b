import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type FreshDatabase } from '../support/databases.js';
import { fillPlaceholders } from './support/fill-placeholders.js';
import { parseCurl } from './support/parse-curl.js';
import { type RunningBlog, startBlog } from './support/start-blog.js';
import { walkthroughOf } from './support/walkthrough-of.js';

const README = readFileSync(new URL('../../sample/blog/README.md', import.meta.url), 'utf8');

describe('the walk-through in the README of the blog', () => {
  const steps = walkthroughOf(README);
  const variables = new Map<string, string>();
  let database: FreshDatabase;
  let blog: RunningBlog;

  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    blog = await startBlog(database.options);
  });

  afterAll(async () => {
    await blog?.app.close();
    await database?.drop();
  });

  it('is found', () => {
    expect(steps.length).toBeGreaterThan(10);
  });

  it.each(steps)('line $line: answers $status as written', async ({ command, status, body }) => {
    const { method, path, headers, body: sent } = parseCurl(command, variables);
    const answer = await blog.http.send(method, path, sent, headers);
    const actual = { status: answer.status, body: answer.body };
    expect(actual).toEqual({ status, body: fillPlaceholders(body, answer.body, variables) });
  });
});

describe('the check of a walk-through', () => {
  const page = (command: string, answer = 'HTTP/1.1 204 No Content') =>
    ['```sh', command, '```', 'text', '```http', answer, '```', ''].join('\n');

  it('reads commands as a shell does', () => {
    const command = "curl -X PUT 'localhost:3000/a?b=1&c=2' \\\n  -H 'X-Y: z' -d '{ \"id\": \"'$ID'\" }'";
    expect(parseCurl(command, new Map([['ID', '7']]))).toEqual({
      method: 'PUT',
      path: '/a?b=1&c=2',
      headers: { 'X-Y': 'z' },
      body: '{ "id": "7" }',
    });
    expect(() => parseCurl('curl localhost:3000/a?b=1&c=2', new Map())).toThrow('needs quotes for the shell: ?b=1&c=2');
    expect(() => parseCurl('curl localhost:3000/$ID', new Map())).toThrow('$ID is used before an answer shows it');
    expect(() => parseCurl('curl --silent x localhost:3000/', new Map())).toThrow('unknown option --silent');
    expect(() => parseCurl('curl example.org/', new Map())).toThrow('the address is not at localhost:3000');
  });

  it('finds a request without an answer, and an answer without a request', () => {
    expect(walkthroughOf(page('curl localhost:3000/'))).toEqual([
      { line: 2, command: 'curl localhost:3000/\n', status: 204, body: undefined },
    ]);
    expect(() => walkthroughOf(page('curl localhost:3000/', '{}'))).toThrow('line 2: no answer with a status line');
    expect(() => walkthroughOf(page('npm start'))).toThrow('1 answers follow 0 requests');
  });

  it('remembers values by name, and compares the rest', () => {
    const variables = new Map<string, string>();
    const id = '01890000-0000-7000-8000-000000000000';
    expect({ id, n: 1, at: '2026-01-01T00:00:00.000Z' }).toEqual(
      fillPlaceholders({ id: '$A', n: '<integer>', at: '<timestamp>' }, { id }, variables),
    );
    expect(fillPlaceholders({ of: ['$A'] }, { of: ['other'] }, variables)).toEqual({ of: [id] });
    expect({ a: 1, more: 2 }).not.toEqual(fillPlaceholders({ a: 1 }, { a: 1, more: 2 }, variables));
    expect(['x']).not.toEqual(fillPlaceholders([], ['x'], variables));
  });
});
