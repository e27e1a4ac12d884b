/** A way to get an entity, as an expression of JavaScript. `id` is the parameter of the handler. */
export interface Source {
  readonly name: string;
  /** The relation that is read. */
  readonly relation: 'customer' | 'author';
  expression(isLoaded: boolean): string;
}

const order = (name: string, expression: (relations: string, isLoaded: boolean) => string): Source => ({
  name,
  relation: 'customer',
  expression: (isLoaded) => expression(isLoaded ? 'relations: { customer: true }' : '', isLoaded),
});

const article = (name: string, expression: (load: string, isLoaded: boolean) => string): Source => ({
  name,
  relation: 'author',
  expression: (isLoaded) => expression(isLoaded ? "load: ['author']" : '', isLoaded),
});

export const SOURCES: readonly Source[] = [
  order('findOneOrFail', (relations) => `await this.orders.findOneOrFail({ where: { id }, ${relations} })`),
  order('findOne', (relations) => `await this.orders.findOne({ where: { id }, ${relations} })`),
  order('find', (relations) => `(await this.orders.find({ ${relations} }))[0]`),
  order('findAndCount', (relations) => `(await this.orders.findAndCount({ ${relations} }))[0][0]`),
  order('getOne', (_, isLoaded) => {
    const join = isLoaded ? 'leftJoinAndSelect' : 'leftJoin';
    return `await this.orders.createQueryBuilder('o').${join}('o.customer', 'c').where({ id }).getOne()`;
  }),
  order('getMany', (_, isLoaded) => {
    const join = isLoaded ? 'innerJoinAndSelect' : 'innerJoin';
    return `(await this.orders.createQueryBuilder('o').${join}('o.customer', 'c').getMany())[0]`;
  }),
  order('manager', (relations) => `await this.dataSource.manager.findOne(Order, { where: { id }, ${relations} })`),
  order(
    'getRepository',
    (relations) => `await this.dataSource.getRepository(Order).findOne({ where: { id }, ${relations} })`,
  ),
  order(
    'transaction',
    (relations) => `await this.dataSource.transaction((m) => m.findOne(Order, { where: { id }, ${relations} }))`,
  ),
  order(
    'unitOfWork',
    (relations) => `await this.unitOfWork.run(async () => this.orders.findOne({ where: { id }, ${relations} }))`,
  ),
  order('service', (_, isLoaded) => `await this.service.${isLoaded ? 'full' : 'bare'}(id)`),
  order('serviceOfService', (_, isLoaded) => `await this.service.inner.${isLoaded ? 'full' : 'bare'}(id)`),
  order('argument', (_, isLoaded) => `await this.service.by(id, ${isLoaded})`),
  order('privateMethod', (_, isLoaded) => `await this.#${isLoaded ? 'full' : 'bare'}(id)`),
  order('freeFunction', (_, isLoaded) => `await ${isLoaded ? 'readFull' : 'readBare'}(this.orders, id)`),
  order('saveOfCreate', (_, isLoaded) => {
    const customer = isLoaded ? 'customer: await this.customers.findOneBy({ id })' : 'customerId: id';
    return `await this.orders.save(this.orders.create({ id: \`\${Math.random()}\`, ${customer} }))`;
  }),
  order('assigned', (_, isLoaded) => {
    const values = isLoaded ? 'customer: await this.customers.findOneBy({ id })' : "state: 'paid'";
    return `Object.assign(await this.orders.findOneBy({ id }), { ${values} })`;
  }),
  article('getExistOne', (load) => `await this.articles.getExistOne(id, { ${load} })`),
  article('getOne', (load) => `await this.articles.getOne(id, { ${load} })`),
  article('get', (load) => `await this.articles.get({ id }, { ${load} })`),
  article('getAll', (load) => `(await this.articles.get({}, { fetch: 'all', ${load} }))[0]`),
  article('getWithCount', (load) => `(await this.articles.getWithCount({}, { ${load} })).items[0]`),
  article('add', (_, isLoaded) => {
    const author = isLoaded ? 'author: await this.users.getExistOne(id)' : 'authorId: id';
    return `await this.articles.add({ title: 'New', ${author} })`;
  }),
  article(
    'update',
    (load) => `await this.articles.update(await this.articles.getExistOne(id), { title: 'Changed' }, { ${load} })`,
  ),
  article('typeorm', (_, isLoaded) => {
    const relations = isLoaded ? 'relations: { author: true }' : '';
    return `await this.articles.typeorm.findOneOrFail({ where: { id }, ${relations} })`;
  }),
];
