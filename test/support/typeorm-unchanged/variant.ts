/**
 * How the application runs: on TypeORM alone; with this library, which guards its plain entities too; or with this
 * library as it is without options, where it guards models alone.
 */
export type Variant = 'off' | 'all' | 'models';
