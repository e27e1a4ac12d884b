import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PackedPackage } from './packed-package.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const SOURCES = {
  'src/notes.ts': `
    import { Body, Controller, Get, Injectable, Module, Post } from '@nestjs/common';
    import {
      InjectModelRepository, Model, ModelParam, ModelRepository, NonEmptyStrippedStr64, ResponseModel, SqlModelExtModule,
      Transactional, UnitOfWork, UuidIdInfo, UuidTable,
    } from 'nestjs-sqlmodel-ext';

    @Model() export class NoteBase { @NonEmptyStrippedStr64() text: string; }
    @Model() export class Note extends UuidTable(NoteBase) {}
    @Model() export class NoteCreate extends NoteBase {}
    @Model() export class NoteResponse extends UuidIdInfo(NoteBase) {}

    @Injectable()
    export class NoteService {
      constructor(
        @InjectModelRepository(Note) private readonly notes: ModelRepository<Note>,
        private readonly unitOfWork: UnitOfWork,
      ) {}

      @Transactional() async create(note: NoteCreate): Promise<Note> {
        if (!this.unitOfWork.isActive) throw new Error('no transaction');
        return this.notes.add(note);
      }
    }

    @Controller('notes')
    export class NoteController {
      constructor(private readonly service: NoteService) {}
      @Post() @ResponseModel(NoteResponse) create(@Body() note: NoteCreate) { return this.service.create(note); }
      @Get(':noteId') @ResponseModel(NoteResponse) read(@ModelParam(Note, 'noteId') note: Note) { return note; }
    }

    @Module({ imports: [SqlModelExtModule.forFeature([Note])], controllers: [NoteController], providers: [NoteService] })
    export class NoteModule {}
  `,
  'src/main.ts': `
    import { Module } from '@nestjs/common';
    import { NestFactory } from '@nestjs/core';
    import { TypeOrmModule } from '@nestjs/typeorm';
    import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
    import { NoteModule } from './notes';

    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true, synchronize: true }),
        SqlModelExtModule.forRoot(),
        NoteModule,
      ],
    })
    class AppModule {}

    async function bootstrap() {
      const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
      await app.listen(0, '127.0.0.1');
      console.log('listening at ' + (await app.getUrl()));
    }
    void bootstrap();
  `,
};

describe('a CommonJS application', () => {
  let packed: PackedPackage;
  let project: string;
  let server: ChildProcess | undefined;
  let url: string;

  beforeAll(async () => {
    if (!existsSync(join(REPOSITORY_ROOT, 'dist/index.js'))) throw new Error('dist/ is missing: npm run build');
    const manifest = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    packed = PackedPackage.create();
    packed.install([...Object.keys(manifest.peerDependencies), '@nestjs/platform-express', '@types/node']);
    project = dirname(dirname(packed.folder));
    mkdirSync(join(project, 'src'));
    for (const [file, text] of Object.entries(SOURCES)) writeFileSync(join(project, file), text);
    copyFileSync(join(REPOSITORY_ROOT, 'test/types/fixtures/nest-new/tsconfig.json'), join(project, 'tsconfig.json'));
  }, 120_000);

  afterAll(async () => {
    if (server && server.exitCode === null) {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server.kill();
      await ended;
    }
    packed?.remove();
  });

  it('compiles with the stock settings of `nest new`, to CommonJS', () => {
    const tsc = join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc');
    try {
      execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: project, encoding: 'utf8', env: environment() });
    } catch (error) {
      throw new Error((error as { stdout: string }).stdout, { cause: error });
    }
    expect(readFileSync(join(project, 'dist/src/main.js'), 'utf8')).toContain('require("nestjs-sqlmodel-ext")');
  }, 120_000);

  it('boots and serves requests', async () => {
    server = spawn(process.execPath, ['dist/src/main.js'], { cwd: project, env: environment() });
    url = await addressOf(server);
    const post = (body: object) =>
      fetch(`${url}/notes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const made = await post({ text: '  from CommonJS ' });
    expect(made.status).toBe(201);
    const note = (await made.json()) as { id: string };
    expect(note).toEqual({ id: expect.any(String), text: 'from CommonJS' });
    expect(await (await fetch(`${url}/notes/${note.id}`)).json()).toEqual(note);
    expect((await fetch(`${url}/notes/nobody`)).status).toBe(404);
    expect((await post({ text: 'a', other: 1 })).status).toBe(400);
  }, 60_000);
});

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '' };
}

/** The address that the application prints; an error with its output when it ends before. */
function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const [, address] = /^listening at (\S+)$/m.exec(output) ?? [];
      if (address) resolve(address);
    };
    server.stdout?.on('data', read);
    server.stderr?.on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => {
      reject(new Error(`the application ended with ${code}:\n${output}`));
    });
  });
}
