import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PackedPackage } from './packed-package.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const APP_MODULE = `
import { Controller, Get, Injectable, Module, Param, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  InjectModelRepository, Model, ModelRepository, NonEmptyStrippedStr64, SqlModelExtModule, Uuid, UuidTableBase,
} from 'nestjs-sqlmodel-ext';
import { ManyToOne, type Relation } from 'typeorm';

@Model({ cacheTtl: 60 })
export class Author extends UuidTableBase {
  @NonEmptyStrippedStr64() name: string;
}

@Model({ cacheTtl: 60 })
export class Article extends UuidTableBase {
  @Uuid() authorId: string;
  @ManyToOne(() => Author) author: Relation<Author>;
}

@Model()
export class Review extends UuidTableBase {
  @Uuid() articleId: string;
  @ManyToOne(() => Article) article: Relation<Article>;
}

/** Runs hooks, writes to the terminal and keeps the process alive. */
@Injectable()
export class Background implements OnModuleInit, OnApplicationBootstrap {
  constructor() {
    console.log('noise of the application');
    setInterval(() => undefined, 1_000);
    void Promise.reject(new Error('a failure in the background'));
  }
  onModuleInit() { throw new Error('onModuleInit ran'); }
  onApplicationBootstrap() { throw new Error('onApplicationBootstrap ran'); }
}

@Injectable()
export class ArticleService {
  constructor(@InjectModelRepository(Article) private readonly articles: ModelRepository<Article>) {}
  async show(id: string) {
    const article: Article = await this.articles.getExistOne(id);
    return { by: article.author.name }; // the unloaded relation
  }
}

