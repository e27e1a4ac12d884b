import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  EntityManager,
  InsertQueryBuilder,
  DeleteQueryBuilder,
  Repository,
  SelectQueryBuilder,
  TreeRepository,
  UpdateQueryBuilder,
} from 'typeorm';
import { RelationQueryBuilder } from 'typeorm/query-builder/RelationQueryBuilder.js';
import { SoftDeleteQueryBuilder } from 'typeorm/query-builder/SoftDeleteQueryBuilder.js';

type Class = abstract new (...args: never[]) => object;

/** TypeORM's classes that applications work with; subclasses before what they extend. */
export const CLASSES: Readonly<Record<string, Class>> = {
  TreeRepository,
  Repository,
  EntityManager,
  SelectQueryBuilder,
  InsertQueryBuilder,
  UpdateQueryBuilder,
  DeleteQueryBuilder,
  SoftDeleteQueryBuilder,
  RelationQueryBuilder,
};

/** Every public method of TypeORM's classes, inherited ones too, as `Class.method`. */
export function publicMethods(): string[] {
  return Object.entries(CLASSES).flatMap(([name, { prototype }]) =>
    methodsOf(prototype as object).map((method) => `${name}.${method}`),
  );
}

/** The public methods that a prototype has, its own and inherited ones; accessors are not methods. */
export function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let owner = prototype; owner !== Object.prototype; owner = Object.getPrototypeOf(owner) as object) {
    const hidden = hiddenMembers(owner.constructor.name);
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (name !== 'constructor' && typeof value === 'function' && !hidden.has(name)) names.add(name);
    }
  }
  return [...names].sort();
}

const FOLDERS: Readonly<Record<string, string>> = {
  Repository: 'repository',
  TreeRepository: 'repository',
  EntityManager: 'entity-manager',
};

/** What TypeORM's own declarations call protected or private: at run time nothing tells. */
function hiddenMembers(type: string): Set<string> {
  const root = dirname(createRequire(import.meta.url).resolve('typeorm'));
  const text = readFileSync(join(root, FOLDERS[type] ?? 'query-builder', `${type}.d.ts`), 'utf8');
  return new Set(
    [...text.matchAll(/^\s+(?:protected|private)\s+(?:static\s+)?(?:async\s+)?(\w+)/gm)].map(([, name]) => name),
  );
}
