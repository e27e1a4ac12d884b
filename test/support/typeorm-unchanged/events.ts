/** What listeners and subscribers tell: entities exist once in a process, so who runs them listens here. */
export const events: { tell: (event: unknown) => void } = { tell: () => undefined };
