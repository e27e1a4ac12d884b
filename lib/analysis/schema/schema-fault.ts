import type { Finding } from '../finding.js';

/** What is wrong with a relation or a foreign key. */
export type SchemaFault = Pick<Finding, 'severity' | 'place' | 'message' | 'fix'>;
