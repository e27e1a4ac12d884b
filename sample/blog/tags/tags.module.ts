import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Tag } from './tag.js';
import { TagController } from './tag.controller.js';
import { TagService } from './tag.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Tag])],
  controllers: [TagController],
  providers: [TagService],
  exports: [TagService],
})
export class TagsModule {}
