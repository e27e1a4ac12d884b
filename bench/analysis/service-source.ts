import { featureName, hasFault, modelName, serviceBefore } from './world.js';

/** A module with a service as people write them: queries, relations, loops, other services, transactions. */
export function serviceSource(place: number): string {
  const [name, owner, part] = [modelName(place), modelName(place + 1), modelName(place - 1)];
  const feature = featureName(place);
  const before = serviceBefore(place);
  return `
import { ConflictException, Injectable, Logger } from '@nestjs/common';
import { InjectModelRepository, ModelRepository, type TableViewRequest, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';
import type { FindOptionsWhere } from 'typeorm';
import { ${name}, type ${name}Create, type ${name}Update } from './${name}.js';
import { ${owner} } from './${owner}.js';
import { ${part} } from './${part}.js';
${before === undefined ? '' : `import { ${before}Service } from './${before}.service.js';`}

@Injectable()
export class ${feature}Service {
  private readonly logger = new Logger(${feature}Service.name);

  constructor(
    @InjectModelRepository(${name}) private readonly rows: ModelRepository<${name}>,
    @InjectModelRepository(${owner}) private readonly owners: ModelRepository<${owner}>,
    @InjectModelRepository(${part}) private readonly parts: ModelRepository<${part}>,
    private readonly unitOfWork: UnitOfWork,
    ${before === undefined ? '' : `private readonly before: ${before}Service,`}
  ) {}

  /** A page, with the sizes of the owners. */
  async list(status: string | undefined, view: TableViewRequest) {
    const where: FindOptionsWhere<${name}> = {};
    if (status === 'open' || status === 'closed') where.status = status;
    const page = await this.rows.getWithCount(where, { tableView: view, load: ['owner', 'category'] });
    const sizes = new Map<string, number>();
    for (const row of page.items) {
      const { id, title } = row.owner;
      if (title === '') continue;
      sizes.set(id, (sizes.get(id) ?? 0) + row.size);
    }
    const largest = [...sizes].sort(([, one], [, other]) => other - one).slice(0, 3);
    if (largest.length > 0) this.logger.debug(\`\${largest.length} of \${page.count}: \${largest.join(', ')}\`);
    return page;
  }

  /** What one row is made of. */
  async summary(id: string) {
    const row = await this.rows.getExistOne(id, { load: [${hasFault(place) ? "'parts'" : "'owner', 'parts'"}] });
    const open = row.parts.filter((part) => part.status === 'open');
    const total = open.map((part) => part.size).reduce((sum, size) => sum + size, 0);
    const [largest] = row.parts.toSorted((one, other) => other.size - one.size);
    const { title: owner } = row.owner;
    const related = ${before === undefined ? 'await this.relatedTo(row.ownerId)' : 'await this.before.relatedTo(row.ownerId)'};
    if (total === 0) return { title: row.title, owner, total, largest: null, related };
    return { title: row.title, owner, total, largest: largest?.title ?? null, related };
  }

  /** A row under its owner, which grows by it. */
  @Transactional()
  async create({ ownerId, ...fields }: ${name}Create) {
    const owner = await this.owners.getExistOne(ownerId, { withForUpdate: true });
    if (owner.status === 'closed') throw new ConflictException(\`\${owner.title} is closed\`);
    const twins = await this.rows.get({ ownerId, title: fields.title }, { fetch: 'all', limit: 10 });
    for (const twin of twins) {
      if (twin.status === 'open' && twin.body === fields.body) throw new ConflictException('There is one already');
    }
    const row = await this.rows.add({ ...fields, ownerId, size: fields.size + 1 });
    await this.owners.update(owner, { size: owner.size + row.size });
    this.unitOfWork.afterCommit(() => this.note(row, 'was created'));
    return row;
  }

  /** The row, changed, and under another owner where there is one. */
  @Transactional()
  async move(row: ${name}, patch: ${name}Update, ownerId: string) {
    const [from, to] = await Promise.all([this.owners.getExistOne(row.ownerId), this.owners.getExistOne(ownerId)]);
    if (from.id === to.id) return this.rows.update(row, patch);
    try {
      await this.rows.update(row, patch, { extra: { ownerId }, load: ['owner'] });
      await this.owners.update(from, (current) => ({ size: current.size - row.size }));
      await this.owners.update(to, (current) => ({ size: current.size + row.size }));
    } catch (error) {
      throw new ConflictException(\`\${row.title} cannot move\`, { cause: error });
    }
    this.note(row, \`has moved from \${from.title} to \${row.owner.title}\`);
    return row;
  }

  /** Closes the row and all of its parts that are open. */
  @Transactional()
  async close(row: ${name}) {
    const parts = await this.parts.get({ ownerId: row.id, status: 'open' }, { fetch: 'all', load: ['category'] });
    const names: string[] = [];
    for (const part of parts) {
      const category = part.category?.title ?? 'none';
      switch (category) {
        case 'kept':
          continue;
        case 'none':
          await this.parts.delete(part);
          break;
        default:
          await this.parts.update(part, { status: 'closed' });
          names.push(\`\${part.title} of \${category}\`);
      }
    }
    if (names.length > 0) this.note(row, \`takes \${names.join(', ')} with it\`);
    await this.rows.update(row, { status: 'closed', size: parts.length - names.length });
    return row;
  }

  async relatedTo(ownerId: string): Promise<string[]> {
    const rows = await this.rows.get({ ownerId }, { fetch: 'all', load: ['owner', 'parts.category'], limit: 20 });
    return rows.flatMap(({ owner, parts, title }) =>
      parts.map((part) => \`\${owner.title}/\${title}/\${part.category ? part.category.title : '-'}\`),
    );
  }

  private note(row: ${name}, what: string): void {
    this.logger.log(\`\${row.id} (\${row.title}) \${what}\`);
  }
}
`;
}
