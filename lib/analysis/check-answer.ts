import type { EntityMetadata } from 'typeorm';
import type { AnalysisEvent } from './interpreter/analysis-event.js';
import { relationOf, type EntityCell, type Origin } from './interpreter/cell.js';
import { isPartOfKey, originBehind } from './interpreter/entities.js';
import type { LoadTree } from './interpreter/load-tree.js';
import type { Run } from './interpreter/run.js';
import { alternatives, isNullish, type Value } from './interpreter/value.js';
import type { EntryPoint, ResponseView } from './world.js';

type Report = (event: AnalysisEvent) => void;

/** How deep answers are looked at. */
const MOST_DEPTH = 6;

/** Compares what a handler answers with what it has declared. */
export function checkAnswer(
  run: Run,
  { response, responseOrigin = '' }: EntryPoint,
  answer: Value,
  report: Report,
): void {
  if (!response || !run.state.isReachable) return;
  new AnswerCheck(run, responseOrigin, report).value(response, answer, 0);
}

class AnswerCheck {
  constructor(
    private readonly run: Run,
    private readonly declared: string,
    private readonly report: Report,
  ) {}

  value(view: ResponseView, value: Value, depth: number): void {
    const present = alternatives(value).filter((one) => !isNullish(one));
    // Where one of several answers is not known, nothing is certain.
    if (depth > MOST_DEPTH || present.some((one) => one.kind !== 'cell')) return;
    const entities = present.map((one) => this.run.entityOf(one)).filter((cell) => cell !== undefined);
    const [first, ...others] = entities;
    // A relation is certainly not there if none of the possible answers has it.
    if (first && entities.length === present.length) this.entity(view, first, depth, others);
    for (const one of present) {
      const cell = this.run.cellOf(one);
      if (cell?.kind === 'list') this.value(view, cell.element, depth);
      if (cell?.kind === 'object') {
        for (const [name, field] of cell.fields) {
          const inside = view.inside(name);
          if (inside) this.value(inside, field, depth + 1);
        }
      }
    }
  }

  private entity(view: ResponseView, cell: EntityCell, depth: number, others: readonly EntityCell[] = []): void {
    const { metadata, origin } = cell;
    if (origin.kind === 'new' || typeof cell.gone === 'object') return;
    for (const { relation, below } of view.relationsOf(metadata)) {
      const state = relationOf(cell, relation);
      // Nobody can tell what is shown of it: that is said below.
      if (view.unresolved.includes(relation)) continue;
      if (others.some((other) => other.metadata !== metadata || relationOf(other, relation).is !== 'unloaded'))
        continue;
      if (state.is === 'unloaded') {
        this.report({
          type: 'relationShown',
          entity: metadata,
          relation,
          origin,
          view: view.name,
          declared: this.declared,
        });
      } else if (state.is === 'loaded' && below) {
        this.value(below, state.value, depth + 1);
      } else if (state.is === 'planned' && below) {
        const target = metadata.relations.find(({ propertyPath }) => propertyPath === relation)?.inverseEntityMetadata;
        if (target) this.planned(below, target, state.tree, originBehind(cell, relation), depth + 1);
      }
    }
    if (others.length > 0) return;
    if (!cell.isNarrowed) this.subclasses(view, metadata);
    for (const property of view.unresolved) {
      const isRelation = metadata.relations.some(({ propertyPath }) => propertyPath === property);
      if (!isRelation) continue;
      this.report({ type: 'unresolvedShown', entity: metadata, property, view: view.name, declared: this.declared });
    }
  }

  private planned(view: ResponseView, metadata: EntityMetadata, tree: LoadTree, origin: Origin, depth: number): void {
    if (depth > MOST_DEPTH || tree.isOpen) return;
    for (const { relation, below } of view.relationsOf(metadata)) {
      const known = tree.relations.get(relation);
      const of = metadata.relations.find(({ propertyPath }) => propertyPath === relation);
      if (known === undefined && of && !of.isLazy && !isPartOfKey(of)) {
        this.report({
          type: 'relationShown',
          entity: metadata,
          relation,
          origin,
          view: view.name,
          declared: this.declared,
        });
      } else if (known !== undefined && known !== 'maybe' && below && of) {
        this.planned(below, of.inverseEntityMetadata, known, originBehind({ origin, metadata }, relation), depth + 1);
      }
    }
  }

  /** Rows of a parent of several classes have what their own class has. */
  private subclasses(view: ResponseView, metadata: EntityMetadata): void {
    const children = metadata.childEntityMetadatas.filter(({ tableType }) => tableType === 'entity-child');
    if (children.length === 0) return;
    for (const field of view.required) {
      const owner = (one: EntityMetadata): boolean =>
        one.columns.some(({ propertyName, target }) => propertyName === field && isOf(one, target));
      const having = children.filter(owner);
      if (having.length === 0 || having.length === children.length || isOfParent(metadata, field)) continue;
      const without = children.filter((child) => !having.includes(child)).map(({ name }) => name);
      this.report({
        type: 'subclassField',
        entity: metadata,
        field,
        without,
        view: view.name,
        declared: this.declared,
      });
    }
  }
}

function isOf({ target }: EntityMetadata, owner: unknown): boolean {
  return (
    target === owner ||
    (typeof target === 'function' && typeof owner === 'function' && target.prototype instanceof owner)
  );
}

/** Whether the parent itself declares a column. Its metadata knows those of its children too. */
function isOfParent(metadata: EntityMetadata, field: string): boolean {
  return metadata.columns.some(({ propertyName, target }) => propertyName === field && isOf(metadata, target));
}
