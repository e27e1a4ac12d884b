export { QueryRecorder, type RecordedQuery } from './query-recorder.js';
export { expectQueries } from './expect-queries.js';
