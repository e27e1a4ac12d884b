import { SqlModelExtError } from './sql-model-ext.error.js';

/** A relation was read, or is required, that was not loaded with its entity. */
export class RelationNotLoadedError extends SqlModelExtError {
  readonly code = 'RELATION_NOT_LOADED';

  /**
   * @param relation property path of the relation in the model
   * @param details.readAt where the application read the entity, if that is known
   * @param details.isNew whether the entity has no row yet, so that nothing can be loaded
   */
  constructor(model: string, relation: string, details: { readonly readAt?: string; readonly isNew?: boolean } = {}) {
    const { readAt, isNew = false } = details;
    const variable = model.charAt(0).toLowerCase() + model.slice(1);
    const what = isNew
      ? `${model}.${relation} is not set, and this ${model} has no row yet from which it could be loaded.`
      : `${model}.${relation} was not loaded.`;
    const where = readAt === undefined ? '' : ` The ${model} was read at ${readAt}.`;
    const fix = isNew
      ? `Assign ${variable}.${relation}, or save the ${model} first.`
      : `Add load: ['${relation}'] to the query, put @RequiresRelations('${relation}') on the method that needs it, or ask first with isLoaded(${variable}, '${relation}').`;
    super(`${what}${where} ${fix}`, { model, relation, isNew, ...(readAt === undefined ? {} : { readAt }) });
  }
}
