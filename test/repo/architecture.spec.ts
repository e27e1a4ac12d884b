import { describe, expect, it } from '@jest/globals';
import type { ArchitectureRule } from './architecture/architecture-rule.js';
import { arrowsGoDown } from './architecture/arrows-go-down.js';
import { doorsListNames } from './architecture/doors-list-names.js';
import { nestStaysOnTop } from './architecture/nest-stays-on-top.js';
import { noDrawers } from './architecture/no-drawers.js';
import { noForbiddenPackages } from './architecture/no-forbidden-packages.js';
import { noImportCycles } from './architecture/no-import-cycles.js';
import { noImportOfThePackageIndex } from './architecture/no-import-of-the-package-index.js';
import { throughTheDoor } from './architecture/through-the-door.js';
import { typeormInternalsInOneFile } from './architecture/typeorm-internals-in-one-file.js';
import { readSourceFiles } from './read-source-files.js';

interface Case {
  name: string;
  rule: ArchitectureRule;
  /** Sources that break the rule, each with what the rule says; among them sources that keep it. */
  sources: Record<string, string>;
  violations: string[];
}

const CASES: Case[] = [
  {
    name: 'a room imports only rooms below it',
    rule: arrowsGoDown,
    sources: {
      'lib/errors/a.ts': `import { b } from '../field-types/index.js';`,
      'lib/errors/b.ts': `const module = await import('../nest/index.js');`,
      'lib/errors/c.ts': `\nexport type C = import('../repository/index.js').Repository;`,
      'lib/relations/a.ts': `import type { Plan } from '../repository/index.js';`,
      'lib/relations/b.ts': `export { plan } from '../cache/index.js';`,
      'lib/testing/a.ts': `import { Module } from '../sql-model-ext.module.js';`,
      'lib/repository/right.ts': `import { x } from '../errors/index.js';\nimport { y } from './other.js';`,
      'lib/sql-model-ext.module.ts': `import { x } from './nest/index.js';`,
      'lib/index.ts': `export { x } from './sql-model-ext.module.js';\nexport { y } from './errors/index.js';`,
      'lib/attic/a.ts': '',
      'lib/stray.ts': '',
    },
    violations: [
      'lib/attic/a.ts is in no room of the table in test/repo/architecture/rooms.ts',
      'lib/stray.ts is in no room of the table in test/repo/architecture/rooms.ts',
      'lib/errors/a.ts:1 imports lib/field-types/index.ts, which stands above it',
      'lib/errors/b.ts:1 imports lib/nest/index.ts, which stands above it',
      'lib/errors/c.ts:2 imports lib/repository/index.ts, which stands above it',
      'lib/relations/a.ts:1 imports lib/repository/index.ts, which stands above it',
      'lib/relations/b.ts:1 imports lib/cache/index.ts, which stands above it',
      'lib/testing/a.ts:1 imports lib/sql-model-ext.module.ts, which stands above it',
    ],
  },
  {
    name: 'a room is entered through its door',
    rule: throughTheDoor,
    sources: {
      'lib/nest/a.ts': `import { b } from '../errors/b.js';`,
      'lib/nest/b.ts': `import { a } from './index.js';`,
      'lib/nest/right.ts': `import { b } from '../errors/index.js';\nimport { a } from './a.js';`,
      'lib/index.ts': `export { a } from './nest/a.js';`,
    },
    violations: [
      'lib/nest/a.ts:1 imports lib/errors/b.ts past the door lib/errors/index.ts',
      'lib/nest/b.ts:1 imports its own door lib/nest/index.ts',
      'lib/index.ts:1 imports lib/nest/a.ts past the door lib/nest/index.ts',
    ],
  },
  {
    name: 'nothing imports the package index',
    rule: noImportOfThePackageIndex,
    sources: {
      'lib/nest/a.ts': `import { b } from '../index.js';`,
      'lib/nest/deeper/b.ts': `import { b } from '../../index.js';`,
      'lib/testing/c.ts': `import { b } from 'nestjs-sqlmodel-ext';`,
      'lib/testing/right.ts': `import { b } from '../errors/index.js';`,
    },
    violations: [
      'lib/nest/a.ts:1 imports lib/index.ts',
      'lib/nest/deeper/b.ts:1 imports lib/index.ts',
      'lib/testing/c.ts:1 imports its own package nestjs-sqlmodel-ext',
    ],
  },
  {
    name: 'Nest is imported at the top alone',
    rule: nestStaysOnTop,
    sources: {
      'lib/repository/a.ts': `import { Injectable } from '@nestjs/common';`,
      'lib/errors/b.ts': `import type { ModuleRef } from '@nestjs/core/injector/module-ref.js';`,
      'lib/nest/right.ts': `import { Injectable } from '@nestjs/common';`,
      'lib/testing/right.ts': `import { ModuleRef } from '@nestjs/core';`,
      'lib/sql-model-ext.module.ts': `import { Module } from '@nestjs/common';`,
    },
    violations: [
      'lib/repository/a.ts:1 imports @nestjs/common below nest/',
      'lib/errors/b.ts:1 imports @nestjs/core/injector/module-ref.js below nest/',
    ],
  },
  {
    name: 'one file knows the internals of TypeORM',
    rule: typeormInternalsInOneFile,
    sources: {
      'lib/hydration/a.ts': `import { X } from 'typeorm/query-builder/X.js';`,
      'lib/hydration/b.ts': `import { DataSource } from 'typeorm';`,
      'lib/entity-model/typeorm-internals.ts': `import { X } from 'typeorm/query-builder/X.js';`,
    },
    violations: [
      'lib/hydration/a.ts:1 imports typeorm/query-builder/X.js, which only lib/entity-model/typeorm-internals.ts may',
    ],
  },
  {
    name: 'no compiler and no OpenAPI package is imported',
    rule: noForbiddenPackages,
    sources: {
      'lib/analysis/a.ts': `import ts from 'typescript';`,
      'lib/field-types/b.ts': `createRequire(import.meta.url)('@nestjs/swagger');`,
      'lib/field-types/c.ts': `const swagger = await import('@nestjs/swagger');`,
      'lib/field-types/d.ts': `export type Api = typeof import('@nestjs/swagger/dist/index.js');`,
      'lib/field-types/right.ts': `const message = 'install @nestjs/swagger'; import { x } from 'typescript-logging';`,
    },
    violations: [
      'lib/analysis/a.ts:1 imports typescript: applications run without a compiler',
      'lib/field-types/b.ts:1 imports @nestjs/swagger: it is optional, and its metadata keys are written directly',
      'lib/field-types/c.ts:1 imports @nestjs/swagger: it is optional, and its metadata keys are written directly',
      'lib/field-types/d.ts:1 imports @nestjs/swagger: it is optional, and its metadata keys are written directly',
    ],
  },
  {
    name: 'files do not import each other in a circle',
    rule: noImportCycles,
    sources: {
      'lib/errors/a.ts': `import { b } from './b.js';`,
      'lib/errors/b.ts': `import { c } from './c.js';`,
      'lib/errors/c.ts': `import type { a } from './a.js';\nimport { d } from './d.js';`,
      'lib/errors/d.ts': '',
    },
    violations: ['import cycle: lib/errors/a.ts -> lib/errors/b.ts -> lib/errors/c.ts -> lib/errors/a.ts'],
  },
  {
    name: 'no file or folder is a drawer',
    rule: noDrawers,
    sources: {
      'lib/errors/utils.ts': '',
      'lib/errors/string-helpers.ts': '',
      'lib/errors/common/a.ts': '',
      'lib/errors/misc.ts': '',
      'lib/errors/commonality.ts': '',
    },
    violations: [
      'lib/errors/utils.ts is called "utils", which says nothing',
      'lib/errors/string-helpers.ts is called "helpers", which says nothing',
      'lib/errors/common/a.ts is called "common", which says nothing',
      'lib/errors/misc.ts is called "misc", which says nothing',
    ],
  },
  {
    name: 'every room has a door, and doors list names',
    rule: doorsListNames,
    sources: {
      'lib/index.ts': `export { a } from './nest/index.js';\nexport * from './errors/index.js';`,
      'lib/errors/index.ts': `export * as errors from './a.js';`,
      'lib/nest/index.ts': `export { a } from './a.js';\nexport type { A } from './a.js';`,
      'lib/cache/a.ts': `export * from './b.js';`,
    },
    violations: ['lib/cache/ has no index.ts', 'lib/index.ts:2 uses export *', 'lib/errors/index.ts:1 uses export *'],
  },
];

describe('the architecture of lib/', () => {
  const lib = readSourceFiles('lib', '.ts');

  it('is read', () => {
    expect([...lib.keys()]).toContain('lib/index.ts');
  });

  describe.each(CASES)('$name', ({ rule, sources, violations }) => {
    it('in lib/', () => {
      expect(rule(lib)).toEqual([]);
    });

    it('or the rule says so', () => {
      expect(rule(new Map(Object.entries(sources)))).toEqual(violations);
    });
  });
});
