import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Module,
  SerializeOptions,
  Sse,
  StreamableFile,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type ModuleMetadata,
  type NestInterceptor,
} from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { AbstractGraphQLDriver, Field, GraphQLModule, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { ApiProperty } from '@nestjs/swagger';
import { getDataSourceToken } from '@nestjs/typeorm';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';
import { graphql, type GraphQLSchema } from 'graphql';
import { concat, from, lastValueFrom, merge, of, tap } from 'rxjs';
import {
  ChildEntity,
  Column,
  Entity,
  ManyToOne,
  OneToMany,
  PrimaryGeneratedColumn,
  TableInheritance,
  type DataSource,
  type Relation,
} from 'typeorm';
import WebSocket from 'ws';
import {
  ConfigurationError,
  IncompleteResponseError,
  ListResponseOf,
  Model,
  ModelRepository,
  Nested,
  NonNegativeInt,
  ResponseModel,
  SqlModelExtModule,
  Str64,
  Transactional,
  type RelationOptions,
} from 'nestjs-sqlmodel-ext';
import { QueryRecorder } from 'nestjs-sqlmodel-ext/testing';
import { createTestDatabase, DATABASES } from '../support/databases.js';
import { City, Country, Desk, Person, PRESS, Remark, Report, Topic, Writer } from '../support/models/press.js';
import { HttpClient } from './support/http-client.js';
import { httpAdapter, PLATFORMS } from './support/platform.js';
import { serve, sqliteInMemory, type Served } from './support/serve.js';

@Model()
class CountryResponse {
  @Str64() name: string;
}
@Model()
class CityResponse {
  @Str64() name: string;
  @Nested(() => CountryResponse) country: CountryResponse;
}
@Model()
class AddressResponse {
  @Str64() street: string;
  @Nested(() => CityResponse, { nullable: true }) city: CityResponse | null;
}
@Model()
class WriterResponse {
  @Str64() name: string;
  @Nested(() => AddressResponse) address: AddressResponse;
}
@Model()
class RemarkResponse {
  @Str64() text: string;
  @Nested(() => WriterResponse) writer: WriterResponse;
}
@Model()
class TopicName {
  @Str64() name: string;
}
@Model()
class ReportResponse {
  @Str64() title: string;
  @Nested(() => WriterResponse) writer: WriterResponse;
  @Nested(() => [RemarkResponse]) remarks: RemarkResponse[];
  @Nested(() => [TopicName]) topics: TopicName[];
}

/** Trees and nets. */
@Model()
class TopicTree {
  @Str64() name: string;
  @Nested(() => [TopicTree]) children: TopicTree[];
}
@Model()
class TopicPath {
  @Str64() name: string;
  @Nested(() => TopicPath, { nullable: true }) parent: TopicPath | null;
  @Str64() get path(): string {
    return this.parent ? `${this.parent.path}/${this.name}` : this.name;
  }
}
@Model()
class TopicBothWays {
  @Str64() name: string;
  @Nested(() => TopicBothWays, { nullable: true }) parent: TopicBothWays | null;
  @Nested(() => [TopicBothWays]) children: TopicBothWays[];
}
@Model()
class TopicNet {
  @Str64() name: string;
  @Nested(() => [TopicNet]) related: TopicNet[];
}
@Model()
class PersonResponse {
  @Str64() name: string;
  @Nested(() => PersonResponse, { nullable: true }) friend: PersonResponse | null;
}
@Model()
class PersonName {
  @Str64() name: string;
}
@Model()
class Apprentice {
  @Str64() name: string;
  @Nested(() => PersonName, { nullable: true }) mentor: PersonName | null;
}

/** Two models that show each other. */
@Model()
class WriterWithReports {
  @Nested(() => [ReportOfWriter]) reports: ReportOfWriter[];
  @Str64() name: string;
}
@Model()
class ReportOfWriter {
  @Str64() title: string;
  @Nested(() => WriterWithReports) writer: WriterWithReports;
  @Nested(() => [TopicName]) topics: TopicName[];
  /** From the entity. */
  @Str64() byline: string;
  /** From this class. */
  @Str64() get heading(): string {
    return `${this.writer.name}: ${this.title}`;
  }
}
@Model()
class WriterWithDesk {
  @Nested(() => DeskResponse, { nullable: true }) desk: DeskResponse | null;
  @Str64() name: string;
}
@Model()
class DeskResponse {
  @NonNegativeInt() number: number;
  @Nested(() => WriterWithDesk) owner: WriterWithDesk;
}

@Model()
class WriterTitles {
  @Str64() name: string;
  @Nested(() => [ReportTitle]) reports: ReportTitle[];
}
@Model()
class ReportTitle {
  @Str64() title: string;
}
@Model()
class ReportOpening {
  @Str64() title: string;
  @Nested(() => [RemarkResponse]) remarks: RemarkResponse[];
  /** A getter of the entity, which gives another entity. */
  @Nested(() => RemarkResponse) opening: RemarkResponse;
}

/** What is no entity, and holds some. */
@Model()
class Pair {
  @Nested(() => ReportOfWriter) report: ReportOfWriter;
  @Nested(() => WriterTitles) writer: WriterTitles;
}
@Model()
class Digest {
  @Str64() day: string;
  @Nested(() => ReportResponse) lead: ReportResponse;
  @Nested(() => WriterResponse) editor: WriterResponse;
  @Nested(() => [DigestPart]) parts: DigestPart[];
}
@Model()
class DigestPart {
  @Str64() heading: string;
  @Nested(() => ListResponseOf(ReportBrief)) page: object;
  @Nested(() => [DigestPart]) parts: DigestPart[];
}
@Model()
class ReportBrief {
  @Str64() title: string;
  @Nested(() => WriterResponse) writer: WriterResponse;
}
@Model()
class WriterWithPicks extends WriterResponse {
  /** No relation: the handler puts it there. */
  @Nested(() => [ReportBrief]) picks: ReportBrief[];
}
@Model()
class FeedItem {
  @Str64() title: string;
  @Str64() text: string;
  @Nested(() => WriterResponse) writer: WriterResponse;
  @Nested(() => [TopicName]) topics: TopicName[];
}

/** Written without this library. */
class PlainCountry {
  @ApiProperty() name: string;
}
class PlainCity {
  @Expose() name: string;
  @Expose() @Type(() => PlainCountry) country: PlainCountry;
}
class PlainAddress {
  @IsString() street: string;
  @ValidateNested() city: PlainCity;
}
class PlainWriter {
  @ApiProperty() name: string;
  @ApiProperty({ type: () => PlainAddress }) address: PlainAddress;
}
class PlainRemark {
  @ApiProperty() text: string;
  @Type(() => PlainWriter) writer: PlainWriter;
}
class PlainReport {
  @ApiProperty() title: string;
  @ApiProperty() writer: PlainWriter;
  @ApiProperty({ type: [PlainRemark] }) remarks: PlainRemark[];
  @ApiProperty({ type: () => [TopicName] }) topics: TopicName[];
  @ApiProperty() get shout(): string {
    return this.title.toUpperCase();
  }
}
class PlainCircle {
  @Expose() name: string;
  @Expose() @Type(() => PlainCircleReport) reports: PlainCircleReport[];
}
class PlainCircleReport {
  @Expose() title: string;
  @Expose() @Type(() => PlainCircle) writer: PlainCircle;
  @Expose() get heading(): string {
    return `${this.writer.name}: ${this.title}`;
  }
}
/** As the compiler plugin of @nestjs/swagger leaves it. */
class CompiledReport {
  title: string;
  writer: PlainWriter;
  static _OPENAPI_METADATA_FACTORY() {
    return { title: { required: true, type: () => String }, writer: { required: true, type: () => PlainWriter } };
  }
}
class Unspecific {
  @ApiProperty() title: string;
  @ApiProperty() writer: object;
  @Str64() @Transform(({ value }) => (value as Topic[]).map(({ name }) => name).join()) topics: string;
}
@Model()
class Grouped {
  @Str64() title: string;
  @Nested(() => WriterResponse) @Expose({ groups: ['staff'] }) writer: WriterResponse;
  @Nested(() => [TopicName]) @Exclude() topics: TopicName[];
  @Str64() @Expose({ groups: ['staff'] }) get signed(): string {
    return `${this.title}, ${this.writer.name}`;
  }
}
class StrictlyExposed {
  @Expose() @IsString() title: string;
  @Expose() @Type(() => PlainCountry) writer: PlainCountry;
  @IsString() byline: string;
}

let answer: () => unknown = () => null;
const give = () => answer();

/** What an interceptor outside of the one under test sees. */
const emissions: unknown[] = [];
class Emissions implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(tap((emission) => emissions.push(emission)));
  }
}
class Headlines implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return from(lastValueFrom(next.handle()).then((report: Report) => ({ name: report.title, secret: 1 })));
  }
}

