import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type FreshDatabase } from '../support/databases.js';
import { fillPlaceholders } from './support/fill-placeholders.js';
import { parseCurl } from './support/parse-curl.js';
import { type RunningShop, startOrders } from './support/start-orders.js';
import { walkthroughOf } from './support/walkthrough-of.js';

const README = readFileSync(new URL('../../sample/orders/README.md', import.meta.url), 'utf8');

describe('the walk-through in the README of the shop', () => {
  const steps = walkthroughOf(README);
  const variables = new Map<string, string>();
  let database: FreshDatabase;
  let shop: RunningShop;

  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    shop = await startOrders(database.options);
  });

  afterAll(async () => {
    await shop?.app.close();
    await database?.drop();
  });

  it('is found', () => {
    expect(steps.length).toBeGreaterThan(20);
  });

  it.each(steps)('line $line: answers $status as written', async ({ command, status, body }) => {
    const { method, path, headers, body: sent } = parseCurl(command, variables);
    const answer = await shop.http.send(method, path, sent, headers);
    const actual = { status: answer.status, body: answer.body };
    expect(actual).toEqual({ status, body: fillPlaceholders(body, answer.body, variables) });
  });
});
