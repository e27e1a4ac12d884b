import { beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, JoinColumn, ManyToOne, type EntityMetadata, type Relation } from 'typeorm';
import { ConfigurationError, Model, Str64, Uuid, UuidTableBase, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { lockClause, lockedTables, type LockDetails } from '../../lib/locking/index.js';

@Model()
class Owner extends UuidTableBase {
  @Str64() name: string;
}
@Model()
class Boat extends UuidTableBase {
  @Uuid() ownerId: string;
  @ManyToOne(() => Owner) @JoinColumn({ name: 'ownerId' }) owner: Relation<Owner>;
}

/** What no server of these tests speaks. */
class Unconnected extends DataSource {
  async build(): Promise<EntityMetadata> {
    await this.buildMetadatas();
    return this.getMetadata(Boat);
  }
}

describe('the lock clause of MySQL', () => {
  let metadata: EntityMetadata;
  beforeAll(async () => {
    const dataSource = new Unconnected({ type: 'mysql', database: 'none', entities: [Owner, Boat] });
    withSqlModelExt(dataSource);
    metadata = await dataSource.build();
  });

  const clause = (details: LockDetails, joined: string[] = []) =>
    lockClause({
      metadata,
      details,
      joined,
      tables: lockedTables(metadata, details.of, joined),
      alias: (path) => `\`${path === '' ? 'Boat' : `Boat__join_${path}`}\``,
    });

  it('has NOWAIT, SKIP LOCKED and OF', () => {
    expect(clause({})).toBe(' FOR UPDATE');
    expect(clause({ noWait: true })).toBe(' FOR UPDATE NOWAIT');
    expect(clause({ skipLocked: true }, ['owner'])).toBe(' FOR UPDATE OF `Boat` SKIP LOCKED');
    expect(clause({ of: ['Boat'], noWait: true }, ['owner'])).toBe(' FOR UPDATE OF `Boat` NOWAIT');
    expect(clause({ of: ['owner'] }, ['owner'])).toBe(' FOR UPDATE OF `Boat__join_owner`');
    expect(clause({ of: ['boat', 'owner'] }, ['owner'])).toBe(' FOR UPDATE OF `Boat`, `Boat__join_owner`');
  });

  it('has no timeout, and says what there is instead', () => {
    expect(() => clause({ timeout: 500 })).toThrow(ConfigurationError);
    expect(() => clause({ timeout: 500 })).toThrow(/Use noWait, or set innodb_lock_wait_timeout/);
  });

  it('is for names that the query has', () => {
    expect(() => clause({ of: ['ownr'] }, ['owner'])).toThrow(/'ownr' in 'of' is neither .* Did you mean 'owner'/);
    expect(() => clause({ of: ['owner'] })).toThrow(/name the relation in join/);
  });
});
