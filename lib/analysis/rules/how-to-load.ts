import type { EntityMetadata } from 'typeorm';
import type { Origin } from '../interpreter/cell.js';

/** What to write so that a relation is loaded where an entity comes from. */
export function howToLoad(relation: string, origin: Origin): string {
  const path = wayTo(relation, origin);
  const behind = path.split('.').reduceRight((below, name) => `{ ${name}: ${below} }`, 'true');
  return `Load it there: load: ['${path}'] (TypeORM's own: relations: ${behind}, or leftJoinAndSelect in a builder), or ask isLoaded() first.`;
}

/** The path of a relation from what was got: `author.profile`. */
export function wayTo(relation: string, { path }: Origin): string {
  return path === undefined ? relation : `${path}.${relation}`;
}

/** `Article.author` */
export function pathOf({ name }: EntityMetadata, relation: string): string {
  return `${name}.${relation}`;
}

/** `an Article`, `a User` */
export function indefinite(name: string): string {
  return `${/^[AEIO]/i.test(name) ? 'an' : 'a'} ${name}`;
}
