import type { FindOptionsSelect } from 'typeorm';
import {
  Album,
  Badge,
  Category,
  Comment,
  Folder,
  Invoice,
  Membership,
  Notebook,
  Passport,
  Photo,
  Post,
  Profile,
  Section,
  Tag,
  Team,
  Ticket,
  User,
  Video,
} from '../entities.js';
import { TAG_IDS } from '../rows.js';
import type { Scenario, Scenarios, World } from '../world.js';

/*
 * Entities that were loaded in part, given to everything that takes entities: what they do not have must not be read,
 * must not be written, and must not be taken for empty.
 */

/** How a post can be loaded in part. */
const LOADED: Readonly<Record<string, (world: World) => Promise<Post>>> = {
  'without relations': ({ repository }) => repository(Post).findOneByOrFail({ id: 1 }),
  'without columns': ({ repository }) =>
    repository(Post).findOneOrFail({
      where: { id: 1 },
      select: { id: true, title: true, authorId: true, publishing: { place: true } },
      loadEagerRelations: false,
    }),
  'without its embedded object': ({ repository }) =>
    repository(Post).findOneOrFail({
      where: { id: 1 },
      select: { id: true, title: true, authorId: true, status: true },
    }),
  'with a relation': ({ repository }) =>
    repository(Post).findOneOrFail({ where: { id: 1 }, relations: { author: true, tags: true } }),
  'with a partial relation': ({ repository }) =>
    repository(Post).findOneOrFail({
      where: { id: 1 },
      select: { id: true, title: true, authorId: true, comments: { id: true }, author: { id: true } },
      relations: { comments: true, author: true },
    }),
  'with relation ids': ({ repository }) =>
    repository(Post).findOneOrFail({ where: { id: 1 }, loadRelationIds: { disableMixedMap: true } }),
  'with relations by queries': ({ repository }) =>
    repository(Post).findOneOrFail({
      where: { id: 1 },
      relations: { author: true, comments: true },
      relationLoadStrategy: 'query',
    }),
  'by a builder': ({ repository }) =>
    repository(Post)
      .createQueryBuilder('p')
      .select(['p.id', 'p.title', 'p.authorId', 'c.id'])
      .leftJoin('p.comments', 'c')
      .where('p.id = 1')
      .getOneOrFail(),
};

/** What can be done with it, however it was loaded. */
const DONE: Readonly<Record<string, (post: Post, world: World) => Promise<unknown>>> = {
  'save a changed column': async (post, { repository }) => {
    post.title = 'Changed';
    return repository(Post).save(post);
  },
  'save a written relation': async (post, { repository }) => {
    post.editor = await repository(User).findOneByOrFail({ id: 3 });
    post.tags = await repository(Tag).findBy({ label: 'art' });
    return repository(Post).save(post);
  },
  remove: async (post, { repository }) => repository(Post).remove(post),
  'softRemove and recover': async (post, { repository, look }) => {
    await look('removed', repository(Post).softRemove(post));
    return repository(Post).recover(post);
  },
  merge: async (post, { repository, look }) => {
    await look('merged', repository(Post).merge(post, { title: 'M', author: { id: 2 }, tags: [{ id: TAG_IDS.art }] }));
    await look('the other way', repository(Post).merge(repository(Post).create(), post));
    return repository(Post).save(post);
  },
  preload: async (post, { repository }) => repository(Post).preload(post),
  'copies of it': async (post, { repository, look }) => {
    const posts = repository(Post);
    const spread = await look('spread', posts.save({ ...post, title: 'Spread' }));
    const { version } = spread;
    const cloned = await look('cloned', posts.save({ ...structuredClone(post), title: 'Cloned', version }));
    const values = { title: 'Assigned', version: cloned.version };
    return posts.save(Object.assign(posts.create(), post, values));
  },
};

/** What more can be done with it. */
const DONE_MORE: typeof DONE = {
  save: async (post, { repository }) => repository(Post).save(post),
  'save a list that was filled by hand': async (post, { repository }) => {
    post.comments = [repository(Comment).create({ text: 'By hand' })];
    return repository(Post).save(post);
  },
  create: async (post, { repository }) => repository(Post).create(post),
  insert: async (post, { repository }) => {
    const { id: _, ...copy } = post;
    return repository(Post).insert({ ...copy, title: 'Copied' });
  },
  upsert: async (post, { repository }) => {
    post.title = 'Upserted';
    return repository(Post).upsert(post, ['id']);
  },
  update: async (post, { repository }) => repository(Comment).update({ id: 4 }, { text: post.title, post }),
  'a builder with it': async (post, { manager, look }) => {
    const builder = manager.createQueryBuilder().update(Post).set({ status: 'built' }).whereEntity(post);
    await look('update', builder.execute());
    await look('of', manager.createQueryBuilder().relation(Post, 'tags').of(post).loadMany());
    await look('in ids', manager.createQueryBuilder(Post, 'p').whereInIds(post).getMany());
    return manager.createQueryBuilder(Comment, 'c').where({ post }).orderBy('c.id').getMany();
  },
  'its keys': async (post, { repository }) => [repository(Post).hasId(post), repository(Post).getId(post)],
  'a key in place of a relation': async (post, { repository }) => {
    post.author = 2 as never;
    return repository(Post).save(post);
  },
  'what it does not have, deleted': async (post, { repository }) => {
    delete (post as Partial<Post>).author;
    delete (post as Partial<Post>).tags;
    delete (post as Partial<Post>).status;
    return repository(Post).save(post);
  },
};

