import { SqlModelExtError } from './sql-model-ext.error.js';
import type { StartUpFault } from './start-up-fault.js';

/** The start-up analysis has found faults, and with `analysis: { mode: 'error' }` an application does not start with them. */
export class StartUpAnalysisError extends SqlModelExtError {
  readonly code = 'START_UP_ANALYSIS';

  /**
   * @param findings what was found
   * @param report what people read: a line for each finding, and for each suppression that covers nothing
   */
  constructor(
    readonly findings: readonly StartUpFault[],
    report: readonly string[],
  ) {
    const count = findings.length === 1 ? 'a fault' : `${findings.length} faults`;
    super(
      `The start-up analysis has found ${count}. Correct what it names; what is right as it is takes @SuppressFinding(code, { reason }).${report.map((line) => `\n- ${line}`).join('')}`,
      { findings },
    );
  }
}
