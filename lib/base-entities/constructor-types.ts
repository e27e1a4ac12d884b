/** A class that a mixin can extend. The arguments are open because every class fits. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript demands any[] for mixin bases
export type MixinBase = abstract new (...args: any[]) => object;

/** A class that a mixin gives back: its base and the mixin's own fields. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript demands any[] for mixin bases
export type Mixed<Base, Fields> = Base & (abstract new (...args: any[]) => Fields);
