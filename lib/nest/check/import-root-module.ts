import { stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DynamicModule, Type } from '@nestjs/common';
import { WrongUse } from './wrong-use.js';

/** What Nest can make an application of. */
export type RootModule = Type | DynamicModule;

/** What `@Module()` writes on a class. */
const MODULE_KEYS = ['imports', 'providers', 'controllers', 'exports'];

const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/**
 * The root module that a compiled file exports: the one that is asked for, else the default export, else the only module.
 * Files of both kinds, ES modules and CommonJS.
 *
 * @throws WrongUse when there is no such file, when it cannot be imported, and when it exports none or several
 */
export async function importRootModule(given: string, exportName: string | undefined): Promise<RootModule> {
  const file = resolve(given);
  if (!(await stat(file).catch(() => undefined))?.isFile()) {
    throw new WrongUse(`there is no file ${file}. Build the application first, and name the compiled file.`);
  }
  if (TYPESCRIPT.includes(extname(file))) {
    throw new WrongUse(
      `${given} is TypeScript, which Node.js cannot run with its decorators. Build the application, and name the compiled file, such as ./dist/app.module.js.`,
    );
  }
  const exported = exportsOf(await imported(file));
  return exportName === undefined ? foundModule(exported, given) : namedModule(exported, exportName, given);
}

async function imported(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (cause) {
    throw new WrongUse(`${file} cannot be imported. Does it start with node?`, { cause });
  }
}

/** By name. CommonJS has them below `default` too, where the engine has not found their names. */
function exportsOf(namespace: object): Map<string, unknown> {
  const own = Object.entries(namespace) as [string, unknown][];
  const { default: inner } = namespace as { default?: unknown };
  const isCommonJs = typeof inner === 'object' && inner !== null && !isModule(inner);
  return new Map(isCommonJs ? [...Object.entries(inner), ...own.filter(([name]) => name !== 'default')] : own);
}

function namedModule(exported: ReadonlyMap<string, unknown>, name: string, file: string): RootModule {
  const value = exported.get(name);
  if (isModule(value)) return value;
  const why = exported.has(name) ? `the export '${name}' of ${file} is no module` : `${file} has no export '${name}'`;
  throw new WrongUse(`${why}. Its modules: ${namesOf(exported)}.`);
}

function foundModule(exported: ReadonlyMap<string, unknown>, file: string): RootModule {
  const standard = exported.get('default');
  if (isModule(standard)) return standard;
  const modules = [...new Set([...exported.values()].filter(isModule))];
  if (modules.length === 1) return modules[0];
  if (modules.length === 0) {
    throw new WrongUse(`${file} exports no module. Name the compiled file of the root module, not ${mainOf(file)}.`);
  }
  throw new WrongUse(`${file} exports several modules: ${namesOf(exported)}. Choose one with --export.`);
}

function mainOf(file: string): string {
  return basename(file).startsWith('main') ? 'the one that starts the application' : 'another one';
}

function namesOf(exported: ReadonlyMap<string, unknown>): string {
  const names = [...exported].filter(([, value]) => isModule(value)).map(([name]) => name);
  return names.length === 0 ? 'none' : names.join(', ');
}

function isModule(value: unknown): value is RootModule {
  if (typeof value === 'function') {
    return MODULE_KEYS.some((key) => Reflect.hasOwnMetadata(key, value));
  }
  return typeof value === 'object' && value !== null && typeof (value as { module?: unknown }).module === 'function';
}
