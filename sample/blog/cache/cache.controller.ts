import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ResponseModel } from 'nestjs-sqlmodel-ext';
import { CacheResponse } from './cache-response.js';
import { CacheStatistics } from './cache-statistics.js';

@ApiTags('cache')
@Controller('cache')
export class CacheController {
  constructor(private readonly statistics: CacheStatistics) {}

  @Get()
  @ResponseModel(CacheResponse)
  read() {
    return this.statistics;
  }
}