@Controller()
class PressController {
  @Get('report') @ResponseModel(ReportResponse) report() {
    return give();
  }
  @Get('reports') @ResponseModel([ReportResponse]) reports() {
    return give();
  }
  @Get('page') @ResponseModel(ListResponseOf(ReportResponse)) page() {
    return give();
  }
  @Get('report-or-throw') @ResponseModel(ReportResponse, { relations: 'throw' }) reportOrThrow() {
    return give();
  }
  @Get('report-loaded') @ResponseModel(ReportResponse, { relations: 'load' }) reportLoaded() {
    return give();
  }
  @Get('tree') @ResponseModel(TopicTree) tree() {
    return give();
  }
  @Get('tree-or-throw') @ResponseModel(TopicTree, { relations: 'throw' }) treeOrThrow() {
    return give();
  }
  @Get('path') @ResponseModel(TopicPath) path() {
    return give();
  }
  @Get('both-ways') @ResponseModel([TopicBothWays]) bothWays() {
    return give();
  }
  @Get('net') @ResponseModel(TopicNet) net() {
    return give();
  }
  @Get('person') @ResponseModel(PersonResponse) person() {
    return give();
  }
  @Get('apprentice') @ResponseModel(Apprentice) apprentice() {
    return give();
  }
  @Get('writer') @ResponseModel(WriterWithReports) writer() {
    return give();
  }
  @Get('writer-or-throw') @ResponseModel(WriterWithReports, { relations: 'throw' }) writerOrThrow() {
    return give();
  }
  @Get('report-of-writer') @ResponseModel(ReportOfWriter) reportOfWriter() {
    return give();
  }
  @Get('desk') @ResponseModel(WriterWithDesk) desk() {
    return give();
  }
  @Get('digest') @ResponseModel(Digest) digest() {
    return give();
  }
  @Get('digest-or-throw') @ResponseModel(Digest, { relations: 'throw' }) digestOrThrow() {
    return give();
  }
  @Get('pair') @ResponseModel(Pair) pair() {
    return give();
  }
  @Get('opening') @ResponseModel(ReportOpening) opening() {
    return give();
  }
  @Get('opening-or-throw') @ResponseModel(ReportOpening, { relations: 'throw' }) openingOrThrow() {
    return give();
  }
  @Get('picks') @ResponseModel(WriterWithPicks) picks() {
    return give();
  }
  @Get('feed') @ResponseModel([FeedItem]) feed() {
    return give();
  }
  @Get('emissions') @ResponseModel(ReportBrief) @UseInterceptors(Emissions) observable() {
    return give();
  }
  @Sse('events') @ResponseModel(ReportBrief) events() {
    return give();
  }
  @Get('headline') @UseInterceptors(Headlines) @ResponseModel(TopicName) headline() {
    return give();
  }
  @Get('in-transaction') @ResponseModel(ReportBrief) @Transactional() inTransaction() {
    return Promise.resolve(give());
  }
  @Get('after-transaction') @Transactional() @ResponseModel(ReportBrief) afterTransaction() {
    return Promise.resolve(give());
  }
  @Get('plain') @ResponseModel(PlainReport) plain() {
    return give();
  }
  @Get('plain-circle') @ResponseModel(PlainCircle) plainCircle() {
    return give();
  }
  @Get('compiled') @ResponseModel(CompiledReport) compiled() {
    return give();
  }
  @Get('unspecific') @ResponseModel(Unspecific) unspecific() {
    return give();
  }
  @Get('grouped') @ResponseModel(Grouped) grouped() {
    return give();
  }
  @Get('grouped-for-staff') @ResponseModel(Grouped) @SerializeOptions({ groups: ['staff'] }) groupedForStaff() {
    return give();
  }
  @Get('strictly') @SerializeOptions({ strategy: 'excludeAll' }) @ResponseModel(StrictlyExposed) strictly() {
    return give();
  }
}

