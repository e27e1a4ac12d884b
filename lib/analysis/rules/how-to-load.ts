import type { EntityMetadata } from 'typeorm';
import type { Origin } from '../interpreter/cell.js';

/** What to write so that a relation is loaded where an entity comes from. */
export function howToLoad(relation: string, { text }: Origin): string {
  return `Load it there (load: ['${relation}'], TypeORM's own: relations: { ${relation} }, a builder's: leftJoinAndSelect), or ask isLoaded() first; it comes from ${text}.`;
}

/** `Article.author` */
export function pathOf({ name }: EntityMetadata, relation: string): string {
  return `${name}.${relation}`;
}
