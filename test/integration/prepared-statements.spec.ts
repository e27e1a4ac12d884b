import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ModelRepository, UnitOfWork, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { DATABASES } from '../support/databases.js';
import { Account, BANK } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';

const POSTGRES = DATABASES.filter(({ name }) => name === 'postgres');
const each = POSTGRES.length > 0 ? describe.each(POSTGRES) : describe.skip.each([{ name: 'postgres' as const }]);

each('prepared statements on $name', ({ name: engine }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let accounts: ModelRepository<Account>;
  let account: Account;

  beforeEach(async () => {
    // One connection, so that the statements of one test meet those of the test itself.
    ({ dataSource, close } = await openDataSource(engine, BANK, { poolSize: 1 }));
    accounts = new ModelRepository(Account, dataSource);
    account = await accounts.add({ name: 'Ada', balance: 1 });
  });
  afterEach(() => close());

  const names = async (): Promise<string[]> => {
    const rows = await dataSource.query<{ statement: string }[]>(
      "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'nestjs_sqlmodel_ext_%' ORDER BY statement",
    );
    return rows.map(({ statement }) => statement.split(' ', 1)[0]);
  };
  const work = async (balance: number) => {
    const read = await accounts.getExistOne(account.id);
    read.balance = balance;
    await accounts.save(read);
    expect((await accounts.getExistOne(account.id)).balance).toBe(balance);
  };

  it('are made of reads by key and updates, once', async () => {
    await work(2);
    expect(await names()).toEqual(['SELECT', 'UPDATE']);
    await work(3);
    expect(await names()).toEqual(['SELECT', 'UPDATE']);
  });

  it('are not made inside transactions, where a lost one would undo the work', async () => {
    await new UnitOfWork(dataSource).run(() => work(2));
    expect(await names()).toEqual([]);
  });

  it('can be switched off', async () => {
    withSqlModelExt(dataSource, { preparedStatements: false });
    await work(2);
    expect(await names()).toEqual([]);
    expect(() => withSqlModelExt(dataSource, { preparedStatements: 1 as never })).toThrow(/must be true or false/);
  });

  it('are given up when the server does not know them any more, as behind a pool', async () => {
    await work(2);
    await dataSource.query('DEALLOCATE ALL');
    await work(3);
    expect(await names()).toEqual([]);
  });

  it('are given up when another client has made one of that name on the connection', async () => {
    await work(2);
    const made = await dataSource.query<{ name: string }[]>('SELECT name FROM pg_prepared_statements');
    await dataSource.destroy();
    await dataSource.initialize();
    for (const { name } of made) await dataSource.query(`PREPARE ${name} AS SELECT 1`);
    await work(3);
    await work(4);
    expect((await accounts.getExistOne(account.id)).version).toBe(4);
  });

  it('have names that say what they are, so that no process meets a different one of the same name', async () => {
    await work(2);
    const read = async () => dataSource.query<{ name: string }[]>('SELECT name FROM pg_prepared_statements ORDER BY 1');
    const before = await read();
    await dataSource.destroy();
    await dataSource.initialize();
    const other = new ModelRepository(Account, dataSource);
    await other.update(await other.getExistOne(account.id), { balance: 3 });
    await other.getOne(account.id);
    expect(await read()).toEqual(before);
  });

  it('follow a table that is changed', async () => {
    await work(2);
    await dataSource.query('ALTER TABLE "account" ALTER COLUMN "note" TYPE text');
    await work(3);
    await work(4);
  });
});