/** The states in which that may make a difference. */
const MORE_LOADED = ['without relations', 'with a partial relation'];

const partialPosts: Scenarios = Object.fromEntries(
  Object.entries(LOADED).flatMap(([state, load]) =>
    Object.entries({ ...DONE, ...(MORE_LOADED.includes(state) && DONE_MORE) }).map(
      ([name, act]): [string, Scenario] => [
        `a post ${state}: ${name}`,
        async (world) => {
          const post = await load(world);
          await world.look('before', post);
          await world.look('result', act(post, world));
          return post;
        },
      ],
    ),
  ),
);

export const partialEntities: Scenarios = {
  ...partialPosts,

  'users: one-to-one, lists and hidden columns': async ({ repository, look }) => {
    const users = repository(User);
    const select = { id: true, name: true, settings: true, nicknames: true, avatar: true, scores: true } as const;
    const user = await users.findOneOrFail({ where: { id: 1 }, select: { ...select, address: { street: true } } });
    user.name = 'Changed';
    await look('saved', users.save(user));
    const whole = await users.findOneByOrFail({ id: 2 });
    whole.karma++;
    await look('whole', users.save(whole));
    whole.secret = 'a new one';
    await look('secret', users.save(whole));
    await look('removed softly', users.softRemove(whole));
    await look('recovered', users.recover(whole));
    await look('secrets', users.find({ select: { id: true, secret: true }, order: { id: 'ASC' }, withDeleted: true }));
    return user;
  },

  'embedded objects with relations': async ({ repository, look }) => {
    const users = repository(User);
    const user = await users.findOneByOrFail({ id: 1 });
    user.address.street = 'New Street';
    await look('country not loaded', users.save(user));
    user.address.country = { code: 'CH', name: 'Switzerland' };
    await look('country written', users.save(user));
    const loaded = await users.findOneOrFail({ where: { id: 1 }, relations: { address: { country: true } } });
    await look('country loaded', loaded);
    loaded.address.country = null;
    await look('country taken', users.save(loaded));
    const away = await users.findOneByOrFail({ id: 3 });
    away.address = { street: 'S', country: { code: 'BE', name: 'Belgium' } };
    await look('another address', users.save(away));
    return users.find({ relations: { address: { country: true } }, order: { id: 'ASC' } });
  },

  'orphans of what is not loaded': async ({ repository, look }) => {
    const comments = repository(Comment);
    const comment = await comments.findOneByOrFail({ id: 1 });
    comment.text = 'Changed';
    await look('comment', comments.save(comment));
    const post = await repository(Post).findOneOrFail({ where: { id: 1 }, relations: { comments: true } });
    post.comments = post.comments.filter(({ id }) => id !== 1);
    await look('orphaned', repository(Post).save(post));
    return comments.find({ withDeleted: true, order: { id: 'ASC' } });
  },

  'many entities, each loaded in another way': async ({ repository, look }) => {
    const posts = repository(Post);
    const list = [
      await posts.findOneByOrFail({ id: 1 }),
      await posts.findOneOrFail({ where: { id: 2 }, select: { id: true, title: true, authorId: true } }),
      await posts.findOneOrFail({ where: { id: 3 }, relations: { comments: true, tags: true } }),
    ];
    for (const post of list) post.title += '!';
    list[2].comments.pop();
    await look('saved', posts.save(list));
    await look('removed', posts.remove(list.slice(0, 2)));
    return list;
  },

  'keys: composite, foreign, and many': async ({ repository, look }) => {
    const select: FindOptionsSelect<Membership> = { userId: true, teamCode: true };
    const member = await repository(Membership).findOneOrFail({ where: { userId: 1, teamCode: 'blue' }, select });
    await look('member', repository(Membership).save(member));
    member.role = 'partial';
    await look('role', repository(Membership).save(member));
    const badge = await repository(Badge).findOneByOrFail({ id: 1 });
    badge.motif = 'planet';
    await look('badge', repository(Badge).save(badge));
    badge.membership = member;
    await look('badge of a member', repository(Badge).save(badge));
    const passport = await repository(Passport).findOneOrFail({ where: { userId: 1 }, loadEagerRelations: false });
    passport.number = 'new number';
    await look('passport', repository(Passport).save(passport));
    await look('member removed', repository(Membership).remove(member));
    return [badge, passport];
  },

  'one table for many classes': async ({ repository, look }) => {
    const photo = await repository(Photo).findOneByOrFail({ id: 1 });
    photo.width = 1;
    await look('photo', repository(Photo).save(photo));
    const video = await repository(Video).findOneOrFail({ where: { id: 3 }, select: { id: true, seconds: true } });
    video.title = 'Changed';
    await look('video', repository(Video).save(video));
    await look('video removed', repository(Video).remove(video));
    const album = await repository(Album).findOneByOrFail({ id: 1 });
    album.name = 'Changed';
    await look('album', repository(Album).save(album));
    album.cover = photo;
    return repository(Album).save(album);
  },

  trees: async ({ repository, look }) => {
    const category = await repository(Category).findOneByOrFail({ id: 2 });
    category.name = 'Changed';
    await look('category', repository(Category).save(category));
    const partial = await repository(Category).findOneOrFail({ where: { id: 4 }, select: { id: true, name: true } });
    partial.name = 'Partial';
    await look('partial', repository(Category).save(partial));
    await look('removed', repository(Category).remove(partial));
    const folder = await repository(Folder).findOneByOrFail({ id: 2 });
    folder.name = 'Changed';
    await look('folder', repository(Folder).save(folder));
    folder.parent = await repository(Folder).findOneByOrFail({ id: 3 });
    await look('moved', repository(Folder).save(folder));
    return folder;
  },

  'lazy relations': async ({ repository, look }) => {
    const notebook = await repository(Notebook).findOneOrFail({ where: { id: 1 }, select: { id: true, title: true } });
    notebook.title = 'Partial';
    await look('notebook', repository(Notebook).save(notebook));
    await look('removed', repository(Notebook).remove(await repository(Notebook).findOneByOrFail({ id: 2 })));
    await look('notes', notebook.notes);
    return notebook;
  },

  'constructors and initial values': async ({ repository, look }) => {
    const invoice = await repository(Invoice).findOneOrFail({ where: { id: 1 }, select: { id: true, number: true } });
    invoice.number = 'R-1b';
    await look('made', invoice.made);
    await look('invoice', repository(Invoice).save(invoice));
    const ticket = await repository(Ticket).findOneByOrFail({ id: 1 });
    ticket.subject = 'Changed';
    await look('ticket', repository(Ticket).save(ticket));
    return ticket;
  },

  'columns with initial values, not selected': async ({ repository, look }) => {
    const ticket = await repository(Ticket).findOneOrFail({ where: { id: 1 }, select: { id: true, subject: true } });
    await look('ticket', ticket);
    ticket.subject = 'Changed';
    await look('saved', repository(Ticket).save(ticket));
    return repository(Ticket).findOneBy({ id: 1 });
  },

  'columns that may be null, not selected': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, select: { id: true, title: true } });
    post.title = 'Changed';
    await look('saved', posts.save(post));
    await look('saved again', posts.save(post));
    return posts.findOneBy({ id: 1 });
  },

  'columns that may be null, not selected, removed softly': async ({ repository, look }) => {
    const posts = repository(Post);
    const post = await posts.findOneOrFail({ where: { id: 1 }, select: { id: true, title: true } });
    await look('removed', posts.softRemove(post));
    await look('recovered', posts.recover(post));
    return posts.findOneBy({ id: 1 });
  },

  'columns that may be null, of an embedded object that was not selected': async ({ repository, look }) => {
    const users = repository(User);
    const user = await users.findOneOrFail({ where: { id: 1 }, select: { id: true, name: true } });
    user.name = 'Changed';
    await look('saved', users.save(user));
    await look('removed', users.softRemove(user));
    await look('recovered', users.recover(user));
    await look('merged', users.merge(user, { address: { street: 'Merged' } }));
    return users.findOneBy({ id: 1 });
  },

  'columns that may be null, hidden': async ({ repository, look }) => {
    const teams = repository(Team);
    const team = await teams.findOneByOrFail({ code: 'blue' });
    team.name = 'Changed';
    await look('saved', teams.save(team));
    await look('saved again', teams.save(team));
    return teams.find({ select: { code: true, motto: true }, order: { code: 'ASC' } });
  },

  'around other entities': async ({ repository, look }) => {
    const bob = await repository(User).findOneOrFail({ where: { id: 2 }, select: { id: true, name: true } });
    const cleo = await repository(User).findOneOrFail({ where: { id: 3 }, select: { id: true, karma: true } });
    await look('section', repository(Section).save({ title: 'New', chief: bob }));
    await look('profile', repository(Profile).save(repository(Profile).create({ bio: 'x', user: cleo })));
    await look('comment', repository(Comment).save({ text: 'x', writer: bob, post: { id: 1 } }));
    await look('inserted', repository(Section).insert({ title: 'Inserted', chief: bob }));
    await look('updated', repository(Section).update({ id: 1 }, { chief: bob }));
    return [bob, cleo];
  },
};
