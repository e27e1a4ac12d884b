import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary folder that a server of this account can write to. It is removed by `remove`, or with this process.
 * @param {string} name
 * @param {import('./engine.js').ServiceAccount | undefined} account
 */
export function serverFolder(name, account) {
  const path = mkdtempSync(join(tmpdir(), `nestjs-sqlmodel-ext-${name}-`));
  if (account) chownSync(path, account.uid, account.gid);
  const remove = () => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  process.on('exit', remove);
  return { path, remove };
}