/** Records what the handler and the interceptors on it send to the database. */
class Recording implements NestInterceptor {
  recorder: QueryRecorder | undefined;
  intercept(context: ExecutionContext, next: CallHandler) {
    const { recorder } = this;
    if (!recorder || context.getHandler().name === 'events') return next.handle();
    return from(recorder.record(() => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }
}

interface Press {
  readonly served: Served;
  readonly dataSource: DataSource;
  readonly recording: Recording;
  readonly repository: <T extends (typeof PRESS)[number]>(model: T) => ModelRepository<InstanceType<T>>;
}

async function press(
  platform: (typeof PLATFORMS)[number],
  databaseOptions: object,
  relations: RelationOptions | undefined,
  configure: (app: Served['app']) => unknown = () => undefined,
): Promise<Press> {
  const recording = new Recording();
  const served = await serve(
    platform,
    {
      imports: [
        sqliteInMemory(PRESS, databaseOptions),
        SqlModelExtModule.forRoot({ relations: { ...relations }, analysis: { mode: 'off' } }),
        SqlModelExtModule.forFeature(PRESS),
      ],
      controllers: [PressController],
    },
    async (app) => {
      app.useGlobalInterceptors(recording);
      await configure(app);
    },
  );
  const dataSource = served.app.get<DataSource>(getDataSourceToken());
  recording.recorder = new QueryRecorder(dataSource);
  return {
    served,
    dataSource,
    recording,
    repository: ((model: never) => new ModelRepository(model, dataSource)) as Press['repository'],
  };
}

/** Two countries, two cities, four writers, and reports with remarks and topics. */
async function fill({ repository }: Press, reports: number): Promise<void> {
  const countries = await repository(Country).add([{ name: 'North' }, { name: 'South' }]);
  const cities = await repository(City).add([
    { name: 'Nord', country: countries[0] },
    { name: 'Sud', country: countries[1] },
  ]);
  const writers = await repository(Writer).add(
    ['Ada', 'Ben', 'Cleo', 'Dan'].map((name, index) => ({
      name,
      address: { street: `${index} Main St`, city: index === 3 ? null : cities[index % 2] },
    })),
  );
  await repository(Desk).add({ number: 7, ownerId: writers[0].id });
  const topics = await repository(Topic).add([{ name: 'sea' }, { name: 'sky' }]);
  const added = await repository(Report).add(
    Array.from({ length: reports }, (_, index) => ({
      title: `Report ${index + 1}`,
      writer: writers[index % 2],
      topics: index === 0 ? topics : [],
    })),
  );
  await repository(Remark).add(
    added.flatMap((report, index) => [
      { text: `First on ${report.title}`, report, writer: writers[2] },
      { text: `Second on ${report.title}`, report, writer: writers[index % 2 ? 1 : 3] },
    ]),
  );
}

const NORTH = { name: 'Nord', country: { name: 'North' } };
const SOUTH = { name: 'Sud', country: { name: 'South' } };
const ADA = { name: 'Ada', address: { street: '0 Main St', city: NORTH } };
const BEN = { name: 'Ben', address: { street: '1 Main St', city: SOUTH } };
const CLEO = { name: 'Cleo', address: { street: '2 Main St', city: NORTH } };
const DAN = { name: 'Dan', address: { street: '3 Main St', city: null } };
const FIRST = {
  title: 'Report 1',
  writer: ADA,
  remarks: [
    { text: 'First on Report 1', writer: CLEO },
    { text: 'Second on Report 1', writer: DAN },
  ],
  topics: [{ name: 'sea' }, { name: 'sky' }],
};

const CASES = [
  ...PLATFORMS.map((platform) => ({ name: 'sqlite' as const, platform })),
  ...DATABASES.filter(({ name }) => name !== 'sqlite').map(({ name }) => ({ name, platform: 'express' as const })),
];

describe.each(CASES)('@ResponseModel on $name and $platform:', ({ name, platform }) => {
  let here: Press;
  let drop: () => Promise<void>;
  const REPORTS = 12;

  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = () => database.drop();
    here = await press(platform, database.options, undefined);
    await fill(here, REPORTS);
    const { repository } = here;
    const topics = repository(Topic);
    // A tree five levels deep, with two branches on each level.
    let parents = [await topics.add({ name: 'root' })];
    for (const level of [1, 2, 3, 4]) {
      parents = await topics.add(
        [0, 1].map((branch) => ({ name: `${level}${branch ? 'b' : 'a'}`, parent: parents[0] })),
      );
    }
    const persons = repository(Person);
    const [ann, bob, cid, dee] = await persons.add(['Ann', 'Bob', 'Cid', 'Dee'].map((name_) => ({ name: name_ })));
    for (const [person, friend] of [
      [ann, bob],
      [bob, ann],
      [cid, cid],
      [dee, ann],
    ]) {
      person.friend = friend;
      await persons.save(person);
    }
    await here.dataSource.query(
      'UPDATE person SET "mentorId" = 1 WHERE id > 1'.replaceAll('"', name === 'mariadb' ? '`' : '"'),
    );
  });
  afterAll(async () => {
    await here?.served.app.close();
    await drop?.();
  });
  beforeEach(() => {
    emissions.length = 0;
  });

  async function got(path: string, from_: () => unknown): Promise<{ body: any; sql: string[] }> {
    answer = from_;
    here.recording.recorder?.clear();
    const { status, body } = await here.served.http.get(`/${path}`);
    expect({ status, body }).toMatchObject({ status: 200 });
    return { body, sql: (here.recording.recorder?.queries ?? []).map(({ sql }) => sql) };
  }
  async function failed(path: string, from_: () => unknown): Promise<{ status: number; body: any; log: string }> {
    answer = from_;
    here.recording.recorder?.clear();
    const { logs } = here.served;
    logs.length = 0;
    const { status, body } = await here.served.http.get(`/${path}`);
    return { status, body, log: logs.join('\n') };
  }
  const streamed = async (path: string) => {
    const response = await fetch(new URL(path, await here.served.app.getUrl()));
    return { status: response.status, lines: await response.text() };
  };
  const reports = (options: object = {}) =>
    here.repository(Report).get({}, { fetch: 'all', order: { id: 'ASC' }, ...options });
  const first = async (options: object = {}) => (await reports({ limit: 1, ...options }))[0];
  const writerNamed = (writerName: string, options: object = {}) =>
    here.repository(Writer).get({ name: writerName }, { fetch: 'one', ...options });
  const topicNamed = (topicName: string) => here.repository(Topic).get({ name: topicName }, { fetch: 'one' });
  const personNamed = (personName: string) => here.repository(Person).get({ name: personName }, { fetch: 'one' });

  describe('relations at any depth', () => {
    it('are loaded by one statement for each relation and level, whatever the number of rows', async () => {
      const one = await got('report', () => first());
      expect(one.body).toEqual(FIRST);
      // Reports; writers, remarks, topics; cities of the writers, writers of the remarks; countries, cities.
      // The last cities are known by then, with their countries.
      expect(one.sql).toHaveLength(8);
      const many = await got('reports', () => reports());
      expect(many.body).toHaveLength(REPORTS);
      expect(many.body[0]).toEqual(FIRST);
      expect(many.body[1]).toEqual({
        title: 'Report 2',
        writer: BEN,
        remarks: [
          { text: 'First on Report 2', writer: CLEO },
          { text: 'Second on Report 2', writer: BEN },
        ],
        topics: [],
      });
      expect(many.sql).toHaveLength(8);
      const page = await got('page', () =>
        here.repository(Report).getWithCount({}, { order: { id: 'ASC' }, limit: 5 }),
      );
      expect(page.body).toEqual({ count: REPORTS, items: many.body.slice(0, 5) });
      expect(page.sql).toHaveLength(9);
    });

    it('stay when they are loaded, and only what is missing below them is loaded', async () => {
      let report: Report | undefined;
      let remarks: Remark[] = [];
      const { body, sql } = await got('report', async () => {
        report = await first({ load: ['remarks', 'writer.address.city'] });
        remarks = report.remarks;
        return report;
      });
      expect(body).toEqual(FIRST);
      expect(report?.remarks).toBe(remarks);
      // Reports, remarks, writers, cities by the handler; topics, writers of remarks, countries, cities.
      expect(sql).toHaveLength(8);
      expect(sql.filter((statement) => /JOIN .remark./.test(statement))).toHaveLength(1);
      const all = ['writer.address.city.country', 'remarks.writer.address.city.country', 'topics'];
      expect((await got('report', () => first({ load: all }))).sql).toHaveLength(9);
    });

    it('are the entities that the answer has already, where it has their rows', async () => {
      let digest: { lead: Report; editor: Writer; day: string } | undefined;
      await got(
        'digest',
        async () => (digest = { day: 'today', lead: await first(), editor: await writerNamed('Ada') }),
      );
      expect(digest?.lead.writer).toBe(digest?.editor);
      expect(digest?.lead.remarks[0].writer.address.city).toBe(digest?.editor.address.city);
    });

    it('are not entities that were read in part', async () => {
      const { body } = await got('digest', async () => ({
        editor: await here.dataSource.manager.findOneOrFail(Writer, { where: { name: 'Ada' }, select: { id: true } }),
        lead: await first(),
      }));
      expect(body.lead).toEqual(FIRST);
      expect(body.editor.name).toBeUndefined();
    });

    it('are found in objects that are no entities, in their lists and pages, and beside relations', async () => {
      const { body, sql } = await got('digest', async () => {
        const [lead, second, third] = await reports({ limit: 3 });
        return {
          day: 'today',
          lead,
          editor: await writerNamed('Cleo'),
          parts: [
            { heading: 'A', page: { count: 1, items: [second], secret: 1 }, parts: [] },
            { heading: 'B', page: null, parts: [{ heading: 'C', page: { count: 1, items: [third, null] } }] },
          ],
          secret: 1,
        };
      });
      expect(body).toEqual({
        day: 'today',
        lead: FIRST,
        editor: CLEO,
        parts: [
          { heading: 'A', page: { count: 1, items: [{ title: 'Report 2', writer: BEN }] }, parts: [] },
          {
            heading: 'B',
            page: null,
            parts: [{ heading: 'C', page: { count: 1, items: [{ title: 'Report 3', writer: ADA }, null] } }],
          },
        ],
      });
      // The handler's two; as for one report; the writers of all three at once.
      expect(sql).toHaveLength(10);
    });

    it('are found in what the handler has put on an entity', async () => {
      const { body } = await got('picks', async () =>
        Object.assign(await writerNamed('Ada'), { picks: await reports({ limit: 2 }) }),
      );
      expect(body).toEqual({
        ...ADA,
        picks: [{ title: 'Report 1' }, { title: 'Report 2', writer: BEN }],
      });
    });

    it('are found behind getters of entities, which need other relations first', async () => {
      const { body, sql } = await got('opening', () => first());
      expect(body.opening).toEqual(FIRST.remarks[0]);
      expect(body.remarks).toEqual(FIRST.remarks);
      // Reports, remarks, writers, cities, countries.
      expect(sql).toHaveLength(5);
      const { log } = await failed('opening-or-throw', () => first());
      expect(log).toContain('not loaded: remarks, remarks.writer, ');
    });

    it('are those of its own class for each entity of a list', async () => {
      const { body, sql } = await got('feed', async () => {
        const [report] = await reports({ limit: 1 });
        const remarks = await here.repository(Remark).get({}, { fetch: 'all', order: { id: 'ASC' }, limit: 2 });
        return [remarks[0], report, remarks[1], { title: 'By hand' }];
      });
      expect(body).toEqual([
        { text: 'First on Report 1', writer: CLEO },
        { title: 'Report 1', writer: ADA, topics: [{ name: 'sea' }, { name: 'sky' }] },
        { text: 'Second on Report 1', writer: DAN },
        { title: 'By hand' },
      ]);
      // Two by the handler; writers of each class, topics; cities and countries for both.
      expect(sql).toHaveLength(7);
    });

    it('are loaded through their promises when they are lazy', async () => {
      const { body, sql } = await got('apprentice', () =>
        here.repository(Person).get({}, { fetch: 'all', order: { id: 'ASC' } }),
      );
      expect(body).toEqual([
        { name: 'Ann', mentor: null },
        ...['Bob', 'Cid', 'Dee'].map((name_) => ({ name: name_, mentor: { name: 'Ann' } })),
      ]);
      expect(sql).toHaveLength(2);
    });

    it('are loaded on entities that were just written, and not on those that have no row', async () => {
      const { body, sql } = await got('reports', async () => {
        const report = await here.repository(Report).add({ title: 'New', writer: await writerNamed('Dan') });
        await here.repository(Report).delete(report);
        const unsaved = here.dataSource.manager.create(Report, { title: 'Unsaved' });
        return [report, unsaved];
      });
      expect(body).toEqual([{ title: 'New', writer: DAN }, { title: 'Unsaved' }]);
      expect(sql.filter((statement) => /FROM .(remark|topic)/.test(statement))).toEqual([]);
    });
  });

  describe('models that show themselves', () => {
    it('follow children to the end of the tree, one statement a level', async () => {
      const { body, sql } = await got('tree', () => topicNamed('root'));
      const leaf = (leafName: string) => ({ name: leafName, children: [] });
      expect(body).toEqual({
        name: 'root',
        children: [
          {
            name: '1a',
            children: [
              { name: '2a', children: [{ name: '3a', children: [leaf('4a'), leaf('4b')] }, leaf('3b')] },
              leaf('2b'),
            ],
          },
          leaf('1b'),
        ],
      });
      expect(sql).toHaveLength(6);
    });

    it('follow parents to the root, and their getters see them', async () => {
      const { body, sql } = await got('path', () => topicNamed('4b'));
      expect(body).toMatchObject({
        path: 'root/1a/2a/3a/4b',
        parent: { path: 'root/1a/2a/3a', parent: { name: '2a' } },
      });
      expect(sql).toHaveLength(5);
    });

    it('follow each of two directions by itself, also where one row is in the answer twice', async () => {
      const expected = {
        name: '3a',
        parent: {
          name: '2a',
          parent: { name: '1a', parent: { name: 'root', parent: null } },
        },
        children: [
          { name: '4a', children: [] },
          { name: '4b', children: [] },
        ],
      };
      expect((await got('both-ways', () => topicNamed('3a'))).body).toEqual(expected);
      const list = await got('both-ways', async () => [await topicNamed('2a'), await topicNamed('3a')]);
      expect(list.body[1]).toEqual(expected);
      expect(list.body[0].children[0]).toEqual({ name: '3a', children: expected.children });
    });

    it('follow a many-to-many relation once', async () => {
      const topics = here.repository(Topic);
      const [sea, sky, root] = await Promise.all(['sea', 'sky', 'root'].map((topicName) => topicNamed(topicName)));
      for (const [topic, related] of [
        [sea, [sky]],
        [sky, [root, sea]],
        [root, [sky]],
      ] as [Topic, Topic[]][]) {
        topic.related = related;
        await topics.save(topic);
      }
      expect(await got('net', () => topicNamed('sky'))).toMatchObject({
        body: { name: 'sky', related: [{ name: 'sea' }, { name: 'root' }] },
        sql: { length: 2 },
      });
    });

    it('end where data goes round', async () => {
      expect((await got('person', () => personNamed('Ann'))).body).toEqual({ name: 'Ann', friend: { name: 'Bob' } });
      expect((await got('person', () => personNamed('Cid'))).body).toEqual({ name: 'Cid' });
      expect((await got('person', () => personNamed('Dee'))).body).toEqual({
        name: 'Dee',
        friend: { name: 'Ann', friend: { name: 'Bob' } },
      });
      const all = await got('person', () => here.repository(Person).get({}, { fetch: 'all', order: { id: 'ASC' } }));
      expect(all.body).toEqual([
        { name: 'Ann', friend: { name: 'Bob' } },
        { name: 'Bob', friend: { name: 'Ann' } },
        { name: 'Cid' },
        { name: 'Dee', friend: { name: 'Ann', friend: { name: 'Bob' } } },
      ]);
      expect(all.sql.length).toBeLessThanOrEqual(3);
    });

    it('are not loaded below themselves, and getters still find the object above', async () => {
      const { body, sql } = await got('writer', () => writerNamed('Ada'));
      expect(body).toMatchObject({ name: 'Ada', reports: { length: REPORTS / 2 } });
      expect(body.reports[0]).toEqual({
        title: 'Report 1',
        topics: [{ name: 'sea' }, { name: 'sky' }],
        byline: 'Report 1 by Ada',
        heading: 'Ada: Report 1',
      });
      // Writers, reports, topics.
      expect(sql).toHaveLength(3);
      const report = await got('report-of-writer', () => first());
      expect(report.body).toMatchObject({ byline: 'Report 1 by Ada', writer: { name: 'Ada' } });
      expect(report.body.writer).toEqual({ name: 'Ada' });
      expect((await got('desk', () => writerNamed('Ada'))).body).toEqual({ name: 'Ada', desk: { number: 7 } });
      expect((await got('desk', () => writerNamed('Ben'))).body).toEqual({ name: 'Ben', desk: null });
    });

    it('show nothing below themselves that was loaded for another place', async () => {
      const { body, sql } = await got('pair', async () => ({
        report: await first(),
        writer: await writerNamed('Ada'),
      }));
      expect(body.report.writer).toEqual({ name: 'Ada' });
      expect(body.writer.reports).toHaveLength(REPORTS / 2);
      // Two by the handler; the writer and topics of the one, the reports of the other.
      expect(sql).toHaveLength(5);
    });

    it('show below themselves what the handler has loaded, completed', async () => {
      const { body } = await got('report-of-writer', () => first({ load: ['writer.reports'] }));
      expect(body.writer.reports).toHaveLength(REPORTS / 2);
      expect(body.writer.reports[0]).toEqual({
        title: 'Report 1',
        topics: [{ name: 'sea' }, { name: 'sky' }],
        byline: 'Report 1 by Ada',
        heading: 'Ada: Report 1',
      });
    });
  });

  describe("with relations: 'throw'", () => {
    it('names every missing path, and how to load them; nothing is sent', async () => {
      const { status, body, log } = await failed('report-or-throw', () => first());
      expect({ status, body }).toEqual({ status: 500, body: { statusCode: 500, message: 'Internal server error' } });
      expect(log).toContain(
        'PressController.reportOrThrow answers with ReportResponse, which shows relations that were not loaded: ' +
          'remarks, remarks.writer, remarks.writer.address.city, remarks.writer.address.city.country, topics, ' +
          'writer, writer.address.city, writer.address.city.country of Report. Load them where the entities are read, ' +
          "load: ['remarks.writer.address.city.country', 'topics', 'writer.address.city.country'], or have them loaded: " +
          "@ResponseModel(ReportResponse, { relations: 'load' }).",
      );
      expect(here.recording.recorder?.queries).toHaveLength(1);
    });

    it('names what is missing below what is loaded', async () => {
      const { log } = await failed('report-or-throw', () =>
        reports({ load: ['remarks', 'writer.address.city.country'] }),
      );
      expect(log).toContain(
        'not loaded: remarks.writer, remarks.writer.address.city, remarks.writer.address.city.country, topics of Report.',
      );
      const objects = await failed('digest-or-throw', async () => ({
        lead: await first({ load: ['writer.address.city.country', 'remarks.writer.address.city.country'] }),
        editor: await writerNamed('Ada', { load: ['address.city'] }),
      }));
      expect(objects.log).toContain('not loaded: topics of Report; address.city.country of Writer.');
      expect(objects.log).toContain("load: ['topics'] for Report, load: ['address.city.country'] for Writer");
    });

    it('takes what is complete, and demands nothing that would not be loaded', async () => {
      const load = ['writer.address.city.country', 'remarks.writer.address.city.country', 'topics'];
      expect((await got('report-or-throw', () => first({ load }))).body).toEqual(FIRST);
      const { body } = await got('writer-or-throw', () => writerNamed('Ada', { load: ['reports.topics'] }));
      expect(body.reports[0]).toMatchObject({ byline: 'Report 1 by Ada', heading: 'Ada: Report 1' });
      expect((await got('report-or-throw', () => [])).body).toEqual([]);
    });

    it('demands a tree to its end', async () => {
      const { log } = await failed('tree-or-throw', () => topicNamed('root'));
      expect(log).toContain("not loaded: children of Topic. Load them where the entities are read, load: ['children']");
      const whole = async () => {
        const topics: Topic[] = await here.repository(Topic).get({}, { fetch: 'all', load: ['parent'] });
        for (const topic of topics) topic.children = topics.filter(({ parent }) => parent?.id === topic.id);
        return topics.find(({ name: topicName }) => topicName === 'root');
      };
      expect((await got('tree-or-throw', whole)).body.children[0].children[0].children[0].name).toBe('3a');
    });
  });

  describe('answers', () => {
    it('of an observable keep their order, each completed', async () => {
      answer = () =>
        merge(from(first()), of({ title: 'Plain', secret: 1 }), of(reports({ limit: 2 })), of(null), of('text'));
      expect((await here.served.http.get('/emissions')).text).toBe(JSON.stringify({ title: 'Report 1', writer: ADA }));
      // The first report comes last, because it is awaited; the list takes longer to complete than what follows it.
      expect(emissions).toEqual([
        { title: 'Plain' },
        [
          { title: 'Report 1', writer: ADA },
          { title: 'Report 2', writer: BEN },
        ],
        null,
        'text',
        { title: 'Report 1', writer: ADA },
      ]);
    });

    it('of server-sent events are their data', async () => {
      answer = () =>
        concat(
          from(first().then((data) => ({ type: 'news', id: '7', data }))),
          of({ data: 'text' }, 'bare', { data: { title: 'Plain', secret: 1 } }),
          from(reports({ limit: 2 }).then((data) => ({ data }))),
        );
      const { status, text } = await here.served.http.get('/events');
      expect(status).toBe(200);
      const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line]) => line);
      const brief = { title: 'Report 1', writer: ADA };
      expect(data).toEqual([
        JSON.stringify(brief),
        'text',
        'bare',
        '{"title":"Plain"}',
        JSON.stringify([brief, { title: 'Report 2', writer: BEN }]),
      ]);
      expect(text).toContain('event: news\nid: 7\n');
    });

