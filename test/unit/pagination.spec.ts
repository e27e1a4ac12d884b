import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Controller,
  Get,
  Module,
  Query,
  ValidationPipe,
  type INestApplication,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { instanceToPlain } from 'class-transformer';
import { validate } from 'class-validator';
import request from 'supertest';
import {
  Int,
  ListResponse,
  ListResponseOf,
  Model,
  PaginationRequest,
  Str16,
  TableViewRequest,
  TimeFilterRequest,
} from 'nestjs-sqlmodel-ext';
import { bindInput, isDataModel } from '../../lib/field-types/index.js';

type DataClass<T extends object = object> = new (...args: never[]) => T;

/** The set values of a request, or the names of the rules that it broke by field. */
type Binder = (model: DataClass, input: object) => Promise<unknown>;

const set = (value: object) => Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));

const throughBindInput =
  (source: 'query' | 'json'): Binder =>
  async (model, input) => {
    const { value, violations } = await bindInput(model, input, source);
    return violations.length > 0 ? violations.map(({ message }) => message) : set(value);
  };

/** As an application's own `useGlobalPipes(new ValidationPipe({ transform: true }))` does. */
const throughValidationPipe =
  (options: ValidationPipeOptions = {}): Binder =>
  async (model, input) => {
    const pipe = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, ...options });
    try {
      return set((await pipe.transform(input, { type: 'query', metatype: model })) as object);
    } catch (error) {
      if (!(error instanceof BadRequestException)) throw error;
      return (error.getResponse() as { message: string[] }).message;
    }
  };

const BINDERS: { name: string; bind: Binder; fillsDefaults: boolean }[] = [
  { name: "bindInput 'query'", bind: throughBindInput('query'), fillsDefaults: true },
  { name: "bindInput 'json'", bind: throughBindInput('json'), fillsDefaults: true },
  { name: "the application's ValidationPipe", bind: throughValidationPipe(), fillsDefaults: false },
  {
    name: "the application's ValidationPipe with implicit conversion",
    bind: throughValidationPipe({ transformOptions: { enableImplicitConversion: true } }),
    fillsDefaults: false,
  },
];

const JANUARY = '2026-01-01T00:00:00Z';
const FEBRUARY = '2026-02-01T00:00:00Z';

describe.each(BINDERS)('through $name', ({ bind, fillsDefaults }) => {
  const defaults = fillsDefaults ? { offset: 0, limit: 50, desc: true, order: 'createdAt' } : {};

  describe.each([PaginationRequest, TableViewRequest])('%p', (model) => {
    it('has the defaults', async () => {
      expect(await bind(model, {})).toEqual(defaults);
    });

    it.each([
      [{ limit: '1' }, { limit: 1 }],
      [{ limit: '100' }, { limit: 100 }],
      [{ offset: '0' }, { offset: 0 }],
      [{ offset: '1000000000' }, { offset: 1_000_000_000 }],
      [{ desc: 'false' }, { desc: false }],
      [{ desc: 'true' }, { desc: true }],
      [{ desc: '0' }, { desc: false }],
      [{ order: 'updatedAt' }, { order: 'updatedAt' }],
      [
        { offset: '20', limit: '10', desc: '1', order: 'createdAt' },
        { offset: 20, limit: 10, desc: true, order: 'createdAt' },
      ],
    ])('takes %j', async (input, expected) => {
      expect(await bind(model, input)).toEqual({ ...defaults, ...expected });
    });

    it.each([
      [{ offset: '-1' }, 'offset must not be less than 0'],
      [{ limit: '0' }, 'limit must not be less than 1'],
      [{ limit: '-5' }, 'limit must not be less than 1'],
      [{ limit: '101' }, 'limit must not be greater than 100'],
      [{ limit: '1.5' }, 'limit must be an integer'],
      [{ limit: 'ten' }, 'limit must be an integer'],
      [{ limit: '' }, 'limit must'],
      [{ limit: 'null' }, 'limit must be an integer'],
      [{ limit: ['1', '2'] }, 'limit must be an integer'],
      [{ offset: '99999999999999999999' }, 'offset must'],
      [{ order: 'title' }, "order must be one of 'createdAt', 'updatedAt'"],
      [{ order: '__proto__' }, "order must be one of 'createdAt', 'updatedAt'"],
      [{ page: '1' }, 'page '],
    ])('refuses %j', async (input, message) => {
      expect(await bind(model, input)).toEqual(expect.arrayContaining([expect.stringContaining(message)]));
    });

    it('refuses null from input', async () => {
      for (const name of ['offset', 'limit', 'desc', 'order']) {
        expect([name, await bind(model, { [name]: null })]).toEqual([
          name,
          expect.arrayContaining([expect.stringContaining(name)]),
        ]);
      }
    });
  });

  describe.each([TimeFilterRequest, TableViewRequest])('%p', (model) => {
    const own = model === TableViewRequest ? defaults : {};

    it('has no bounds by default', async () => {
      expect(await bind(model, {})).toEqual(own);
    });

    it.each([
      [{ createdAfter: JANUARY }],
      [{ createdBefore: JANUARY }],
      [{ createdAfter: JANUARY, createdBefore: FEBRUARY }],
      [{ updatedAfter: JANUARY, updatedBefore: FEBRUARY }],
      [{ createdAfter: JANUARY, updatedBefore: FEBRUARY }],
      // Rows are updated after they are created: this leaves room.
      [{ updatedAfter: FEBRUARY, createdBefore: JANUARY }],
      [{ createdAfter: JANUARY, createdBefore: FEBRUARY, updatedAfter: JANUARY, updatedBefore: FEBRUARY }],
      [{ createdAfter: '2026-01-01T00:00:00.000Z', createdBefore: '2026-01-01T00:00:00.001Z' }],
    ])('takes %j', async (input) => {
      const dates = Object.fromEntries(Object.entries(input).map(([name, text]) => [name, new Date(text)]));
      expect(await bind(model, input)).toEqual({ ...own, ...dates });
    });

    it.each([
      ['createdAfter', 'createdBefore'],
      ['updatedAfter', 'updatedBefore'],
      ['createdAfter', 'updatedBefore'],
    ])('refuses %s at or after %s', async (after, before) => {
      const message = [`${after} must be earlier than ${before}`];
      expect(await bind(model, { [after]: FEBRUARY, [before]: JANUARY })).toEqual(message);
      expect(await bind(model, { [after]: JANUARY, [before]: JANUARY })).toEqual(message);
      expect(await bind(model, { [after]: '2026-01-01T01:00:00+01:00', [before]: JANUARY })).toEqual(message);
    });

    it('reads an offset whose plus the query string has lost', async () => {
      expect(await bind(model, { createdAfter: '2026-01-01T01:00:00 01:00' })).toEqual({
        ...own,
        createdAfter: new Date(JANUARY),
      });
    });

    it.each(['yesterday', '2026-02-30', '2026-01-01T00:00:00', '0', 'null'])('refuses the time %s', async (time) => {
      expect(await bind(model, { updatedBefore: time })).toEqual(
        expect.arrayContaining([expect.stringContaining('updatedBefore must')]),
      );
    });

    it('names every contradiction', async () => {
      const all = { createdAfter: FEBRUARY, createdBefore: JANUARY, updatedAfter: FEBRUARY, updatedBefore: JANUARY };
      expect(((await bind(model, all)) as string[]).sort()).toEqual([
        'createdAfter must be earlier than createdBefore',
        'createdAfter must be earlier than updatedBefore',
        'updatedAfter must be earlier than updatedBefore',
      ]);
    });
  });

  it('PaginationRequest knows no times, TimeFilterRequest no page', async () => {
    expect(await bind(PaginationRequest, { createdAfter: JANUARY })).toEqual([expect.stringContaining('createdAfter')]);
    expect(await bind(TimeFilterRequest, { limit: '1' })).toEqual([expect.stringContaining('limit')]);
  });
});

