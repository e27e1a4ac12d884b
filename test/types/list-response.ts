import type { ListResponse } from 'nestjs-sqlmodel-ext';

declare const page: ListResponse<{ title: string }>;

page.items[0]?.title.trim();
page.count.toFixed();

// @ts-expect-error the rows are of the page's type
page.items[0]?.body;

// @ts-expect-error a page has rows
({ count: 1 }) satisfies ListResponse<string>;