    it('that an interceptor in between has changed are shaped as it gives them', async () => {
      expect((await got('headline', () => first())).body).toEqual({ name: 'Report 1' });
    });

    it('are completed in the transaction of the handler, or after it, as the decorators stand', async () => {
      const statements = async (path: string) =>
        (await got(path, () => first())).sql.map((sql) =>
          /^(BEGIN|START)/.test(sql) ? 'begin' : sql === 'COMMIT' ? 'commit' : (/FROM .(\w+)/.exec(sql)?.[1] ?? sql),
        );
      expect(await statements('in-transaction')).toEqual(['begin', 'report', 'writer', 'city', 'country', 'commit']);
      expect(await statements('after-transaction')).toEqual(['begin', 'report', 'commit', 'writer', 'city', 'country']);
      const { body } = await got('in-transaction', async () => {
        const writer = await here.repository(Writer).add({ name: 'Eve', address: { street: '', city: null } });
        const { id } = await here.repository(Report).add({ title: 'Fresh', writer });
        return here.repository(Report).getOne(id);
      });
      expect(body).toEqual({ title: 'Fresh', writer: { name: 'Eve', address: { street: '', city: null } } });
      await here.repository(Report).deleteWhere({ title: 'Fresh' });
      await here.repository(Writer).deleteWhere({ name: 'Eve' });
    });

