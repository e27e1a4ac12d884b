/** Where a run keeps its tables: plain data, because it travels between processes. */
export type BenchDatabase = SqliteDatabase | ServerDatabase;

export interface SqliteDatabase {
  engine: 'sqlite';
  file: string;
}

export interface ServerDatabase {
  engine: 'postgres' | 'mariadb';
  host: string;
  port: number;
  username: string;
  password: string;
  database: string;
}

export type EngineName = BenchDatabase['engine'];
