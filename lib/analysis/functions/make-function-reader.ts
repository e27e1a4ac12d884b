import { isBound } from './bound-function.js';
import { isForeignScript } from './foreign-script.js';
import { freeVariable } from './free-variable.js';
import type { Binding, FreeVariable, FunctionCode, FunctionReader } from './function-code.js';
import { NO_INSPECTOR, type FunctionInspector } from './function-inspector.js';
import { textOf } from './function-text.js';
import { wrappedFunction } from './original-function.js';
import { parseFunction, type ParsedFunction } from './parse-function.js';
import { ScriptLines } from './script-lines.js';
import { ScriptTexts } from './script-texts.js';
import { openInspector } from './session-inspector.js';
import { textCode, type CodePlaces } from './text-code.js';
import { writtenIn } from './written-in.js';

/** Reads functions by their text and by the engine's inspector, which it opens when it is first needed. */
export function makeFunctionReader(): FunctionReader {
  return new LiveFunctionReader();
}

interface KnownCode {
  readonly code: FunctionCode | undefined;
  /** A function of the same file, with the same variables around it. */
  readonly around: Function;
}

class LiveFunctionReader implements FunctionReader {
  private opened: FunctionInspector | undefined;
  private readonly inspector = (): FunctionInspector => (this.opened ??= openInspector());
  private readonly texts = new ScriptTexts(this.inspector);
  private readonly lines = new ScriptLines(this.inspector);
  private readonly originals = new WeakMap<Function, Function>();
  private readonly codes = new WeakMap<Function, KnownCode>();
  private readonly firstMethods = new WeakMap<Function, Function>();
  /** By text: what a factory makes is parsed once. */
  private readonly parsed = new Map<string, ParsedFunction | undefined>();
  private readonly variables = new WeakMap<Function, Map<string, FreeVariable | undefined>>();
  private readonly privates = new WeakMap<object, Map<string, FreeVariable | undefined>>();
  private readonly foreign = new Map<string, boolean>();
  private readonly places: CodePlaces = {
    placeOf: (fn) => this.inspector().placeOf(fn),
    locationOf: (place) => this.lines.locationOf(place),
    isForeign: ({ scriptId }) => this.isForeign(scriptId),
  };

  originalOf(fn: Function): Function {
    let original = this.originals.get(fn);
    if (!original) {
      original = fn;
      const seen = new Set([fn]);
      for (;;) {
        const next = wrappedFunction(original, this.inspector, this.texts);
        if (!next || seen.has(next)) break;
        seen.add(next);
        original = next;
      }
      this.originals.set(fn, original);
    }
    return original;
  }

  bindingOf(fn: Function): Binding | undefined {
    return isBound(fn) ? this.inspector().bindingOf(fn) : undefined;
  }

  codeOf(fn: Function, home?: object): FunctionCode | undefined {
    return this.known(fn, home).code;
  }

  private known(fn: Function, home?: object): KnownCode {
    let known = this.codes.get(fn);
    if (!known) {
      const parsed = this.parse(textOf(fn));
      const around = this.beside(fn, home);
      known = { code: parsed && textCode(fn, parsed, this.places, around), around };
      this.codes.set(fn, known);
    }
    return known;
  }

  /** The method of the same class that was read first: the engine is slow to tell of each. Else the function itself. */
  private beside(fn: Function, home: object | undefined): Function {
    const type = writtenIn(fn, home);
    if (!type) return fn;
    const first = this.firstMethods.get(type) ?? fn;
    this.firstMethods.set(type, first);
    return first;
  }

  variable(fn: Function, name: string): FreeVariable | undefined {
    let known = this.variables.get(fn);
    if (!known) {
      known = new Map<string, FreeVariable | undefined>();
      this.variables.set(fn, known);
    }
    if (!known.has(name)) {
      const { code, around } = this.known(fn);
      known.set(name, freeVariable(fn, name, code, around, this.inspector(), this.texts));
    }
    return known.get(name);
  }

  privateMember(object: object, name: string): FreeVariable | undefined {
    let known = this.privates.get(object);
    if (!known) {
      known = new Map<string, FreeVariable | undefined>();
      this.privates.set(object, known);
    }
    if (!known.has(name)) known.set(name, this.inspector().privateMemberOf(object, name));
    return known.get(name);
  }

  close(): void {
    this.opened?.close();
    this.opened = NO_INSPECTOR;
    this.parsed.clear();
  }

  private parse(text: string): ParsedFunction | undefined {
    if (!this.parsed.has(text)) this.parsed.set(text, parseFunction(text));
    return this.parsed.get(text);
  }

  private isForeign(scriptId: string): boolean {
    let known = this.foreign.get(scriptId);
    if (known === undefined) {
      known = isForeignScript(
        // A script of which nothing has run yet is hardly a package's, and to ask for its name takes long.
        this.urlOf(scriptId) ?? '',
        this.urlOf(this.places.placeOf(makeFunctionReader)?.scriptId),
      );
      this.foreign.set(scriptId, known);
    }
    return known;
  }

  private urlOf(scriptId: string | undefined): string | undefined {
    return scriptId === undefined ? undefined : this.inspector().executedUrlOf(scriptId);
  }
}
