import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ListResponse, ListResponseOf, ResponseModel } from 'nestjs-sqlmodel-ext';
import { AttemptCount } from './attempt-count.js';
import { AttemptCounts } from './attempt-counts.js';

@ApiTags('attempts')
@Controller('attempts')
export class AttemptsController {
  constructor(private readonly counts: AttemptCounts) {}

  @Get()
  @ResponseModel(ListResponseOf(AttemptCount))
  list() {
    const items = this.counts.list();
    return new ListResponse(items, items.length);
  }
}
