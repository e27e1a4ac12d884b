/** Public methods of TypeORM that no scenario calls, as `Class.method`, each with the reason why none can. */
export const EXCLUSIONS: Readonly<Record<string, string>> = {};