    it.each([
      ['a file', () => new StreamableFile(Buffer.from('bytes')), 'bytes'],
      ['a buffer', () => Buffer.from('bytes'), /bytes|\{"type":"Buffer"/],
      ['a stream', () => Readable.from([Buffer.from('by'), Buffer.from('tes')], { objectMode: false }), 'bytes'],
      ['a stream of the web', () => new Blob(['bytes']).stream(), 'bytes'],
      ['a response of the web', () => new Response('bytes'), 'bytes'],
      ['text', () => 'bytes', 'bytes'],
      ['a number', () => 7, '7'],
      ['false', () => false, 'false'],
    ])('that are %s go out as they are', async (_what, given, expected) => {
      answer = given;
      const { status, text } = await here.served.http.get('/report');
      expect(status).toBe(200);
      if (typeof expected === 'string') expect(text).toBe(expected);
      else expect(text).toMatch(expected);
    });

    it.each([
      ['generator', () => here.repository(Report).stream({}, { batchSize: 5 })],
      ['stream of objects', async () => Readable.from(await reports())],
    ])('that are a %s are completed one by one', async (_what, given) => {
      answer = given;
      const { status, lines: text } = await streamed('/report');
      const lines = text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown);
      expect({ status, lines: lines.length, first: lines[0] }).toEqual({ status: 200, lines: REPORTS, first: FIRST });
    });

