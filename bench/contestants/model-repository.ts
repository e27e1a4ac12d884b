import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { getModelRepositoryToken, type ModelRepository, SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import type { BenchDatabase } from '../database/bench-database.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { Article, Author, VersionedArticle } from '../entities/models.js';
import type { Contestant } from './contestant.js';
import { readLoadedAuthors } from './read-loaded-authors.js';

/** This module's repository, from the container of an application that uses it as the README shows. It makes the tables. */
export async function modelRepository(database: BenchDatabase): Promise<Contestant> {
  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...dataSourceOptions(database), autoLoadEntities: true, synchronize: true }),
      SqlModelExtModule.forRoot(),
      SqlModelExtModule.forFeature([Author, Article, VersionedArticle]),
    ],
  })
  class BenchModule {}

  const application = await NestFactory.createApplicationContext(BenchModule, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  const articles = application.get<ModelRepository<Article>>(getModelRepositoryToken(Article));
  const versionedArticles = application.get<ModelRepository<VersionedArticle>>(
    getModelRepositoryToken(VersionedArticle),
  );
  const withAuthor = (limit: number) =>
    articles.get({}, { fetch: 'all', order: { id: 'ASC' }, limit, load: ['author'] });

  return {
    operations: {
      rowById: { getOne: (id) => articles.getOne(id) },
      rowsWithAuthor: { 'get, load': withAuthor },
      manyRowsWithAuthor: { 'get, load': withAuthor },
      foundRows: { find: (limit) => articles.typeorm.find({ order: { id: 'ASC' }, take: limit }) },
      foundRowsWithAuthor: {
        'find, join': (limit) =>
          articles.typeorm.find({ relations: { author: true }, order: { id: 'ASC' }, take: limit }),
      },
      loadedRelationReads: { get: readLoadedAuthors(withAuthor) },
      rows: { get: (limit) => articles.get({}, { fetch: 'all', order: { id: 'ASC' }, limit }) },
      pageWithCount: {
        getWithCount: ({ offset, limit }) =>
          articles.getWithCount({ isPublished: true }, { order: { createdAt: 'DESC', id: 'DESC' }, offset, limit }),
      },
      insertRows: { add: (rows) => articles.add([...rows]) },
      patchRow: {
        'getExistOne, update': async ({ id, changes }) => articles.update(await articles.getExistOne(id), changes),
      },
      readChangeSave: {
        'getExistOne, save': async (id) => {
          const article = await articles.getExistOne(id);
          article.viewCount += 1;
          return articles.save(article);
        },
      },
      readChangeSaveVersioned: {
        'getExistOne, save': async (id) => {
          const article = await versionedArticles.getExistOne(id);
          article.viewCount += 1;
          return versionedArticles.save(article);
        },
      },
      unchangedSave: {
        save: async (id) => {
          const article = await articles.getExistOne(id);
          return () => articles.save(article);
        },
      },
      saveBatch: {
        save: async ({ offset, limit }) => {
          const loaded = await articles.get({}, { fetch: 'all', order: { id: 'ASC' }, offset, limit });
          return () => {
            for (const article of loaded) article.viewCount += 1;
            return articles.save(loaded);
          };
        },
      },
    },
    close: () => application.close(),
  };
}
