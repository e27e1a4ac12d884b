/**
 * Whether rows of a class can become instances without its constructor, and nobody can tell. With
 * `useDefineForClassFields` the constructor gives every instance its relations as undefined: they hide the
 * guard, and taking them off again is slow. It must run when it does more: code of its own, private members,
 * values for properties that do not come from the row.
 */
export function skipsConstructor(type: Function, guarded: ReadonlySet<string>, fromRow: ReadonlySet<string>): boolean {
  if (hasOwnCode(type)) return false;
  const instance = instanceOf(type);
  if (!instance) return false;
  const keys = Reflect.ownKeys(instance);
  if (!keys.some((key) => typeof key === 'string' && guarded.has(key))) return false;
  return keys.every(
    (key) =>
      (typeof key === 'string' && fromRow.has(key)) || (instance as Record<PropertyKey, unknown>)[key] === undefined,
  );
}

/** The properties of these that a constructor puts on its instances, with a value or without one. */
export function definedByConstructor(type: Function, names: ReadonlySet<string>): string[] {
  const instance = instanceOf(type);
  return instance ? [...names].filter((name) => Object.hasOwn(instance, name)) : [];
}

function instanceOf(type: Function): object | undefined {
  try {
    return new (type as new () => object)();
  } catch {
    return undefined;
  }
}

/** Whether a class or one above it has a constructor or private members, as far as its text tells. */
function hasOwnCode(type: Function): boolean {
  for (let each: unknown = type; typeof each === 'function' && each !== Function.prototype;) {
    const text = Function.prototype.toString.call(each);
    if (!text.startsWith('class') || /\bconstructor\s*\(|#[\p{ID_Start}$_]/u.test(text)) return true;
    each = Object.getPrototypeOf(each);
  }
  return false;
}
