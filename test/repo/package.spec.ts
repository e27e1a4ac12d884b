import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importsOf } from './imports-of.js';
import { PackedPackage } from './packed-package.js';
import { REPOSITORY_ROOT } from './repository-root.js';

interface Manifest {
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const manifest = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as Manifest;
const isOptional = (name: string) => manifest.peerDependenciesMeta[name]?.optional === true;
const optionalPeers = Object.keys(manifest.peerDependencies).filter(isOptional);
const requiredPeers = Object.keys(manifest.peerDependencies).filter((name) => !isOptional(name));

describe('the package', () => {
  let packed: PackedPackage;

  beforeAll(() => {
    if (!existsSync(join(REPOSITORY_ROOT, 'dist/index.js'))) throw new Error('dist/ is missing: npm run build');
    packed = PackedPackage.create();
    packed.install([]);
  }, 120_000);

  afterAll(() => packed.remove());

  it('ships dist, the manifest, the licence and the readme', () => {
    const others = packed.files.filter((path) => !path.startsWith('dist/'));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(packed.files).toEqual(
      expect.arrayContaining(['dist/index.js', 'dist/index.d.ts', 'dist/testing/index.js', 'dist/testing/index.d.ts']),
    );
  });

  it('ships no file without a source', () => {
    const orphans = packed.files
      .filter((path) => path.startsWith('dist/'))
      .map((path) => path.replace(/^dist\//, 'lib/').replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts'))
      .filter((source) => !existsSync(join(REPOSITORY_ROOT, source)));
    expect(orphans).toEqual([]);
  });

  it('declares types that name no optional package', () => {
    const declarations = packed.files.filter((path) => path.endsWith('.d.ts'));
    const named = declarations.flatMap((path) => {
      const text = readFileSync(join(packed.folder, path), 'utf8');
      const references = [...text.matchAll(/<reference types="([^"]+)"/g)].map(([, name]) => name);
      return [...importsOf(path, text).map(({ specifier }) => specifier), ...references]
        .filter((name) => optionalPeers.some((peer) => name === peer || name.startsWith(`${peer}/`)))
        .map((name) => `${path} names ${name}`);
    });
    expect(declarations).not.toEqual([]);
    expect(named).toEqual([]);
  });

  describe.each([
    { title: 'with the optional packages', peers: [...requiredPeers, ...optionalPeers], resolvable: true },
    { title: 'without the optional packages', peers: requiredPeers, resolvable: false },
  ])('$title', ({ peers, resolvable }) => {
    beforeAll(() => packed.install(peers), 120_000);

    it.each(optionalPeers)(`finds what this case says of %s (${resolvable})`, (peer) => {
      expect(packed.canResolve(peer)).toBe(resolvable);
    });

    it.each(['nestjs-sqlmodel-ext', 'nestjs-sqlmodel-ext/testing'])('imports and requires %s alike', (entry) => {
      const imported = packed.namesByImport(entry);
      expect(imported).not.toEqual([]);
      expect(packed.namesByRequire(entry)).toEqual(imported);
    });

    it('exports its manifest, and no file past the doors', () => {
      expect(packed.namesByRequire('nestjs-sqlmodel-ext/package.json')).toContain('version');
      expect(() => packed.namesByRequire('nestjs-sqlmodel-ext/dist/index.js')).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
    });
  });
});
