import { createRequire } from 'node:module';
import { ClassTransformer } from 'class-transformer';
import { Validator } from 'class-validator';
import { isUnloaded, quietMethods } from '../entity-model/index.js';
import { embeddedPart, entityState, type EntityState } from '../hydration/index.js';
import { modeOf } from './unloaded-access.js';

/*
 * class-transformer reads every property that `@Expose()` names, class-validator every property that has a rule:
 * neither of them means to use a relation. What was not loaded is left out, as if it were undefined.
 */
const PATCHED = Symbol.for('nestjs-sqlmodel-ext:patched');

interface Executor {
  getKeys(target: Function, object: Record<string, unknown>, isMap: boolean): string[];
}

function patchOnce<T extends object>(prototype: T, patch: (prototype: T) => void): void {
  if (Object.hasOwn(prototype, PATCHED)) return;
  Object.defineProperty(prototype, PATCHED, { value: true });
  patch(prototype);
}

const { TransformOperationExecutor } = createRequire(import.meta.url)(
  'class-transformer/cjs/TransformOperationExecutor.js',
) as { TransformOperationExecutor: { prototype: Executor } };

function stateOf(object: object): EntityState | undefined {
  const part = embeddedPart(object);
  return entityState(part?.entity ?? object);
}

// Only the keys: what `@Transform()` and getters of the application read themselves is still guarded.
patchOnce(TransformOperationExecutor.prototype, (prototype) => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { getKeys } = prototype;
  prototype.getKeys = function (target, object, isMap) {
    const keys = getKeys.call(this, target, object, isMap);
    const state = isMap ? undefined : stateOf(object);
    if (!state || modeOf(state) === 'off') return keys;
    return keys.filter((key) => !isUnloaded(object, key));
  };
});

// These read the properties of the object that they write to.
patchOnce(ClassTransformer.prototype, (prototype) => {
  quietMethods(prototype, 'plainToClassFromExist', 'classToClassFromExist');
});

patchOnce(Validator.prototype, (prototype) => {
  quietMethods(prototype, 'validate', 'validateOrReject', 'validateSync');
});
