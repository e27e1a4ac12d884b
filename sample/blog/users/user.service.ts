import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, type TableViewRequest } from 'nestjs-sqlmodel-ext';
import { hashPassword } from './hash-password.js';
import { User } from './user.js';
import type { UserCreate } from './user-create.js';

@Injectable()
export class UserService {
  constructor(@InjectModelRepository(User) private readonly users: ModelRepository<User>) {}

  list(view: TableViewRequest) {
    return this.users.getWithCount({}, { tableView: view });
  }

  async create({ password, ...user }: UserCreate) {
    return this.users.add({ ...user, passwordHash: await hashPassword(password) });
  }
}
