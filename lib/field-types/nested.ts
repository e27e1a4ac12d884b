import { fieldDecorator, type FieldDecorator } from './create-field-type.js';
import type { FieldOptions } from './field-options.js';
import type { FieldSpec } from './field-spec.js';
import { isObject, itemsRule } from './list-rules.js';

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
    const isListType = Reflect.getMetadata('design:type', prototype, property) === Array;
    fieldDecorator(nestedSpec(type, isListType), options)(prototype, property);
  };
}

function nestedSpec(type: () => DataClass | readonly [DataClass], isListType: boolean): FieldSpec {
  // The thunk may not run yet: its class may be declared later. `items: Item[] | null` has no list type either.
  const many = (): boolean => isListType || Array.isArray(type());
  const target = (): DataClass => {
    const resolved = type();
    return typeof resolved === 'function' ? resolved : resolved[0];
  };
  const items = itemsRule([isObject]);
  return {
    name: 'Nested',
    rules: [
      {
        name: 'isNested',
        message: isListType ? 'must be a list' : 'must be an object',
        check: (value) => (many() ? Array.isArray(value) : isObject.check(value)),
        explain: () => [{ path: '', message: many() ? 'must be a list' : isObject.message }],
      },
      { ...items, check: (value) => !many() || items.check(value) },
    ],
    convert: (value) => value,
    // Swagger calls a function of the name `type` when it builds the document, not before.
    schema: { type: () => (isListType ? [target()] : type()) },
    nested: target,
    ownOptions: ['nullable', 'description'],
  };
}
