import type { Suppression, World } from '../analysis/index.js';
import { lineage } from '../field-types/index.js';
import { wrappersIn, type Container } from './analysis-container.js';
import { suppressedRulesOf } from './suppress-finding.decorator.js';

/** What `@SuppressFinding()` says anywhere in an application: on what Nest makes, and on entities. */
export function suppressionsIn(container: Container, { dataSources }: World): Suppression[] {
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
    suppressedRulesOf(owner).map(({ rule, member, reason }) => ({
      rule,
      place: member === undefined ? owner.name : `${owner.name}.${member}`,
      reason,
    })),
  );
}
