/**
 * The family of databases that decides a column's type and abilities. `other` gets TypeORM's portable
 * types: they work, but the database does not enforce what is specific to a family.
 */
export type Engine = 'postgres' | 'mysql' | 'sqlite' | 'other';
