import { DataSource, type Repository } from 'typeorm';
import type { NewArticle } from '../dataset/new-article.js';
import { article, author, AUTHORS } from '../dataset/dataset.js';
import { PlainArticle, PlainAuthor, PlainVersionedArticle } from '../entities/plain.js';
import type { Workload } from '../workloads/index.js';
import type { BenchDatabase, EngineName } from './bench-database.js';
import { dataSourceOptions } from './data-source-options.js';
import { engineSettings } from './engine-settings.js';

const CHUNK = 500;

/** Far longer than a run, and shorter than the time since the stored articles were made, in milliseconds. */
const LONG = 24 * 60 * 60 * 1_000;

/** An article as the contestants have to leave it. */
export interface StoredArticle extends NewArticle {
  /** Whether it was written after it was made. */
  readonly isTouched: boolean;
  readonly version?: number;
}

/** Looks after the tables between the samples, over a connection that is not a contestant's. */
export class Keeper {
  private constructor(
    private readonly engine: EngineName,
    private readonly dataSource: DataSource,
  ) {}

  static async open(database: BenchDatabase): Promise<Keeper> {
    const dataSource = new DataSource({
      ...dataSourceOptions(database),
      entities: [PlainAuthor, PlainArticle, PlainVersionedArticle],
    });
    return new Keeper(database.engine, await dataSource.initialize());
  }

  /** Only for runs without this module, whose tables these are. */
  createTables(): Promise<void> {
    return this.dataSource.synchronize();
  }

  settings(): Promise<Record<string, string>> {
    return engineSettings(this.engine, this.dataSource);
  }

  /** All authors and the articles of the workload; nothing else is left. */
  async fill({ storedArticles, isVersioned }: Workload): Promise<void> {
    await this.removeArticles();
    await this.dataSource.getRepository(PlainAuthor).deleteAll();
    await this.dataSource
      .getRepository(PlainAuthor)
      .insert(Array.from({ length: AUTHORS }, (_, index) => author(index)));
    for (let from = 0; from < storedArticles; from += CHUNK) {
      const rows = Array.from({ length: Math.min(CHUNK, storedArticles - from) }, (_, index) => article(from + index));
      await this.articles(isVersioned).insert(rows);
    }
    await this.tidy();
  }

  async removeArticles(): Promise<void> {
    await this.articles(false).clear();
    await this.articles(true).clear();
  }

  /** What is stored, without ids and times, which differ from contestant to contestant. */
  async storedArticles({ isVersioned }: Workload): Promise<StoredArticle[]> {
    const rows = await this.articles(isVersioned).find({ order: { slug: 'ASC' } });
    return rows.map(({ id: _, createdAt, updatedAt, ...known }) => ({
      ...known,
      isTouched: updatedAt.getTime() - createdAt.getTime() > LONG,
    }));
  }

  close(): Promise<void> {
    return this.dataSource.destroy();
  }

  private articles(isVersioned = false): Repository<PlainArticle> {
    return this.dataSource.getRepository<PlainArticle>(isVersioned ? PlainVersionedArticle : PlainArticle);
  }

  /** Fresh statistics, so that no contestant meets the plan of an empty table. */
  private async tidy(): Promise<void> {
    if (this.engine === 'postgres') await this.dataSource.query('VACUUM ANALYZE author, article, versioned_article');
    else if (this.engine === 'mariadb') await this.dataSource.query('ANALYZE TABLE author, article, versioned_article');
    else await this.dataSource.query('ANALYZE');
  }
}
