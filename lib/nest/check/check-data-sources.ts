import { DataSource } from 'typeorm';
import { WrongUse } from './wrong-use.js';

/**
 * From here on, data sources of this process build their metadata and leave the database as it is: nothing is
 * synchronised, migrated or dropped. Without `connect` they do not connect either.
 *
 * TypeORM offers no such thing, and modules initialise their data sources themselves; so their drivers connect to nothing.
 *
 * @param onFailure hears what is wrong with a data source. `TypeOrmModule` would try again for half a minute
 */
export function onlyBuildMetadata(connect: boolean, onFailure: (error: unknown) => void): void {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own receiver below
  const { initialize } = DataSource.prototype;
  DataSource.prototype.initialize = async function () {
    this.setOptions({ synchronize: false, migrationsRun: false, dropSchema: false });
    if (!connect) connectToNothing(this);
    try {
      await initialize.call(this);
    } catch (error) {
      onFailure(error);
      throw error;
    }
    if (!connect) this.driver.createQueryRunner = refuseToQuery;
    return this;
  };
}

function connectToNothing({ driver, queryResultCache }: DataSource): void {
  const nothing = (): Promise<void> => Promise.resolve();
  Object.assign(driver, { connect: nothing, afterConnect: nothing, disconnect: nothing });
  if (queryResultCache) Object.assign(queryResultCache, { connect: nothing, disconnect: nothing });
}

function refuseToQuery(): never {
  throw new WrongUse(
    'a provider queries the database while the application is made, and the check does not connect. Move the query to onApplicationBootstrap(), or check with --connect.',
  );
}
