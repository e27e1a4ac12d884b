import { readFileSync } from 'node:fs';
import { parse, type Pattern, type Program, type Statement } from 'acorn';
import type { FunctionInspector } from './function-inspector.js';
import { scriptPath } from './script-path.js';

/** Runs as it is on the disk, nearly always. */
const JAVASCRIPT = /\.[cm]?js$/;
/** Assigns to the same variables as what was made of it. */
const SOURCE = /\.[cm]?[jt]sx?$/;

/** What the texts of whole scripts say about a name. Where nobody knows, the answer is yes. */
export class ScriptTexts {
  private readonly files = new Map<string, string | undefined>();
  private readonly topLevel = new Map<string, ReadonlySet<string> | undefined>();

  constructor(private readonly inspector: () => FunctionInspector) {}

  /** Whether it is declared at the top; a function that a loader has put around the file is looked through. */
  isTopLevel(scriptId: string, name: string): boolean {
    if (!this.topLevel.has(scriptId)) this.topLevel.set(scriptId, topLevelNames(this.textOf(scriptId, JAVASCRIPT)));
    return this.topLevel.get(scriptId)?.has(name) ?? true;
  }

  /** Whether something assigns to a variable of the name, wherever it is declared, other than where it is declared. */
  isReassigned(scriptId: string, name: string): boolean {
    const text = this.textOf(scriptId, SOURCE);
    return text === undefined || [...text.matchAll(assignment(name))].some(([, keyword]) => keyword === undefined);
  }

  /** As it is on the disk where its name ends so, else as it runs; the engine is slow to answer the first time. */
  private textOf(scriptId: string, readable: RegExp): string | undefined {
    const url = this.inspector().urlOf(scriptId);
    if (url === undefined || !readable.test(url)) return this.inspector().textOf(scriptId);
    if (!this.files.has(url)) this.files.set(url, fileText(url));
    return this.files.get(url) ?? this.inspector().textOf(scriptId);
  }
}

function fileText(url: string): string | undefined {
  try {
    return readFileSync(scriptPath(url), 'utf8');
  } catch {
    return undefined;
  }
}

function assignment(name: string): RegExp {
  const escaped = name.replaceAll('$', '\\$');
  const operator = String.raw`\s*(?:(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])?=(?![=>])|\+\+|--)`;
  return new RegExp(
    String.raw`(?<![\w$.])(?:(const|let|var)\s+)?(?:(?:\+\+|--)${escaped}\b|${escaped}${operator})`,
    'g',
  );
}

function topLevelNames(source: string | undefined): ReadonlySet<string> | undefined {
  const program = source === undefined ? undefined : parsed(source);
  return program && new Set(bodyOf(program).flatMap(declaredNames));
}

function parsed(source: string): Program | undefined {
  try {
    return parse(source, { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Jest has one function in an object around each CommonJS file. */
function bodyOf({ body }: Program): readonly Program['body'][number][] {
  const [only, second] = body.filter(({ type }) => type !== 'EmptyStatement');
  if (second || only?.type !== 'ExpressionStatement' || only.expression.type !== 'ObjectExpression') return body;
  const [property] = only.expression.properties;
  return property?.type === 'Property' && property.value.type === 'FunctionExpression'
    ? property.value.body.body
    : body;
}

function declaredNames(statement: Program['body'][number] | Statement): string[] {
  switch (statement.type) {
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return [statement.id.name];
    case 'VariableDeclaration':
      return statement.declarations.flatMap(({ id }) => patternNames(id));
    default:
      return [];
  }
}

function patternNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element ? patternNames(element) : []));
    case 'RestElement':
      return patternNames(pattern.argument);
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'MemberExpression':
      return [];
  }
}
