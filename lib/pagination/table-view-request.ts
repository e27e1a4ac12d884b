import { DateTime, markDataModel } from '../field-types/index.js';
import { lenientField } from './lenient-field.js';
import { PaginationRequest } from './pagination-request.js';
import { refuseContradictions } from './time-range-rules.js';

/** A page and its time ranges: `PaginationRequest` and `TimeFilterRequest` in one. */
export class TableViewRequest extends PaginationRequest {
  /** Rows created at this time or later. */
  @lenientField(DateTime(), { nullable: true, description: 'Created at this time or later' })
  createdAfter?: Date | null;

  /** Rows created before this time. */
  @lenientField(DateTime(), { nullable: true, description: 'Created before this time' })
  createdBefore?: Date | null;

  /** Rows updated at this time or later. */
  @lenientField(DateTime(), { nullable: true, description: 'Updated at this time or later' })
  updatedAfter?: Date | null;

  /** Rows updated before this time. */
  @lenientField(DateTime(), { nullable: true, description: 'Updated before this time' })
  updatedBefore?: Date | null;
}
refuseContradictions(TableViewRequest);
markDataModel(TableViewRequest, { extra: 'forbid' });
