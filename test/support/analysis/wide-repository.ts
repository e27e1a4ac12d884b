import type { ObjectLiteral, Repository } from 'typeorm';

/**
 * A model repository whose results are plain models: how the code that the analysis is for sees it. The types of the
 * library itself do not compile most of what is wrong here.
 */
export interface WideRepository<Model extends ObjectLiteral> {
  get(condition: object | undefined, options: { fetch: 'all'; [option: string]: unknown }): Promise<Model[]>;
  get(condition: object | undefined, options: { fetch: 'one'; [option: string]: unknown }): Promise<Model>;
  get(condition?: object, options?: object): Promise<Model | null>;
  getOne(id: string, options?: object): Promise<Model | null>;
  getExistOne(id: string, options?: object): Promise<Model>;
  getWithCount(condition?: object, options?: object): Promise<{ count: number; items: Model[] }>;
  stream(condition?: object, options?: object): AsyncGenerator<Model, void, undefined>;
  count(condition?: object): Promise<number>;
  add(row: object[]): Promise<Model[]>;
  add(row: object): Promise<Model>;
  save<Written extends Model | Model[]>(entity: Written, options?: object): Promise<Written>;
  update(entity: Model, patch: object | ((current: Model) => object), options?: object): Promise<Model>;
  upsert(row: object, options: object): Promise<Model>;
  delete(entity: Model | Model[]): Promise<number>;
  deleteWhere(condition: object): Promise<number>;
  preloadFor<Given extends Model | Model[]>(entity: Given, ...methods: string[]): Promise<Given>;
  readonly typeorm: Repository<Model>;
}
