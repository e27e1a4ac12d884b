/**
 * What is compiled: `loaded` with this package's declarations; `plain` with the same, except that what says which
 * relations are loaded says nothing, so that all results are plain models.
 */
export type Variant = 'loaded' | 'plain';

export const VARIANTS: readonly Variant[] = ['loaded', 'plain'];

/** The declarations that are other ones in `plain`, by their path in `dist/`. */
export const PLAIN_DECLARATIONS: Readonly<Record<string, string>> = {
  'relations/loaded.d.ts': `
import type { RelationPath } from './relation-types.js';
export type Loaded<Model, Path extends RelationPath<Model> = never> = Model;
export type Needs<Model, Path extends RelationPath<Model>> = Model;
export type LoadedEntity<Model, Path extends string, Prefix extends string = '', Mark = unknown> = Model;
export type LoadedRelations<Model, Path extends string, Prefix extends string, Mark, Names = never> = Model;
export type NeededEntity<Model, Path extends string> = Model;
export type NeededRelations<Model, Path extends string> = Model;
export type NotLoaded<Message extends string> = unknown;
export type NotLoadedList<Message extends string> = unknown;
export type Probed = unknown;
`,
  'relations/load-result.d.ts': `
import type { RelationPath } from './relation-types.js';
export type LoadList<Model> = readonly RelationPath<Model>[];
export type LoadResult<Model, Load extends LoadList<Model>> = Model;
export type WrittenResult<Entity, Load extends readonly unknown[]> = Entity;
`,
};
