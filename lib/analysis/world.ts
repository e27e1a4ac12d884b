import type { DataSource, EntityMetadata } from 'typeorm';

/** A class of answers: what it shows of entities. */
export interface ResponseView {
  /** Name of the class, for messages. */
  readonly name: string;
  /** Relations of an entity class that the answer shows and nobody else loads. */
  relationsOf(metadata: EntityMetadata): readonly ShownRelation[];
  /** What the class shows of a property that is no relation: a page's `items`. Undefined: nothing is known. */
  inside(property: string): ResponseView | undefined;
  /** Properties that every answer must have: not optional, not nullable, without a default. */
  readonly required: readonly string[];
  /** Properties that look like relations, but whose class could not be found out (a circular import, an interface). */
  readonly unresolved: readonly string[];
}

/** A relation of an entity class in an answer. */
export interface ShownRelation {
  /** Property path of the relation. */
  readonly relation: string;
  /** What is shown of its targets; undefined: not known. */
  readonly below: ResponseView | undefined;
}

/** Where the value of a handler's parameter comes from. */
export type ParameterSource =
  /** An entity that a pipe of this library has read. */
  | {
      readonly kind: 'entity';
      readonly metadata: EntityMetadata;
      readonly load: readonly string[];
      readonly isLocked: boolean;
      /** As it is written: `@ModelParam(Article, 'articleId')`. */
      readonly origin: string;
    }
  /** What the last of these pipes gives: objects with a method `transform`, or their classes' prototypes. */
  | { readonly kind: 'pipes'; readonly pipes: readonly object[] }
  /** What a decorator of `createParamDecorator()` gives: `factory(data, context)`. */
  | { readonly kind: 'custom'; readonly factory: Function; readonly data: unknown }
  /** A property of the request that a guard or an interceptor has set, such as `user`; undefined: the request itself. */
  | { readonly kind: 'request'; readonly property: string | undefined }
  /** Data of the client, bound to a class. */
  | { readonly kind: 'data'; readonly type: Function | undefined }
  | { readonly kind: 'unknown' };

/** A handler of the application. */
export interface EntryPoint {
  /** The controller, or an object with its prototype and what is injected into it, where Nest makes it for each request. */
  readonly instance: object;
  readonly controller: Function;
  readonly method: string;
  /** By position. */
  readonly parameters: readonly ParameterSource[];
  /** Guards and interceptors around the handler, from the outside in: what they set on the request is `request`. */
  readonly enhancers: readonly object[];
  /** What its answer shows; undefined: not declared. */
  readonly response: ResponseView | undefined;
  /** Where the declaration stands: `@ResponseModel(ArticleResponse)`. */
  readonly responseOrigin: string | undefined;
}

/** The live application, as the analysis sees it. */
export interface World {
  readonly dataSources: readonly DataSource[];
  readonly entryPoints: readonly EntryPoint[];
}
