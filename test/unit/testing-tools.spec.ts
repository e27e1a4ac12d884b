import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, Logger } from 'typeorm';
import { Int64, Model, ModelRepository, Str64, TableBase, UnitOfWork } from 'nestjs-sqlmodel-ext';
import { expectQueries, QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { DATABASES } from '../support/databases.js';
import { openDataSource } from '../support/open-data-source.js';

@Model()
class Counter extends TableBase {
  @Str64() label: string;
  @Int64({ nullable: true }) total: bigint | null;
}

describe.each(DATABASES)('the tools for tests on $name', ({ name: engine, hasConcurrency }) => {
  let dataSource: DataSource;
  let close: () => Promise<void>;
  let counters: ModelRepository<Counter>;
  const logged: string[] = [];

  beforeAll(async () => {
    const none = (): void => undefined;
    const logger: Logger = {
      logQuery: (sql) => void logged.push(sql),
      ...{ logQueryError: none, logQuerySlow: none, logSchemaBuild: none, logMigration: none, log: none },
    };
    ({ dataSource, close } = await openDataSource(engine, [Counter], { logger }));
    counters = new ModelRepository(Counter, dataSource);
  });
  afterAll(() => close());
  beforeEach(async () => {
    await dataSource.createQueryBuilder().delete().from(Counter).execute();
    logged.length = 0;
  });
  const verbs = (recorder: QueryRecorder) => recorder.queries.map(({ sql }) => sql.split(' ', 1)[0]);

  describe('QueryRecorder', () => {
    it('records the statements of a piece of work, with their parameters, and gives its result', async () => {
      const recorder = new QueryRecorder(dataSource);
      const row = await recorder.record(() => counters.add({ label: 'visits' }));
      expect(row.label).toBe('visits');
      expect(verbs(recorder)).toEqual(['INSERT']);
      expect(recorder.queries[0].parameters).toContain('visits');
      await recorder.record(() => counters.getOne(row.id));
      expect(verbs(recorder)).toEqual(['INSERT', 'SELECT']);
    });

    it('records what plain TypeORM, query builders and raw SQL send', async () => {
      const recorder = new QueryRecorder(dataSource);
      await recorder.record(async () => {
        await dataSource.getRepository(Counter).delete({ label: 'plain' });
        await dataSource.createQueryBuilder(Counter, 'c').getMany();
        await dataSource.query('SELECT 1 AS one');
      });
      expect(verbs(recorder)).toEqual(['DELETE', 'SELECT', 'SELECT']);
    });

    it('counts the borders of transactions and savepoints', async () => {
      const recorder = new QueryRecorder(dataSource);
      const unitOfWork = new UnitOfWork(dataSource);
      await recorder.record(() =>
        unitOfWork.run(async () => {
          await counters.count();
          await unitOfWork.run(() => counters.count(), { propagation: 'NESTED' });
        }),
      );
      expect(
        recorder.queries.map(({ sql }) => sql.replace(/ typeorm_\d+/, '').replace(/^SELECT.*/s, 'SELECT')),
      ).toEqual([
        engine === 'sqlite' ? 'BEGIN TRANSACTION' : 'START TRANSACTION',
        'SELECT',
        'SAVEPOINT',
        'SELECT',
        'RELEASE SAVEPOINT',
        'COMMIT',
      ]);
    });

    it('records nothing before, after and beside its work', async () => {
      const recorder = new QueryRecorder(dataSource);
      await counters.add({ label: 'before' });
      const beside = Array.from({ length: 5 }, () => counters.count());
      await recorder.record(() => counters.add({ label: 'inside' }));
      await Promise.all(beside);
      await counters.count();
      expect(verbs(recorder)).toEqual(['INSERT']);
      expect(recorder.queries[0].parameters).toContain('inside');
    });

    (hasConcurrency || engine === 'sqlite' ? it : it.skip)(
      'keeps recorders of work at the same time apart',
      async () => {
        const recorders = Array.from({ length: 8 }, () => new QueryRecorder(dataSource));
        await Promise.all(
          recorders.map((recorder, index) =>
            recorder.record(async () => {
              for (let count = 0; count <= index; count++) await counters.add({ label: `work ${index}` });
            }),
          ),
        );
        recorders.forEach(({ queries }, index) => {
          expect(queries).toHaveLength(index + 1);
          for (const { parameters } of queries) expect(parameters).toContain(`work ${index}`);
        });
      },
    );

    it('may be nested: the outer one sees everything, the inner one its own', async () => {
      const [outer, inner] = [new QueryRecorder(dataSource), new QueryRecorder(dataSource)];
      await outer.record(async () => {
        await counters.count();
        await inner.record(() => counters.add({ label: 'inner' }));
        await counters.count();
      });
      expect(verbs(outer)).toEqual(['SELECT', 'INSERT', 'SELECT']);
      expect(verbs(inner)).toEqual(['INSERT']);
    });

    it('keeps what was sent by work that fails, and lets its error through', async () => {
      const recorder = new QueryRecorder(dataSource);
      const work = recorder.record(async () => {
        await counters.count();
        throw new Error('too late');
      });
      await expect(work).rejects.toThrow('too late');
      expect(verbs(recorder)).toEqual(['SELECT']);
      const failing = recorder.record(() => dataSource.query('SELECT no_such_column'));
      await expect(failing).rejects.toThrow(/no_such_column/);
      expect(verbs(recorder)).toEqual(['SELECT', 'SELECT']);
    });

    it("listens to its own data source alone, and leaves that one's logger in place", async () => {
      const other = await openDataSource('sqlite', [Counter]);
      try {
        const recorder = new QueryRecorder(dataSource);
        const others = new QueryRecorder(other.dataSource);
        await others.record(() =>
          recorder.record(async () => {
            await other.dataSource.query('SELECT 2');
            await counters.count();
          }),
        );
        expect(others.queries).toEqual([{ sql: 'SELECT 2', parameters: [] }]);
        await recorder.record(() => counters.count());
        expect(verbs(recorder)).toEqual(['SELECT', 'SELECT']);
        expect(logged).toEqual(recorder.queries.map(({ sql }) => sql));
      } finally {
        await other.close();
      }
    });

    it('reports numbered lines, and can forget', async () => {
      const recorder = new QueryRecorder(dataSource);
      expect(recorder.report()).toBe('  (no statement)');
      await recorder.record(async () => {
        await dataSource.query('SELECT 1');
        await counters.get({ label: 'five', total: 2n ** 60n });
      });
      const lines = recorder.report().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[0]).toBe('  1. SELECT 1');
      expect(lines[1]).toMatch(/^ {2}2\. SELECT .* -- \[.*"five".*"1152921504606846976".*\]$/);
      recorder.clear();
      expect(recorder.queries).toEqual([]);
      expect(recorder.report()).toBe('  (no statement)');
    });
  });

  describe('expectQueries', () => {
    const messageOf = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'nothing was wrong',
        (error: Error) => error.message,
      );

    it('gives the result of work that sends just that many statements', async () => {
      expect(await expectQueries(dataSource, 1, () => counters.count())).toBe(0);
      expect(await expectQueries(dataSource, 0, () => 'no statement at all')).toBe('no statement at all');
    });

    it('lists what was sent when there are more or fewer', async () => {
      const twice = async () => {
        await dataSource.query('SELECT 1');
        await counters.get({ label: 'five' });
      };
      expect(await messageOf(expectQueries(dataSource, 1, twice))).toMatch(
        /^Expected 1 statement, but 2 ran:\n {2}1\. SELECT 1\n {2}2\. SELECT .* -- \["five"/,
      );
      expect(await messageOf(expectQueries(dataSource, 3, twice))).toMatch(/^Expected 3 statements, but 2 ran:\n/);
      expect(await messageOf(expectQueries(dataSource, 1, () => undefined))).toBe(
        'Expected 1 statement, but 0 ran:\n  (no statement)',
      );
    });

    it('lets the error of the work through', async () => {
      expect(await messageOf(expectQueries(dataSource, 0, () => Promise.reject(new Error('its own'))))).toBe('its own');
    });

    it('may be nested, and run at the same time', async () => {
      const nested = expectQueries(dataSource, 2, async () => {
        await counters.count();
        await expectQueries(dataSource, 1, () => counters.count());
      });
      await Promise.all([nested, expectQueries(dataSource, 1, () => counters.count())]);
    });
  });
});
