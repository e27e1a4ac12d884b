import { afterYield } from './after-yield.js';
import { goneField } from './gone-field.js';
import { goneMethod } from './gone-method.js';
import { gonePassed } from './gone-passed.js';
import { parameterRelation } from './parameter-relation.js';
import { relationAfterWrite } from './relation-after-write.js';
import { relationTruthTest } from './relation-truth-test.js';
import { requiresForUpdate } from './requires-for-update.js';
import { responseRelation } from './response-relation.js';
import type { Rule } from './rule.js';
import { subclassField } from './subclass-field.js';
import { unloadedRelation } from './unloaded-relation.js';
import { unresolvedType } from './unresolved-type.js';

/** The rules about handlers and what they call, in the order of their codes. */
export const RULES: readonly Rule[] = [
  responseRelation,
  relationAfterWrite,
  unloadedRelation,
  parameterRelation,
  goneField,
  goneMethod,
  unresolvedType,
  gonePassed,
  relationTruthTest,
  subclassField,
  afterYield,
  requiresForUpdate,
];
