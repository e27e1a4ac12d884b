import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ListResponseOf, ModelParam, ResponseModel, TableViewRequest } from 'nestjs-sqlmodel-ext';
import { TagCreate } from './tag-create.js';
import { TagResponse } from './tag-response.js';
import { Tag } from './tag.js';
import { TagService } from './tag.service.js';

@ApiTags('tags')
@Controller('tags')
export class TagController {
  constructor(private readonly service: TagService) {}

  @Get()
  @ResponseModel(ListResponseOf(TagResponse))
  list(@Query() view: TableViewRequest) {
    return this.service.list(view);
  }

  @Post()
  @ResponseModel(TagResponse)
  create(@Body() tag: TagCreate) {
    return this.service.create(tag);
  }

  @Get(':tagId')
  @ResponseModel(TagResponse)
  read(@ModelParam(Tag, 'tagId') tag: Tag) {
    return tag;
  }
}