    it('that are nothing are nothing', async () => {
      for (const nothing of [null, undefined]) {
        answer = () => nothing;
        expect((await here.served.http.get('/report')).status).toBe(200);
      }
      expect(await got('reports', () => [null])).toMatchObject({ body: [null], sql: [] });
    });
  });

  describe('response classes written without this library', () => {
    it('count by what OpenAPI, class-validator and class-transformer know', async () => {
      const { body, sql } = await got('plain', () => first());
      expect(body).toEqual({ ...FIRST, shout: 'REPORT 1' });
      expect(sql).toHaveLength(8);
      expect((await got('compiled', () => first())).body).toEqual({ title: 'Report 1', writer: ADA });
    });

    it('get a relation whose class they do not name, one level deep', async () => {
      const { body, sql } = await got('unspecific', () => first());
      expect(body).toMatchObject({ title: 'Report 1', writer: { name: 'Ada', address: { street: '0 Main St' } } });
      expect(body.topics).toBe('sea,sky');
      expect(body.writer.reports).toBeUndefined();
      expect(body.writer.address.city).toBeUndefined();
      expect(sql).toHaveLength(3);
    });

    it('may show each other', async () => {
      const { body } = await got('plain-circle', () => writerNamed('Ada'));
      expect(body.reports[0]).toEqual({ title: 'Report 1', heading: 'Ada: Report 1' });
    });

    it('get it without going round', async () => {
      const { body } = await got('unspecific', () => first({ load: ['writer.reports.writer'] }));
      expect(body.writer.reports[0].title).toBe('Report 1');
    });

    it('are told by @SerializeOptions and @Exclude what goes out; nothing else is loaded', async () => {
      const grouped = await got('grouped', () => first());
      expect(grouped.body).toEqual({ title: 'Report 1' });
      expect(grouped.sql).toHaveLength(1);
      const forStaff = await got('grouped-for-staff', () => first());
      expect(forStaff.body).toEqual({ title: 'Report 1', writer: ADA, signed: 'Report 1, Ada' });
      expect(forStaff.sql).toHaveLength(4);
      const strictly = await got('strictly', () => first());
      expect(strictly.body).toEqual({ title: 'Report 1', writer: {} });
      expect(strictly.sql).toHaveLength(2);
    });
  });
});

