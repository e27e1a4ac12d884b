import { describe, it, beforeAll, afterAll } from '@jest/globals';
import { appendFileSync } from 'node:fs';
import { DataSource, Entity, PrimaryGeneratedColumn, Column, VersionColumn, type EntityManager } from 'typeorm';
import { ModelRepository, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { Account, Bank, BANK, Counter, Label, Parcel } from '../support/models/bank.js';
import { openDataSource } from '../support/open-data-source.js';
@Entity() class Plain { @PrimaryGeneratedColumn() id: number; @Column({ type: 'int' }) value: number; @VersionColumn() version: number; }
const log = (...a: unknown[]) => appendFileSync('/tmp/docs-probe.log', a.map((x) => typeof x === 'string' ? x : JSON.stringify(x)).join(' ') + '\n');
const err = (p: Promise<unknown>) => p.then(() => 'ok', (e) => `${e.constructor.name} ${e.code} ${e.message}`.slice(0, 220));
describe.each(DATABASES)('probe on $name', ({ name: engine, hasConcurrency }) => {
  let dataSource: DataSource; let close: () => Promise<void>; let manager: EntityManager; let uow: UnitOfWork;
  let accounts: ModelRepository<Account>; let banks: ModelRepository<Bank>; let labels: ModelRepository<Label>; let counters: ModelRepository<Counter>;
  beforeAll(async () => {
    ({ dataSource, close } = await openDataSource(engine, BANK)); ({ manager } = dataSource); uow = new UnitOfWork(dataSource);
    accounts = new ModelRepository(Account, dataSource); banks = new ModelRepository(Bank, dataSource); labels = new ModelRepository(Label, dataSource); counters = new ModelRepository(Counter, dataSource);
  });
  afterAll(() => close());
  const row = (id: string) => accounts.getExistOne(id, { withDeleted: true, load: ['bank'] });
  const step = (name: string, work: () => Promise<void>) => it(name, async () => { try { log(`-- ${engine} ${name}`); await work(); } catch (e) { log('THREW', String(e)); } });
  const sql = async (label: string, work: () => Promise<unknown>) => { const r = new QueryRecorder(dataSource); await r.record(work); log(label, r.queries.map(({ sql }) => sql.slice(0, 900))); };
  step('A one-to-many plain', async () => {
    const bank = await banks.add({ name: 'B', accounts: [{ name: 'one' }] } as never);
    const stale = await manager.findOneOrFail(Bank, { where: { id: bank.id }, relations: { accounts: true } });
    const added = await accounts.add({ name: 'two', bank } as never);
    const before = await row(added.id);
    log('bank version', (await banks.getExistOne(bank.id)).version, 'child', before.version, before.bank?.id);
    log('unchanged save', await err(manager.save(stale)));
    const after = await row(added.id); log('child', after.version, String(after.bank));
    const stale2 = await banks.getExistOne(bank.id, { load: ['accounts'] });
    const added2 = await accounts.add({ name: 'three', bank } as never);
    (stale2 as Bank).accounts.push(new Account()); Object.assign((stale2 as Bank).accounts.at(-1)!, { name: 'four' });
    log('ours', await err(banks.save(stale2))); log('child kept', (await row(added2.id)).bank?.id, 'bank version', stale2.version);
  });
  step('B m2m other side', async () => {
    const a = await accounts.add({ name: 'x' }); const l = await labels.add({ name: `l ${a.id}` });
    const read = await labels.getExistOne(l.id, { load: ['accounts'] });
    (read as Label).accounts.push(a); await labels.save(read);
    log('label', read.version, 'account', (await row(a.id)).version);
  });
  step('C unchanged stale', async () => {
    const a = await accounts.add({ name: 'x' }); await accounts.update(await accounts.getExistOne(a.id), { note: 'n' });
    log(await err(accounts.save(a)), 'empty patch', await err(accounts.update(a, {})));
  });
  step('D repeatable read', async () => {
    if (!hasConcurrency) return;
    for (const isolation of ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const) for (const options of [{}, { optimisticRetryCount: 3 }]) {
      const a = await accounts.add({ name: 'x' });
      log(isolation, options, await err(uow.run(async () => {
        const read = await accounts.getExistOne(a.id);
        await (isolation === 'SERIALIZABLE' && engine === 'mariadb' ? Promise.resolve() : uow.run(async () => { await accounts.update(await accounts.getExistOne(a.id), { note: 'n' }); }, { propagation: 'REQUIRES_NEW' }));
        const again = await accounts.getExistOne(a.id); log('read again sees', again.version);
        read.balance = 5; await accounts.save(read, options); log('version', read.version);
      }, { isolation })), (await row(a.id)).balance);
    }
    if (engine === 'mariadb') log(await dataSource.query("show variables like 'innodb_snapshot_isolation'"), await dataSource.query('select version()'));
  });
  step('E restore', async () => {
    const a = await accounts.add({ name: 'x' }); await manager.softDelete(Account, a.id); await manager.restore(Account, a.id); await manager.decrement(Account, { id: a.id }, 'balance', 1);
    log((await row(a.id)).version);
    await manager.createQueryBuilder().insert().into(Account).values({ id: a.id, name: 'y' } as never).orUpdate(['name'], ['id']).execute(); log('orUpdate', (await row(a.id)).version);
    await manager.softDelete(Account, a.id);
    await accounts.upsert({ id: a.id, name: 'z' } as never, { conflict: ['id'] }); const r = await row(a.id); log('upsert soft deleted', r.name, String(r.deletedAt), r.version);
  });
  step('H no models', async () => {
    const database = await createTestDatabase(engine);
    const plain = new DataSource({ ...database.options, entities: [Plain], synchronize: true } as never); await plain.initialize();
    const repo = plain.getRepository(Plain); const p = await repo.save({ value: 1 }); await repo.upsert({ id: p.id, value: 2 }, ['id']); log('plain upsert', await repo.findOneBy({ id: p.id }));
    await plain.destroy(); await database.drop();
  });
  step('O statements', async () => {
    const a = await accounts.add({ name: 'x' }); a.balance = 3; await sql('save', () => accounts.save(a));
    const list = await accounts.add([{ name: 'x' }, { name: 'y' }]); for (const e of list) e.balance = 4; await sql('batch', () => accounts.save(list));
    const cl = await counters.add([{ name: 'x' }, { name: 'y' }]); for (const e of cl) e.count = 4; await sql('batch no version', () => counters.save(cl));
    await sql('delete one', () => accounts.delete(a)); await sql('delete list', () => accounts.delete(list)); await sql('delete list no version', () => counters.delete(cl));
    await sql('upsert', () => labels.upsert({ name: `q ${engine}`, colour: 'red' }, { conflict: ['name'] }));
    await sql('upsert 2', () => labels.upsert([{ name: `q ${engine}`, colour: 'red' }, { name: `p ${engine}`, rank: 2 }], { conflict: ['name'] }));
    const c = await counters.add({ name: 'x' }); await sql('fn no version', () => counters.update(c, (x) => ({ count: x.count + 1 })));
    const b = await accounts.add({ name: 'x' }); await accounts.update(await accounts.getExistOne(b.id), { note: 'n' }); b.balance = 1;
    await sql('merge', () => accounts.save(b, { optimisticRetryCount: 1 }));
    await accounts.update(await accounts.getExistOne(b.id), { note: 'm' }); b.balance = 2; await sql('conflict', () => err(accounts.save(b)));
    const d = await accounts.getExistOne(b.id); d.balance = 9; await sql('listener-free plain save', () => manager.save(d));
    const parcels = new ModelRepository(Parcel, dataSource); const p = await parcels.add({ place: 'a' }); await sql('save with listener', () => parcels.update(p, { place: 'b' }));
  });
  step('J duplicates in batch', async () => {
    const a = await accounts.add({ name: 'x' }); const [one, two] = [await row(a.id), await row(a.id)]; one.balance = 1; two.note = 'n';
    log(await err(accounts.save([one, two] as never))); log(await err(accounts.save([one, two] as never, { optimisticRetryCount: 1 })), await row(a.id));
  });
});
