import { DateTime, markDataModel } from '../field-types/index.js';
import { lenientField } from './lenient-field.js';
import { refuseContradictions } from './time-range-rules.js';

/** Half-open time ranges, `after <= time < before`: bound from the query string. All optional. */
export class TimeFilterRequest {
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
refuseContradictions(TimeFilterRequest);
markDataModel(TimeFilterRequest, { extra: 'forbid' });
