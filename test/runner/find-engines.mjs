import { mariadbEngine } from './mariadb-engine.mjs';
import { postgresEngine } from './postgres-engine.mjs';
import { redisEngine } from './redis-engine.mjs';
import { sqliteEngine } from './sqlite-engine.mjs';

/**
 * Every engine, running where that is possible at all.
 * @param {import('./engine.js').Engine[]} engines filled one by one, so that the caller can stop what was started when
 *   a later one fails
 */
export async function findEngines(engines) {
  engines.push(sqliteEngine());
  engines.push(await postgresEngine());
  engines.push(await mariadbEngine());
  engines.push(await redisEngine());
}
