import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { ArticlesModule } from './articles/articles.module.js';
import { CacheModule } from './cache/cache.module.js';
import { CacheStatistics } from './cache/cache-statistics.js';
import { CommentsModule } from './comments/comments.module.js';
import { databaseOptions } from './database.js';
import { DemoModule } from './demo/demo.module.js';
import { TagsModule } from './tags/tags.module.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({ useFactory: () => databaseOptions(process.env.DATABASE_URL) }),
    // Validates what comes in, shapes what goes out, turns errors into HTTP answers. A relation that was not loaded is an
    // error where it is read, and never silently undefined.
    SqlModelExtModule.forRootAsync({
      imports: [CacheModule],
      inject: [CacheStatistics],
      useFactory: (metrics: CacheStatistics) => ({
        relations: { strict: 'throw' },
        // In the memory of this process; with REDIS_URL in Redis, for any number of processes.
        cache: { redis: process.env.REDIS_URL || undefined, namespace: 'blog', metrics },
      }),
    }),
    UsersModule,
    TagsModule,
    ArticlesModule,
    CommentsModule,
    DemoModule,
  ],
})
export class AppModule {}
