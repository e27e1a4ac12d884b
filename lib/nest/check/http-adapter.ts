import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { WrongUse } from './wrong-use.js';

const ADAPTERS = [
  ['@nestjs/platform-express', 'ExpressAdapter'],
  ['@nestjs/platform-fastify', 'FastifyAdapter'],
] as const;

/**
 * The HTTP adapter that the application has installed, for Nest makes no application without one. Nothing listens.
 *
 * @param file from where the package is looked up
 * @throws WrongUse when there is none
 */
export function httpAdapter(file: string): AbstractHttpAdapter {
  const load = createRequire(resolve(file));
  for (const [name, adapter] of ADAPTERS) {
    if (!isInstalled(load, name)) continue;
    const exported = load(name) as Record<string, new () => AbstractHttpAdapter>;
    return new exported[adapter]();
  }
  throw new WrongUse(
    `the application has neither ${ADAPTERS.map(([name]) => name).join(' nor ')}, without which Nest makes no application. Install one of them.`,
  );
}

function isInstalled(load: NodeJS.Require, name: string): boolean {
  try {
    load.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
