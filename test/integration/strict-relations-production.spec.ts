import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { Author, Book } from '../support/models/library.js';

// The library reads this when it is loaded: so it is loaded below, and nothing of it is imported above.
process.env.NODE_ENV = 'production';
const { ModelRepository, RelationNotLoadedError, withSqlModelExt } = await import('nestjs-sqlmodel-ext');
const library = await import('../support/models/library.js');
const { DATABASES } = await import('../support/databases.js');
const { openDataSource } = await import('../support/open-data-source.js');

describe.each(DATABASES)('strict relations in production on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let author: Author;

  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, library.LIBRARY));
    author = await new ModelRepository(library.Author, dataSource).add({ name: 'Ada', email: 'ada@example.org' });
    await new ModelRepository(library.Book, dataSource).add({ title: 'Notes', authorId: author.id });
  });
  afterAll(async () => {
    process.env.NODE_ENV = 'test';
    await close();
  });

  it('guards as ever, without the place of the query', async () => {
    const book = await dataSource.manager.findOneByOrFail<Book>(library.Book, {});
    expect(() => book.author).toThrow(RelationNotLoadedError);
    expect(() => book.author).toThrow(/^Book\.author was not loaded\. Add load: \['author'\] to the query/);
  });

  it('tells in a warning where a relation was read', async () => {
    withSqlModelExt(dataSource, { relations: { strict: 'warn' } });
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    try {
      const book = await dataSource.manager.findOneByOrFail<Book>(library.Book, {});
      expect(book.author).toBeUndefined();
      expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
        expect.stringMatching(/^Book\.author was not loaded\. Add load.* Read at .*production\.spec\.ts:\d+:\d+\)?\.$/),
      ]);
    } finally {
      warn.mockRestore();
      withSqlModelExt(dataSource, { relations: {} });
    }
  });
});
