import { Injectable } from '@nestjs/common';
import { InjectModelRepository, type ModelRepository, type TableViewRequest, Transactional } from 'nestjs-sqlmodel-ext';
import { In } from 'typeorm';
import { Tag } from './tag.js';
import type { TagCreate } from './tag-create.js';

@Injectable()
export class TagService {
  constructor(@InjectModelRepository(Tag) private readonly tags: ModelRepository<Tag>) {}

  list(view: TableViewRequest) {
    return this.tags.getWithCount({}, { tableView: view });
  }

  create({ name }: TagCreate) {
    return this.tags.add({ name: name.toLowerCase() });
  }

  /** The tags with these names; those that do not exist yet are made. */
  @Transactional()
  async named(names: string[]): Promise<Tag[]> {
    const wanted = [...new Set(names.map((name) => name.toLowerCase()))];
    const known = await this.tags.get({ name: In(wanted) }, { fetch: 'all' });
    const unknown = wanted.filter((name) => !known.some((tag) => tag.name === name));
    const made = await this.tags.add(unknown.map((name) => ({ name })));
    return [...known, ...made];
  }
}
