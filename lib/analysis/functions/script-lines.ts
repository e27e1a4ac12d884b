import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Location } from '../finding.js';
import type { FunctionInspector, ScriptPlace } from './function-inspector.js';
import { scriptPath } from './script-path.js';

const JAVASCRIPT = /\.[cm]?js$/;
const MAP_URL = /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/gm;

/** A source map, and the folder from which it names its sources. */
interface ScriptMap {
  readonly map: SourceMap;
  readonly folder: string;
}

/** Lines of the files from which scripts were compiled. Each map is read once. */
export class ScriptLines {
  private readonly maps = new Map<string, ScriptMap | undefined>();

  constructor(private readonly inspector: () => FunctionInspector) {}

  /** The line of the source where there is a map, else the script's own; undefined: the script has no name. */
  locationOf(place: ScriptPlace): Location | undefined {
    const url = this.inspector().urlOf(place.scriptId);
    if (url === undefined) return undefined;
    const path = scriptPath(url);
    return this.sourceLocation(path, place) ?? { file: path, line: place.line + 1 };
  }

  private sourceLocation(path: string, { scriptId, line, column }: ScriptPlace): Location | undefined {
    if (!this.maps.has(scriptId)) {
      this.maps.set(scriptId, readMap(path, mapUrlIn(path) ?? this.inspector().sourceMapUrlOf(scriptId)));
    }
    const map = this.maps.get(scriptId);
    const entry = map && entryAt(map.map, line, column);
    return entry && { file: sourcePath(entry.originalSource, map), line: entry.originalLine + 1 };
  }
}

/** What the place was compiled from; else something of its line. */
function entryAt(map: SourceMap, line: number, column: number): SourceMapping | undefined {
  return [column, Number.MAX_SAFE_INTEGER]
    .map((from) => map.findEntry(line, from))
    .find((entry): entry is SourceMapping => 'originalSource' in entry && entry.generatedLine === line);
}

/** What the file itself says, where it runs as it is on the disk: the engine is slow to answer the first time. */
function mapUrlIn(path: string): string | undefined {
  if (!JAVASCRIPT.test(path)) return undefined;
  try {
    return [...readFileSync(path, 'utf8').matchAll(MAP_URL)].at(-1)?.[1];
  } catch {
    return undefined;
  }
}

function readMap(script: string, url: string | undefined): ScriptMap | undefined {
  const folder = dirname(script);
  try {
    if (url === undefined) return undefined;
    if (url.startsWith('data:')) return { map: mapOf(dataOf(url)), folder };
    const path = url.startsWith('file:') ? fileURLToPath(url) : resolve(folder, decodeURI(url));
    return { map: mapOf(readFileSync(path, 'utf8')), folder: dirname(path) };
  } catch {
    // A map that is missing or broken costs the better line and nothing else.
    return undefined;
  }
}

function mapOf(text: string): SourceMap {
  return new SourceMap(JSON.parse(text) as SourceMapPayload);
}

function dataOf(url: string): string {
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
}

function sourcePath(source: string, { map, folder }: ScriptMap): string {
  if (source.startsWith('file:')) return fileURLToPath(source);
  // Bundlers name files by urls of their own.
  if (/^[a-z][\w+.-]+:\/\//i.test(source) || isAbsolute(source)) return source;
  return resolve(folder, map.payload.sourceRoot ?? '', source);
}
