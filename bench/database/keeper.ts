import { DataSource } from 'typeorm';
import type { NewArticle } from '../dataset/new-article.js';
import { article, author, AUTHORS } from '../dataset/dataset.js';
import { PlainArticle, PlainAuthor } from '../entities/plain.js';
import type { BenchDatabase, EngineName } from './bench-database.js';
import { dataSourceOptions } from './data-source-options.js';
import { engineSettings } from './engine-settings.js';

const CHUNK = 500;

/** Looks after the tables between the samples, over a connection that is not a contestant's. */
export class Keeper {
  private constructor(
    private readonly engine: EngineName,
    private readonly dataSource: DataSource,
  ) {}

  static async open(database: BenchDatabase): Promise<Keeper> {
    const dataSource = new DataSource({ ...dataSourceOptions(database), entities: [PlainAuthor, PlainArticle] });
    return new Keeper(database.engine, await dataSource.initialize());
  }

  /** Only for runs without this module, whose tables these are. */
  createTables(): Promise<void> {
    return this.dataSource.synchronize();
  }

  settings(): Promise<Record<string, string>> {
    return engineSettings(this.engine, this.dataSource);
  }

  /** All authors and so many articles; nothing else is left. */
  async fill(articles: number): Promise<void> {
    await this.removeArticles();
    await this.dataSource.getRepository(PlainAuthor).deleteAll();
    await this.dataSource
      .getRepository(PlainAuthor)
      .insert(Array.from({ length: AUTHORS }, (_, index) => author(index)));
    for (let from = 0; from < articles; from += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, articles - from) }, (_, index) => article(from + index));
      await this.dataSource.getRepository(PlainArticle).insert(rows);
    }
    await this.tidy();
  }

  removeArticles(): Promise<void> {
    return this.dataSource.getRepository(PlainArticle).clear();
  }

  /** What is stored, without ids and timestamps, which differ from contestant to contestant. */
  async storedArticles(): Promise<NewArticle[]> {
    const rows = await this.dataSource.getRepository(PlainArticle).find({ order: { slug: 'ASC' } });
    return rows.map(({ title, slug, body, isPublished, viewCount, rating, language, authorId }) => ({
      title,
      slug,
      body,
      isPublished,
      viewCount,
      rating,
      language,
      authorId,
    }));
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  /** Fresh statistics, so that no contestant meets the plan of an empty table. */
  private async tidy(): Promise<void> {
    if (this.engine === 'postgres') await this.dataSource.query('VACUUM ANALYZE author, article');
    else if (this.engine === 'mariadb') await this.dataSource.query('ANALYZE TABLE author, article');
    else await this.dataSource.query('ANALYZE');
  }
}
