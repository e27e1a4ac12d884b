declare const kind: unique symbol;

/**
 * Marks table classes for the compiler: relations are the properties whose type carries it. No such
 * property exists at run time.
 */
export interface Branded {
  readonly [kind]: 'entity';
}
