import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { compilerHost } from './compiler-host.js';
import { compilerOptions } from './compiler-options.js';
import { REPOSITORY_ROOT } from './repository-root.js';

const FILE = join(REPOSITORY_ROOT, 'test/types/messages-snippet.ts');

const MODELS = `
import { ManyToOne, OneToMany, type DataSource, type Relation } from 'typeorm';
import { isLoaded, Model, ModelRepository, Str64, UuidTableBase, type Loaded, type Needs } from 'nestjs-sqlmodel-ext';

@Model()
export class User extends UuidTableBase {
  @Str64() name: string;
  @ManyToOne(() => User) profile: Relation<User> | null;
  @OneToMany(() => Article, (article) => article.author) articles: Relation<Article>[];
}
@Model()
export class Article extends UuidTableBase {
  @Str64() title: string;
  @ManyToOne(() => User, (user) => user.articles) author: Relation<User>;
  @ManyToOne(() => User, { nullable: true }) editor: Relation<User> | null;
  @OneToMany(() => Comment, (comment) => comment.article) comments: Relation<Comment>[];
}
@Model()
export class Comment extends UuidTableBase {
  @Str64() text: string;
  @ManyToOne(() => User) author: Relation<User>;
  @ManyToOne(() => Article) article: Relation<Article>;
}
declare const dataSource: DataSource;
declare const bare: Loaded<Article>;
declare const withAuthor: Loaded<Article, 'author'>;
declare const withComments: Loaded<Article, 'comments'>;
declare const model: Article;
declare function needsAuthor(article: Needs<Article, 'author'>): void;
declare function needsProfile(article: Needs<Article, 'author.profile'>): void;
export const articles = new ModelRepository(Article, dataSource);
`;

const notLoaded = (path: string) => `relation '${path}' is not loaded: add it to load: ['${path}']`;

/** A line of code, and what the compiler says about it. */
const MESSAGES: [code: string, says: string][] = [
  // Relations that are not loaded.
  ['bare.author.name;', notLoaded('author')],
  ['bare.editor?.name;', notLoaded('editor')],
  ['if (bare.editor) bare.editor.name;', notLoaded('editor')],
  ['bare.comments.length;', notLoaded('comments')],
  ['bare.comments.map((comment) => comment.text);', notLoaded('comments')],
  ['bare.author = model.author;', notLoaded('author')],
  // The compiler does not say why something cannot be iterated.
  ['for (const comment of bare.comments) comment.text;', `Type 'never' must have a '[Symbol.iterator]()' method`],
  ['export const [first] = bare.comments;', `Type 'never' must have a '[Symbol.iterator]()' method`],
  // The path is the whole one, which is what stands in load.
  ['withAuthor.author.profile?.name;', notLoaded('author.profile')],
  ['withAuthor.author.articles.length;', notLoaded('author.articles')],
  ['withComments.comments[0].author.name;', notLoaded('comments.author')],
  ['withComments.comments.map((comment) => comment.author.name);', notLoaded('comments.author')],
  ['for (const { author } of withComments.comments) author.name;', notLoaded('comments.author')],
  ['if (isLoaded(bare, "author")) bare.author.profile?.name;', notLoaded('author.profile')],
  ['void articles.getExistOne("id").then((article) => article.author.name);', notLoaded('author')],
  [
    'void articles.getWithCount({}, { load: ["author"] }).then(({ items }) => items[0].comments.length);',
    notLoaded('comments'),
  ],
  ['void articles.save(withAuthor, { load: ["comments"] }).then((a) => a.editor?.name);', notLoaded('editor')],
  // Paths that do not exist.
  ['void articles.get({}, { load: ["auhtor"] });', `Did you mean '"author"'?`],
  ['void articles.getExistOne("id", { load: ["author", "author.profle"] });', `Did you mean '"author.profile"'?`],
  ['void articles.save(bare, { load: ["comment"] });', `Did you mean '"comments"'?`],
  ['isLoaded(model, "auhtor");', `type '"author" | "editor" | "comments"'`],
  ['isLoaded(bare, "author.profle");', '"author.profile"'],
  ['export type Wrong = Loaded<Article, "auhtor">;', `'"auhtor"' does not satisfy the constraint`],
  // Entities with less than is needed.
  ['needsAuthor(bare);', `Property 'author' is missing in type '{}' but required in type '{ readonly author: true; }'`],
  // Which part of the type it compares first, the compiler decides anew from program to program.
  ['needsProfile(withAuthor);', `is missing in type '{`],
];

