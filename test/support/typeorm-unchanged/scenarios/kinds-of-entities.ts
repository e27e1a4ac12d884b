import {
  Album,
  Caption,
  Gauge,
  Invoice,
  Lamp,
  Licence,
  Medium,
  Moon,
  Note,
  Photo,
  Planet,
  Post,
  SettingGroupSchema,
  SettingSchema,
  Tag,
  Ticket,
  User,
  Video,
} from '../entities.js';
import type { Scenarios } from '../world.js';

export const kindsOfEntities: Scenarios = {
  'one table for many classes': async ({ repository, look }) => {
    await look('all', repository(Medium).find({ relations: { owner: true }, order: { id: 'ASC' } }));
    await look('photos', repository(Photo).find({ relations: { album: { cover: true } }, order: { id: 'ASC' } }));
    await look('videos', repository(Video).find({ relations: { captions: true, owner: true } }));
    await look('some columns', repository(Photo).find({ select: { id: true, width: true }, order: { id: 'ASC' } }));
    await look(
      'through a relation',
      repository(Album).find({ relations: { photos: { owner: true }, cover: true }, order: { id: 'ASC' } }),
    );
    await look(
      'by queries',
      repository(Album).find({
        relations: { photos: true, cover: true },
        relationLoadStrategy: 'query',
        order: { id: 'ASC' },
      }),
    );
    await look('of the parent', repository(Caption).find({ relations: { video: true }, order: { id: 'ASC' } }));
    await look('count', repository(Photo).count());
  },

  'writing to one table for many classes': async ({ repository, look, manager }) => {
    const video = repository(Video).create({ title: 'New', seconds: 5, captions: [{ text: 'first' }] });
    await look('video', repository(Video).save(video));
    await look('many', manager.save([manager.create(Photo, { title: 'P' }), manager.create(Medium, { title: 'M' })]));
    const waves = await repository(Video).findOneOrFail({ where: { id: 3 }, relations: { captions: true } });
    waves.captions = waves.captions.slice(0, 1);
    await look('changed', repository(Video).save(waves));
    const all = await repository(Medium).find({ order: { id: 'ASC' } });
    for (const medium of all) medium.title += '!';
    await look('through the parent', repository(Medium).save(all));
    await look('updated', repository(Photo).update({ title: 'Hill!' }, { width: 5, album: null }));
    await repository(Album).update({ id: 1 }, { cover: null });
    await look('removed', repository(Medium).remove(all));
  },

  'entities without classes': async ({ repository, look }) => {
    const settings = repository(SettingSchema);
    await look('find', settings.find({ relations: { group: true }, order: { key: 'ASC' } }));
    const group = await repository(SettingGroupSchema).findOneOrFail({
      where: { id: 1 },
      relations: { settings: true },
    });
    group.settings?.push(settings.create({ key: 'font', value: 'serif' }));
    await look('saved', repository(SettingGroupSchema).save(group));
    const colour = await settings.findOneByOrFail({ key: 'colour' });
    colour.value = 'red';
    await look('without its relation', settings.save(colour));
    await look('relation', colour.group);
    await look('removed', settings.remove(colour));
  },

  'active record': async ({ dataSource, look, manager }) => {
    Gauge.useDataSource(dataSource);
    const gauge = await Gauge.findOneByOrFail({ id: 1 });
    gauge.value = 21;
    await look('saved', gauge.save());
    await look('has a key', gauge.hasId());
    await look('found', Gauge.find({ relations: { reader: true }, order: { id: 'ASC' } }));
    gauge.reader = await manager.findOneByOrFail(User, { id: 2 });
    await look('with a reader', gauge.save());
    await look('merged', Gauge.merge(gauge, { name: 'M' }));
    await look('made', Gauge.create({ name: 'made' }).save());
    await look('upserted', Gauge.upsert({ id: 2, name: 'U' }, ['id']));
    return gauge.remove();
  },

  'an active record read again': async ({ dataSource }) => {
    Gauge.useDataSource(dataSource);
    const gauge = await Gauge.findOneOrFail({ where: { id: 1 }, relations: { reader: true } });
    await Gauge.update(1, { name: 'Changed', value: 1 });
    await gauge.reload();
    return gauge;
  },

  'accessors and inherited properties': async ({ repository, look }) => {
    const lamps = repository(Lamp);
    const json = async (lamp: Lamp | Lamp[]) => look('as JSON', JSON.parse(JSON.stringify(lamp)) as unknown);
    const lamp = await lamps.findOneByOrFail({ id: 1 });
    await json(lamp);
    await json(await lamps.find({ relations: { mate: true, owner: true }, order: { id: 'ASC' } }));
    await json(await lamps.findOneOrFail({ where: { id: 1 }, select: { id: true, hidden: true } }));
    lamp.colour = 'blue';
    await json(await lamps.save(lamp));
    const partial = await lamps.findOneOrFail({ where: { id: 1 }, select: { id: true, name: true } });
    partial.name = 'Partial';
    partial.hidden = 'set';
    await json(await lamps.save(partial));
    const loaded = await lamps.findOneOrFail({ where: { id: 1 }, relations: { mate: true } });
    loaded.mate = null;
    await json(await lamps.save(loaded));
    await json(lamps.create({ name: 'C', colour: 'c', mate: { id: 1 } }));
    await look('update', lamps.update({ id: 2 }, { colour: 'green', owner: { id: 1 } }));
    await look('removed', lamps.remove(partial));
  },

  'a relation as the primary key': async ({ repository, look }) => {
    const licences = repository(Licence);
    const users = repository(User);
    await look('found', licences.find({ order: { kind: 'ASC' } }));
    await look('with users', licences.find({ relations: { user: true }, order: { kind: 'ASC' } }));
    await look('by queries', licences.find({ relations: { user: true }, relationLoadStrategy: 'query' }));
    await look('new', licences.save({ user: await users.findOneByOrFail({ id: 3 }), kind: 'new' }));
    const licence = await licences.findOneByOrFail({ kind: 'driver' });
    await look('its key', licences.getId(licence));
    licence.kind = 'changed';
    await look('saved', licences.save(licence));
    const loaded = await licences.findOneOrFail({ where: { kind: 'pilot' }, relations: { user: true } });
    loaded.kind = 'changed too';
    await look('saved with its user', licences.save(loaded));
    await look('removed', licences.remove(licence));
    await look('removed too', licences.remove(loaded));
    return licences.find({ order: { kind: 'ASC' } });
  },

  'classes that are mapped elsewhere': async ({ repository, look }) => {
    const planets = repository(Planet);
    const mars = await look('found', planets.findOneByOrFail({ id: 1 }));
    mars.name = 'Red planet';
    await look('saved', planets.save(mars));
    const loaded = await planets.findOneOrFail({ where: { id: 1 }, relations: { moons: true } });
    loaded.moons.pop();
    loaded.moons.push(repository(Moon).create({ name: 'New' }));
    await look('with moons', planets.save(loaded));
    const moon = await repository(Moon).findOneByOrFail({ name: 'Phobos' });
    moon.planet = await planets.findOneByOrFail({ id: 2 });
    await look('moved', repository(Moon).save(moon));
    await look('moons', repository(Moon).find({ relations: { planet: true }, order: { id: 'ASC' } }));
  },

  'what happens to orphans': async ({ repository, look }) => {
    const invoice = await repository(Invoice).findOneOrFail({ where: { id: 1 }, relations: { lines: true } });
    invoice.lines = invoice.lines.slice(0, 1);
    await look('deleted softly', repository(Invoice).save(invoice));
    const video = await repository(Video).findOneOrFail({ where: { id: 3 }, relations: { captions: true } });
    video.captions = [];
    await look('left alone', repository(Video).save(video));
    const album = await repository(Album).findOneOrFail({ where: { id: 1 }, relations: { photos: true } });
    album.photos = [];
    await look('let go', repository(Album).save(album));
    const unloaded = await repository(Invoice).findOneByOrFail({ id: 1 });
    unloaded.number = 'changed';
    await look('not loaded', repository(Invoice).save(unloaded));
  },

  'many-to-many from both sides': async ({ repository, look }) => {
    const tags = repository(Tag);
    const news = await tags.findOneByOrFail({ label: 'news' });
    await look('not loaded', tags.save(news));
    news.label = 'News';
    await look('changed', tags.save(news));
    const loaded = await tags.findOneOrFail({ where: { id: news.id }, relations: { posts: true, related: true } });
    loaded.posts = [];
    loaded.related.push(await tags.findOneByOrFail({ label: 'sport' }));
    await look('loaded', tags.save(loaded));
    news.posts = await repository(Post).findBy({ id: 3 });
    await look('written', tags.save(news));
    return tags.find({ relations: { posts: true, related: true }, order: { label: 'ASC' } });
  },

  constructors: async ({ repository, look }) => {
    const invoices = repository(Invoice);
    const found = await look('found', invoices.find({ relations: { lines: true, payer: true }, order: { id: 'ASC' } }));
    await look(
      'by its constructor',
      found.map(({ made, printed }) => [made, printed]),
    );
    const made = new Invoice('R-3');
    await look('saved', invoices.save(made));
    await look('created', invoices.create({ number: 'R-4', lines: [{ text: 'x', amount: '1.00' }] }));
    found[0].lines.pop();
    found[0].printed = true;
    await look('changed', invoices.save(found[0]));
    await look(
      'by queries',
      invoices.find({ relations: { lines: true }, relationLoadStrategy: 'query', order: { id: 'ASC' } }),
    );
  },

  'initial values': async ({ repository, look }) => {
    const tickets = repository(Ticket);
    await look('found', tickets.find({ order: { id: 'ASC' } }));
    await look('with relations', tickets.find({ relations: { assignee: true }, order: { id: 'ASC' } }));
    await look('created', tickets.create({ subject: 'C' }));
    await look('saved', tickets.save({ subject: 'S' }));
    const ticket = await tickets.findOneByOrFail({ id: 1 });
    ticket.counters.views++;
    ticket.seenBy.add('me');
    await look('changed', tickets.save(ticket));
    await look('updated', tickets.update({ id: 2 }, { counters: { likes: 5 } }));
    await look('preloaded', tickets.preload({ id: 2, subject: 'P' }));
  },

  'lazy relations': async ({ repository, look, manager }) => {
    const notes = repository(Note);
    const [note] = await look('found', notes.find({ order: { id: 'ASC' } }));
    await look('notebook', note.notebook);
    await look('labels', note.labels);
    await look('with them', notes.find({ relations: { notebook: true, labels: true }, order: { id: 'ASC' } }));
    await look(
      'by queries',
      notes.find({ relations: { notebook: true, labels: true }, relationLoadStrategy: 'query', order: { id: 'ASC' } }),
    );
    note.labels = Promise.resolve([await manager.findOneByOrFail(Tag, { label: 'sport' })]);
    await look('saved', notes.save(note));
    await look('created', notes.create({ text: 'x', labels: Promise.resolve([]) }));
    await look('merged', notes.merge(note, { text: 'merged' }));
    await look('some columns', notes.findOne({ where: { id: 2 }, select: { id: true } }));
    return note;
  },

  'values of all kinds': async ({ repository, look }) => {
    const users = repository(User);
    const user = await users.findOneByOrFail({ id: 1 });
    user.settings = { deep: { list: [1, 'two', null] } };
    user.nicknames = ['a', 'b'];
    user.avatar = Buffer.from('0102', 'hex');
    user.scores = new Map([['go', 2]]);
    user.balance = '9007199254740991';
    await look('saved', users.save(user));
    await look('read', users.findOneBy({ id: 1 }));
    Object.assign(user, { settings: null, nicknames: null, avatar: null, scores: null });
    await look('nulls', users.save(user));
    return users.find({ where: { id: 1 } });
  },
};
