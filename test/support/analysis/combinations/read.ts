/** A way to read a relation of an entity, as statements of JavaScript that return. */
export interface Read {
  readonly name: string;
  statements(entity: string, relation: string): string;
}

const read = (name: string, statements: Read['statements']): Read => ({ name, statements });

export const READS: readonly Read[] = [
  read('member', (entity, relation) => `return ${entity}.${relation}.name;`),
  read('optional', (entity, relation) => `return ${entity}?.${relation}.name;`),
  read('element', (entity, relation) => `return ${entity}['${relation}'].name;`),
  read('pattern', (entity, relation) => `const { ${relation} } = ${entity}; return ${relation}.name;`),
  read('deepPattern', (entity, relation) => `const { ${relation}: { name } } = ${entity}; return name;`),
  read('template', (entity, relation) => `return \`of \${${entity}.${relation}.name}\`;`),
  read('object', (entity, relation) => `return { id, name: ${entity}.${relation}.name };`),
  read('argument', (entity, relation) => `return same(${entity}.${relation}).name;`),
  read('condition', (entity, relation) => `if (${entity}.${relation}.name === '') return 1; return 2;`),
  read('inList', (entity, relation) => `return [${entity}.id, ${entity}.${relation}.name];`),
  read('mapped', (entity, relation) => `return [${entity}].map(({ ${relation} }) => ${relation}.name);`),
  read('inFunction', (entity, relation) => `return ${relation}NameOf(${entity});`),
  read('inService', (entity, relation) => `return this.service.${relation}NameOf(${entity});`),
];
