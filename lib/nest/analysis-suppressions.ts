import type { InheritedSuppression, World } from '../analysis/index.js';
import { lineage } from '../field-types/index.js';
import { wrappersIn, type Container } from './analysis-container.js';
import { suppressedRulesOf } from './suppress-finding.decorator.js';

/** What `@SuppressFinding()` says anywhere in an application: on what Nest makes, and on entities. */
export function suppressionsIn(container: Container, { dataSources }: World): InheritedSuppression[] {
  const classes = new Set<Function>();
  const note = (type: unknown): void => {
    if (typeof type !== 'function') return;
    for (const owner of lineage(type)) classes.add(owner);
  };
  for (const { metatype, instance } of wrappersIn(container)) {
    note(metatype);
    // Factories make objects of classes that Nest does not know.
    const made: unknown = instance;
    if (typeof made === 'object' && made !== null) note(made.constructor);
  }
  for (const { target } of dataSources.flatMap(({ entityMetadatas }) => entityMetadatas)) note(target);
  return [...classes].flatMap((owner) =>
    suppressedRulesOf(owner).map(({ rule, member, reason }) => {
      const members = member === undefined ? Object.getOwnPropertyNames(owner.prototype) : [member];
      const heirs = [...classes].filter((type) => type.prototype instanceof owner);
      const inheritedAs = heirs.flatMap((heir) =>
        members.filter((name) => inherits(heir, owner, name)).map((name) => `${heir.name}.${name}`),
      );
      return {
        rule,
        place: member === undefined ? owner.name : `${owner.name}.${member}`,
        reason,
        ...(inheritedAs.length === 0 ? {} : { inheritedAs }),
      };
    }),
  );
}

/** Whether a class has the member of a class above, and not one of its own. */
function inherits(heir: Function, owner: Function, member: string): boolean {
  if (member === 'constructor') return false;
  let prototype = heir.prototype as object;
  while (prototype !== owner.prototype) {
    if (Object.hasOwn(prototype, member)) return false;
    prototype = Object.getPrototypeOf(prototype) as object;
  }
  return true;
}
