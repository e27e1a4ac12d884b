/** Names of the methods of a model. */
export type MethodName<Model> = {
  [Key in keyof Model & string]-?: [Model[Key]] extends [never]
    ? never
    : // Not a function type with a result: that would ask methods for theirs, which may lead back here.
      NonNullable<Model[Key]> extends Function
      ? Key
      : never;
}[keyof Model & string];
