/** Returns the object it is given, so that a subclass can put a field on it. */
const Adopt = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

let current: unknown;

/**
 * Makes a function that gives objects an own, ordinary property of this name, whatever their prototype has there: as
 * `Object.defineProperty` does, at an eighth of its cost, because V8 compiles class fields.
 */
export function ownProperty(name: string): (object: object, value: unknown) => void {
  const Field = class extends Adopt {
    [name] = current;
  };
  return (object, value) => {
    current = value;
    new Field(object);
    current = undefined;
  };
}
