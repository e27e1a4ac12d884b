import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compileFile, type Compiler } from './compile-file.js';
import type { CopyReport } from './copy-report.js';
import { editedText } from './edited-text.js';
import type { Edit } from './seeded-fault.js';

const ROOT = join(import.meta.dirname, '../../..');
const PRINTER = 'test/support/analysis-samples/print-findings';

/** The report of each copy, by the name of its folder. */
export type ReportsByCopy = Readonly<Record<string, CopyReport>>;

/**
 * Changed copies of the samples, compiled for plain Node beside a compiled copy of the library. They lie inside the
 * repository, where its packages are found.
 */
export class SampleCopies {
  static async create(): Promise<SampleCopies> {
    await mkdir(join(ROOT, '.tmp'), { recursive: true });
    const path = await mkdtemp(join(ROOT, '.tmp/samples-'));
    const copies = new SampleCopies(path);
    // Named as the library itself, so that the samples' import finds the copy.
    const manifest = { name: 'nestjs-sqlmodel-ext', type: 'module', exports: { '.': './lib/index.js' } };
    await writeFile(join(path, 'package.json'), JSON.stringify(manifest));
    await compileFolder(join(ROOT, 'lib'), join(path, 'lib'), 'swc');
    await compileFile(join(ROOT, `${PRINTER}.ts`), join(path, `${PRINTER}.js`), 'swc');
    return copies;
  }

  private constructor(private readonly path: string) {}

  /** Compiles a sample as it is: a copy of its own, and what the others are copied from. */
  async addSample(sample: string, compiler: Compiler): Promise<void> {
    const folder = this.folderOf(sample, compiler);
    await cp(join(ROOT, 'sample', sample), folder, { recursive: true, filter: (file) => !/\/(dist|data)$/.test(file) });
    await compileFolder(folder, folder, compiler);
  }

  /** Copies a compiled sample, changes the copy, and compiles what has changed. */
  async addCopy(name: string, sample: string, edits: readonly Edit[], compiler: Compiler): Promise<void> {
    const folder = this.folderOf(name, compiler);
    await cp(this.folderOf(sample, compiler), folder, { recursive: true });
    for (const file of new Set(edits.map((edit) => edit.file))) {
      const path = join(folder, file);
      const text = editedText(await readFile(path, 'utf8'), file, edits);
      await writeFile(path, text);
      await compileFile(path, scriptOf(path), compiler);
    }
  }

  /** Boots the copies, one after the other in one process, and analyses each. */
  async reports(): Promise<ReportsByCopy> {
    const copies = await readdir(join(this.path, 'copies'));
    const { NODE_OPTIONS: _jest, ...env } = process.env;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(this.path, `${PRINTER}.js`), ...copies.map((name) => join(this.path, 'copies', name))],
      { env: { ...env, DATABASE_URL: 'sqlite::memory:', REDIS_URL: '' }, maxBuffer: Infinity },
    );
    const reports = JSON.parse(stdout) as CopyReport[];
    return Object.fromEntries(copies.map((name, index) => [name, reports[index]]));
  }

  /** Where a copy is. The last part of the path is its name in the reports. */
  folderOf(name: string, compiler: Compiler): string {
    return join(this.path, 'copies', `${name}-${compiler}`);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

async function compileFolder(from: string, to: string, compiler: Compiler): Promise<void> {
  const files = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.ts'));
  await Promise.all(files.map((file) => compileFile(join(from, file), scriptOf(join(to, file)), compiler)));
}

const scriptOf = (path: string): string => path.replace(/ts$/, 'js');
