import type { DataSource } from 'typeorm';
import { Model, Str64, UuidTableBase, type ModelRepository, type UnitOfWork } from 'nestjs-sqlmodel-ext';

@Model({ cacheTtl: 600 })
class Article extends UuidTableBase {
  @Str64() title: string;
}

declare const articles: ModelRepository<Article>;
declare const dataSource: DataSource;
declare const unitOfWork: UnitOfWork;
declare const id: string;
