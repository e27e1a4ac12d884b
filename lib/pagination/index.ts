export { PaginationRequest, type PageOrder } from './pagination-request.js';
export { TimeFilterRequest } from './time-filter-request.js';
export { TableViewRequest } from './table-view-request.js';
export { ListResponse, ListResponseOf, type ListResponseClass } from './list-response.js';
export { contradictions, type TimeBounds } from './time-range-rules.js';
