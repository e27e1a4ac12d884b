import { modelName } from './world.js';

/** A module with a model, its relations to three others, and what clients send and read of it. */
export function modelSource(place: number): string {
  const name = modelName(place);
  const owner = modelName(place + 1);
  const category = modelName(place + 7);
  const part = modelName(place - 1);
  return `
import { AllFieldsOptional, Int, ListResponseOf, Model, Nested, NonEmptyStrippedStr64, Str64, Text10K, Uuid, UuidIdDatetimeInfo, UuidTable } from 'nestjs-sqlmodel-ext';
import { ManyToOne, OneToMany, type Relation } from 'typeorm';
import { ${owner} } from './${owner}.js';
import { ${category} } from './${category}.js';
import { ${part} } from './${part}.js';

@Model()
export class ${name}Base {
  @NonEmptyStrippedStr64() title: string;
  @Text10K() body: string;
  @Str64({ default: 'open' }) status: string;
  @Int({ default: 0 }) size: number;
}

@Model()
export class ${name} extends UuidTable(${name}Base) {
  @Uuid({ index: true }) ownerId: string;
  @ManyToOne(() => ${owner}, (owner) => owner.parts, { onDelete: 'RESTRICT' }) owner: Relation<${owner}>;
  @Uuid({ index: true, nullable: true }) categoryId: string | null;
  @ManyToOne(() => ${category}, { onDelete: 'RESTRICT' }) category: Relation<${category}> | null;
  @OneToMany(() => ${part}, (part) => part.owner) parts: Relation<${part}>[];
}

@Model()
export class ${name}Create extends ${name}Base {
  @Uuid() ownerId: string;
}

@Model()
export class ${name}Update extends AllFieldsOptional(${name}Base) {}

@Model()
export class ${name}Summary extends UuidIdDatetimeInfo(${name}Base) {}

@Model()
export class ${name}Owner {
  @Uuid() id: string;
  @Str64() title: string;
}

@Model()
export class ${name}Response extends ${name}Summary {
  @Uuid() ownerId: string;
  @Nested(() => ${name}Owner) owner: ${name}Owner;
}

export const ${name}List = ListResponseOf(${name}Response);
`;
}
