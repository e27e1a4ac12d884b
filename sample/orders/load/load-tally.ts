/** What became of the requests of a run, counted. */
export class LoadTally {
  /** By kind of action. */
  readonly acknowledged = new Map<string, number>();
  /** By status and code: somebody else was faster, and the client may try again. */
  readonly conflicts = new Map<string, number>();
  /** By kind of action and status: a rule of the shop said no. */
  readonly refused = new Map<string, number>();
  /** Answers that the shop should never give. */
  readonly failures: string[] = [];

  /** @returns whether it was acknowledged */
  note(kind: string, { status, body }: { readonly status: number; readonly body: any }): boolean {
    const code: unknown = body?.code;
    if (status >= 200 && status < 300) count(this.acknowledged, kind);
    else if (status === 412 || (status === 409 && code !== undefined))
      count(this.conflicts, `${status} ${String(code)}`);
    else if (isRuleOfTheShop(kind, status)) count(this.refused, `${kind} ${status}`);
    else this.failures.push(`${kind} was answered with ${status}: ${JSON.stringify(body)}`);
    return status >= 200 && status < 300;
  }

  get acknowledgedInAll(): number {
    return [...this.acknowledged.values()].reduce((sum, each) => sum + each, 0);
  }
}

/** Nothing left, too little money, an order that is paid or cancelled already, nothing to ship. */
function isRuleOfTheShop(kind: string, status: number): boolean {
  return status === 422 || status === 409 || (kind === 'ship' && status === 404);
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
