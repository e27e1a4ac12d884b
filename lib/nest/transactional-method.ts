import { ConfigurationError } from '../errors/index.js';
import type { Method } from '../relations/index.js';

/**
 * The method that is decorated.
 *
 * @throws ConfigurationError for anything that cannot run in a transaction of its own
 */
export function transactionalMethod(
  decorator: string,
  prototype: object,
  name: string | symbol,
  original: unknown,
): Method {
  const where = `${decorator} on ${prototype.constructor.name}.${String(name)}`;
  if (typeof original !== 'function') throw new ConfigurationError(`${where} needs a method.`);
  if (typeof prototype === 'function') {
    throw new ConfigurationError(
      `${decorator} on ${prototype.name}.${String(name)}: a static method has no instance that Nest could give a unit of work; use unitOfWork.run() inside it.`,
    );
  }
  if (/GeneratorFunction$/.test(original.constructor.name)) {
    throw new ConfigurationError(
      `${where}: a generator runs after the method has returned; use unitOfWork.run() inside it.`,
    );
  }
  return original as Method;
}
