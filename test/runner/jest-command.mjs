import { createRequire } from 'node:module';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');

/**
 * The arguments of `node` that run Jest with the project's configuration.
 * @param {readonly string[]} args
 */
export function jestCommand(args) {
  return [jest, '--config', 'jest.config.js', ...args];
}
