import { className, toMany, toOne } from './world.js';

/** A module with a service of one model: ten calls of its repository, and uses of what they give. */
export function serviceSource(place: number): string {
  const name = className(place);
  const [one, two, three] = toOne(place);
  const [items, parts, notes] = toMany(place);
  const [oneOfOne] = toOne(one.target);
  const [oneOfOneOfOne] = toOne(oneOfOne.target);
  const [itemsOfOne] = toMany(one.target);
  const [partsOfThree] = toMany(three.target);
  const [oneOfItem] = toOne(items.target);
  return `
import { type Loaded, type ModelRepository, type Needs, type TableViewRequest } from 'nestjs-sqlmodel-ext';
import { ${name} } from './${name}.js';

export class ${name}Service {
  constructor(private readonly rows: ModelRepository<${name}>) {}

  async first(title: string) {
    const row = await this.rows.get({ title }, { load: ['${one.name}'] });
    return row?.${one.name}.title;
  }

  async all() {
    const rows = await this.rows.get({ isPublished: true }, { fetch: 'all', load: ['${items.name}.${oneOfItem.name}', '${two.name}'] });
    for (const row of rows) for (const item of row.${items.name}) row.body = item.${oneOfItem.name}.title + item.describe();
    return rows;
  }

  async one(parentId: string) {
    const row = await this.rows.get({ parentId }, { fetch: 'one', load: ['${one.name}.${oneOfOne.name}.${oneOfOneOfOne.name}', '${notes.name}'] });
    return row.${notes.name}.map((note) => note.title + row.${one.name}.${oneOfOne.name}.${oneOfOneOfOne.name}.title);
  }

  byId(id: string) {
    return this.rows.getOne(id);
  }

  page(view: TableViewRequest) {
    return this.rows.getWithCount({ isPublished: true }, { tableView: view, load: ['${two.name}', '${three.name}'] });
  }

  async rename(id: string, title: string) {
    const row = await this.rows.getExistOne(id, { load: ['${one.name}'] });
    row.title = title;
    const saved = await this.rows.save(row, { load: ['${parts.name}'] });
    return saved.${parts.name}.length + saved.${one.name}.describe();
  }

  async publish(row: Loaded<${name}, '${three.name}.${partsOfThree.name}'>) {
    const { ${three.name}: owner, title } = await this.rows.update(row, { isPublished: true });
    return \`\${owner.title}, \${owner.${partsOfThree.name}.length}: \${title}\`;
  }

  async *titles() {
    for await (const row of this.rows.stream({}, { load: ['${notes.name}'] })) {
      yield row.${notes.name}.map((note) => note.title);
    }
  }

  async summary(id: string) {
    return this.summarise(await this.rows.getExistOne(id, { load: ['${two.name}', '${one.name}.${itemsOfOne.name}'] }));
  }

  private summarise(row: Needs<${name}, '${two.name}' | '${one.name}.${itemsOfOne.name}'>) {
    return row.${one.name}.${itemsOfOne.name}.map((item) => item.title + row.${two.name}.title);
  }
}
`;
}
