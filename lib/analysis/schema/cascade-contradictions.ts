import type { EntityMetadata } from 'typeorm';
import { actionOfInverseSide } from './contradictions/action-of-inverse-side.js';
import { actionWithoutConstraint } from './contradictions/action-without-constraint.js';
import { cascadeRemoveForAll } from './contradictions/cascade-remove-for-all.js';
import { orphanActionOfWrongSide } from './contradictions/orphan-action-of-wrong-side.js';
import { orphanSoftDeleteWithoutDate } from './contradictions/orphan-soft-delete-without-date.js';
import { removeOrKeep } from './contradictions/remove-or-keep.js';
import { setDefaultWithoutDefault } from './contradictions/set-default-without-default.js';
import { setNullOfJoinTable } from './contradictions/set-null-of-join-table.js';
import { setNullOfRequiredKey } from './contradictions/set-null-of-required-key.js';
import { softCascadeWithoutDate } from './contradictions/soft-cascade-without-date.js';
import { softCascadeWithoutSource } from './contradictions/soft-cascade-without-source.js';
import { foreignKeysOf, type ForeignKey } from './foreign-key.js';
import type { Relation } from './relation.js';
import type { SchemaFault } from './schema-fault.js';

/** A combination that fails or does nothing when it is needed; undefined: this is none. */
type Contradiction<Subject> = (subject: Subject) => SchemaFault | undefined;

const OF_KEYS: readonly Contradiction<ForeignKey>[] = [setNullOfRequiredKey, setDefaultWithoutDefault];

const OF_RELATIONS: readonly Contradiction<Relation>[] = [
  setNullOfJoinTable,
  actionOfInverseSide,
  actionWithoutConstraint,
  cascadeRemoveForAll,
  removeOrKeep,
  softCascadeWithoutDate,
  softCascadeWithoutSource,
  orphanActionOfWrongSide,
  orphanSoftDeleteWithoutDate,
];

/** What an entity's relations say about writing and deleting that contradicts itself. */
export function cascadeContradictions(metadata: EntityMetadata): SchemaFault[] {
  return [
    ...foreignKeysOf(metadata).flatMap((key) => faultsOf(OF_KEYS, key)),
    ...metadata.relations.flatMap((relation) => faultsOf(OF_RELATIONS, relation)),
  ];
}

function faultsOf<Subject>(contradictions: readonly Contradiction<Subject>[], subject: Subject): SchemaFault[] {
  return contradictions.map((contradiction) => contradiction(subject)).filter((fault) => fault !== undefined);
}
