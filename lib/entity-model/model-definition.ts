import type { ModelOptions } from './model-options.js';

const MODEL = Symbol('nestjs-sqlmodel-ext:model');

/** What `@Model()` found out about a class. */
export interface ModelDefinition {
  readonly options: ModelOptions;
  /** A table of its own; false for data classes and abstract bases of tables. */
  readonly table: boolean;
}

/** Stores the definition on the class itself. */
export function defineModel(model: Function, definition: ModelDefinition): void {
  Object.defineProperty(model, MODEL, { value: definition, configurable: true });
}

/** The definition that the class itself was given, or undefined. Parents do not count. */
export function ownModelDefinition(model: Function): ModelDefinition | undefined {
  return Object.hasOwn(model, MODEL) ? (model as { [MODEL]?: ModelDefinition })[MODEL] : undefined;
}
