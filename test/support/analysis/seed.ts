import type { DataSource } from 'typeorm';
import {
  Article,
  Cat,
  Category,
  Comment,
  Country,
  Customer,
  Dog,
  Invoice,
  Item,
  Note,
  Order,
  Product,
  Profile,
  Section,
  Stock,
  Tag,
  User,
} from './models.js';

/** The key of the first row of every table: whichever entity a handler asks for, this is its id. */
export const ID = '00000000-0000-4000-8000-000000000001';
/** The key of the second. */
export const OTHER_ID = '00000000-0000-4000-8000-000000000002';

/** Two rows in every table. Every relation of the first leads to a row, so that code that reads one goes on. */
export async function seed(dataSource: DataSource): Promise<void> {
  const { manager } = dataSource;
  await dataSource.query('PRAGMA foreign_keys = OFF');
  for (const id of [ID, OTHER_ID]) {
    await manager.insert(Country, { id, name: 'Utopia' });
    await manager.insert(User, { id, name: 'Ada', place: { street: 'High Street', country: { id } } });
    await manager.insert(Profile, { id, motto: 'Onwards', userId: id });
    await manager.insert(Section, { id, name: 'News', editor: { id } });
    await manager.insert(Article, { id, title: 'Notes', authorId: id, parentId: id, section: { id } });
    await manager.insert(Comment, { id, text: 'Indeed', articleId: id, authorId: id });
    await manager.insert(Tag, { id, name: 'nest' });
    await dataSource.createQueryBuilder().relation(Article, 'tags').of(id).add(id);
    await manager.insert(Stock, { id, amount: 5, ownerId: id });
    await manager.insert(Customer, { id, name: 'Ben' });
    await manager.insert(Product, { id, name: 'Pen' });
    await manager.insert(Order, { id, customerId: id });
    await manager.insert(Item, { id, orderId: id, productId: id });
    await manager.insert(Invoice, { id, order: { id } as never });
    await manager.insert(Note, { id, text: 'Remember', writer: { id } });
  }
  await manager.insert(Dog, { id: ID, name: 'Rex', owner: { id: ID }, walker: { id: ID } });
  await manager.insert(Cat, { id: OTHER_ID, name: 'Tom', owner: { id: ID } });
  const root = await manager.save(Object.assign(new Category(), { id: ID, name: 'Everything' }));
  await manager.save(Object.assign(new Category(), { id: OTHER_ID, name: 'Something', parent: root }));
}

/** Takes all rows away again. */
export async function clear(dataSource: DataSource): Promise<void> {
  for (const { tableName, target } of dataSource.entityMetadatas) {
    if (target !== Dog && target !== Cat) await dataSource.query(`DELETE FROM "${tableName}"`);
  }
}
