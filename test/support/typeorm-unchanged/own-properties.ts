/** The own properties that an object has a value for, unread: what a listener may look at without loading anything. */
export function ownProperties(object: object | undefined): string[] | undefined {
  if (!object) return undefined;
  return Object.entries(Object.getOwnPropertyDescriptors(object))
    .filter(([, { enumerable, value }]) => enumerable && value !== undefined)
    .map(([name]) => name)
    .sort();
}
