import type { DataSource } from 'typeorm';
import type { Engine } from '../field-types/index.js';

/** The family of the database behind a data source. */
export function engineOf(dataSource: DataSource): Engine {
  switch (dataSource.options.type) {
    case 'postgres':
    case 'aurora-postgres':
    case 'cockroachdb':
      return 'postgres';
    case 'mysql':
    case 'mariadb':
    case 'aurora-mysql':
      return 'mysql';
    case 'better-sqlite3':
    case 'sqljs':
    case 'expo':
    case 'capacitor':
    case 'cordova':
    case 'react-native':
    case 'nativescript':
      return 'sqlite';
    default:
      return 'other';
  }
}
