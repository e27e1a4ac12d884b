import { EnumOf, Bool, Int, markDataModel } from '../field-types/index.js';
import { lenientField } from './lenient-field.js';

/** Fields that a list can be ordered by. */
export type PageOrder = 'createdAt' | 'updatedAt';

/** Which page of a list: bound from the query string. */
export class PaginationRequest {
  /** Rows to skip. 0 or more; default 0. Null, from server code only: none. */
  @lenientField(Int({ min: 0 }), { default: 0, description: 'Number of rows to skip' })
  offset?: number | null;

  /** Rows in the page. 1 to 100; default 50. Null, from server code only: all. */
  @lenientField(Int({ min: 1, max: 100 }), { default: 50, description: 'Number of rows in the page' })
  limit?: number | null;

  /** Newest first. Default true. */
  @lenientField(Bool(), { default: true, description: 'Descending order' })
  desc?: boolean;

  /**
   * What the list is ordered by; ties are broken by the primary key. Default `createdAt`. A request of your own may
   * declare the field again with other columns of the model.
   */
  @lenientField(EnumOf(['createdAt', 'updatedAt']), { default: 'createdAt', description: 'Field to order by' })
  order?: string;
}
markDataModel(PaginationRequest, { extra: 'forbid' });
