import 'reflect-metadata';

/*
 * `@nestjs/swagger` is optional and cannot be loaded everywhere (it is ESM only, and Jest before Node
 * 24.9 refuses to require it), so it is never imported: its documents are built from two metadata keys,
 * which are written here. A test compares them with what the real decorators write.
 */
const PROPERTY = 'swagger/apiModelProperties';
const PROPERTY_LIST = 'swagger/apiModelPropertiesArray';

/** Describes a property for OpenAPI, in the shape that `@ApiProperty` stores. */
export function writeOpenApiProperty(prototype: object, name: string, schema: Readonly<Record<string, unknown>>): void {
  const names = (Reflect.getMetadata(PROPERTY_LIST, prototype) as string[] | undefined) ?? [];
  const entry = `:${name}`;
  if (!names.includes(entry)) Reflect.defineMetadata(PROPERTY_LIST, [...names, entry], prototype);
  const described = Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
  Reflect.defineMetadata(PROPERTY, described, prototype, name);
}

/** Names of the properties that OpenAPI knows, whoever described them. */
export function openApiPropertyNames(prototype: object): string[] {
  const names = (Reflect.getMetadata(PROPERTY_LIST, prototype) as string[] | undefined) ?? [];
  return names.map((name) => name.slice(1));
}

/** What OpenAPI knows of a property, or undefined. */
export function openApiProperty(prototype: object, name: string): Record<string, unknown> | undefined {
  return Reflect.getMetadata(PROPERTY, prototype, name) as Record<string, unknown> | undefined;
}
