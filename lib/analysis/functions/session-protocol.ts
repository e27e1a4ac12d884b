import type { Session } from 'node:inspector';

/** A connected session whose answers are waited for. */
export class SessionProtocol {
  constructor(readonly session: Session) {}

  /** Sessions of the same thread answer before they return. */
  ask<R>(method: string, parameters: object = {}): R {
    let answer: { error: Error | null; result?: unknown } | undefined;
    this.session.post(method, parameters, (error, result) => (answer = { error, result }));
    if (!answer) throw new Error(`The inspector did not answer ${method}.`);
    if (answer.error) throw answer.error;
    return answer.result as R;
  }
}
