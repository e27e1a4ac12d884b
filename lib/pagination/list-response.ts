import { markDataModel, Nested, NonNegativeInt } from '../field-types/index.js';

/** One page of a list, and how many rows the whole list has. */
export class ListResponse<T> {
  /** Number of rows that match, on all pages. */
  count: number;

  /** The rows of this page. */
  items: T[];

  constructor(items: T[], count: number) {
    this.count = count;
    this.items = items;
  }
}

type DataClass<T> = abstract new (...args: never[]) => T;

/** The class that describes a page of a data class, as `ListResponseOf` makes it. */
export type ListResponseClass<T> = new (items: T[], count: number) => ListResponse<T>;

const PAGE_CLASS = Symbol('nestjs-sqlmodel-ext:page-class');
type PageOwner<T> = DataClass<T> & { [PAGE_CLASS]?: ListResponseClass<T> };

/**
 * The page of a data class as a class of its own, for `@ResponseModel` and OpenAPI. Its schema is
 * called `<Dto>List`. The same data class always gives the same page class.
 */
export function ListResponseOf<T>(item: DataClass<T>): ListResponseClass<T> {
  const owner = item as PageOwner<T>;
  if (Object.hasOwn(owner, PAGE_CLASS) && owner[PAGE_CLASS]) return owner[PAGE_CLASS];

  class Page extends ListResponse<T> {}
  Object.defineProperty(Page, 'name', { value: `${item.name}List` });
  NonNegativeInt({ description: 'Number of rows on all pages' })(Page.prototype, 'count');
  Reflect.defineMetadata('design:type', Array, Page.prototype, 'items');
  Nested(() => [item], { description: 'Rows of this page' })(Page.prototype, 'items');
  markDataModel(Page, { extra: 'forbid' });
  Object.defineProperty(owner, PAGE_CLASS, { value: Page });
  return Page;
}
