import type { EntityMetadata } from 'typeorm';
import type { ResponsePlan, ShownRelation } from './response-plan.js';

type Relation = EntityMetadata['relations'][number];

/** More paths than these help nobody. */
const MOST_PATHS = 100;

/** How entities were reached: from entities of the answer itself, along relations. */
export class Origin {
  readonly #behind = new Map<string, Origin>();

  constructor(
    readonly root: string,
    readonly path: string,
  ) {}

  /** The origin of what a relation of these entities leads to. */
  behind({ propertyPath }: Relation): Origin {
    let origin = this.#behind.get(propertyPath);
    if (!origin) this.#behind.set(propertyPath, (origin = new Origin(this.root, this.pathTo(propertyPath))));
    return origin;
  }

  pathTo(relation: string): string {
    return this.path === '' ? relation : `${this.path}.${relation}`;
  }
}

/** Relation paths that an answer lacks, by the name of the entity that they begin at. */
export class MissingRelations {
  readonly #paths = new Map<string, Set<string>>();
  readonly #origins = new Map<EntityMetadata, Origin>();

  /** The origin of entities that the handler has put into the answer. */
  readonly from = (metadata: EntityMetadata): Origin => {
    let origin = this.#origins.get(metadata);
    if (!origin) this.#origins.set(metadata, (origin = new Origin(metadata.name, '')));
    return origin;
  };

  get isEmpty(): boolean {
    return this.#paths.size === 0;
  }

  /** Notes a relation, and what the answer would show behind it. */
  add(origin: Origin, { relation, below }: ShownRelation): void {
    let paths = this.#paths.get(origin.root);
    if (!paths) this.#paths.set(origin.root, (paths = new Set()));
    const path = origin.pathTo(relation.propertyPath);
    paths.add(path);
    if (below) addBehind(paths, path, below, relation.inverseEntityMetadata);
  }

  /** The paths in alphabetical order, so that one fault always reads the same. */
  sorted(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.#paths].map(([root, paths]) => [root, [...paths].sort()]));
  }
}

function addBehind(paths: Set<string>, path: string, plan: ResponsePlan, metadata: EntityMetadata): void {
  for (const { relation, below, isLoaded } of plan.allRelationsOf(metadata)) {
    // A tree goes on as long as there are rows, which only they know.
    if (!isLoaded || below === plan || paths.size >= MOST_PATHS) continue;
    const further = `${path}.${relation.propertyPath}`;
    paths.add(further);
    if (below) addBehind(paths, further, below, relation.inverseEntityMetadata);
  }
}
