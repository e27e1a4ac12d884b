const DATA_MODEL = Symbol('nestjs-sqlmodel-ext:data-model');

/** What is known about a class that carries data: how it treats input. */
export interface DataModel {
  /** What happens to input fields that the class does not declare. */
  readonly extra: 'forbid' | 'ignore';
}

/** Marks a class as a data model. Its data is validated by the module's pipe. */
export function markDataModel(model: Function, definition: DataModel): void {
  Object.defineProperty(model, DATA_MODEL, { value: definition, configurable: true });
}

/** The definition on the class itself, or undefined when the class was never marked. */
export function ownDataModel(model: Function): DataModel | undefined {
  return Object.hasOwn(model, DATA_MODEL) ? (model as { [DATA_MODEL]?: DataModel })[DATA_MODEL] : undefined;
}
