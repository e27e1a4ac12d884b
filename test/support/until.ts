const PATIENCE_MS = 20_000;
const PAUSE_MS = 5;

/** Resolves as soon as a condition holds, for what tells nobody when it happens. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > end)
      throw new Error(`it did not come about within ${PATIENCE_MS / 1_000} s: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
