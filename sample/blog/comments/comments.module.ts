import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { Comment } from './comment.js';
import { CommentController } from './comment.controller.js';
import { CommentService } from './comment.service.js';

@Module({
  imports: [SqlModelExtModule.forFeature([Comment])],
  controllers: [CommentController],
  providers: [CommentService],
  exports: [CommentService],
})
export class CommentsModule {}
