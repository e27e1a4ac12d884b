/** The models by the first letter of their rows' codes. */
export type ModelName = 'shelf' | 'volume';

/** How many rows there can be. Few shelves, which all volumes hang on; volumes enough for most of them to rest a while. */
export const SIZES: Readonly<Record<ModelName, number>> = { shelf: 10, volume: 200 };

/** Buckets that volumes and shelves are spread over. */
export const BUCKETS = 16;

/** Name of a row, such as `v017`; in the order of the numbers. A row that was deleted comes back under the same name. */
export function codeOf(model: ModelName, number: number): string {
  return `${model[0]}${String(number).padStart(3, '0')}`;
}

/** The key of the row: the same whenever it comes back. */
export function idOf(code: string): string {
  return `00000000-0000-4000-8000-${code.charCodeAt(0).toString(16).padStart(4, '0')}${code.slice(1).padStart(8, '0')}`;
}

export function codeOfId(id: string): string {
  return String.fromCharCode(Number.parseInt(id.slice(24, 28), 16)) + id.slice(-3);
}

export function modelOf(code: string): ModelName {
  return code.startsWith('s') ? 'shelf' : 'volume';
}

/** All rows of a model that can be, in their order. */
export function codesOf(model: ModelName): readonly string[] {
  return Array.from({ length: SIZES[model] }, (_, number) => codeOf(model, number));
}
