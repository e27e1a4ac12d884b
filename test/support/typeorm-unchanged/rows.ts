/** Ids of tags: told from generated ones by their zeros. */
export const TAG_IDS = {
  news: '00000000-0000-4000-8000-000000000001',
  sport: '00000000-0000-4000-8000-000000000002',
  art: '00000000-0000-4000-8000-000000000003',
} as const;

const MARCH = '2024-03-01 10:00:00.000';
const APRIL = '2024-04-01 10:00:00.000';

const user = (id: number, name: string, more: Row = {}): Row => ({
  id,
  name,
  secret: `secret of ${name}`,
  token: `00000000-0000-4000-8000-00000000010${id}`,
  karma: id * 10,
  balance: `900000000000000${id}`,
  settings: '{"theme":"dark"}',
  nicknames: 'one,two',
  avatar: 'c0ffee',
  scores: '[["chess",3]]',
  createdAt: MARCH,
  updatedAt: MARCH,
  deletedAt: null,
  version: 1,
  addressStreet: 'High Street',
  addressAddress_country: 'AT',
  ...more,
});

const post = (id: number, title: string, author: number | null, more: Row = {}): Row => ({
  id,
  title,
  status: 'published',
  author_id: author,
  editor_id: 2,
  section_id: 1,
  publishingPlace: 'Vienna',
  publishingApprover_id: 3,
  publishingCountersViews: id * 100,
  publishingCountersLikes: id,
  deletedAt: null,
  version: 1,
  ...more,
});

type Row = Readonly<Record<string, string | number | null>>;

