export { QueryRecorder, type RecordedQuery } from './query-recorder.js';
export { MemoryStore } from '../cache/index.js';
export { expectQueries } from './expect-queries.js';