describe('@ResponseModel where the data source says what happens', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const item of open.splice(0).reverse()) await item.close();
  });

  async function filled(relations: RelationOptions | undefined): Promise<Press> {
    const here = await press('express', {}, relations);
    open.push(here.served.app);
    await fill(here, 1);
    return here;
  }

  it("throws with responses: 'throw', unless the handler says otherwise", async () => {
    const strict = await filled({ responses: 'throw' });
    const lax = await filled({ responses: 'load' });
    const status = async (here: Press, path: string) => {
      answer = () => here.repository(Report).get({}, { fetch: 'all' });
      return (await here.served.http.get(`/${path}`)).status;
    };
    expect([await status(strict, 'report'), await status(lax, 'report')]).toEqual([500, 200]);
    expect([await status(strict, 'report-loaded'), await status(lax, 'report-loaded')]).toEqual([200, 200]);
    expect([await status(strict, 'report-or-throw'), await status(lax, 'report-or-throw')]).toEqual([500, 500]);
  });

  it.each([{ strict: 'off' }, { strict: 'warn' }, { strict: 'throw' }] as const)(
    'loads all the same with %j',
    async (relations) => {
      const here = await filled(relations);
      answer = () => here.repository(Report).get({}, { fetch: 'all' });
      expect((await here.served.http.get('/report')).body).toEqual([FIRST]);
      expect(here.served.logs.filter((line) => line.startsWith('warn'))).toEqual([]);
    },
  );
});

/** Plain entities, as an application that exists has them. */
@Entity()
class Keeper {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
}
@Entity()
@TableInheritance({ column: { type: 'varchar', name: 'kind' } })
class Animal {
  @PrimaryGeneratedColumn() id: number;
  @Column() name: string;
  @ManyToOne(() => Keeper) keeper: Relation<Keeper>;
}
@ChildEntity()
class Bird extends Animal {
  @OneToMany(() => Egg, (egg) => egg.bird) eggs: Relation<Egg>[];
}
@ChildEntity()
class Fish extends Animal {
  @ManyToOne(() => Animal, { nullable: true }) enemy: Relation<Animal> | null;
}
@Entity()
class Egg {
  @PrimaryGeneratedColumn() id: number;
  @Column() colour: string;
  @ManyToOne(() => Bird, (bird) => bird.eggs) bird: Relation<Bird>;
}
class KeeperResponse {
  @ApiProperty() name: string;
}
class EggResponse {
  @ApiProperty() colour: string;
}
class AnimalResponse {
  @ApiProperty() name: string;
  @ApiProperty({ type: () => KeeperResponse }) keeper: KeeperResponse;
  @ApiProperty({ type: [EggResponse] }) eggs: EggResponse[];
  @ApiProperty({ type: () => AnimalResponse }) enemy: AnimalResponse | null;
}

describe.each(DATABASES)('@ResponseModel for plain entities with scope: all on $name', ({ name }) => {
  @Controller()
  class AnimalController {
    @Get() @ResponseModel([AnimalResponse]) animals() {
      return give();
    }
  }
  let served: Served;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestDatabase(name);
    drop = () => database.drop();
    served = await serve('express', {
      imports: [
        sqliteInMemory([Keeper, Animal, Bird, Fish, Egg], database.options),
        SqlModelExtModule.forRoot({ relations: { scope: 'all' } }),
      ],
      controllers: [AnimalController],
    });
  });
  afterAll(async () => {
    await served?.app.close();
    await drop?.();
  });

  it('loads the relations of each class of a single table, of targets too', async () => {
    const { manager } = served.app.get<DataSource>(getDataSourceToken());
    const [kim, lou] = await manager.save(Keeper, [{ name: 'Kim' }, { name: 'Lou' }]);
    const tweety = await manager.save(Bird, { name: 'Tweety', keeper: kim });
    await manager.save(Egg, [
      { colour: 'blue', bird: tweety },
      { colour: 'white', bird: tweety },
    ]);
    await manager.save(Fish, { name: 'Wanda', keeper: lou, enemy: tweety });
    await manager.save(Animal, { name: 'Pet', keeper: kim });
    answer = () => manager.find(Animal, { order: { id: 'ASC' } });
    const bird = {
      name: 'Tweety',
      keeper: { name: 'Kim' },
      eggs: [{ colour: 'blue' }, { colour: 'white' }],
    };
    expect((await served.http.get('/')).body).toEqual([
      bird,
      { name: 'Wanda', keeper: { name: 'Lou' }, enemy: bird },
      { name: 'Pet', keeper: { name: 'Kim' } },
    ]);
    answer = () => manager.find(Fish);
    expect((await served.http.get('/')).body).toEqual([{ name: 'Wanda', keeper: { name: 'Lou' }, enemy: bird }]);
  });
});

describe.each(PLATFORMS)('@ResponseModel and ClassSerializerInterceptors on %s', (platform) => {
  @Controller()
  class MethodController {
    @Get('above') @UseInterceptors(ClassSerializerInterceptor) @ResponseModel(Grouped) above() {
      return give();
    }
    @Get('below') @ResponseModel(Grouped) @UseInterceptors(ClassSerializerInterceptor) below() {
      return give();
    }
    @Get('above-for-staff')
    @UseInterceptors(ClassSerializerInterceptor)
    @SerializeOptions({ groups: ['staff'] })
    @ResponseModel(Grouped)
    aboveForStaff() {
      return give();
    }
    @Get('in-transaction')
    @UseInterceptors(ClassSerializerInterceptor)
    @Transactional()
    @ResponseModel(Grouped)
    async inTransaction() {
      return give();
    }
  }
  @Controller('controller')
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ groups: ['staff'] })
  class ClassController {
    @Get() @ResponseModel(Grouped) read() {
      return give();
    }
    @Get('strictly')
    @SerializeOptions({ strategy: 'excludeAll', type: Grouped })
    @ResponseModel(StrictlyExposed)
    strictly() {
      return give();
    }
  }

  it.each([
    ['without one on the application', undefined],
    ['with one on the application', {}],
    ['with one on the application that takes off what is not exposed', { strategy: 'excludeAll' }],
  ] as const)('answers the same, wherever they stand, %s', async (_case, options) => {
    const { app, http } = await serve(
      platform,
      {
        imports: [sqliteInMemory(PRESS), SqlModelExtModule.forRoot(), SqlModelExtModule.forFeature(PRESS)],
        controllers: [MethodController, ClassController],
      },
      (application) => {
        if (options)
          application.useGlobalInterceptors(new ClassSerializerInterceptor(application.get(Reflector), { ...options }));
      },
    );
    try {
      const dataSource = app.get<DataSource>(getDataSourceToken());
      const writer = await new ModelRepository(Writer, dataSource).add({ name: 'Ada', address: { street: 'S' } });
      await new ModelRepository(Report, dataSource).add({ title: 'T', writer });
      answer = () => new ModelRepository(Report, dataSource).get({});
      const full = { title: 'T', writer: { name: 'Ada', address: { street: 'S', city: null } }, signed: 'T, Ada' };
      const body = async (path: string) => (await http.get(path)).body as unknown;
      expect(await body('/above')).toEqual({ title: 'T' });
      expect(await body('/below')).toEqual({ title: 'T' });
      expect(await body('/above-for-staff')).toEqual(full);
      expect(await body('/in-transaction')).toEqual({ title: 'T' });
      expect(await body('/controller')).toEqual(full);
      expect(await body('/controller/strictly')).toEqual({ title: 'T', writer: {} });
    } finally {
      await app.close();
    }
  });
});

