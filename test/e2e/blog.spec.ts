import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ArticleAnnouncer } from '../../sample/blog/articles/article-announcer.js';
import { createTestDatabase, DATABASES, DATABASES_OF_FULL_RUNS, type FreshDatabase } from '../support/databases.js';
import { expectDatabaseError, expectError } from './support/expect-error.js';
import type { HttpAnswer, HttpClient } from './support/http-client.js';
import { TIMESTAMP, UNKNOWN_UUID, UUID } from './support/patterns.js';
import { platformsOn } from './support/platform.js';
import { type RunningBlog, startBlog } from './support/start-blog.js';

const CASES = DATABASES.flatMap((database) =>
  platformsOn(database.name).map((platform) => ({ ...database, platform })),
);

const USER_KEYS = ['bio', 'createdAt', 'id', 'name', 'updatedAt'];
const TAG_KEYS = ['id', 'name'];
const ARTICLE_KEYS = [
  'author',
  'body',
  'createdAt',
  'id',
  'isPublished',
  'publishedAt',
  'summary',
  'tags',
  'title',
  'updatedAt',
];
const COMMENT_KEYS = ['author', 'body', 'createdAt', 'id', 'parentId', 'updatedAt'];
const THREAD_KEYS = ['answers', ...COMMENT_KEYS];

