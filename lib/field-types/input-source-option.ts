import type { ClassTransformOptions } from 'class-transformer';
import type { InputSource } from './field-spec.js';

const SOURCE = Symbol('nestjs-sqlmodel-ext:input-source');

/** class-transformer options that tell the fields where the input came from. */
export function inputSourceOption(source: InputSource): ClassTransformOptions {
  return { [SOURCE]: source } as ClassTransformOptions;
}

/** Where the input came from; `json` when somebody else runs class-transformer. */
export function inputSourceOf(options: ClassTransformOptions | undefined): InputSource {
  return (options as { [SOURCE]?: InputSource } | undefined)?.[SOURCE] ?? 'json';
}