describe('requests in code', () => {
  it('JSON numbers and booleans are taken as they are', async () => {
    const input = { offset: 5, limit: 10, desc: false, order: 'updatedAt' };
    expect(await throughBindInput('json')(TableViewRequest, input)).toEqual(input);
  });

  it('a request of one’s own extends them with fields of its own', async () => {
    @Model()
    class ArticleListRequest extends TableViewRequest {
      @Str16({ nullable: true }) title: string | null;
      @Int({ min: 1, nullable: true }) level: number | null;
    }
    const bind = throughBindInput('query');
    expect(await bind(ArticleListRequest, { title: 'a', level: '2', limit: '5' })).toEqual({
      title: 'a',
      level: 2,
      limit: 5,
      offset: 0,
      desc: true,
      order: 'createdAt',
    });
    expect(await bind(ArticleListRequest, { createdAfter: FEBRUARY, createdBefore: JANUARY, level: '0' })).toEqual(
      expect.arrayContaining(['level must not be less than 1', 'createdAfter must be earlier than createdBefore']),
    );
  });

  it('TableViewRequest is a PaginationRequest', () => {
    expect(new TableViewRequest()).toBeInstanceOf(PaginationRequest);
    expect([PaginationRequest, TimeFilterRequest, TableViewRequest].every(isDataModel)).toBe(true);
  });
});

@Model()
class Item {
  @Str16({ description: 'Name of the item' }) name: string;
}

