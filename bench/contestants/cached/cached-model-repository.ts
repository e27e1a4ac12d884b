import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { getModelRepositoryToken, type ModelRepository, SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { Article, Author, VersionedArticle } from '../../entities/cached-models.js';
import { redisOptions } from '../../redis/redis-server.js';
import type { Contestant } from '../contestant.js';
import type { CacheVenue } from '../venue.js';
import { type CachedArticles, cacheOperations } from './cached-articles.js';

/** This module with its cache; the caller invalidates nothing. It makes the tables. */
export async function cachedModelRepository({ suite, database, redis }: CacheVenue): Promise<Contestant> {
  const connection = redisOptions(redis);
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dataSourceOptions(database), autoLoadEntities: true, synchronize: true }),
      SqlModelExtModule.forRoot({
        cache: suite === 'redis' ? { redis: { ...connection }, namespace: redis.namespace, timeout: 1_000 } : {},
      }),
      SqlModelExtModule.forFeature([Author, Article, VersionedArticle]),
    ],
  })
  class BenchModule {}

  const application = await NestFactory.createApplicationContext(BenchModule, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  const repository = application.get<ModelRepository<Article>>(getModelRepositoryToken(Article));

  const articles: CachedArticles = {
    row: (id) => repository.getOne(id),
    list: ({ offset, limit }) =>
      repository.get({ isPublished: true }, { fetch: 'all', order: { createdAt: 'DESC', id: 'DESC' }, offset, limit }),
    forget: (id) => repository.invalidateById(id),
    write: async ({ id, changes }) => {
      await repository.update(await repository.getExistOne(id), changes);
      return repository.getOne(id);
    },
  };
  return {
    operations: cacheOperations(suite, { 'getOne, get, update': articles }),
    clear: () => repository.invalidateAll(),
    close: () => application.close(),
  };
}