@Controller('articles')
export class ArticleController {
  constructor(private readonly service: ArticleService) {}
  @Get(':id') show(@Param('id') id: string) { return this.service.show(id); }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'postgres', url: process.env['DATABASE_URL'], autoLoadEntities: true, synchronize: true }),
    SqlModelExtModule.forRoot({
      cache: { redis: process.env['REDIS_URL'] },
      analysis: { mode: 'off', suppress: [{ rule: 'SCH002', place: 'Review', reason: 'three rows' }] },
    }),
    SqlModelExtModule.forFeature([Author, Article, Review]),
  ],
  controllers: [ArticleController],
  providers: [ArticleService, Background],
})
export class AppModule {}
`;

/** Modules that are clean, or that cannot be made. */
const OTHER_MODULES = `
import { Injectable, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity() export class Tag { @PrimaryGeneratedColumn() id: number; }
@Entity() export class Keyless { @Column() name: string; }

const database = (entities: Function[]) =>
  TypeOrmModule.forRoot({ type: 'better-sqlite3', database: process.env['SQLITE_FILE'] ?? 'never.sqlite', entities, synchronize: true });

@Module({ imports: [database([Tag])] })
export class CleanModule {}

@Module({ imports: [database([Keyless])] })
export class WrongEntityModule {}

@Injectable() class Throwing { constructor() { throw new Error('the mail server has no address'); } }
@Module({ providers: [Throwing] })
export class ThrowingModule {}

@Module({
  imports: [database([Tag])],
  providers: [{ provide: 'tables', inject: [DataSource], useFactory: (source: DataSource) => source.query('SELECT name FROM sqlite_master') }],
})
export class QueryingModule {}

@Module({ providers: [{ provide: 'never', useFactory: () => new Promise(() => undefined) }] })
export class WaitingModule {}

@Module({ providers: [{ provide: 'end', useFactory: () => process.exit(0) }] })
export class LeavingModule {}
`;

/** Plain JavaScript: an ES module with several modules, one of them the default. */
const DEFAULT_MODULE = `
import { CleanModule, WaitingModule } from './src/other.modules.js';
export { WaitingModule };
export default CleanModule;
export const dynamic = { module: class DynamicModule {}, imports: [CleanModule] };
`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface JsonReport {
  readonly findings: readonly {
    readonly rule: string;
    readonly place: string;
    readonly file: string | null;
    readonly line: number | null;
  }[];
  readonly suppressed: readonly { readonly place: string; readonly suppression: { readonly reason: string } }[];
  readonly handlers: number;
}

describe('nestjs-sqlmodel-ext check', () => {
  let packed: PackedPackage;
  let project: string;
  /** Stands for the servers that the application would connect to. */
  let trap: Server;
  let connections = 0;

  beforeAll(async () => {
    if (!existsSync(join(REPOSITORY_ROOT, 'dist/index.js'))) throw new Error('dist/ is missing: npm run build');
    const manifest = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    packed = PackedPackage.create();
    packed.install([...Object.keys(manifest.peerDependencies), '@nestjs/platform-express', '@types/node']);
    project = dirname(dirname(packed.folder));
    for (const folder of ['src', 'esm', 'dist/esm']) mkdirSync(join(project, folder), { recursive: true });
    writeFileSync(join(project, 'src/app.module.ts'), APP_MODULE);
    writeFileSync(join(project, 'src/other.modules.ts'), OTHER_MODULES);
    writeFileSync(join(project, 'esm/app.module.ts'), APP_MODULE);
    for (const folder of ['esm', 'dist/esm']) {
      writeFileSync(join(project, folder, 'package.json'), JSON.stringify({ type: 'module' }));
    }
    copyFileSync(join(REPOSITORY_ROOT, 'test/types/fixtures/nest-new/tsconfig.json'), join(project, 'tsconfig.json'));
    compile(project);
    writeFileSync(join(project, 'dist/default.module.mjs'), DEFAULT_MODULE);
    trap = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  }, 240_000);

  afterAll(async () => {
    await new Promise((resolve) => trap.close(resolve));
    packed?.remove();
  });

  const check = (...args: string[]): Promise<Ended> => run(project, ['check', ...args], environment(trap));

  it('is a command of the package', () => {
    const command = join(project, 'node_modules/.bin/nestjs-sqlmodel-ext');
    const { version } = JSON.parse(readFileSync(join(packed.folder, 'package.json'), 'utf8')) as { version: string };
    expect(execFileSync(command, ['--version'], { encoding: 'utf8', env: environment(trap) })).toBe(`${version}\n`);
  });

  it('prints what it finds, and exits with 1', async () => {
    const { code, stdout, stderr } = await check('dist/src/app.module.js');
    const line = APP_MODULE.split('\n').findIndex((text) => text.includes('// the unloaded relation')) + 1;
    expect(stdout).toContain(`src/app.module.ts:${line}  error  RLC003  `);
    expect(stdout).toContain(
      'Article.author  warning  SCH002  No index begins with the foreign key authorId of Article',
    );
    expect(stdout).toMatch(
      /\n2 findings \(1 error, 1 warning\) in 1 handler; 1 suppressed\nwrong and right code: .*\n$/,
    );
    expect(stdout).not.toContain('noise of the application');
    expect(stderr).toContain('noise of the application');
    expect(stderr).toContain('a failure in the background');
    expect(stderr).not.toMatch(/(onModuleInit|onApplicationBootstrap) ran/);
    expect(code).toBe(1);
    // Neither PostgreSQL nor Redis.
    expect(connections).toBe(0);
  });

  it.each(['dist/src/app.module.js', 'dist/esm/app.module.js'])('reads %s, and writes JSON', async (file) => {
    const { code, stdout } = await check(file, '--format', 'json');
    const report = JSON.parse(stdout) as JsonReport;
    const source = file.replace(/^dist/, '').replace(/^\//, '').replace(/\.js$/, '.ts');
    expect(report.findings).toMatchObject([
      { rule: 'RLC003', place: 'ArticleService.show', file: source },
      { rule: 'SCH002', place: 'Article.author', file: null },
    ]);
    expect(report.suppressed).toMatchObject([{ place: 'Review.article', suppression: { reason: 'three rows' } }]);
    expect(report.handlers).toBe(1);
    expect(code).toBe(1);
  });

  it('writes SARIF to a file, and text to the terminal', async () => {
    const { code, stdout } = await check('dist/src/app.module.js', '--format', 'sarif', '--output', 'report.sarif');
    const sarif = JSON.parse(readFileSync(join(project, 'report.sarif'), 'utf8')) as {
      version: string;
      runs: { results: { ruleId: string }[] }[];
    };
    expect(sarif.version).toBe('2.1.0');
    expect(sarif.runs[0].results.map(({ ruleId }) => ruleId)).toEqual(['RLC003', 'SCH002', 'SCH002']);
    expect(stdout).toContain('2 findings');
    expect(code).toBe(1);
  });

  it('exits with 0 where it finds nothing, and leaves the database alone', async () => {
    expect(await check('dist/src/other.modules.js', '--export', 'CleanModule')).toMatchObject({
      code: 0,
      stdout: '0 findings in 0 handlers\n',
    });
    expect(existsSync(join(project, 'never.sqlite'))).toBe(false);
  });

  it.each([[[]], [['--export', 'default']], [['--export', 'dynamic']]])(
    'takes the default export, or another: %j',
    async (args) => {
      expect(await check('dist/default.module.mjs', ...args)).toMatchObject({
        code: 0,
        stdout: '0 findings in 0 handlers\n',
      });
    },
  );

  it('makes do with Fastify, and says when there is no HTTP adapter at all', async () => {
    const link = (name: string): string => join(project, 'node_modules/@nestjs', name);
    const original = (name: string): string => join(REPOSITORY_ROOT, 'node_modules/@nestjs', name);
    rmSync(link('platform-express'));
    try {
      const without = await check('dist/default.module.mjs');
      expect(without.stderr).toContain('neither @nestjs/platform-express nor @nestjs/platform-fastify');
      expect(without.code).toBe(2);
      symlinkSync(original('platform-fastify'), link('platform-fastify'), 'dir');
      expect(await check('dist/default.module.mjs')).toMatchObject({ code: 0, stdout: '0 findings in 0 handlers\n' });
    } finally {
      symlinkSync(original('platform-express'), link('platform-express'), 'dir');
    }
  });

  it('connects with --connect, and still changes nothing', async () => {
    const env = { ...environment(trap), SQLITE_FILE: join(project, 'real.sqlite') };
    const args = ['check', 'dist/src/other.modules.js', '--export', 'QueryingModule', '--connect'];
    expect(await run(project, args, env)).toMatchObject({ code: 0, stdout: '0 findings in 0 handlers\n' });
    // synchronize: true would have made a table.
    expect(readFileSync(join(project, 'real.sqlite')).includes('CREATE TABLE')).toBe(false);
  });

  it.each([
    [[], /name the compiled file of the root module/],
    [['dist/src/no.module.js'], /there is no file .*no\.module\.js\. Build the application first/],
    [['src/app.module.ts'], /is TypeScript/],
    [['dist/src/app.module.js', 'dist/src/other.modules.js'], /takes one file/],
    [['dist/src/app.module.js', '--format', 'xml'], /--format must be text, json, sarif, but is 'xml'/],
    [['dist/src/app.module.js', '--timeout', 'long'], /--timeout must be a number of seconds/],
    [['dist/src/app.module.js', '--unknown'], /Unknown option '--unknown'/],
    [['dist/src/app.module.js', '--export', 'ShopModule'], /has no export 'ShopModule'\. Its modules: AppModule\./],
    [['dist/src/app.module.js', '--export', 'Article'], /the export 'Article' of .* is no module/],
    [['dist/src/other.modules.js'], /exports several modules: CleanModule, .*\. Choose one with --export\./],
    [['node_modules/typeorm/index.js'], /exports no module/],
    [['dist/src/app.module.js', '--output', 'no/such/folder/report.txt'], /the report cannot be written to/],
  ])('exits with 2 for wrong use: %j', async (args, message) => {
    const { code, stdout, stderr } = await check(...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['ThrowingModule', /the application cannot be made\. [^]*the mail server has no address/],
    ['WrongEntityModule', /the application cannot be made\. [^]*does not have a primary column/],
    ['QueryingModule', /a provider queries the database while the application is made, [^]*--connect/],
    ['WaitingModule', /the application was not made within 2 seconds: a provider waits/],
    ['LeavingModule', /the application has ended the process while it was made/],
  ])('exits with 2 for an application that cannot be made: %s', async (name, message) => {
    const { code, stdout, stderr } = await check('dist/src/other.modules.js', '--export', name, '--timeout', '2');
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('exits with 2 without a command that it knows', async () => {
    expect(await run(project, [], environment(trap))).toMatchObject({ code: 2, stdout: '' });
    expect(await run(project, ['serve'], environment(trap))).toMatchObject({ code: 2, stdout: '' });
  });

  it('explains itself', async () => {
    const { code, stdout } = await check('--help');
    expect(stdout).toMatch(/^Usage: nestjs-sqlmodel-ext check /);
    expect(code).toBe(0);
  });

  it('ends where nobody reads what it prints', async () => {
    const { code } = await run(project, ['check', 'dist/src/app.module.js'], environment(trap), true);
    expect(code).toBe(1);
  });
});

function environment(trap: Server): NodeJS.ProcessEnv {
  const { port } = trap.address() as AddressInfo;
  return {
    ...process.env,
    NODE_OPTIONS: '',
    DATABASE_URL: `postgres://somebody:secret@127.0.0.1:${port}/blog`,
    REDIS_URL: `redis://127.0.0.1:${port}`,
  };
}

function compile(project: string): void {
  const tsc = join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', '.'], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    });
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error });
  }
}

/** Runs the command of the installed package. */
function run(project: string, args: readonly string[], env: NodeJS.ProcessEnv, isDeaf = false): Promise<Ended> {
  const command = join(project, 'node_modules/.bin/nestjs-sqlmodel-ext');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], { cwd: project, env });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
    if (isDeaf) {
      child.stdout.destroy();
      child.stderr.destroy();
    }
  });
}
