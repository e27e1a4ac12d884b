import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { cacheOf } from '../../lib/cache/index.js';
import { createTestDatabase } from '../support/databases.js';
import { startPrivateRedis } from '../support/private-redis.js';
import { describeOnPrivateRedis } from '../support/redis.js';
import { startBlog } from './support/start-blog.js';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function blogs(count: number, redisUrl?: string) {
  const database = await createTestDatabase('sqlite');
  opened.push(() => database.drop());
  const started = [];
  for (let number = 0; number < count; number++) {
    const blog = await startBlog(database.options, 'express', redisUrl);
    opened.push(() => blog.app.close());
    // Requests go on while Redis connects; the figures below are those of later.
    await cacheOf(blog.app.get(DataSource))?.whenAvailable(10_000);
    started.push({
      ...blog,
      statistics: async () => (await blog.http.get('/cache')).body as { hits: number; misses: number },
    });
  }
  return started;
}

describe('the cache of the blog', () => {
  it('answers what was read before, and says so', async () => {
    const [{ http, statistics }] = await blogs(1);
    const first = await http.get('/articles');
    const { hits, misses } = await statistics();
    expect(misses).toBeGreaterThan(0);
    expect((await http.get('/articles')).body).toEqual(first.body);
    const now = await statistics();
    expect(now.misses).toBe(misses);
    expect(now.hits).toBeGreaterThan(hits);
  });
});

describeOnPrivateRedis('the cache of two blogs with one Redis', () => {
  it('shows each of them what the other has written', async () => {
    const redis = await startPrivateRedis();
    opened.push(async () => redis[Symbol.asyncDispose]());
    const [one, other] = await blogs(2, redis.url);
    const [article] = (await one.http.get('/articles')).body.items;
    const path = `/articles/${article.id}`;
    expect((await other.http.get(path)).body).toEqual(article);
    for (const title of ['First', 'Second', 'Third']) {
      expect((await one.http.patch(path, { title })).status).toBe(200);
      expect((await other.http.get(path)).body.title).toBe(title);
      expect((await other.http.get('/articles')).body.items).toContainEqual(expect.objectContaining({ title }));
    }
    expect((await other.http.delete(path)).status).toBe(204);
    expect((await one.http.get(path)).status).toBe(404);
    expect((await one.statistics()).hits).toBeGreaterThan(0);
  });
});
