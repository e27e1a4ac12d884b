import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY_ROOT } from './repository-root.js';

/**
 * The tarball that would be published, installed into an empty project outside the repository. Peers are links to the
 * repository's own copies, so nothing is downloaded for them.
 */
export class PackedPackage {
  static create(): PackedPackage {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'nestjs-sqlmodel-ext-package-')));
    const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', root], REPOSITORY_ROOT);
    const [report] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
    return new PackedPackage(
      root,
      join(root, report.filename),
      report.files.map(({ path }) => path),
    );
  }

  private constructor(
    private readonly root: string,
    private readonly tarball: string,
    readonly files: readonly string[],
  ) {}

  /** Where the package is installed. */
  get folder(): string {
    return join(this.project, 'node_modules/nestjs-sqlmodel-ext');
  }

  private get project(): string {
    return join(this.root, 'project');
  }

  /** Installs the tarball afresh, with these packages beside it and no others. */
  install(peers: readonly string[]): void {
    rmSync(this.project, { recursive: true, force: true });
    mkdirSync(this.project);
    writeFileSync(join(this.project, 'package.json'), JSON.stringify({ name: 'application', private: true }));
    npm(['install', '--legacy-peer-deps', '--prefer-offline', '--ignore-scripts', this.tarball], this.project);
    for (const peer of peers) {
      const link = join(this.project, 'node_modules', peer);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(REPOSITORY_ROOT, 'node_modules', peer), link, 'dir');
    }
  }

  /** Whether the installed package could load another one. */
  canResolve(name: string): boolean {
    const paths = createRequire(join(this.folder, 'package.json')).resolve.paths(name) ?? [];
    return paths.some((path) => existsSync(join(path, name)));
  }

  namesByImport(entry: string): string[] {
    return this.names(`import(${JSON.stringify(entry)})`);
  }

  /** CommonJS applications load the package like this. */
  namesByRequire(entry: string): string[] {
    return this.names(`Promise.resolve(require(${JSON.stringify(entry)}))`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  private names(promise: string): string[] {
    const script = `${promise}.then((names) => console.log(JSON.stringify(Object.keys(names).sort())))`;
    return JSON.parse(this.run(script)) as string[];
  }

  private run(script: string): string {
    return execFileSync(process.execPath, ['--input-type=commonjs', '--eval', script], {
      cwd: this.project,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}

function npm(args: string[], cwd: string): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
