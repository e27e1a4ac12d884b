import type { AnyNode, ArrowFunctionExpression, ClassExpression, FunctionExpression } from 'acorn';
import type { Location } from '../finding.js';
import type { ClassCode, FunctionCode, PlainFunctionCode } from './function-code.js';
import type { ScriptPlace } from './function-inspector.js';
import type { ParsedFunction } from './parse-function.js';
import { placeOfNode } from './place-of-node.js';

/** What is known about the scripts of functions, asked for when it is needed. */
export interface CodePlaces {
  placeOf(fn: Function): ScriptPlace | undefined;
  locationOf(place: ScriptPlace): Location | undefined;
  isForeign(place: ScriptPlace): boolean;
}

/** @param around A function of the same file: the first method of its class that was read, or the function itself. */
export function textCode(
  fn: Function,
  parsed: ParsedFunction,
  places: CodePlaces,
  around: Function,
): FunctionCode | undefined {
  const { node, definition } = parsed;
  if (definition) {
    const construct = node?.type === 'FunctionExpression' ? node : undefined;
    return new ClassText(fn, parsed, places, around, construct, definition);
  }
  return node && new FunctionText(fn, parsed, places, around, node);
}

abstract class TextCode {
  constructor(
    private readonly fn: Function,
    private readonly parsed: ParsedFunction,
    private readonly places: CodePlaces,
    private readonly around: Function,
  ) {}

  get isForeign(): boolean {
    const place = this.places.placeOf(this.around);
    return place !== undefined && this.places.isForeign(place);
  }

  locationOf(node: AnyNode): Location | undefined {
    const place = this.places.placeOf(this.fn);
    return place && this.places.locationOf(placeOfNode(node, this.parsed, place));
  }
}

class FunctionText extends TextCode implements PlainFunctionCode {
  readonly kind = 'function';

  constructor(
    fn: Function,
    parsed: ParsedFunction,
    places: CodePlaces,
    around: Function,
    readonly node: FunctionExpression | ArrowFunctionExpression,
  ) {
    super(fn, parsed, places, around);
  }
}

class ClassText extends TextCode implements ClassCode {
  readonly kind = 'class';

  constructor(
    fn: Function,
    parsed: ParsedFunction,
    places: CodePlaces,
    around: Function,
    readonly node: FunctionExpression | undefined,
    readonly definition: ClassExpression,
  ) {
    super(fn, parsed, places, around);
  }
}
