import type { SavepointStep, Step } from './step.js';

/** A step in a few words, for the log. */
export function describeStep(step: Step | SavepointStep): string {
  switch (step.type) {
    case 'read':
      return `read ${step.kind} of ${step.model}`;
    case 'write':
      return `${step.kind} ${step.kind.startsWith('bulk') ? `bucket ${step.bucket}` : step.code}`;
    case 'savepoint':
      return `savepoint ${step.keeps ? 'kept' : 'undone'} (${step.steps.map(describeStep).join('; ')})`;
    case 'transaction': {
      const { by, isolation = 'READ COMMITTED', commits, steps } = step;
      return `transaction of ${by}, ${isolation}, ${commits ? 'kept' : 'undone'} (${steps.map(describeStep).join('; ')})`;
    }
  }
}
