import type { DataSource } from 'typeorm';
import type { ListResponse } from 'nestjs-sqlmodel-ext';
import { ModelRepository, type Loaded, type Needs, type RelationPath } from 'nestjs-sqlmodel-ext';
import { type Author, Book, type Shelf } from '../support/models/library.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(proof: Equal<A, B>): void;

declare const dataSource: DataSource;
const books = new ModelRepository(Book, dataSource);

// Each fetch mode has its own result, which says what is loaded.
same<Awaited<ReturnType<typeof first>>, Loaded<Book> | null>(true);
same<Awaited<ReturnType<typeof explicitFirst>>, Loaded<Book> | null>(true);
same<Awaited<ReturnType<typeof one>>, Loaded<Book>>(true);
same<Awaited<ReturnType<typeof all>>, Loaded<Book, 'author'>[]>(true);
same<Awaited<ReturnType<typeof page>>, ListResponse<Loaded<Book, 'author.profile'>>>(true);
const first = () => books.get({ title: 'x' });
const explicitFirst = () => books.get({ title: 'x' }, { fetch: 'first' });
const one = () => books.get({ title: 'x' }, { fetch: 'one' });
const all = () => books.get({ title: 'x' }, { fetch: 'all', load: ['author'] });
const page = () => books.getWithCount({ isPublished: true }, { load: ['author.profile'] });

// @ts-expect-error there is no such fetch mode
void books.get({}, { fetch: 'some' });

// One row or many: the result follows the argument.
same<Awaited<ReturnType<typeof addOne>>, Book>(true);
same<Awaited<ReturnType<typeof addMany>>, Book[]>(true);
const addOne = () => books.add({ title: 'x', authorId: 'y' });
const addMany = () => books.add([{ title: 'x', authorId: 'y' }]);

// @ts-expect-error a title is text
void books.add({ title: 1 });

// Relation paths are checked, at every level.
void books.get({}, { load: ['author', 'author.profile', 'loans', 'tags', 'shelf.books.author'] });
// @ts-expect-error Did you mean 'author'?
void books.get({}, { load: ['auhtor'] });
// @ts-expect-error a column is not a relation
void books.get({}, { load: ['title'] });
// @ts-expect-error the author has no such relation
void books.get({}, { load: ['author.shelf'] });
// @ts-expect-error a join names relations
void books.get({}, { join: ['title'] });
type Paths = RelationPath<Book>;
'author.books.author.profile' satisfies Paths;
// @ts-expect-error four levels are the limit
'author.books.author.books.author' satisfies Paths;

// Conditions and orders name columns.
void books.get({ title: 'x', author: { name: 'Ada' } }, { order: { title: 'ASC', author: { name: 'DESC' } } });
void books.get({ rating: null, author: { name: 'Ada' } });
// @ts-expect-error no such column
void books.get({ titel: 'x' });
// @ts-expect-error no such column
void books.get({}, { order: { titel: 'ASC' } });
// @ts-expect-error no such direction
void books.get({}, { order: { title: 'UP' } });

// How rows are locked.
void books.get({}, { withForUpdate: { skipLocked: true } });
void books.getOne('x', { withForUpdate: { noWait: true, of: ['Book'] } });
void books.getExistOne('x', { withForUpdate: { timeout: 500 } });
void books.getWithCount({}, { limit: 1, withForUpdate: true });
// @ts-expect-error no such detail
void books.get({}, { withForUpdate: { skiplocked: true } });
// @ts-expect-error milliseconds are a number
void books.get({}, { withForUpdate: { timeout: '500 ms' } });

// Past the cache.
void books.get({}, { noCache: true });
void books.getExistOne(1, { noCache: false });
// @ts-expect-error true or false
void books.getOne(1, { noCache: 'yes' });

// What becomes of a row that somebody else has changed.
void books.save({} as Book, { optimisticRetryCount: 1, onConflict: 'mine' });
// @ts-expect-error no such policy
void books.save({} as Book, { optimisticRetryCount: 1, onConflict: 'both' });
void books.update({} as Book, (current) => ({ title: `${current.title}!` }), { optimisticRetryCount: 1 });
void books.update({} as Book, async (current) => Promise.resolve({ title: current.title }));
// @ts-expect-error no such column
void books.update({} as Book, (current) => ({ title: current.titel }));

// An entity keeps its own type, and entities of other models do not fit.
same<Awaited<ReturnType<typeof unchanged>>, Book>(true);
same<Awaited<ReturnType<typeof saved>>, Needs<Book, 'author'> & Book>(true);
const unchanged = (book: Book) => books.save(book);
const saved = (book: Book) => books.save(book, { load: ['author'] });
declare const author: Author;
declare const shelf: Shelf;
// @ts-expect-error an author is not a book
void books.save(author);
// @ts-expect-error a shelf is not a book
void books.delete([shelf]);

// A class that is no table has no repository.
class Plain {
  title: string;
}
// @ts-expect-error no table base
new ModelRepository(Plain, dataSource);
