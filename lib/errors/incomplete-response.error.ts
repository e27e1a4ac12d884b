import { SqlModelExtError } from './sql-model-ext.error.js';

/** A handler answered with entities whose response model shows relations that were not loaded, and nothing may be loaded for it. */
export class IncompleteResponseError extends SqlModelExtError {
  readonly code = 'INCOMPLETE_RESPONSE';

  /**
   * @param handler such as `ArticleController.read`
   * @param missing relation paths such as `comments.author`, by the name of the entity that they begin at
   */
  constructor(handler: string, responseModel: string, missing: ReadonlyMap<string, readonly string[]>) {
    const list = [...missing].map(([entity, paths]) => `${paths.join(', ')} of ${entity}`);
    const fixes = [...missing].map(([entity, paths]) => {
      const load = `load: [${longest(paths)
        .map((path) => `'${path}'`)
        .join(', ')}]`;
      return missing.size === 1 ? load : `${load} for ${entity}`;
    });
    super(
      `${handler} answers with ${responseModel}, which shows relations that were not loaded: ${list.join('; ')}. ` +
        `Load them where the entities are read, ${fixes.join(', ')}, or have them loaded: @ResponseModel(${responseModel}, { relations: 'load' }).`,
      { handler, responseModel, missing: Object.fromEntries([...missing].map(([name, paths]) => [name, [...paths]])) },
    );
  }
}

/** The paths that no other begins with: loading these loads all. */
function longest(paths: readonly string[]): string[] {
  return paths.filter((path) => !paths.some((other) => other.startsWith(`${path}.`)));
}
