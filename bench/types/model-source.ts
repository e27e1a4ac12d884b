import { className, toMany, toOne } from './world.js';

/** A module with one model: seven columns, three relations to one, three to many, a private member and a method. */
export function modelSource(place: number): string {
  const name = className(place);
  const ones = toOne(place).map((relation) => ({ ...relation, target: className(relation.target) }));
  const many = toMany(place).map((relation) => ({ ...relation, target: className(relation.target) }));
  return `
import { Bool, DateTime, Float, Int, Model, NonEmptyStrippedStr64, Text10K, Uuid, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToMany, ManyToOne, type Relation } from 'typeorm';
${[...ones, ...many].map(({ target }) => `import { ${target} } from './${target}.js';`).join('\n')}

@Model()
export class ${name}Base {
  @NonEmptyStrippedStr64() title: string;
  @Text10K() body: string;
  @Bool({ default: false }) isPublished: boolean;
  @Int({ default: 0 }) size: number;
  @Float({ nullable: true }) rating: number | null;
  @DateTime({ nullable: true }) publishedAt: Date | null;
}

@Model()
export class ${name} extends UuidTable(${name}Base) {
  @Uuid() parentId: string;
  #reads = 0;
${ones.map(({ name, target }) => `  @ManyToOne(() => ${target}) ${name}: Relation<${target}>;`).join('\n')}
${many.map(({ name, target }) => `  @ManyToMany(() => ${target}) ${name}: Relation<${target}>[];`).join('\n')}

  describe(): string {
    this.#reads += 1;
    return \`\${this.title} (\${this.#reads})\`;
  }
}
`;
}
