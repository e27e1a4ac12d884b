import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
import { ArticlesModule } from '../articles/articles.module.js';
import { CommentsModule } from '../comments/comments.module.js';
import { User } from '../users/user.js';
import { UsersModule } from '../users/users.module.js';
import { DemoData } from './demo-data.js';

@Module({
  imports: [SqlModelExtModule.forFeature([User]), UsersModule, ArticlesModule, CommentsModule],
  providers: [DemoData],
})
export class DemoModule {}
