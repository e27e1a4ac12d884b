// `npm run package:check`: installs the tarball into an empty application as a user would, peers from the registry, and
// loads both doors in both module systems. test/repo/package.spec.ts looks closer, without a registry.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root.mjs';

const ENTRIES = ['nestjs-sqlmodel-ext', 'nestjs-sqlmodel-ext/testing'];

const folder = mkdtempSync(join(tmpdir(), 'nestjs-sqlmodel-ext-application-'));
try {
  const report = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], PROJECT_ROOT);
  /** @type {[{ filename: string }]} */
  const [{ filename }] = JSON.parse(report);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'application', private: true }));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', join(folder, filename)], folder);
  for (const entry of ENTRIES) {
    const name = JSON.stringify(entry);
    run('node', ['--input-type=commonjs', '--eval', `require(${name})`], folder);
    run('node', ['--input-type=module', '--eval', `await import(${name})`], folder);
    console.log(`${entry}: required and imported from the tarball`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
function run(program, args, cwd) {
  return execFileSync(program, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
