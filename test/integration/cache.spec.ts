import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { In, type DataSource } from 'typeorm';
import { isLoaded, ModelRepository, RelationNotLoadedError, UnitOfWork, withSqlModelExt } from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { cacheOf } from '../../lib/cache/index.js';
import { DATABASES } from '../support/databases.js';
import { CACHE_STORES, type OpenStore } from '../support/cache-stores.js';
import { NEWSROOM, Remark, Report, Reporter, Topic } from '../support/models/newsroom.js';
import { openDataSource } from '../support/open-data-source.js';

const EVERYWHERE = CACHE_STORES.flatMap((store) => DATABASES.map(({ name: engine }) => ({ ...store, engine })));

for (const { name, describe: describeStore, open, engine } of EVERYWHERE)
  describeStore(`the cache in ${name}, on ${engine}`, () => {
    let store: OpenStore;
    let dataSource: DataSource;
    let close: () => Promise<void>;
    let reporters: ModelRepository<Reporter>;
    let reports: ModelRepository<Report>;
    let remarks: ModelRepository<Remark>;
    let unitOfWork: UnitOfWork;
    let events: string[];

    beforeAll(async () => {
      store = await open();
      ({ dataSource, close } = await openDataSource(engine, NEWSROOM));
      withSqlModelExt(dataSource, {
        cache: {
          store: store.store,
          namespace: `cache-spec-${engine}-${randomUUID()}`,
          // The machine may be busy.
          timeout: 5_000,
          metrics: {
            onHit: ({ model, kind }) => events.push(`hit ${model} ${kind}`),
            onMiss: ({ model, kind }) => events.push(`miss ${model} ${kind}`),
            onBypass: ({ model, kind, reason }) => events.push(`bypass ${model} ${kind} ${reason}`),
          },
        },
      });
      await cacheOf(dataSource)?.whenAvailable(10_000);
      reporters = new ModelRepository(Reporter, dataSource);
      reports = new ModelRepository(Report, dataSource);
      remarks = new ModelRepository(Remark, dataSource);
      unitOfWork = new UnitOfWork(dataSource);
    });
    afterAll(async () => {
      await close();
      await store[Symbol.asyncDispose]();
    });
    beforeEach(async () => {
      events = [];
      await reports.typeorm.createQueryBuilder().delete().execute();
      await reporters.typeorm.createQueryBuilder().delete().execute();
      events = [];
    });

    const nothing = <T>(work: () => Promise<T>) => expectQueries(dataSource, 0, work);
    const statements = async (work: () => Promise<unknown>) => {
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(work);
      return recorder.queries.map(({ sql }) => sql.trim().split(/\s+/, 1)[0]);
    };

    it('reads a row that was added from the cache', async () => {
      const added = await reports.add({ title: 'News' });
      const read = await nothing(() => reports.getExistOne(added.id));
      expect(read).toBeInstanceOf(Report);
      expect(read).not.toBe(added);
      expect(read).toEqual(await reports.getExistOne(added.id, { noCache: true }));
      expect(events).toEqual(['hit Report row', 'bypass Report row noCache']);
    });

    it('reads a row with a counted key that was added from the cache', async () => {
      const added = await reporters.add({ name: 'Ada' });
      expect(await nothing(() => reporters.getExistOne(added.id))).toEqual(
        await reporters.getExistOne(added.id, { noCache: true }),
      );
    });

    it('reads the database once, and then the cache', async () => {
      const { id } = await reports.add({ title: 'News' });
      await reports.invalidateAll();
      expect(await statements(() => reports.getOne(id))).toEqual(['SELECT']);
      const read = await nothing(() => reports.getOne(id));
      expect(read?.title).toBe('News');
      expect(read?.createdAt).toBeInstanceOf(Date);
      expect(await nothing(() => reports.get({ id }))).toEqual(read);
      expect(() => read?.remarks).toThrow(RelationNotLoadedError);
    });

    it('remembers that there is no row, until there is one', async () => {
      const id = '01890000-0000-7000-8000-000000000001';
      expect(await reports.getOne(id)).toBeNull();
      expect(await nothing(() => reports.getOne(id))).toBeNull();
      await reports.add({ id, title: 'Here' });
      expect(await reports.getOne(id)).toMatchObject({ title: 'Here' });
    });

    it('shows an update at once, without a query', async () => {
      const { id } = await reports.add({ title: 'Old' });
      const report = await reports.getExistOne(id);
      await reports.update(report, { title: 'New' });
      const read = await nothing(() => reports.getExistOne(id));
      expect(read).toMatchObject({ title: 'New', version: 2 });
      expect(read).toEqual(await reports.getExistOne(id, { noCache: true }));
      read.title = 'Newer';
      await reports.save(read);
      expect(await nothing(() => reports.getExistOne(id))).toMatchObject({ title: 'Newer', version: 3 });
    });

    it('writes an entity of the cache only when it has changed', async () => {
      const { id } = await reports.add({ title: 'Same' });
      const report = await reports.getExistOne(id);
      await nothing(() => reports.save(report));
    });

    it('gives every reader an entity of its own', async () => {
      const { id } = await reports.add({ title: 'Mine' });
      const one = await reports.getExistOne(id);
      one.title = 'Changed in memory';
      one.createdAt.setFullYear(1999);
      const other = await reports.getExistOne(id);
      expect(other.title).toBe('Mine');
      expect(other.createdAt.getFullYear()).not.toBe(1999);
    });

    it('forgets a row that was deleted', async () => {
      const [a, b] = await reports.add([{ title: 'a' }, { title: 'b' }]);
      await reports.get({}, { fetch: 'all' });
      await reports.delete(a);
      expect(await reports.getOne(a.id)).toBeNull();
      expect(await reports.get({}, { fetch: 'all' })).toHaveLength(1);
      await reports.deleteWhere({ title: 'b' });
      expect(await reports.getOne(b.id)).toBeNull();
      expect(await reports.count()).toBe(0);
    });

    it('caches lists, pages and counts, until the model is written', async () => {
      await reports.add([{ title: 'a', isPublished: true }, { title: 'b' }, { title: 'c', isPublished: true }]);
      const list = () =>
        reports.get({ isPublished: true, title: In(['a', 'b', 'c']) }, { fetch: 'all', order: { title: 'DESC' } });
      const read = await list();
      expect(read.map(({ title }) => title)).toEqual(['c', 'a']);
      expect(
        await nothing(() =>
          reports.get({ title: In(['c', 'b', 'a']), isPublished: true }, { fetch: 'all', order: { title: 'DESC' } }),
        ),
      ).toEqual(read);
      const page = await reports.getWithCount({}, { limit: 2, order: { title: 'ASC' } });
      expect(page.count).toBe(3);
      expect(await nothing(() => reports.getWithCount({}, { limit: 2, order: { title: 'ASC' } }))).toEqual(page);
      expect(await reports.count({ isPublished: true })).toBe(2);
      expect(await nothing(() => reports.count({ isPublished: true }))).toBe(2);
      await reports.add({ title: 'd', isPublished: true });
      expect(await reports.count({ isPublished: true })).toBe(3);
      expect(await reports.getWithCount({}, { limit: 2, order: { title: 'ASC' } })).toMatchObject({ count: 4 });
    });

    it('puts to-one relations together from row entries', async () => {
      const ada = await reporters.add({ name: 'Ada' });
      await reports.add([
        { title: 'a', reporterId: ada.id },
        { title: 'b', reporterId: ada.id },
        { title: 'c', reporterId: null },
      ]);
      const list = () => reports.get({}, { fetch: 'all', order: { title: 'ASC' }, load: ['reporter'] });
      await list();
      const [a, b, c] = await nothing(list);
      expect(a.reporter).toBeInstanceOf(Reporter);
      expect(a.reporter).toBe(b.reporter);
      expect(c.reporter).toBeNull();
      expect(isLoaded(a, 'remarks')).toBe(false);
      await reporters.update(await reporters.getExistOne(ada.id), { name: 'Ada L.' });
      const [again] = await nothing(list);
      expect(again.reporter?.name).toBe('Ada L.');
    });

    it('reads and writes past the cache in a transaction that has written the model', async () => {
      const { id } = await reports.add({ title: 'Before' });
      await reports.getOne(id);
      await expect(
        unitOfWork.run(async () => {
          await reports.update(await reports.getExistOne(id), { title: 'Inside' });
          expect((await reports.getExistOne(id)).title).toBe('Inside');
          expect((await reports.get({ title: 'Inside' }))?.id).toBe(id);
          throw new Error('undo');
        }),
      ).rejects.toThrow('undo');
      expect((await nothing(() => reports.getExistOne(id))).title).toBe('Before');
      expect(await reports.get({ title: 'Inside' })).toBeNull();
    });

    it('keeps what a savepoint has undone out of it', async () => {
      const { id } = await reports.add({ title: 'Before' });
      await unitOfWork.run(async () => {
        await unitOfWork
          .run(
            async () => {
              await reports.update(await reports.getExistOne(id), { title: 'Undone' });
              throw new Error('undo');
            },
            { propagation: 'NESTED' },
          )
          .catch(() => undefined);
        expect((await reports.getExistOne(id)).title).toBe('Before');
        await unitOfWork.run(
          async () => {
            await reports.update(await reports.getExistOne(id), { views: 5 });
          },
          { propagation: 'NESTED' },
        );
      });
      expect(await nothing(() => reports.getExistOne(id))).toMatchObject({ title: 'Before', views: 5 });
    });

    it('sees writes of plain TypeORM, of builders, and of cascades of the database', async () => {
      const ada = await reporters.add({ name: 'Ada' });
      const report = await reports.add({ title: 'a', reporterId: ada.id });
      const remark = await remarks.add({ text: 'yes', reportId: report.id });
      const read = async () => [
        (await reports.getOne(report.id))?.title,
        (await remarks.getOne(remark.id))?.text,
        await remarks.count(),
      ];
      expect(await read()).toEqual(['a', 'yes', 1]);
      await reports.typeorm.save(Object.assign(await reports.getExistOne(report.id), { title: 'b' }));
      expect(await read()).toEqual(['b', 'yes', 1]);
      await reports.typeorm.update({ title: 'b' }, { title: 'c' });
      expect(await read()).toEqual(['c', 'yes', 1]);
      await dataSource.createQueryBuilder().update(Report).set({ title: 'd' }).where('1 = 1').execute();
      expect(await read()).toEqual(['d', 'yes', 1]);
      await dataSource.transaction(async (manager) => {
        await manager.update(Report, { id: report.id }, { title: 'e' });
      });
      expect(await read()).toEqual(['e', 'yes', 1]);
      await reporters.delete(await reporters.getExistOne(ada.id));
      expect(await read()).toEqual([undefined, undefined, 0]);
    });

    it('hides what is deleted softly, and shows it again', async () => {
      const { id } = await reports.add({ title: 'a' });
      await reports.softDelete(await reports.getExistOne(id));
      expect(await reports.getOne(id)).toBeNull();
      expect(await reports.getOne(id, { withDeleted: true })).toMatchObject({ title: 'a' });
      await reports.restore(await reports.getExistOne(id, { withDeleted: true }));
      expect(await reports.getOne(id)).toMatchObject({ title: 'a' });
    });

    it('goes past the cache where it cannot know the answer, and says why', async () => {
      const { id } = await reports.add({ title: 'a' });
      events = [];
      await reports.get({ reporter: { name: 'Ada' } });
      await reports.get({}, { join: ['topics'] });
      await reports.get({}, { filter: (query) => query.andWhere('1 = 1') });
      await unitOfWork.run(() => reports.getOne(id, { withForUpdate: true }));
      expect(events).toEqual([
        'bypass Report query join',
        'bypass Report query join',
        'bypass Report query custom',
        'bypass Report row lock',
      ]);
    });

    it('caches nothing of a model without cacheTtl', async () => {
      const topics = new ModelRepository(Topic, dataSource);
      const topic = await topics.add({ name: 'x' });
      expect(await statements(() => topics.getOne(topic.id))).toEqual(['SELECT']);
      expect(await statements(() => topics.getOne(topic.id))).toEqual(['SELECT']);
      expect(await statements(() => topics.update(topic, { name: 'y' }))).toEqual(['UPDATE']);
    });
  });