describe('@ResponseModel outside HTTP', () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const item of open.splice(0).reverse()) await item.close();
  });
  const QUIET = { logger: false, abortOnError: false } as const;
  const BRIEF = { title: 'Report 1', writer: ADA };

  @Controller()
  class ReportHandler {
    @MessagePattern('report') @ResponseModel(ReportBrief) report() {
      return give();
    }
    @MessagePattern('report-or-throw') @ResponseModel(ReportBrief, { relations: 'throw' }) reportOrThrow() {
      return give();
    }
  }
  @WebSocketGateway()
  class ReportGateway {
    @SubscribeMessage('report') @ResponseModel(ReportBrief) report() {
      return give();
    }
  }
  @ObjectType()
  class WriterType {
    @Field(() => String) name: string;
    @Field(() => String, { nullable: true }) password: string;
  }
  @ObjectType()
  class ReportType {
    @Field(() => String) title: string;
    @Field(() => WriterType) writer: WriterType;
  }
  @Resolver(() => ReportType)
  class ReportResolver {
    @Query(() => ReportType) @ResponseModel(ReportBrief) report() {
      return give();
    }
    @Query(() => [ReportType])
    @UseInterceptors(ClassSerializerInterceptor)
    @ResponseModel([ReportBrief])
    reports() {
      return give();
    }
  }
  /** A route that runs `graphql()`: what every driver does, without a server product in between. */
  class BareDriver extends AbstractGraphQLDriver {
    start(options: { schema?: GraphQLSchema }): Promise<void> {
      const adapter = this.httpAdapterHost.httpAdapter;
      adapter.post('/graphql', async (request: { body: { query: string } }, response: unknown) => {
        const result = await graphql({ schema: options.schema as GraphQLSchema, source: request.body.query });
        adapter.reply(response, result, 200);
      });
      return Promise.resolve();
    }
    stop(): Promise<void> {
      return Promise.resolve();
    }
  }

  function root(metadata: ModuleMetadata) {
    class Root {}
    Module({
      ...metadata,
      imports: [
        sqliteInMemory(PRESS),
        SqlModelExtModule.forRoot(),
        SqlModelExtModule.forFeature(PRESS),
        ...(metadata.imports ?? []),
      ],
    })(Root);
    return Root;
  }
  async function give1(app: { get: Served['app']['get'] }): Promise<() => Promise<Report>> {
    const dataSource = app.get<DataSource>(getDataSourceToken());
    const repository = (model: never) => new ModelRepository(model, dataSource) as never;
    await fill({ repository } as unknown as Press, 1);
    return () => dataSource.manager.findOneByOrFail(Report, {});
  }

  it('shapes the answers of messages, and names what is missing', async () => {
    const service = await NestFactory.createMicroservice(root({ controllers: [ReportHandler] }), {
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: 0 },
      ...QUIET,
    });
    open.push(service);
    await service.listen();
    const { port } = (service as unknown as { unwrap(): { address(): { port: number } } }).unwrap().address();
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
    open.push(client);
    const report = await give1(service);
    answer = report;
    expect(await lastValueFrom(client.send('report', {}))).toEqual(BRIEF);
    answer = () => from([report(), report()]);
    const all: unknown[] = [];
    await lastValueFrom(client.send('report', {}).pipe(tap((one) => all.push(one))));
    expect(all).toEqual([BRIEF, BRIEF]);
    answer = report;
    await expect(lastValueFrom(client.send('report-or-throw', {}))).rejects.toMatchObject({ status: 'error' });
  });

  it('shapes the data of WebSocket messages', async () => {
    const app = await NestFactory.create(root({ providers: [ReportGateway] }), QUIET);
    open.push(app);
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    const report = await give1(app);
    const ws = new WebSocket((await app.getUrl()).replace('http', 'ws'));
    open.push({ close: () => void ws.terminate() });
    await new Promise((resolve, reject) => ws.once('open', resolve).once('error', reject));
    const said = () =>
      new Promise((resolve) => {
        ws.once('message', (message: Buffer) => {
          resolve(JSON.parse(message.toString()));
        });
        ws.send(JSON.stringify({ event: 'report' }));
      });
    answer = async () => ({ event: 'here', data: await report() });
    expect(await said()).toEqual({ event: 'here', data: BRIEF });
    answer = async () => ({ event: 'here', data: 'text' });
    expect(await said()).toEqual({ event: 'here', data: 'text' });
  });

  it.each(PLATFORMS)('shapes what GraphQL resolvers give, on %s', async (platform) => {
    const graphQl = GraphQLModule.forRoot({ driver: BareDriver, autoSchemaFile: true });
    const app = await NestFactory.create(
      root({ imports: [graphQl], providers: [ReportResolver] }),
      httpAdapter(platform),
      QUIET,
    );
    open.push(app);
    await app.listen(0, '127.0.0.1');
    const report = await give1(app);
    const http = new HttpClient(await app.getUrl());
    const ask = async (query: string) => (await http.post('/graphql', { query: `{ ${query} }` })).body as unknown;
    const expected = { title: 'Report 1', writer: { name: 'Ada', password: null } };
    answer = report;
    expect(await ask('report { title writer { name password } }')).toEqual({ data: { report: expected } });
    answer = async () => [await report(), await report()];
    expect(await ask('reports { title writer { name password } }')).toEqual({
      data: { reports: [expected, expected] },
    });
  });
});

describe('@ResponseModel at class definition', () => {
  it('refuses options that it does not know', () => {
    const refused = (options: object) => () => ResponseModel(TopicName, options);
    expect(refused({ relation: 'load' })).toThrow(ConfigurationError);
    expect(refused({ relation: 'load' })).toThrow(
      "@ResponseModel(TopicName): unknown option 'relation'. Allowed are relations.",
    );
    expect(refused({ relations: 'off' })).toThrow('\'relations\' must be load or throw, but is "off".');
    expect(refused({ relations: undefined })).not.toThrow();
  });
});

describe('IncompleteResponseError', () => {
  it('carries what it names', () => {
    const error = new IncompleteResponseError('A.read', 'AResponse', new Map([['A', ['b', 'b.c']]]));
    expect(error).toMatchObject({
      code: 'INCOMPLETE_RESPONSE',
      fields: { handler: 'A.read', responseModel: 'AResponse', missing: { A: ['b', 'b.c'] } },
    });
    expect(error.message).toContain("load: ['b.c']");
  });
});
