import { Repository } from 'typeorm';
import { Gauge, Notebook, Post, Section, Tag, User } from '../entities.js';
import type { Scenarios } from '../world.js';

export const transactions: Scenarios = {
  'a transaction of a manager': async ({ manager, look }) => {
    const result = await manager.transaction(async (inside) => {
      await inside.insert(Tag, { label: 'inside' });
      const post = await inside.findOneByOrFail(Post, { id: 1 });
      post.title = 'Inside';
      await inside.save(post);
      await look('its runner', [
        inside === manager,
        inside.queryRunner?.isTransactionActive,
        inside.queryRunner?.isReleased,
      ]);
      return post;
    });
    await look('count', manager.countBy(Tag, { label: 'inside' }));
    return result;
  },

  'a transaction that sends nothing': ({ manager }) => manager.transaction(async () => 'nothing'),

  'a transaction that fails': async ({ manager, fails, look, repository }) => {
    await fails('by the application', () =>
      manager.transaction(async (inside) => {
        await inside.update(Post, { id: 1 }, { title: 'Lost' });
        throw new RangeError('on purpose');
      }),
    );
    await look('not written', repository(Post).findOneBy({ id: 1 }));
    await fails('by the database', () =>
      manager.transaction(async (inside) => {
        await inside.update(Post, { id: 1 }, { title: 'Lost' });
        await inside.insert(Tag, { label: 'news' });
      }),
    );
    await look('not written either', repository(Post).findOneBy({ id: 1 }));
  },

  'an error that is caught in a transaction': async ({ manager, look, fails, failsOn }) => {
    await failsOn(['postgres'], 'transaction', () =>
      manager.transaction(async (inside) => {
        await inside.update(Gauge, { id: 1 }, { value: 77 });
        await fails('twice', () => inside.insert(Tag, { label: 'news' }));
        await inside.update(Gauge, { id: 2 }, { value: 78 });
      }),
    );
    return look('gauges', manager.find(Gauge, { order: { id: 'ASC' } }));
  },

  'the outer manager in a transaction': async ({ engine, manager, fails, look }) => {
    // On a server it has a connection of its own.
    if (engine !== 'sqlite') return;
    await fails('together', () =>
      manager.transaction(async (inside) => {
        await inside.update(Gauge, { id: 1 }, { value: 70 });
        await manager.update(Gauge, { id: 2 }, { value: 71 });
        await look('seen', manager.find(Gauge, { order: { id: 'ASC' } }));
        throw new Error('on purpose');
      }),
    );
    await look('gauges', manager.find(Gauge, { order: { id: 'ASC' } }));
  },

  'what a subscriber writes': async ({ repository, look }) => {
    await look('saved', repository(Section).save({ title: 'Watched' }));
    return repository(Gauge).find({ order: { name: 'ASC' } });
  },

  'a transaction of an isolation level': ({ manager }) =>
    manager.transaction('SERIALIZABLE', async (inside) => inside.increment(Gauge, { id: 1 }, 'value', 1)),

  'transactions in transactions': async ({ manager, fails, look }) => {
    await manager.transaction(async (outer) => {
      await outer.update(Gauge, { id: 1 }, { value: 1 });
      await outer.transaction(async (inner) => {
        await inner.update(Gauge, { id: 1 }, { value: 2 });
      });
      await fails('a savepoint', () =>
        outer.transaction(async (inner) => {
          await inner.update(Gauge, { id: 1 }, { value: 3 });
          await inner.transaction(async (innermost) => {
            await innermost.update(Gauge, { id: 2 }, { value: 4 });
          });
          throw new Error('on purpose');
        }),
      );
      await look('inside', outer.find(Gauge, { order: { id: 'ASC' } }));
    });
    await look('afterwards', manager.find(Gauge, { order: { id: 'ASC' } }));
  },

  'saving in a transaction': async ({ manager, look }) => {
    const post = await manager.findOneOrFail(Post, { where: { id: 1 }, relations: { comments: true } });
    await manager.transaction(async (inside) => {
      post.comments[0].text = 'Changed';
      await inside.save(post);
      await inside.softRemove(post);
      await inside.recover(post);
      await look('found', inside.getRepository(Post).findOne({ where: { id: 1 }, relations: { comments: true } }));
      const notebook = await inside.findOneByOrFail(Notebook, { id: 1 });
      await look('lazy', notebook.notes);
      await inside.remove(await inside.findOneByOrFail(Gauge, { id: 1 }));
    });
    return post;
  },

  'a query runner by hand': async ({ dataSource, look, manager }) => {
    const runner = dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.manager.update(Gauge, { id: 1 }, { value: 50 });
      await look('active', runner.isTransactionActive);
      await runner.startTransaction();
      await runner.query('UPDATE gauges SET value = 51 WHERE id = 1');
      await runner.rollbackTransaction();
      await look('inside', runner.manager.findOneBy(Gauge, { id: 1 }));
      await look(
        'a builder',
        dataSource.createQueryBuilder(runner).select('g.value', 'v').from(Gauge, 'g').orderBy('g.id').getRawMany(),
      );
      await look('a repository', runner.manager.getRepository(Gauge).find({ order: { id: 'ASC' } }));
      await runner.commitTransaction();
      await look('ended', runner.isTransactionActive);
      await runner.startTransaction('READ UNCOMMITTED').catch(async (error: unknown) => look('isolation', error));
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      await look(
        'twice',
        runner.rollbackTransaction().catch((error: unknown) => error),
      );
    } finally {
      await runner.release();
    }
    await look('released', runner.isReleased);
    return manager.find(Gauge, { order: { id: 'ASC' } });
  },

  'a transaction of the data source': async ({ dataSource, look }) => {
    await dataSource.transaction(async (manager) => manager.update(User, { id: 1 }, { karma: 1 }));
    return look('user', dataSource.manager.findOneBy(User, { id: 1 }));
  },

  'a repository of its own class': async ({ dataSource, look }) => {
    class Tags extends Repository<Tag> {
      byLabel(label: string): Promise<Tag | null> {
        return this.findOne({ where: { label }, relations: { posts: true } });
      }
    }
    const tags = new Tags(Tag, dataSource.createEntityManager());
    await look('found', tags.byLabel('sport'));
    await dataSource.transaction(async (manager) => {
      await look('inside', manager.withRepository(tags).byLabel('art'));
    });
    return tags.save({ label: 'own class' });
  },

  'repositories of a transaction': async ({ dataSource, manager, look }) => {
    const tags = dataSource.getRepository(Tag);
    await manager.transaction(async (inside) => {
      const own = inside.withRepository(tags);
      await own.save({ label: 'own' });
      await look('own', own.count());
      await look('of the manager', inside.getRepository(Tag).count());
    });
    return tags.count();
  },
};
