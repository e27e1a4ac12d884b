import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGES = [
  'nestjs-sqlmodel-ext',
  'typeorm',
  'drizzle-orm',
  '@mikro-orm/core',
  'pg',
  'better-sqlite3',
  'mysql2',
  'ioredis',
  'bentocache',
  'cache-manager',
  'cache-manager-ioredis-yet',
  'keyv',
] as const;

/** The driver that MikroORM brings, because it wants an exact version. */
const MIKRO_ORM_PG = 'pg of @mikro-orm/postgresql';

/** Where and with what the figures were made. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Processes that wanted to run during the last minute, when the run began: above a tenth of the cores, measure again. */
  readonly loadAtStart: number;
  readonly packages: Readonly<Record<string, string>>;
}

export async function machine(): Promise<Machine> {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadAtStart: loadavg()[0] ?? 0,
    packages: Object.fromEntries([
      ...(await Promise.all(PACKAGES.map(async (name) => [name, await versionOf(name)] as const))),
      [MIKRO_ORM_PG, await versionIn(dirname(driverOfMikroOrm()))],
    ]),
  };
}

function versionOf(name: string): Promise<string> {
  return versionIn(name === 'nestjs-sqlmodel-ext' ? '.' : join('node_modules', name));
}

async function versionIn(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/** The manifest of the pg that MikroORM loads. */
function driverOfMikroOrm(): string {
  const mikroOrm = createRequire(import.meta.url).resolve('@mikro-orm/postgresql');
  return createRequire(mikroOrm).resolve('pg/package.json');
}
