import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  HttpCode,
  Injectable,
  NotFoundException,
  Param,
  Post,
  SerializeOptions,
  UseInterceptors,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { plainToInstance } from 'class-transformer';
import { Repository } from 'typeorm';
import { InjectModelRepository, ListResponseOf, ResponseModel } from 'nestjs-sqlmodel-ext';
import { Article, Customer, Order, User } from '../models.js';
import {
  Album,
  ArticleDetails,
  ArticleDiscussion,
  ArticleResponse,
  ArticleSummary,
  BareOrderDto,
  CustomerDto,
  ExcludedOrder,
  ExposedOrder,
  HiddenOrderDto,
  OptionalOrderDto,
  OrderDto,
  OrderIdsDto,
  OrderPageDto,
  OrderWithItemsDto,
  Track,
} from '../response-models.js';
import type { WideRepository } from '../wide-repository.js';

export { Album, Track };

@Injectable()
export class OrderReader {
  @InjectRepository(Order) private readonly orders: Repository<Order>;

  bare(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  full(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true, items: { product: true } } });
  }
}

/** Answers whose class shows what the handler has not loaded. */
@Controller('responses')
export class ResponsesController {
  constructor(
    @InjectModelRepository(Article) private readonly articles: WideRepository<Article>,
    @InjectModelRepository(User) private readonly users: WideRepository<User>,
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(Customer) private readonly customers: Repository<Customer>,
    @InjectRepository(Album) private readonly albums: Repository<Album>,
    @InjectRepository(Track) private readonly tracks: Repository<Track>,
    private readonly reader: OrderReader,
  ) {}

