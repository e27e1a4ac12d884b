import { fieldDecorator, type FieldDecorator } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';

type DataClass = Function & { prototype: object };

/** What a nested field may be told: it has no column, so nothing about columns. */
export type NestedFieldOptions = Pick<FieldOptions, 'nullable' | 'description'>;

/**
 * Another data class inside this one: `@Nested(() => UserResponse)`, or a list of them:
 * `@Nested(() => [CommentResponse])`. The thunk is called late, so that classes in circular files and in
 * any order work. Not a column.
 */
export function Nested(type: () => DataClass | readonly [DataClass], options: NestedFieldOptions = {}): FieldDecorator {
  return (prototype, property) => {
    // The list form is known only when the thunk runs, which may be too early now; the design type tells.
    const many = Reflect.getMetadata('design:type', prototype, property) === Array;
    nestedField(type, many, options)(prototype, property);
  };
}

function nestedField(
  type: () => DataClass | readonly [DataClass],
  many: boolean,
  options: NestedFieldOptions,
): FieldDecorator {
  const target = (): DataClass => {
    const resolved = type();
    return typeof resolved === 'function' ? resolved : resolved[0];
  };
  return fieldDecorator(
    {
      name: 'Nested',
      rules: [
        many
          ? { name: 'isArray', message: 'must be a list', check: Array.isArray }
          : {
              name: 'isObject',
              message: 'must be an object',
              check: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
            },
      ],
      convert: (value) => value,
      // Swagger takes a function for lazy only when its name is `type`.
      schema: { type: () => target(), isArray: many },
      nested: target,
      nestedMany: many,
    },
    options,
  );
}
