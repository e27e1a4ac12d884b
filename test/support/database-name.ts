/** The engines that every database suite loops over. */
export type DatabaseName = 'sqlite' | 'postgres' | 'mariadb';

/** The engines that are servers: a fresh database is made by a connection to them. */
export type ServerName = Exclude<DatabaseName, 'sqlite'>;
