import { Module } from '@nestjs/common';
import { CacheController } from './cache.controller.js';
import { CacheStatistics } from './cache-statistics.js';

@Module({
  controllers: [CacheController],
  providers: [CacheStatistics],
  exports: [CacheStatistics],
})
export class CacheModule {}
