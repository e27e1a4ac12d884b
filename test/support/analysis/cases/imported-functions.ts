import type { Repository } from 'typeorm';
import type { Article, Order } from '../models.js';
import type { WideRepository } from '../wide-repository.js';

/** Functions of a module of their own. */

export function customerNameOf(order: Order): string {
  return order.customer.name; // RLC003 customer
}

export function rightCustomerNameOf(order: Order): string {
  return order.customer.name;
}

export async function readArticle(articles: WideRepository<Article>, id: string): Promise<Article> {
  return articles.getExistOne(id);
}

export const readWithAuthor = async (articles: WideRepository<Article>, id: string): Promise<Article> =>
  articles.getExistOne(id, { load: ['author'] });

export const ORDER_RELATIONS = { customer: true, items: { product: true } } as const;
export const ARTICLE_LOAD = ['author', 'comments'] as const;
export const ITEMS_ONLY = Object.freeze({ items: true });

export function relationsFor(kind: 'full' | 'short'): Record<string, boolean> {
  return kind === 'full' ? { customer: true, items: true } : { customer: true };
}

export async function paginate<Row extends object>(repository: Repository<Row>, options: object): Promise<Row[]> {
  return repository.find({ ...options, take: 10 });
}
