import { SqlModelExtError } from './sql-model-ext.error.js';

/** A relation was read, or is required, that was not loaded with its entity. */
export class RelationNotLoadedError extends SqlModelExtError {
  readonly code = 'RELATION_NOT_LOADED';

  /**
   * @param relation property path of the relation in the model
   * @param details.readAt where the application read the entity, if that is known
   * @param details.path the relation as the query would have to name it, if the entity came with another one
   * @param details.isWritten whether the entity did not come from a query, but was written by the application
   * @param details.isNew whether the entity has no row yet, so that nothing can be loaded
   */
  constructor(model: string, relation: string, details: RelationNotLoadedDetails = {}) {
    const { readAt, isNew = false } = details;
    const what = isNew
      ? `${model}.${relation} is not set, and this ${model} has no row yet from which it could be loaded.`
      : `${model}.${relation} was not loaded.`;
    const where = readAt === undefined ? '' : ` The ${model} was read at ${readAt}.`;
    super(`${what}${where} ${fixOf(model, relation, details)}`, {
      model,
      relation,
      isNew,
      ...(readAt === undefined ? {} : { readAt }),
    });
  }
}

/** What is known about an entity of which a relation was not loaded. */
export interface RelationNotLoadedDetails {
  readonly readAt?: string;
  readonly path?: string;
  readonly isWritten?: boolean;
  readonly isNew?: boolean;
}

function fixOf(model: string, relation: string, details: RelationNotLoadedDetails): string {
  const { path = relation, isWritten = false, isNew = false } = details;
  const variable = model.charAt(0).toLowerCase() + model.slice(1);
  if (isNew) return `Assign ${variable}.${relation}, or save the ${model} first.`;
  const names = path.split('.');
  const nested = `${names.map((name) => `{ ${name}: `).join('')}true${' }'.repeat(names.length)}`;
  const load = isWritten
    ? `It was written, not read: save it with load: ['${relation}']`
    : `Add load: ['${path}'] to the query (TypeORM's own: relations: ${nested})`;
  return `${load}, put @RequiresRelations('${relation}') on the method that needs it, or ask first with isLoaded(${variable}, '${relation}').`;
}