describe.each(CASES)('the blog on $name and $platform', ({ name, hasConcurrency, platform }) => {
  // PGlite has one session, which requests at the same time would share. SQLite has one too, but its own queue.
  const itAtOnce = name === 'postgres' && !hasConcurrency ? it.skip : it;

  let database: FreshDatabase;
  let blog: RunningBlog;
  let http: HttpClient;

  beforeAll(async () => {
    database = await createTestDatabase(name);
    blog = await startBlog(database.options, platform);
    http = blog.http;
  });

  afterAll(async () => {
    await blog?.app.close();
    await database?.drop();
  });

  let serial = 0;
  const uniqueName = (prefix: string) => `${prefix} ${++serial}`;
  const uniqueEmail = () => `user${++serial}@example.org`;

  async function made(answer: Promise<HttpAnswer>): Promise<any> {
    const { status, body } = await answer;
    expect({ status, body }).toMatchObject({ status: 201 });
    return body;
  }
  const newUser = (fields: object = {}) =>
    made(http.post('/users', { name: uniqueName('User'), email: uniqueEmail(), password: 'secret', ...fields }));
  const newArticle = (authorId: string, fields: object = {}) =>
    made(http.post('/articles', { title: uniqueName('Article'), body: 'Text', authorId, ...fields }));
  const newComment = (articleId: string, authorId: string, fields: object = {}) =>
    made(http.post(`/articles/${articleId}/comments`, { body: 'Nice', authorId, ...fields }));

  async function got(path: string): Promise<any> {
    const { status, body } = await http.get(path);
    expect({ status, body }).toMatchObject({ status: 200 });
    return body;
  }
  const keysOf = (value: object) => Object.keys(value).sort();
  const ids = (items: { id: string }[]) => items.map(({ id }) => id);

  describe('users', () => {
    it('are made, and shown without e-mail address and password', async () => {
      const user = await newUser({ name: '  Ada  ', bio: 'Likes engines', password: 'the secret of Ada' });
      expect(user).toEqual({
        id: expect.stringMatching(UUID),
        name: 'Ada',
        bio: 'Likes engines',
        createdAt: expect.stringMatching(TIMESTAMP),
        updatedAt: expect.stringMatching(TIMESTAMP),
      });
      expect(await got(`/users/${user.id}`)).toEqual(user);
    });

    it('have null in fields that nobody filled', async () => {
      expect(await newUser()).toMatchObject({ bio: null });
    });

    it('keep every character, of all planes of Unicode', async () => {
      const bio = 'Grüße, 你好, 🦉 – \u{1F468}‍👩‍👧, "quoted" \\ back, \r\n new line, \' OR 1=1; --';
      const user = await newUser({ bio });
      expect((await got(`/users/${user.id}`)).bio).toBe(bio);
    });

    it('do not share an e-mail address', async () => {
      const email = uniqueEmail();
      await newUser({ email });
      const before = (await got('/users?limit=1')).count;
      expectDatabaseError(await http.post('/users', { name: 'Twin', email, password: 'secret' }), 409);
      expect((await got('/users?limit=1')).count).toBe(before);
    });

    itAtOnce('do not share an e-mail address even when they come at the same time', async () => {
      const email = uniqueEmail();
      const answers = await Promise.all(
        [1, 2, 3, 4, 5].map(() => http.post('/users', { name: 'Racer', email, password: 'secret' })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    });

    it('are kept while articles refer to them', async () => {
      const user = await newUser();
      const article = await newArticle(user.id);
      expectDatabaseError(await http.delete(`/users/${user.id}`), 409);
      await got(`/users/${user.id}`);
      expect((await http.delete(`/articles/${article.id}`)).status).toBe(204);
      expect((await http.delete(`/users/${user.id}`)).status).toBe(204);
      expectError(await http.get(`/users/${user.id}`), 404);
    });
  });

  describe('articles', () => {
    it('are made with their tags and shown with author and tags, nothing else', async () => {
      const author = await newUser();
      const article = await newArticle(author.id, { title: ' News ', tags: ['Alpha', 'beta', 'alpha'] });
      expect(article).toEqual({
        id: expect.stringMatching(UUID),
        title: 'News',
        summary: null,
        body: 'Text',
        isPublished: false,
        publishedAt: null,
        createdAt: expect.stringMatching(TIMESTAMP),
        updatedAt: expect.stringMatching(TIMESTAMP),
        author,
        tags: expect.anything(),
      });
      expect(article.tags.map((tag: { name: string }) => tag.name).sort()).toEqual(['alpha', 'beta']);
      const read = await got(`/articles/${article.id}`);
      expect({ ...read, tags: null }).toEqual({ ...article, tags: null });
      expect(new Set(read.tags.map((tag: { id: number }) => tag.id))).toEqual(
        new Set(article.tags.map((tag: { id: number }) => tag.id)),
      );
      for (const tag of read.tags) expect(keysOf(tag)).toEqual(TAG_KEYS);
      expect(keysOf(read)).toEqual(ARTICLE_KEYS);
      expect(keysOf(read.author)).toEqual(USER_KEYS);
    });

    it('have a shape that no row of a list adds to', async () => {
      const author = await newUser();
      await newArticle(author.id, { tags: ['shape'] });
      const { items } = await got(`/articles?authorId=${author.id}`);
      expect(items).toHaveLength(1);
      expect(keysOf(items[0])).toEqual(ARTICLE_KEYS);
      expect(keysOf(items[0].author)).toEqual(USER_KEYS);
      expect(keysOf(items[0].tags[0])).toEqual(TAG_KEYS);
    });

    it('are refused for an author that does not exist, and their new tags with them', async () => {
      const tag = uniqueName('ghost');
      const before = (await got('/articles?limit=1')).count;
      const answer = await http.post('/articles', { title: 'Lost', body: 'x', authorId: UNKNOWN_UUID, tags: [tag] });
      expectDatabaseError(answer, 409);
      expect((await got('/articles?limit=1')).count).toBe(before);
      expect((await got('/tags?limit=100')).items.map((item: { name: string }) => item.name)).not.toContain(tag);
    });

    it('are announced once they are committed, and only then', async () => {
      const announce = jest.spyOn(blog.app.get(ArticleAnnouncer), 'announce');
      try {
        const author = await newUser();
        const draft = await newArticle(author.id);
        const lost = { title: 'Lost', body: 'x', isPublished: true, authorId: UNKNOWN_UUID };
        expectDatabaseError(await http.post('/articles', lost), 409);
        expect(announce).not.toHaveBeenCalled();

        const published = await http.patch(`/articles/${draft.id}`, { isPublished: true });
        expect(published.body).toMatchObject({ isPublished: true, publishedAt: expect.stringMatching(TIMESTAMP) });
        expect(announce.mock.calls.map(([article]) => article.id)).toEqual([draft.id]);

        // Published already: nothing new to announce, and the time of the first publication stays.
        await http.patch(`/articles/${draft.id}`, { isPublished: false });
        const again = await http.patch(`/articles/${draft.id}`, { isPublished: true });
        expect(again.body.publishedAt).toBe(published.body.publishedAt);
        expect(announce).toHaveBeenCalledTimes(1);
      } finally {
        announce.mockRestore();
      }
    });

    it('get other tags in place of the old ones', async () => {
      const author = await newUser();
      const article = await newArticle(author.id, { tags: ['one', 'two'] });
      const names = async () =>
        (await got(`/articles/${article.id}`)).tags.map((tag: { name: string }) => tag.name).sort();
      const answer = await http.put(`/articles/${article.id}/tags`, { tags: ['two', 'three'] });
      expect(answer.status).toBe(200);
      expect(keysOf(answer.body)).toEqual(ARTICLE_KEYS);
      expect(await names()).toEqual(['three', 'two']);
      await http.put(`/articles/${article.id}/tags`, { tags: [] });
      expect(await names()).toEqual([]);
      expectError(await http.put(`/articles/${article.id}/tags`, {}), 400, 'tags');
      expectError(await http.put(`/articles/${article.id}/tags`, { tags: 'one' }), 400, 'tags');
      expectError(await http.put(`/articles/${article.id}/tags`, { tags: ['ok', ' '] }), 400, 'tags');
      expectError(await http.put(`/articles/${article.id}/tags`, { tags: ['ok', 7] }), 400, 'tags');
      expectError(await http.put(`/articles/${article.id}/tags`, { tags: Array(11).fill('many') }), 400, 'tags');
      expect(await names()).toEqual([]);
    });

    it('take their comments with them', async () => {
      const author = await newUser();
      const article = await newArticle(author.id, { tags: ['deleted'] });
      const comment = await newComment(article.id, author.id);
      const deleted = await http.delete(`/articles/${article.id}`);
      expect(deleted).toMatchObject({ status: 204, text: '' });
      expectError(await http.get(`/articles/${article.id}`), 404);
      expectError(await http.patch(`/comments/${comment.id}`, { body: 'x' }), 404);
      expectError(await http.delete(`/articles/${article.id}`), 404);
    });

    itAtOnce('may be written by many requests at the same time', async () => {
      const author = await newUser();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          n % 3 === 0
            ? http.post('/articles', { title: 'Lost', body: 'x', authorId: UNKNOWN_UUID })
            : http.post('/articles', { title: `Kept ${n}`, body: 'x', authorId: author.id }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(
        Array.from({ length: 12 }, (_, n) => (n % 3 === 0 ? 409 : 201)),
      );
      expect((await got(`/articles?authorId=${author.id}`)).count).toBe(8);
    });
  });

  describe('a PATCH', () => {
    let article: any;
    const edit = (patch: unknown) => http.patch(`/articles/${article.id}`, patch);
    const current = () => got(`/articles/${article.id}`);

    beforeAll(async () => {
      const author = await newUser();
      article = await newArticle(author.id, { summary: 'Short', tags: ['kept'] });
    });

    it('changes the fields that were sent, and no others', async () => {
      const { status, body } = await edit({ title: 'Better' });
      expect(status).toBe(200);
      expect(body).toEqual({ ...article, title: 'Better', updatedAt: expect.stringMatching(TIMESTAMP) });
      expect(body.updatedAt >= article.updatedAt).toBe(true);
      expect(await current()).toEqual(body);
      article = body;
    });

    it('empties a nullable field by null', async () => {
      expect((await edit({ summary: null })).body).toMatchObject({ title: 'Better', summary: null });
      expect((await edit({ summary: 'Again' })).body).toMatchObject({ title: 'Better', summary: 'Again' });
      article = await current();
    });

    it('may be empty', async () => {
      const { status, body } = await edit({});
      expect({ status, body: { ...body, updatedAt: null } }).toEqual({
        status: 200,
        body: { ...article, updatedAt: null },
      });
    });

    it('sets false, and the empty text where that is legal', async () => {
      expect((await edit({ isPublished: true, body: '' })).body).toMatchObject({ isPublished: true, body: '' });
      expect((await edit({ isPublished: false })).body).toMatchObject({ isPublished: false, body: '' });
    });

    describe('is refused, and changes nothing,', () => {
      beforeAll(async () => {
        article = await current();
      });

      it.each([
        ['with an unknown field', { titel: 'Typo', title: 'x' }, 'titel'],
        ['with the id', { id: UNKNOWN_UUID, title: 'x' }, 'id'],
        ['with a timestamp', { createdAt: '2000-01-01T00:00:00Z', title: 'x' }, 'createdAt'],
        ['with a foreign key', { authorId: UNKNOWN_UUID, title: 'x' }, 'authorId'],
        [
          'with a column that only the server writes',
          { publishedAt: '2000-01-01T00:00:00Z', title: 'x' },
          'publishedAt',
        ],
        ['with a relation', { author: { id: UNKNOWN_UUID }, title: 'x' }, 'author'],
        ['with null in a field that has no null', { title: null }, 'title'],
        ['with null in a field that has a default', { isPublished: null }, 'isPublished'],
        ['with a number for a text', { title: 5 }, 'title'],
        ['with a text for a boolean', { isPublished: 'true' }, 'isPublished'],
        ['with a number for a boolean', { isPublished: 1 }, 'isPublished'],
        ['with a list for a text', { title: ['a'] }, 'title'],
        ['with an object for a text', { summary: { length: 1 } }, 'summary'],
        ['with a NUL byte', { title: 'a\u0000b' }, 'title'],
        ['with half a character', { title: 'a\ud800b' }, 'title'],
        ['with nothing in a field that must not be empty', { title: '' }, 'title'],
        ['with white space only', { title: ' \t\n ' }, 'title'],
        ['with a text one character too long', { title: 'x'.repeat(65) }, 'title'],
        ['with a long text one character too long', { body: 'x'.repeat(10_001) }, 'body'],
      ])('%s', async (_case, patch, named) => {
        expectError(await edit(patch), 400, named);
        expect(await current()).toEqual(article);
      });

      it('when it is no object', async () => {
        for (const body of ['[]', '[{"title":"x"}]', '"title"', '5', 'true', 'null']) {
          const { status } = await edit(body);
          expect({ body, status }).toEqual({ body, status: 400 });
        }
        // Nest on Fastify words this one without "error": only the status is the blog's business.
        expect((await edit('{"title":')).status).toBe(400);
        expect(await current()).toEqual(article);
      });

      it('with a key that would reach the prototype', async () => {
        for (const body of ['{"__proto__":{"title":"x"}}', '{"constructor":{"prototype":{"title":"x"}}}']) {
          const { status } = await edit(body);
          expect({ body, status }).toEqual({ body, status: 400 });
        }
        expect(({} as { title?: string }).title).toBeUndefined();
        expect(await current()).toEqual(article);
      });

      it('naming everything that is wrong, not only the first', async () => {
        const answer = await edit({ title: 5, body: null, nonsense: 1 });
        for (const named of ['title', 'body', 'nonsense']) expectError(answer, 400, named);
      });
    });

    it('takes a text of exactly the largest length, in characters, not bytes', async () => {
      const longest = { title: '🦉'.repeat(64), body: 'é'.repeat(10_000), summary: 'ß'.repeat(1_000) };
      const { status, body } = await edit(longest);
      expect({ status, body }).toMatchObject({ status: 200, body: longest });
      expect(await current()).toMatchObject(longest);
    });
  });

  describe('a POST', () => {
    it('is refused without its required fields, naming them', async () => {
      const answer = await http.post('/articles', {});
      for (const named of ['title', 'body', 'authorId']) expectError(answer, 400, named);
      expectError(await http.post('/articles'), 400);
    });

    it('is refused with fields that it does not have', async () => {
      const author = await newUser();
      const valid = { title: 'x', body: 'x', authorId: author.id };
      for (const extra of [
        { id: UNKNOWN_UUID },
        { publishedAt: null },
        { createdAt: null },
        { author },
        { version: 1 },
      ]) {
        const [named] = Object.keys(extra);
        expectError(await http.post('/articles', { ...valid, ...extra }), 400, named);
      }
      expect((await got(`/articles?authorId=${author.id}`)).count).toBe(0);
    });

    it('is refused with values that do not fit', async () => {
      expectError(await http.post('/users', { name: 'A', email: 'nobody', password: 'secret' }), 400, 'email');
      expectError(await http.post('/users', { name: 'A', email: uniqueEmail(), password: '' }), 400, 'password');
      expectError(await http.post('/articles', { title: 'x', body: 'x', authorId: 'me' }), 400, 'authorId');
      expectError(await http.post('/tags', { name: 'x'.repeat(65) }), 400, 'name');
    });
  });

  describe('an id in the path', () => {
    const paths = [
      ['GET', '/users/'],
      ['GET', '/articles/'],
      ['PATCH', '/articles/'],
      ['DELETE', '/articles/'],
      ['PATCH', '/comments/'],
      ['GET', '/tags/'],
    ] as const;
    const bodyFor = (method: string) => (method === 'PATCH' ? { body: 'x' } : undefined);

    it.each(paths)('that no row has is 404: %s %s', async (method, path) => {
      const unknown = path === '/tags/' ? '2000000000' : UNKNOWN_UUID;
      expectError(await http.send(method, path + unknown, bodyFor(method)), 404, /not found/i);
    });

    it.each(paths)('that is malformed is a client error: %s %s', async (method, path) => {
      const malformed = [
        'nonsense',
        '1.5',
        '-1',
        '1e3',
        'NaN',
        '0x10',
        '99999999999999999999',
        '2147483648',
        `${UNKNOWN_UUID}x`,
        `{${UNKNOWN_UUID}}`,
        '%00',
        "'%20OR%20'1'='1",
        '%F0%9F%A6%89',
      ];
      for (const id of malformed) {
        const answer = await http.send(method, path + id, bodyFor(method));
        const isClientError = answer.status === 400 || answer.status === 404;
        expect({ id, status: answer.status, isClientError }).toMatchObject({ id, isClientError: true });
        expectError(answer, answer.status);
      }
    });

    it('is a UUID in any case of letters', async () => {
      const user = await newUser();
      expect(await got(`/users/${user.id.toUpperCase()}`)).toEqual(user);
    });
  });

  describe('tags', () => {
    it('have a number as id, and one name each', async () => {
      const name_ = uniqueName('tag');
      const tag = await made(http.post('/tags', { name: name_ }));
      expect(tag).toEqual({ id: expect.any(Number), name: name_ });
      expect(await got(`/tags/${tag.id}`)).toEqual(tag);
      expectDatabaseError(await http.post('/tags', { name: name_ }), 409);
    });

    it('are shared between articles', async () => {
      const author = await newUser();
      const tag = uniqueName('shared');
      const [first, second] = [
        await newArticle(author.id, { tags: [tag] }),
        await newArticle(author.id, { tags: [tag, uniqueName('own')] }),
      ];
      expect(second.tags.map(({ id }: { id: number }) => id)).toContain(first.tags[0].id);
    });
  });

  describe('comments', () => {
    let author: any;
    let article: any;

    beforeAll(async () => {
      author = await newUser();
      article = await newArticle(author.id);
    });

    it('answer comments, to any depth', async () => {
      const comment = (body: string, parentId?: string) =>
        newComment(article.id, author.id, { body, ...(parentId === undefined ? {} : { parentId }) });
      const root = await comment('root');
      expect(root).toEqual({
        id: expect.stringMatching(UUID),
        body: 'root',
        parentId: null,
        author,
        createdAt: expect.stringMatching(TIMESTAMP),
        updatedAt: expect.stringMatching(TIMESTAMP),
      });
      const child = await comment('child', root.id);
      expect(child.parentId).toBe(root.id);
      const grandchild = await comment('grandchild', child.id);
      const other = await comment('other');

      const page = await got(`/articles/${article.id}/comments?desc=false`);
      expect(keysOf(page)).toEqual(['count', 'items']);
      expect(page.count).toBe(2);
      const thread = page.items.find(({ id }: { id: string }) => id === root.id);
      expect(thread).toEqual({
        ...root,
        answers: [{ ...child, answers: [{ ...grandchild, answers: [] }] }],
      });
      expect(keysOf(thread)).toEqual([...THREAD_KEYS].sort());
      expect(page.items.find(({ id }: { id: string }) => id === other.id).answers).toEqual([]);

      expect((await http.delete(`/comments/${child.id}`)).status).toBe(204);
      const after = await got(`/articles/${article.id}/comments`);
      expect(after.items.find(({ id }: { id: string }) => id === root.id).answers).toEqual([]);
      expectError(await http.patch(`/comments/${grandchild.id}`, { body: 'x' }), 404);
    });

    it('are edited by their text only', async () => {
      const comment = await newComment(article.id, author.id);
      const { status, body } = await http.patch(`/comments/${comment.id}`, { body: 'Edited' });
      expect({ status, body }).toEqual({
        status: 200,
        body: { ...comment, body: 'Edited', updatedAt: expect.stringMatching(TIMESTAMP) },
      });
      expectError(await http.patch(`/comments/${comment.id}`, { parentId: null }), 400, 'parentId');
    });

    it('answer comments of the same article only', async () => {
      const elsewhere = await newComment((await newArticle(author.id)).id, author.id);
      const path = `/articles/${article.id}/comments`;
      const answer = await http.post(path, { body: 'x', authorId: author.id, parentId: elsewhere.id });
      expectError(answer, 404, 'Comment to answer not found');
      const unknown = await http.post(path, { body: 'x', authorId: author.id, parentId: UNKNOWN_UUID });
      expectError(unknown, 404, 'Comment to answer not found');
    });

    it('need an article and an author', async () => {
      const comment = { body: 'x', authorId: author.id };
      expectError(await http.post(`/articles/${UNKNOWN_UUID}/comments`, comment), 404, 'Article');
      expectError(await http.get(`/articles/${UNKNOWN_UUID}/comments`), 404, 'Article');
      const answer = await http.post(`/articles/${article.id}/comments`, { body: 'x', authorId: UNKNOWN_UUID });
      expectDatabaseError(answer, 409);
    });
  });

  describe('a list', () => {
    const TOTAL = 7;
    let author: any;
    let all: any[];
    const list = (query = '') => got(`/articles?authorId=${author.id}${query}`);

    beforeAll(async () => {
      author = await newUser();
      const other = await newUser();
      for (let n = 0; n < TOTAL; n++) {
        await newArticle(author.id, {
          title: `Article ${n}`,
          isPublished: n % 2 === 0,
          tags: n < 3 ? ['common', `own ${n}`] : [],
        });
      }
      await newArticle(other.id, { tags: ['common'] });
      all = (await list()).items;
    });

    it('has the newest first, and a total order', () => {
      expect(all).toHaveLength(TOTAL);
      const times = all.map(({ createdAt }) => createdAt);
      expect(times).toEqual([...times].sort().reverse());
    });

    it('turns round', async () => {
      const oldestFirst = (await list('&desc=false')).items;
      expect(ids(oldestFirst)).toEqual(ids(all).reverse());
    });

    it('comes in pages that neither overlap nor leave a gap', async () => {
      const pages = [];
      for (let offset = 0; offset < TOTAL + 3; offset += 3) pages.push(await list(`&limit=3&offset=${offset}`));
      expect(pages.map(({ count }) => count)).toEqual([TOTAL, TOTAL, TOTAL, TOTAL]);
      expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1, 0]);
      expect(pages.flatMap(({ items }) => ids(items))).toEqual(ids(all));
    });

    it('counts all rows whatever the page, and rows once whatever their tags', async () => {
      expect(await list('&offset=1000')).toEqual({ count: TOTAL, items: [] });
      const one = await list('&limit=1');
      expect({ count: one.count, length: one.items.length }).toEqual({ count: TOTAL, length: 1 });
    });

    it('is ordered by the last change when asked', async () => {
      const oldest = all.at(-1);
      const latest = all
        .map(({ updatedAt }) => updatedAt)
        .sort()
        .at(-1);
      let updatedAt = '';
      // The clock of the database counts milliseconds: change it until the change shows.
      for (let n = 0; updatedAt <= latest; n++) {
        updatedAt = (await http.patch(`/articles/${oldest.id}`, { summary: `Change ${n}` })).body.updatedAt;
      }
      expect(ids((await list('&order=updatedAt')).items)[0]).toBe(oldest.id);
      expect(ids((await list('&order=updatedAt&desc=false')).items).at(-1)).toBe(oldest.id);
      all = (await list()).items;
      expect(all.at(-1).id).toBe(oldest.id);
    });

    it('is narrowed by the filters, which combine', async () => {
      const published = all.filter(({ isPublished }) => isPublished);
      expect(await list('&isPublished=true')).toEqual({ count: published.length, items: published });
      expect((await list('&isPublished=false')).count).toBe(TOTAL - published.length);

      const tagged = await list('&tag=common');
      expect(tagged.count).toBe(3);
      // The filter chooses articles; it does not take tags away from them.
      for (const article of tagged.items) expect(article.tags).toHaveLength(2);
      expect((await got('/articles?tag=common')).count).toBe(4);
      expect(await list('&tag=COMMON&isPublished=true&limit=1')).toMatchObject({
        count: 2,
        items: [{ isPublished: true }],
      });
      expect(await list('&tag=nobody')).toEqual({ count: 0, items: [] });
      expect(await got(`/articles?authorId=${UNKNOWN_UUID}`)).toEqual({ count: 0, items: [] });
    });

    it('is narrowed by half-open time ranges, the count with it', async () => {
      for (const { createdAt } of all) {
        const before = all.filter((article) => article.createdAt < createdAt);
        const since = all.filter((article) => article.createdAt >= createdAt);
        const time = encodeURIComponent(createdAt);
        expect(await list(`&createdBefore=${time}`)).toEqual({ count: before.length, items: before });
        expect(await list(`&createdAfter=${time}`)).toEqual({ count: since.length, items: since });
      }
      const [newest, oldest] = [all[0].createdAt, all.at(-1).createdAt];
      if (newest > oldest) {
        const between = all.filter(({ createdAt }) => createdAt >= oldest && createdAt < newest);
        expect((await list(`&createdAfter=${oldest}&createdBefore=${newest}`)).count).toBe(between.length);
      }
      const updated = all
        .map(({ updatedAt }) => updatedAt)
        .sort()
        .at(-1);
      expect((await list(`&updatedAfter=${updated}`)).count).toBe(
        all.filter(({ updatedAt }) => updatedAt >= updated).length,
      );
    });

    it('reads times in every zone, and dates alone', async () => {
      expect((await list('&createdAfter=2020-01-01T00:00:00%2B05:30')).count).toBe(TOTAL);
      expect((await list('&createdAfter=2020-01-01')).count).toBe(TOTAL);
      expect((await list('&createdBefore=2020-01-01')).count).toBe(0);
    });

    const T1 = '2026-01-01T00:00:00Z';
    const T2 = '2026-01-02T00:00:00Z';
    it.each([
      ['an inverted range', `createdAfter=${T2}&createdBefore=${T1}`, 'createdAfter'],
      ['an empty range', `createdAfter=${T1}&createdBefore=${T1}`, 'createdAfter'],
      ['an inverted range of changes', `updatedAfter=${T2}&updatedBefore=${T1}`, 'updatedAfter'],
      ['changes before the creation', `createdAfter=${T2}&updatedBefore=${T1}`, 'createdAfter'],
      ['a negative offset', 'offset=-1', 'offset'],
      ['a limit of 0', 'limit=0', 'limit'],
      ['a limit above 100', 'limit=101', 'limit'],
      ['a limit that is no integer', 'limit=1.5', 'limit'],
      ['a limit that is no number', 'limit=ten', 'limit'],
      ['an empty limit', 'limit=', 'limit'],
      ['two limits', 'limit=1&limit=2', 'limit'],
      ['an offset beyond the integers', 'offset=99999999999999999999', 'offset'],
      ['an unknown order', 'order=title', 'order'],
      ['a direction that is neither', 'desc=perhaps', 'desc'],
      ['a time that is none', 'createdAfter=yesterday', 'createdAfter'],
      ['a day that is none', 'createdAfter=2026-02-30', 'createdAfter'],
      ['an unknown parameter', 'page=2', 'page'],
      ['a filter of the wrong type', 'isPublished=perhaps', 'isPublished'],
      ['a malformed id', 'authorId=me', 'authorId'],
      ['a NUL byte', 'tag=a%00b', 'tag'],
      ['a text that is too long', `tag=${'x'.repeat(65)}`, 'tag'],
      ['an object for a text', 'tag[name]=x', 'tag'],
    ])('refuses %s', async (_case, query, named) => {
      expectError(await http.get(`/articles?${query}`), 400, named);
    });

    it.each(['limit=1', 'limit=100', 'offset=0', 'offset=2147483647', 'desc=1', 'order=updatedAt'])(
      'takes %s',
      async (query) => {
        expect((await http.get(`/articles?${query}`)).status).toBe(200);
      },
    );
  });

  describe('the OpenAPI document', () => {
    let document: any;
    const schema = (schemaName: string) => document.components.schemas[schemaName];
    const parameters = (path: string) =>
      Object.fromEntries(document.paths[path].get.parameters.map((parameter: any) => [parameter.name, parameter]));

    beforeAll(async () => {
      document = await got('/docs-json');
    });

    it('refers to schemas that it has', () => {
      const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, reference]) => reference);
      const known = Object.keys(document.components.schemas).map((schemaName) => `#/components/schemas/${schemaName}`);
      expect(references).not.toEqual([]);
      expect(references.filter((reference) => !known.includes(reference))).toEqual([]);
    });

    it('describes what a client sends', () => {
      expect(schema('ArticleCreate')).toMatchObject({
        type: 'object',
        properties: {
          title: { type: 'string', minLength: 1, maxLength: 64, description: 'Headline' },
          summary: { type: 'string', maxLength: 1_000, nullable: true },
          body: { type: 'string', maxLength: 10_000, description: 'The article itself' },
          isPublished: { type: 'boolean', default: false },
          authorId: { type: 'string', format: 'uuid' },
          tags: { type: 'array', maxItems: 10, items: { type: 'string', minLength: 1, maxLength: 64 } },
        },
      });
      expect([...schema('ArticleCreate').required].sort()).toEqual(['authorId', 'body', 'title']);
      expect(schema('UserCreate').properties.email).toMatchObject({ type: 'string', format: 'email' });
    });

    it('asks for no field of a PATCH, and promises no default', () => {
      expect(schema('ArticleUpdate').required ?? []).toEqual([]);
      expect(Object.keys(schema('ArticleUpdate').properties).sort()).toEqual([
        'body',
        'isPublished',
        'summary',
        'title',
      ]);
      expect(schema('ArticleUpdate').properties.title).toMatchObject({ maxLength: 64, description: 'Headline' });
      expect(schema('ArticleUpdate').properties.isPublished).not.toHaveProperty('default');
    });

    it('describes what a client gets', () => {
      expect(Object.keys(schema('ArticleResponse').properties).sort()).toEqual(ARTICLE_KEYS);
      expect(schema('ArticleResponse')).toMatchObject({
        properties: {
          id: { type: 'string', format: 'uuid' },
          createdAt: { type: 'string', format: 'date-time' },
          title: { description: 'Headline' },
          tags: { type: 'array', items: { $ref: '#/components/schemas/TagResponse' } },
        },
      });
      expect(JSON.stringify(schema('ArticleResponse').properties.author)).toContain(
        '#/components/schemas/UserResponse',
      );
      expect(schema('ArticleResponse').required).toEqual(
        expect.arrayContaining(['id', 'createdAt', 'updatedAt', 'author']),
      );
      expect(Object.keys(schema('UserResponse').properties).sort()).toEqual(USER_KEYS);
      expect(schema('TagResponse').properties.id).toMatchObject({ type: 'integer' });
      expect(schema('CommentThreadResponse').properties.answers).toMatchObject({
        type: 'array',
        items: { $ref: '#/components/schemas/CommentThreadResponse' },
      });
    });

    it('describes pages', () => {
      expect(schema('ArticleResponseList')).toMatchObject({
        properties: {
          count: { type: 'integer', minimum: 0 },
          items: { type: 'array', items: { $ref: '#/components/schemas/ArticleResponse' } },
        },
        required: expect.arrayContaining(['count', 'items']),
      });
    });

    it.each([
      ['get', '/articles', '200', 'ArticleResponseList'],
      ['post', '/articles', '201', 'ArticleResponse'],
      ['get', '/articles/{articleId}', '200', 'ArticleResponse'],
      ['patch', '/articles/{articleId}', '200', 'ArticleResponse'],
      ['get', '/users', '200', 'UserResponseList'],
      ['get', '/articles/{articleId}/comments', '200', 'CommentThreadResponseList'],
    ])('says what %s %s answers', (method, path, status, name_) => {
      const response = document.paths[path][method].responses[status];
      expect(response.content['application/json'].schema).toEqual({ $ref: `#/components/schemas/${name_}` });
    });

    it('describes the query of a list', () => {
      const query = parameters('/articles');
      expect(Object.keys(query).sort()).toEqual([
        'authorId',
        'createdAfter',
        'createdBefore',
        'desc',
        'isPublished',
        'limit',
        'offset',
        'order',
        'tag',
        'updatedAfter',
        'updatedBefore',
      ]);
      for (const parameter of Object.values<any>(query))
        expect(parameter).toMatchObject({ in: 'query', required: false });
      expect(query.offset.schema).toMatchObject({ type: 'integer', minimum: 0, default: 0 });
      expect(query.limit.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 100, default: 50 });
      expect(query.desc.schema).toMatchObject({ type: 'boolean', default: true });
      expect(query.order.schema).toMatchObject({
        type: 'string',
        enum: ['createdAt', 'updatedAt'],
        default: 'createdAt',
      });
      expect(query.createdAfter.schema).toMatchObject({ type: 'string', format: 'date-time' });
      expect(query.authorId.schema).toMatchObject({ type: 'string', format: 'uuid' });
      expect(query.limit.description).toBe('Number of rows in the page');
    });

    it('describes the ids in the paths', () => {
      expect(parameters('/articles/{articleId}')).toMatchObject({
        articleId: { in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      });
      expect(parameters('/tags/{tagId}')).toMatchObject({
        tagId: { in: 'path', required: true, schema: { type: 'integer' } },
      });
    });

    if (platform === 'express') {
      it('has its page', async () => {
        const page = await http.get('/docs');
        expect({ status: page.status, text: page.text }).toEqual({
          status: 200,
          text: expect.stringContaining('Swagger UI'),
        });
      });
    }
  });

  it('answers 404 where there is nothing', async () => {
    expectError(await http.get('/nothing'), 404);
  });
});

describe.each(DATABASES_OF_FULL_RUNS)('the demo data on $name', ({ name }) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await createTestDatabase(name);
  });

  afterAll(() => database?.drop());

  it('is there after the first start, and not twice after the second', async () => {
    const counts = async () => {
      const { app, http } = await startBlog(database.options);
      try {
        const of = async (path: string) => (await http.get(`${path}?limit=1`)).body.count;
        return { users: await of('/users'), articles: await of('/articles'), tags: await of('/tags') };
      } finally {
        await app.close();
      }
    };
    const first = await counts();
    expect(first).toEqual({ users: 2, articles: 2, tags: 2 });
    expect(await counts()).toEqual(first);
  });
});
