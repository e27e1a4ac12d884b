import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  InjectModelRepository,
  ListResponseOf,
  ModelParam,
  ModelRepository,
  ResponseModel,
  TableViewRequest,
} from 'nestjs-sqlmodel-ext';
import { UserCreate } from './user-create.js';
import { UserResponse } from './user-response.js';
import { UserUpdate } from './user-update.js';
import { UserService } from './user.service.js';
import { User } from './user.js';

@ApiTags('users')
@Controller('users')
export class UserController {
  constructor(
    private readonly service: UserService,
    @InjectModelRepository(User) private readonly users: ModelRepository<User>,
  ) {}

  @Get()
  @ResponseModel(ListResponseOf(UserResponse))
  list(@Query() view: TableViewRequest) {
    return this.service.list(view);
  }

  @Post()
  @ResponseModel(UserResponse)
  create(@Body() user: UserCreate) {
    return this.service.create(user);
  }

  @Get(':userId')
  @ResponseModel(UserResponse)
  read(@ModelParam(User, 'userId') user: User) {
    return user;
  }

  @Patch(':userId')
  @ResponseModel(UserResponse)
  edit(@ModelParam(User, 'userId') user: User, @Body() patch: UserUpdate) {
    return this.users.update(user, patch);
  }

  /** 409 while the user has articles or comments: see `Article.author`. */
  @Delete(':userId')
  @HttpCode(204)
  async remove(@ModelParam(User, 'userId') user: User) {
    await this.users.delete(user);
  }
}