describe('ListResponse', () => {
  it('is count and items', () => {
    const page = new ListResponse(['a', 'b'], 7);
    expect(JSON.parse(JSON.stringify(page))).toEqual({ count: 7, items: ['a', 'b'] });
    expect(instanceToPlain(page)).toEqual({ count: 7, items: ['a', 'b'] });
  });

  it('ListResponseOf gives one class for a data class, named after it', () => {
    const Page = ListResponseOf(Item);
    expect(ListResponseOf(Item)).toBe(Page);
    expect(Page.name).toBe('ItemList');
    expect(new Page([], 0)).toBeInstanceOf(ListResponse);
    class Other extends Item {}
    expect(ListResponseOf(Other)).not.toBe(Page);
    expect(ListResponseOf(Other).name).toBe('OtherList');
    expect(ListResponseOf(Item)).toBe(Page);
  });

  it('its items are typed and validated, its count required', async () => {
    const Page = ListResponseOf(Item);
    const { value, violations } = await bindInput(Page, { count: 1, items: [{ name: 'a' }] }, 'json');
    expect(violations).toEqual([]);
    expect(value).toBeInstanceOf(Page);
    expect(value.items[0]).toBeInstanceOf(Item);
    const bind = throughBindInput('json');
    expect(await bind(Page, { items: [] })).toEqual(['count must be an integer']);
    expect(await bind(Page, { count: 0 })).toEqual(['items must be a list']);
    expect(await bind(Page, { count: -1, items: [] })).toEqual(['count must not be less than 0']);
    expect(await bind(Page, { count: 1, items: [{ name: 'x'.repeat(17) }] })).toEqual([
      'items[0].name must be at most 16 characters long',
    ]);
    expect(await bind(Page, { count: 1, items: [{ name: 'a', other: 1 }] })).toEqual([
      'items[0].other is not a field of Item',
    ]);
    expect(await bind(Page, { count: 1, items: [], next: 1 })).toEqual(['next is not a field of ItemList']);
    expect(await validate(new Page([Object.assign(new Item(), { name: 'a' })], 1))).toEqual([]);
  });
});

describe('over HTTP with the application’s own pipe', () => {
  @Controller()
  @ApiExtraModels(ListResponseOf(Item))
  class ItemController {
    @Get() list(@Query() view: TableViewRequest): object {
      return { isRequest: view instanceof TableViewRequest, ...view };
    }
  }
  @Module({ controllers: [ItemController] })
  class App {}
  let app: INestApplication;

  beforeAll(async () => {
    app = (await Test.createTestingModule({ imports: [App] }).compile()).createNestApplication();
    app.useGlobalPipes(new ValidationPipe({ transform: true }));
    await app.init();
  });
  afterAll(() => app.close());

  it('binds the query string', async () => {
    const { body } = await request(app.getHttpServer() as never)
      .get('/?limit=5&desc=false&createdAfter=2026-01-01T01:00:00+01:00')
      .expect(200);
    expect(body).toEqual({ isRequest: true, limit: 5, desc: false, createdAfter: '2026-01-01T00:00:00.000Z' });
  });

  it('answers 400 with the reasons', async () => {
    const { body } = await request(app.getHttpServer() as never)
      .get('/?limit=101&offset=-1')
      .expect(400);
    expect(body.message.sort()).toEqual(['limit must not be greater than 100', 'offset must not be less than 0']);
  });

  it('shows the parameters and the page in OpenAPI as the real decorators do', async () => {
    class ItemTwin {
      @ApiProperty({ type: 'string', maxLength: 16, description: 'Name of the item' }) name: string;
    }
    class ItemTwinList {
      @ApiProperty({ type: 'integer', minimum: 0, maximum: 2147483647, description: 'Number of rows on all pages' })
      count: number;
      @ApiProperty({ type: () => [ItemTwin], description: 'Rows of this page' }) items: ItemTwin[];
    }
    const time = (description: string) =>
      ({ type: 'string', format: 'date-time', nullable: true, description }) as const;
    class ViewTwin {
      @ApiPropertyOptional({
        type: 'integer',
        minimum: 0,
        maximum: 2147483647,
        default: 0,
        description: 'Number of rows to skip',
      })
      offset: number;
      @ApiPropertyOptional({
        type: 'integer',
        minimum: 1,
        maximum: 100,
        default: 50,
        description: 'Number of rows in the page',
      })
      limit: number;
      @ApiPropertyOptional({ type: 'boolean', default: true, description: 'Descending order' }) desc: boolean;
      @ApiPropertyOptional({ enum: ['createdAt', 'updatedAt'], default: 'createdAt', description: 'Field to order by' })
      order: string;
      @ApiPropertyOptional(time('Created at this time or later')) createdAfter: Date;
      @ApiPropertyOptional(time('Created before this time')) createdBefore: Date;
      @ApiPropertyOptional(time('Updated at this time or later')) updatedAfter: Date;
      @ApiPropertyOptional(time('Updated before this time')) updatedBefore: Date;
    }
    @Controller()
    @ApiExtraModels(ItemTwinList)
    class TwinController {
      @Get() list(@Query() view: ViewTwin): object {
        return view;
      }
    }
    @Module({ controllers: [TwinController] })
    class TwinApp {}
    const twinApp = (await Test.createTestingModule({ imports: [TwinApp] }).compile()).createNestApplication();
    await twinApp.init();
    try {
      const [ours, twin] = [app, twinApp].map((one) =>
        SwaggerModule.createDocument(one, new DocumentBuilder().build()),
      );
      expect(ours.paths['/'].get?.parameters).toHaveLength(8);
      expect(ours.paths['/'].get?.parameters).toEqual(twin.paths['/'].get?.parameters);
      const renamed = JSON.parse(JSON.stringify(twin.components?.schemas).replaceAll('ItemTwin', 'Item')) as object;
      expect(JSON.parse(JSON.stringify(ours.components?.schemas))).toEqual(renamed);
    } finally {
      await twinApp.close();
    }
  });
});