describe('messages of the compiler about relations', () => {
  let service: ts.LanguageService;
  let text = '';
  let version = 0;

  beforeAll(() => {
    const options = compilerOptions('tsconfig.json');
    const sources = new Map([[FILE, MODELS]]);
    const host = compilerHost(options, sources);
    const snapshots = new Map<string, ts.IScriptSnapshot>();
    service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [FILE],
      getScriptVersion: (path) => (path === FILE ? String(version) : '0'),
      getScriptSnapshot: (path) => {
        if (path === FILE) return ts.ScriptSnapshot.fromString(text);
        const known = snapshots.get(path) ?? ts.ScriptSnapshot.fromString(ts.sys.readFile(path) ?? '');
        snapshots.set(path, known);
        return known;
      },
      getCurrentDirectory: () => REPOSITORY_ROOT,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => host.fileExists(path),
      readFile: (path) => host.readFile(path),
      directoryExists: (path) => ts.sys.directoryExists(path),
      getDirectories: (path) => ts.sys.getDirectories(path),
    });
    // Each line stands alone: a block of its own, in one file that is compiled once.
    const blocks = MESSAGES.map(([code]) => (code.startsWith('export') ? code : `{ ${code} }`));
    write(`${MODELS}${blocks.join('\n')}\n`);
    service.getSemanticDiagnostics(FILE);
  }, 120_000);

  function write(source: string): void {
    text = source;
    version++;
  }

  function messagesInLine(line: number): string {
    const file = service.getProgram()?.getSourceFile(FILE);
    return service
      .getSemanticDiagnostics(FILE)
      .filter(({ start }) => file?.getLineAndCharacterOfPosition(start ?? 0).line === line)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
      .join('\n');
  }

  function completions(code: string): string[] {
    const [before, after] = code.split('|');
    write(`${MODELS}${before}${after}`);
    const found = service.getCompletionsAtPosition(FILE, MODELS.length + before.length, {});
    return (found?.entries ?? []).map(({ name }) => name).sort();
  }

  it.each(MESSAGES.map(([code, says], index) => ({ code, says, index })))('$code', ({ says, index }) => {
    const line = MODELS.split('\n').length - 1 + index;
    expect(messagesInLine(line)).toContain(says);
  });

  it('are about those lines alone', () => {
    const file = service.getProgram()?.getSourceFile(FILE);
    const firstLine = MODELS.split('\n').length - 1;
    const others = service
      .getSemanticDiagnostics(FILE)
      .filter(({ start }) => (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) < firstLine);
    expect(others.map(({ messageText }) => messageText)).toEqual([]);
  });

  describe('completion', () => {
    const FIRST_LEVEL = ['author', 'comments', 'editor'];

    it.each([
      ['get()', `void articles.get({}, { load: ['|'] });`],
      ['getExistOne()', `void articles.getExistOne('id', { load: ['|'] });`],
      ['a second path', `void articles.getWithCount({}, { load: ['author', '|'] });`],
      ['stream()', `articles.stream({}, { load: ['|'] });`],
      ['save()', `void articles.save(bare, { load: ['|'] });`],
      ['isLoaded()', `isLoaded(model, '|');`],
      ['isLoaded() of a result', `isLoaded(bare, '|');`],
      ['Loaded', `export type Result = Loaded<Article, '|'>;`],
      ['Needs', `export type Parameter = Needs<Article, '|'>;`],
    ])('lists the paths in %s', (_name, code) => {
      const paths = completions(code);
      expect(paths).toEqual(expect.arrayContaining([...FIRST_LEVEL, 'author.profile', 'comments.author.articles']));
      expect(paths).not.toContain('title');
    });

    it('lists the paths below one', () => {
      const paths = completions(`void articles.get({}, { load: ['author.|'] });`);
      expect(paths).toEqual(expect.arrayContaining(['author.profile', 'author.articles', 'author.articles.comments']));
      expect(paths).not.toContain('author.name');
    });
  });
});
