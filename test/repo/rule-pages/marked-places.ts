import type { Finding } from '../../../lib/analysis/index.js';
import type { PageFile } from './rule-page.js';

const MARK = /\/\/ ((?:RLC|SCH)\d{3})$/;

/**
 * The places that the code of a page marks by a comment at the end of a line, `// RLC003`, as `placeOf()` writes them.
 * Findings about tables have no line: there it is the property that the line declares.
 */
export function markedPlaces(files: readonly PageFile[]): string[] {
  return files.flatMap(({ name, code }) => {
    let type = '';
    return code.split('\n').flatMap((text, index) => {
      type = /\bclass (\w+)/.exec(text)?.[1] ?? type;
      const [, rule] = MARK.exec(text) ?? [];
      if (rule === undefined) return [];
      if (rule.startsWith('RLC')) return [`${rule} ${name}:${index + 1}`];
      const [, property] = /(\w+)[?!]?: [^:;]*; \/\//.exec(text) ?? [];
      return [`${rule} ${type}.${property}`];
    });
  });
}

/** `RLC003 wrong/article.service.ts:12`, `SCH002 Article.author` */
export function placeOf({ rule, place, location }: Finding): string {
  return `${rule} ${location ? `${location.file}:${location.line}` : place}`;
}
