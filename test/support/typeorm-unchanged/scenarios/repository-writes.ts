import { In, MoreThan } from 'typeorm';
import {
  Category,
  Comment,
  Gauge,
  Membership,
  Notebook,
  Passport,
  Post,
  Profile,
  Section,
  Tag,
  Team,
  User,
} from '../entities.js';
import { TAG_IDS } from '../rows.js';
import type { Scenarios } from '../world.js';

export const repositoryWrites: Scenarios = {
  create: async ({ repository, look }) => {
    const users = repository(User);
    await look('empty', users.create());
    await look('one', users.create({ name: 'New', address: { street: 'A', country: { code: 'AT' } } }));
    await look('many', users.create([{ name: 'A' }, { name: 'B', profile: { bio: 'b' } }]));
    await look(
      'deep',
      repository(Post).create({ title: 'T', tags: [{ label: 'x' }], author: { id: 1 }, comments: [{ text: 'c' }] }),
    );
    await look('what is unknown', users.create({ name: 'C', unknown: 1 } as never));
    const ada = await users.findOneByOrFail({ id: 1 });
    await look('of an entity', users.create(ada));
    await look('around an entity', repository(Profile).create({ bio: 'x', user: ada }));
    return ada;
  },

  'save something new': async ({ repository, look }) => {
    const users = repository(User);
    const user = users.create({ name: 'New', scores: new Map([['go', 1]]), avatar: Buffer.from('ff', 'hex') });
    await look('the same object', (await users.save(user)) === user);
    await look('user', user);
    await look('read again', users.findOneBy({ name: 'New' }));
    return users.save({ name: 'Plain object' });
  },

  'save something new with everything below it': async ({ repository, look }) => {
    const author = await repository(User).findOneByOrFail({ id: 1 });
    const post = repository(Post).create({
      title: 'With relations',
      author,
      tags: [{ label: 'fresh' }, { id: TAG_IDS.news }],
      comments: [{ text: 'one' }, { text: 'two', writer: { name: 'Nina' } }],
      publishing: { place: 'Graz', approvedBy: author, counters: { views: 1, likes: 2 } },
    });
    await repository(Post).save(post);
    await look('author', author);
    await look(
      'read again',
      repository(Post).findOne({ where: { id: post.id }, relations: { tags: true, comments: true } }),
    );
    return post;
  },

  'save changes of a loaded entity': async ({ repository, look }) => {
    const users = repository(User);
    const user = await users.findOneOrFail({ where: { id: 1 }, relations: { profile: true, posts: true } });
    user.name = 'Ada II';
    user.settings = { theme: 'light' };
    (user.scores as Map<string, number>).set('go', 9);
    (user.profile as Profile).bio = 'Changed';
    user.address.street = 'Low Street';
    await users.save(user);
    await look('user', user);
    await look('unchanged', users.save(user));
    return users.findOneBy({ id: 1 });
  },

  'save changed relations': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({
      where: { id: 1 },
      relations: { tags: true, comments: true, editor: true },
    });
    post.editor = null;
    post.section = null;
    post.tags = [...post.tags.slice(1), repository(Tag).create({ label: 'added' })];
    post.comments.pop();
    post.comments[0].text = 'Changed';
    post.comments.push(repository(Comment).create({ text: 'New one' }));
    await posts.save(post);
    await look('post', post);
    return posts.findOne({ where: { id: 1 }, relations: { tags: true, comments: true, editor: true } });
  },

  'save plain objects of partial rows': async ({ repository, look }) => {
    const posts = repository(Post);
    await look('one column', posts.save({ id: 1, title: 'Only the title' }));
    await look('a key of a relation', posts.save({ id: 2, author: { id: 2 } }));
    await look('null', posts.save({ id: 3, author: null }));
    await look('a list', posts.save({ id: 1, tags: [{ id: TAG_IDS.art }] }));
    await look('not there yet', repository(Team).save({ code: 'green', name: 'Green' }));
  },

  'save many': async ({ repository, look, fails }) => {
    const tags = repository(Tag);
    const found = await tags.find({ order: { label: 'ASC' } });
    found[0].label = 'ART';
    await look('list', tags.save([...found, tags.create({ label: 'z1' }), tags.create({ label: 'z2' })]));
    await look('in chunks', tags.save([{ label: 'c1' }, { label: 'c2' }, { label: 'c3' }] as Tag[], { chunk: 2 }));
    await look('without reading back', tags.save({ label: 'no reload' }, { reload: false }));
    await look('without a transaction', tags.save({ label: 'no transaction' }, { transaction: false }));
    await look('without listeners', tags.save({ label: 'no listeners' }, { listeners: false }));
    await look('with data', tags.save({ label: 'data' }, { data: { by: 'test' } }));
    await look('nothing', tags.save([]));
    await fails('twice the same', () => tags.save([{ label: 'news' }, { label: 'unsaved' }]));
    await fails('no entity', () => tags.save(null as never));
  },

  'save what somebody else has changed': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneByOrFail({ id: 1 });
    await posts.update({ id: 1 }, { status: 'changed meanwhile' });
    post.title = 'Mine';
    await look(
      'saved',
      posts.save(post).catch((error: unknown) => error),
    );
    return posts.findOneBy({ id: 1 });
  },

  'remove what somebody else has changed': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneByOrFail({ id: 2 });
    await posts.update({ id: 2 }, { status: 'changed meanwhile' });
    await look(
      'removed softly',
      posts.softRemove(post).catch((error: unknown) => error),
    );
    await posts.update({ id: 2 }, { status: 'changed again' });
    await look(
      'removed',
      posts.remove(post).catch((error: unknown) => error),
    );
    return posts.findOneBy({ id: 2 });
  },

  'save a changed list alone': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, relations: { tags: true } });
    post.tags.pop();
    await look('saved', posts.save(post));
    await posts.update({ id: 2 }, { status: 'changed as well' });
    return posts.findOne({ where: { id: 1 }, relations: { tags: true } });
  },

  'save composite keys': async ({ repository, look }) => {
    const members = repository(Membership);
    await look('by columns', members.save({ userId: 3, teamCode: 'red' }));
    await look('by relations', members.save({ user: { id: 3 }, team: { code: 'blue' }, role: 'x' } as never));
    const member = await members.findOneOrFail({ where: { userId: 1, teamCode: 'blue' }, relations: { badges: true } });
    member.role = 'boss';
    member.badges.pop();
    await look('member', members.save(member));
    const team = await repository(Team).findOneOrFail({
      where: { code: 'red' },
      relations: { memberships: { user: true } },
    });
    team.memberships.push(members.create({ user: { id: 2 }, badges: [{ motif: 'comet' }] }));
    return repository(Team).save(team);
  },

  'save keys that are foreign': async ({ repository, look }) => {
    const passports = repository(Passport);
    const cleo = await repository(User).findOneByOrFail({ id: 3 });
    await look('new', passports.save({ user: cleo, number: 'P-3', visas: [{ country: { code: 'AT' } }] } as never));
    const passport = await passports.findOneOrFail({ where: { userId: 1 }, relations: { user: true } });
    passport.number = 'P-1b';
    passport.visas = passport.visas.slice(1);
    await look('changed', passports.save(passport));
    await look('user', cleo);
    return passports.find({ relations: { user: true }, order: { userId: 'ASC' } });
  },

  'save the other side of one-to-one': async ({ repository, look }) => {
    const users = repository(User);
    const cleo = await users.findOneOrFail({ where: { id: 3 }, relations: { profile: true } });
    cleo.profile = repository(Profile).create({ bio: 'Brand new' });
    await look('gets one', users.save(cleo));
    const bob = await users.findOneOrFail({ where: { id: 2 }, relations: { profile: true } });
    bob.profile = null;
    await look('loses it', users.save(bob));
    return repository(Profile).find({ relations: { user: true }, order: { id: 'ASC' } });
  },

  'save lists that others own': async ({ repository, look }) => {
    const users = repository(User);
    const user = await users.findOneOrFail({ where: { id: 2 }, relations: { posts: true } });
    user.posts = [...(await repository(Post).findBy({ id: In([1, 4]) }))];
    await look('taken over', users.save(user));
    return repository(Post).find({ select: { id: true, authorId: true }, order: { id: 'ASC' }, withDeleted: true });
  },

  'save lazy relations': async ({ repository, look }) => {
    const notebooks = repository(Notebook);
    const notebook = await notebooks.findOneByOrFail({ id: 1 });
    const notes = await notebook.notes;
    notes[0].text = 'Changed';
    notes[1].labels = Promise.resolve(await repository(Tag).findBy({ label: 'sport' }));
    notebook.title = 'Blue book';
    await look('notebook', notebooks.save(notebook));
    await look('notes', notes);
    const empty = await notebooks.findOneByOrFail({ id: 2 });
    empty.notes = Promise.resolve(notes.slice(0, 1));
    await look('moved', notebooks.save(empty));
    await look('labels', (await empty.notes)[0].labels);
  },

  merge: async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, relations: { comments: true, author: true } });
    await look('merged', posts.merge(post, { title: 'A' }, { comments: [{ id: 1, text: 'B' }, { text: 'new' }] }));
    await look('into a relation', posts.merge(post, { author: { karma: 5 }, publishing: { counters: { likes: 7 } } }));
    await look('what is not loaded', posts.merge(post, { tags: [{ label: 'x' }], editor: { id: 3 } }));
    await look('into a new one', posts.merge(posts.create({ title: 'N' }), post));
    return posts.save(post);
  },

  preload: async ({ repository, look }) => {
    const posts = repository(Post);
    await look('columns', posts.preload({ id: 1, title: 'Preloaded' }));
    await look('relations', posts.preload({ id: 1, tags: [{ id: TAG_IDS.art }], author: { id: 2, name: 'B' } }));
    await look('comments', posts.preload({ id: 1, comments: [{ id: 1, text: 'changed' }, { text: 'new' }] }));
    await look('unknown', posts.preload({ id: 99, title: 'x' }));
    const user = await repository(User).preload({ id: 1, profile: { id: 1, bio: 'x' }, memberships: [] });
    await look('user', user);
    await look('category', repository(Category).preload({ id: 2, children: [{ id: 4, name: 'Renamed' }] }));
    return repository(User).save(user as User);
  },

  insert: async ({ repository, look, fails }) => {
    const users = repository(User);
    const user = users.create({ name: 'Inserted', karma: 3 });
    await look('one', users.insert(user));
    await look('user', user);
    const values = [{ name: 'I1' }, { name: 'I2', karma: () => '2 + 3' }];
    await look('many', users.insert(values));
    await look('values', values);
    await look(
      'relations',
      repository(Post).insert({ title: 'P', author: { id: 1 }, publishing: { approvedBy: { id: 2 } } }),
    );
    await look(
      'an entity that was read',
      repository(Section).insert({ title: 'S', chief: await users.findOneByOrFail({ id: 1 }) }),
    );
    await look('composite', repository(Membership).insert({ user: { id: 3 }, team: { code: 'red' } }));
    await fails('twice', () => users.insert({ name: 'Ada' }));
    await look('nothing', users.insert([]));
  },

  update: async ({ repository, look, fails }) => {
    const posts = repository(Post);
    await look('by key', posts.update(1, { title: 'U' }));
    await look('by keys', posts.update([1, 2], { status: 'u' }));
    await look(
      'by condition',
      posts.update({ status: 'draft' }, { status: 'x', publishing: { counters: { likes: 50 } } }),
    );
    await look('by operator', posts.update({ id: MoreThan(3) }, { title: () => "'computed'" }));
    await look('a relation', posts.update({ id: 1 }, { author: { id: 3 }, publishing: { approvedBy: null } }));
    const bob = await repository(User).findOneByOrFail({ id: 2 });
    await look('to an entity', posts.update({ id: 2 }, { author: bob }));
    await look('composite', repository(Membership).update({ userId: 1, teamCode: 'blue' }, { role: 'r' }));
    await fails('no condition', () => posts.update({}, { title: 'all' }));
    await look('nothing but a version', posts.update(1, {}));
    await fails('nothing to set', () => repository(Tag).update({ label: 'news' }, {}));
    await look('bob', bob);
    return repository(User).update({ name: 'Ada' }, { scores: new Map([['a', 1]]), avatar: Buffer.from('01', 'hex') });
  },

  'update all, delete all, clear': async ({ repository, look, fails }) => {
    await look('updateAll', repository(Gauge).updateAll({ value: 1 }));
    await look('rows', repository(Gauge).find({ order: { id: 'ASC' } }));
    await look('deleteAll', repository(Gauge).deleteAll());
    await look('none', repository(Gauge).count());
    await fails('clear what others refer to', () => repository(Section).clear());
    await look('cleared', repository(Gauge).clear());
  },

  'clear with cascade': ({ repository, failsOn }) =>
    failsOn(['sqlite', 'mariadb'], 'cascade', () => repository(Notebook).clear({ cascade: true })),

  upsert: async ({ repository, look }) => {
    const teams = repository(Team);
    await look(
      'new and old',
      teams.upsert(
        [
          { code: 'blue', name: 'Bluer' },
          { code: 'pink', name: 'Pink' },
        ],
        ['code'],
      ),
    );
    await look(
      'options',
      teams.upsert({ code: 'pink', name: 'P' }, { conflictPaths: { code: true }, skipUpdateIfNoValuesChanged: false }),
    );
    const user = repository(User).create({ name: 'Ada', karma: 99 });
    await look('by a unique column', repository(User).upsert(user, ['name']));
    await look('user', user);
    await look('rows', repository(User).find({ order: { id: 'ASC' } }));
    await look(
      'composite',
      repository(Membership).upsert({ userId: 1, teamCode: 'blue', role: 'upserted' }, ['userId', 'teamCode']),
    );
    await look(
      'skip',
      teams.upsert({ code: 'blue', name: 'Again' }, { conflictPaths: ['code'], skipUpdateIfNoValuesChanged: true }),
    );
  },

  remove: async ({ repository, look, fails }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, relations: { comments: true, tags: true } });
    await look('the same object', (await posts.remove(post)) === post);
    await look('post', post);
    const tags = await repository(Tag).find({ order: { label: 'ASC' } });
    await look('many', repository(Tag).remove(tags.slice(0, 2), { chunk: 1 }));
    await look(
      'composite',
      repository(Membership).remove(await repository(Membership).findOneByOrFail({ userId: 1, teamCode: 'blue' })),
    );
    await look('passport', repository(Passport).remove(await repository(Passport).findOneByOrFail({ userId: 1 })));
    await fails('without a key', () => posts.remove(posts.create({ title: 'x' })));
    await look('nothing', posts.remove([]));
  },

  'delete and soft delete': async ({ repository, look, fails }) => {
    const posts = repository(Post);
    await look('softDelete by key', posts.softDelete(1));
    await look('softDelete by condition', posts.softDelete({ status: 'draft' }));
    await look('left', posts.find({ select: { id: true }, order: { id: 'ASC' } }));
    await look('restore', posts.restore({ id: In([1, 5]) }));
    await look('deleted by key', posts.delete(2));
    await look('deleted by condition', posts.delete({ author: { id: 2 } }));
    await look('composite', repository(Membership).delete({ userId: 1, teamCode: 'red' }));
    await look('keys', posts.delete([4, 5]));
    await fails('no condition', () => posts.delete({}));
    await fails('no delete date', () => repository(Tag).softDelete({ label: 'news' }));
    return posts.find({ withDeleted: true, order: { id: 'ASC' } });
  },

  'soft remove and recover': async ({ repository, look, fails }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, relations: { comments: true } });
    await look('removed', posts.softRemove(post));
    await look('gone', posts.findOneBy({ id: 1 }));
    const found = await posts.findOneOrFail({ where: { id: 1 }, withDeleted: true, relations: { comments: true } });
    await look('recovered', posts.recover(found));
    await look('back', posts.findOne({ where: { id: 1 }, relations: { comments: true } }));
    await look('many', posts.softRemove(await posts.findBy({ id: In([2, 3]) })));
    await look('plain object', posts.recover({ id: 2 }));
    const tag = await repository(Tag).findOneByOrFail({ label: 'news' });
    await fails('no delete date', () => repository(Tag).softRemove(tag));
    return tag;
  },

  'increment and decrement': async ({ repository, look, fails }) => {
    const users = repository(User);
    await look('increment', users.increment({ id: 1 }, 'karma', 5));
    await look('decrement', users.decrement({ name: In(['Ada', 'Bob']) }, 'karma', 1));
    await look('embedded', repository(Post).increment({ id: 1 }, 'publishing.counters.views', 1));
    await look('a text', users.increment({ id: 3 }, 'karma', '7'));
    await fails('no number', () => users.increment({ id: 1 }, 'karma', 'x'));
    await fails('no column', () => users.increment({ id: 1 }, 'nothing', 1));
    return users.find({ order: { id: 'ASC' } });
  },
};