  // @ResponseModel

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) wrongModel(@Param('id') id: string) {
    return this.articles.getExistOne(id); // RLC001 author
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) model(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['author'] });
  }

  @Get() @ResponseModel(ArticleResponse) modelThatLoads(@Param('id') id: string) {
    return this.articles.getExistOne(id);
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'load' }) modelToldToLoad(@Param('id') id: string) {
    return this.articles.getExistOne(id);
  }

  @Get() @ResponseModel(ArticleSummary, { relations: 'throw' }) modelWithoutRelations(@Param('id') id: string) {
    return this.articles.getExistOne(id);
  }

  @Get() @ResponseModel([ArticleResponse], { relations: 'throw' }) wrongModelList() {
    return this.articles.get({}, { fetch: 'all' }); // RLC001 author
  }

  @Get() @ResponseModel([ArticleResponse], { relations: 'throw' }) modelList() {
    return this.articles.get({}, { fetch: 'all', load: ['author'] });
  }

  @Get() @ResponseModel(ListResponseOf(ArticleResponse), { relations: 'throw' }) wrongModelPage() {
    return this.articles.getWithCount({}, { limit: 10 }); // RLC001 author
  }

  @Get() @ResponseModel(ListResponseOf(ArticleResponse), { relations: 'throw' }) modelPage() {
    return this.articles.getWithCount({}, { limit: 10, load: ['author'] });
  }

  @Get() @ResponseModel(ArticleDetails, { relations: 'throw' }) wrongModelDeep(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['author'] }); // RLC001 profile
  }

  @Get() @ResponseModel(ArticleDetails, { relations: 'throw' }) modelDeep(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['author.profile'] });
  }

  @Get() @ResponseModel(ArticleDiscussion, { relations: 'throw' }) wrongModelBehindList(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['comments'] }); // RLC001 author
  }

  @Get() @ResponseModel(ArticleDiscussion, { relations: 'throw' }) modelBehindList(@Param('id') id: string) {
    return this.articles.getExistOne(id, { load: ['comments.author'] });
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async wrongModelOfAdded(@Param('id') id: string) {
    return this.articles.add({ title: 'New', authorId: id }); // RLC001 author
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async modelOfAdded(@Param('id') id: string) {
    return this.articles.add({ title: 'New', author: await this.users.getExistOne(id) });
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async wrongModelOfUpdated(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return this.articles.update(article, { title: 'Changed' }); // RLC001 author
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async modelOfUpdated(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    return this.articles.update(article, { title: 'Changed' }, { load: ['author'] });
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async modelAssigned(@Param('id') id: string) {
    const article = await this.articles.getExistOne(id);
    article.author = await this.users.getExistOne(id);
    return article;
  }

  @Get() @ResponseModel(ArticleResponse, { relations: 'throw' }) async modelOfPlainObject(@Param('id') id: string) {
    const { title } = await this.articles.getExistOne(id);
    return { id, title, author: { id, name: 'Ada' } };
  }

  // OpenAPI

  @Get() @ApiResponse({ status: 200, type: OrderDto }) wrongApi(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id }); // RLC001 customer
  }

  @Get() @ApiResponse({ status: 200, type: OrderDto }) api(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  @Get() @ApiOkResponse({ type: [OrderDto] }) wrongApiList() {
    return this.orders.find({ order: { number: 'ASC' } }); // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto, isArray: true }) wrongApiIsArray() {
    return this.orders.find(); // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto, isArray: true }) apiList() {
    return this.orders.find({ relations: { customer: true, items: true } });
  }

  @Post() @ApiCreatedResponse({ type: OrderDto }) async wrongApiCreated(@Param('id') id: string) {
    return this.orders.save(this.orders.create({ id: 'new', customerId: id })); // RLC001 customer
  }

  @Post() @ApiCreatedResponse({ type: OrderDto }) async apiCreated(@Param('id') id: string) {
    const customer = await this.customers.findOneByOrFail({ id });
    return this.orders.save(this.orders.create({ id: 'new', customer }));
  }

  @Get() @ApiOkResponse({ type: OrderWithItemsDto }) wrongApiDeep(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { items: true } }); // RLC001 product
  }

  @Get() @ApiOkResponse({ type: OrderWithItemsDto }) apiDeep(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { items: { product: true } } });
  }

  @Get() @ApiOkResponse({ type: BareOrderDto }) apiWithoutRelations(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: OptionalOrderDto }) apiOptional(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: HiddenOrderDto }) apiHidden(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @ApiResponse({ status: 404, type: OrderDto }) apiOfError(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() @HttpCode(202) @ApiResponse({ status: 202, type: OrderDto }) wrongApiOfStatus(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id }); // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderPageDto }) async wrongApiPage() {
    const [data, total] = await this.orders.findAndCount();
    return { data, total }; // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderPageDto }) async apiPage() {
    const [data, total] = await this.orders.findAndCount({ relations: { customer: true } });
    return { data, total };
  }

  @Get() @ApiOkResponse({ type: Album }) wrongApiOfEntity(@Param('id') id: string) {
    return this.albums.findOneByOrFail({ id }); // RLC001 owner
  }

  @Get() @ApiOkResponse({ type: Album }) apiOfEntity(@Param('id') id: string) {
    return this.albums.findOneOrFail({ where: { id }, relations: { owner: true } });
  }

  @Get() @ApiOkResponse({ type: Track }) apiOfEntityWithoutProperty(@Param('id') id: string) {
    return this.tracks.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async wrongApiOfService(@Param('id') id: string) {
    const order = await this.reader.bare(id);
    return order; // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto }) apiOfService(@Param('id') id: string) {
    return this.reader.full(id);
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async wrongApiEarlyReturn(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    if (order.number > 1) return this.orders.findOneByOrFail({ number: 1 }); // RLC001 customer
    return order;
  }

  @Get() @ApiOkResponse({ type: [OrderDto] }) async wrongApiFiltered() {
    const orders = await this.orders.find();
    return orders.filter((order) => order.number > 0); // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async apiMapped(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return { number: order.number, customer };
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async apiSpread(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    return { ...order, customer: await this.customers.findOneByOrFail({ id: order.customerId }) };
  }

  @Get() @ApiOkResponse({ type: [OrderDto] }) async apiMappedByHelper() {
    const orders = await this.orders.find({ relations: { customer: true } });
    return orders.map((order) => this.toDto(order));
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async apiAssigned(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    order.customer = await this.customers.findOneByOrFail({ id: order.customerId });
    return order;
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async apiByBuilder(@Param('id') id: string) {
    return this.orders
      .createQueryBuilder('order')
      .leftJoinAndSelect('order.customer', 'customer')
      .where({ id })
      .getOneOrFail();
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async wrongApiByBuilder() {
    const query = this.orders.createQueryBuilder('order').leftJoin('order.customer', 'customer');
    return query.where('customer.name = :name', { name: 'Ben' }).getOneOrFail(); // RLC001 customer
  }

  // class-transformer

  @Get()
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ type: ExposedOrder })
  wrongSerialized(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id }); // RLC001 customer
  }

  @Get()
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ type: ExposedOrder })
  serialized(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }

  @Get()
  @UseInterceptors(ClassSerializerInterceptor)
  @SerializeOptions({ type: ExcludedOrder })
  serializedWithoutRelation(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  @Get()
  @UseInterceptors(ClassSerializerInterceptor)
  serializedByItself(@Param('id') id: string) {
    return this.albums.findOneByOrFail({ id });
  }

  @Get() @ApiOkResponse({ type: CustomerDto }) async apiOfRelation(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return order.customer;
  }

  @Get() @ApiOkResponse({ type: OrderIdsDto }) apiOfKeys(@Param('id') id: string) {
    return this.orders.findOneOrFail({ where: { id }, loadRelationIds: true });
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async apiTransformed(@Param('id') id: string) {
    return plainToInstance(OrderDto, await this.orders.findOneByOrFail({ id }));
  }

  @Get() @ApiOkResponse({ type: OrderDto }) apiOfNothing(): Order {
    throw new NotFoundException();
  }

  @Get() @ApiOkResponse({ type: [OrderDto] }) async wrongApiAllAtOnce(@Param('id') id: string) {
    return Promise.all([this.orders.findOneByOrFail({ id })]); // RLC001 customer
  }

  @Get() @ApiOkResponse({ type: OrderDto }) async wrongApiEitherWay(@Param('id') id: string) {
    const order = await this.orders.findOneBy({ id });
    return order ?? this.orders.findOneByOrFail({ number: 1 }); // RLC001 customer
  }

  @Get() undeclared(@Param('id') id: string) {
    return this.orders.findOneByOrFail({ id });
  }

  private toDto(order: Order): OrderDto {
    return { number: order.number, customer: { id: order.customer.id, name: order.customer.name } };
  }
}