/** The content of the tables, before every scenario the same. Names of tables and columns as the database has them. */
export const ROWS: Readonly<Record<string, readonly Row[]>> = {
  countries: [
    { code: 'AT', name: 'Austria' },
    { code: 'BE', name: 'Belgium' },
    { code: 'CH', name: 'Switzerland' },
  ],
  users: [
    user(1, 'Ada'),
    user(2, 'Bob', { settings: null, nicknames: null, avatar: null, scores: null }),
    user(3, 'Cleo', { addressStreet: null, addressAddress_country: null }),
    user(4, 'Dan', { deletedAt: APRIL }),
  ],
  profiles: [
    { id: 1, bio: 'Bio of Ada', user_id: 1 },
    { id: 2, bio: 'Bio of Bob', user_id: 2 },
    { id: 3, bio: 'Nobody', user_id: null },
  ],
  sections: [
    { id: 1, title: 'Front', position: 2, chief_id: 3 },
    { id: 2, title: 'Back', position: 1, chief_id: null },
  ],
  posts: [
    post(1, 'First', 1),
    post(2, 'Second', 1, { editor_id: null, section_id: null }),
    post(3, 'Third', 2, { status: 'draft', publishingPlace: '', publishingApprover_id: null }),
    post(4, 'Orphan', null, { editor_id: null, section_id: 2 }),
    post(5, 'Gone', 1, { deletedAt: APRIL }),
  ],
  tags: [
    { id: TAG_IDS.news, label: 'news' },
    { id: TAG_IDS.sport, label: 'sport' },
    { id: TAG_IDS.art, label: 'art' },
  ],
  post_tags: [
    { postsId: 1, tagsId: TAG_IDS.news },
    { postsId: 1, tagsId: TAG_IDS.sport },
    { postsId: 2, tagsId: TAG_IDS.news },
    { postsId: 5, tagsId: TAG_IDS.art },
  ],
  comments: [
    { id: 1, text: 'Well said', post_id: 1, writer_id: 2, reply_to: null, deletedAt: null },
    { id: 2, text: 'Thanks', post_id: 1, writer_id: 1, reply_to: 1, deletedAt: null },
    { id: 3, text: 'Spam', post_id: 1, writer_id: null, reply_to: null, deletedAt: APRIL },
    { id: 4, text: 'Hm', post_id: 3, writer_id: 3, reply_to: null, deletedAt: null },
  ],
  teams: [
    { code: 'blue', name: 'Blue', motto: 'deep' },
    { code: 'red', name: 'Red', motto: null },
  ],
  memberships: [
    { user_id: 1, team_code: 'blue', role: 'captain' },
    { user_id: 2, team_code: 'blue', role: 'member' },
    { user_id: 1, team_code: 'red', role: 'member' },
  ],
  badges: [
    { id: 1, motif: 'star', member_user: 1, member_team: 'blue' },
    { id: 2, motif: 'moon', member_user: 1, member_team: 'blue' },
    { id: 3, motif: 'sun', member_user: null, member_team: null },
  ],
  passports: [
    { user_id: 1, number: 'P-1' },
    { user_id: 2, number: 'P-2' },
  ],
  licences: [
    { user_id: 1, kind: 'driver' },
    { user_id: 2, kind: 'pilot' },
  ],
  visas: [
    { id: 1, passport_id: 1, country_code: 'BE' },
    { id: 2, passport_id: 1, country_code: 'CH' },
  ],
  notebooks: [
    { id: 1, title: 'Red book', owner_id: 1 },
    { id: 2, title: 'Empty book', owner_id: null },
  ],
  notes: [
    { id: 1, text: 'Milk', notebook_id: 1 },
    { id: 2, text: 'Bread', notebook_id: 1 },
    { id: 3, text: 'Loose', notebook_id: null },
  ],
  note_tags: [
    { notesId: 1, tagsId: TAG_IDS.news },
    { notesId: 1, tagsId: TAG_IDS.art },
  ],
  albums: [
    { id: 1, name: 'Summer', cover_id: 1 },
    { id: 2, name: 'Nothing', cover_id: null },
  ],
  media: [
    { id: 1, kind: 'Photo', title: 'Beach', width: 800, seconds: null, owner_id: 1, album_id: 1 },
    { id: 2, kind: 'Photo', title: 'Hill', width: 600, seconds: null, owner_id: null, album_id: 1 },
    { id: 3, kind: 'Video', title: 'Waves', width: null, seconds: 90, owner_id: 2, album_id: null },
    { id: 4, kind: 'Medium', title: 'Plain', width: null, seconds: null, owner_id: 2, album_id: null },
  ],
  captions: [
    { id: 1, text: 'Splash', video_id: 3 },
    { id: 2, text: 'Roar', video_id: 3 },
  ],
  categories: [
    { id: 1, name: 'Root', hint: 'top', weight: 1, deletedAt: null, parentId: null, keeper_id: 1 },
    { id: 2, name: 'Left', hint: 'l', weight: 2, deletedAt: null, parentId: 1, keeper_id: null },
    { id: 3, name: 'Right', hint: 'r', weight: 3, deletedAt: null, parentId: 1, keeper_id: 2 },
    { id: 4, name: 'Leaf', hint: 'x', weight: 4, deletedAt: null, parentId: 2, keeper_id: null },
    { id: 5, name: 'Other root', hint: 'y', weight: 5, deletedAt: null, parentId: null, keeper_id: null },
  ],
  categories_closure: [
    { id_ancestor: 1, id_descendant: 1 },
    { id_ancestor: 2, id_descendant: 2 },
    { id_ancestor: 3, id_descendant: 3 },
    { id_ancestor: 4, id_descendant: 4 },
    { id_ancestor: 5, id_descendant: 5 },
    { id_ancestor: 1, id_descendant: 2 },
    { id_ancestor: 1, id_descendant: 3 },
    { id_ancestor: 1, id_descendant: 4 },
    { id_ancestor: 2, id_descendant: 4 },
  ],
  folders: [
    { id: 1, name: 'home', mpath: '1.', parentId: null },
    { id: 2, name: 'docs', mpath: '1.2.', parentId: 1 },
    { id: 3, name: 'pictures', mpath: '1.3.', parentId: 1 },
    { id: 4, name: 'letters', mpath: '1.2.4.', parentId: 2 },
  ],
  leaves: [
    { id: 1, text: 'a letter', folder_id: 4 },
    { id: 2, text: 'nowhere', folder_id: null },
  ],
  chapters: [
    { id: 1, title: 'Book', nsleft: 1, nsright: 6, parentId: null },
    { id: 2, title: 'Part one', nsleft: 2, nsright: 3, parentId: 1 },
    { id: 3, title: 'Part two', nsleft: 4, nsright: 5, parentId: 1 },
  ],
  invoices: [
    { id: 1, number: 'R-1', payer_id: 1 },
    { id: 2, number: 'R-2', payer_id: null },
  ],
  invoice_lines: [
    { id: 1, text: 'Paper', amount: '12.50', deletedAt: null, invoice_id: 1 },
    { id: 2, text: 'Ink', amount: '7.00', deletedAt: null, invoice_id: 1 },
  ],
  tickets: [
    { id: 1, subject: 'Broken', state: 'closed', countersViews: 3, countersLikes: 1, assignee_id: 1 },
    { id: 2, subject: 'Slow', state: 'new', countersViews: 0, countersLikes: 0, assignee_id: null },
  ],
  gauges: [
    { id: 1, name: 'Heat', value: 20, reader_id: 1 },
    { id: 2, name: 'Rain', value: 5, reader_id: null },
  ],
  lamps: [
    { id: 1, name: 'Desk', colour: 'red', hidden: 'h', owner_id: 1, mate_id: 2 },
    { id: 2, name: 'Hall', colour: null, hidden: null, owner_id: null, mate_id: null },
  ],
  planets: [
    { id: 1, name: 'Mars' },
    { id: 2, name: 'Venus' },
  ],
  moons: [
    { id: 1, name: 'Phobos', planet_id: 1 },
    { id: 2, name: 'Deimos', planet_id: 1 },
  ],
  tag_links: [{ tagsId_1: TAG_IDS.news, tagsId_2: TAG_IDS.art }],
  setting_groups: [
    { id: 1, title: 'Look' },
    { id: 2, title: 'Sound' },
  ],
  settings: [
    { key: 'colour', value: 'blue', group_id: 1 },
    { key: 'volume', value: null, group_id: null },
  ],
};
