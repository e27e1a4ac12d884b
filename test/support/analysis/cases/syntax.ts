/* eslint-disable -- syntax of every kind */
import { Controller, Get, Logger, Param } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Order } from '../models.js';

/** Syntax of every kind between the query and the fault: none of it has to do with the order. */
class OrderFinder {
  constructor(private readonly orders: Repository<Order>) {}

  find(id: string): Promise<Order> {
    return this.read(id);
  }

  read(id: string): Promise<Order> {
    return this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
  }
}

@Controller('syntax')
export class SyntaxController {
  private readonly logger = new Logger('Syntax');

  private readonly findElsewhere: (id: string) => Promise<Order>;

  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {
    const finder = new OrderFinder(orders);
    this.findElsewhere = finder.find.bind(finder);
  }

  /** Called `read` as well, so that whose method is meant matters. */
  read(id: string): Promise<Order> {
    return this.orders.findOneByOrFail({ id });
  }

  @Get() async boundToAnother(@Param('id') id: string) {
    const order = await this.findElsewhere(id);
    return order.customer.name;
  }

  @Get() async wrongBoundToAnother(@Param('id') id: string) {
    const order = await this.findElsewhere(id);
    return order.items.length; // RLC003 items
  }

  @Get() async wrongLabels(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    outer: for (const a of [1, 2]) {
      for (const b of [1, 2]) {
        if (a === b) continue outer;
        break outer;
      }
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongDoWhile(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let n = 0;
    do {
      n++;
      if (n === 2) continue;
    } while (n < 3);
    this.note(n);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongForWithoutParts(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let n = 0;
    for (;;) {
      if (++n > 3) break;
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongSwitchStatement(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let kind = '';
    switch (id.length) {
      case 0: {
        kind = 'none';
        break;
      }
      case 1:
      default:
        kind = 'some';
    }
    this.note(kind);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongTryCatchFinally(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    try {
      JSON.parse('{');
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    } finally {
      this.note('done');
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongTaggedTemplate(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const text = String.raw`a${id}\n`;
    this.note(text);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongRegularExpression(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const [, year] = /^(\d{4})-(?<month>\d{2})/.exec('2024-05') ?? [];
    this.note(year);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongBigInts(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const big = 2n ** 64n;
    this.note(big > 1n ? -big : ~0);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongBitwise(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let bits = 5;
    bits <<= 2;
    bits |= 1;
    bits ^= 3;
    bits >>>= 1;
    this.note(bits & 1);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongComparisons(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(!(1 < 2) || (id >= 'a' && id <= 'z') || typeof id === 'string' || 'length' in Object(id));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongSequence(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let n = (this.note(1), 2);
    n = (n++, n--, -n, +n);
    this.note(n);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongLogicalAssignments(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let a: string | null = null;
    a ??= id;
    a ||= 'x';
    a &&= 'y';
    this.note(a);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongObjectLiteral(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const key = 'k';
    const object = {
      id,
      [key]: 1,
      'quoted key': 2,
      3: 4,
      get double() {
        return 2;
      },
      set double(_value) {},
      method() {
        return this.id;
      },
      async *rows() {
        yield 1;
      },
      ...{ spread: true },
    };
    this.note(object.double + Number(object.method()));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongArrayHoles(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const [first = 'x', , third, ...rest] = ['a', 'b', ...id];
    this.note([first, third, rest]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongNestedPattern(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const { a: { b: [{ c = 1 } = {}] = [] } = {}, ...others } = JSON.parse('{}');
    this.note([c, others]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongPatternOfFunction(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const f = ({ a = 1, ...rest }: Record<string, number> = {}, [b = 2]: number[] = [], ...more: number[]) =>
      a + b + more.length + Object.keys(rest).length;
    this.note(f());
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongDefaultsThatDepend(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const f = (a = 1, b = a + 1, c = () => a + b) => c();
    this.note(f(2));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongArrowChain(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const add = (a: number) => (b: number) => (c: number) => a + b + c;
    this.note(add(1)(2)(3));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongClassExpression(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const Local = class Named {
      static count = 0;
      static {
        Named.count = 1;
      }
      #secret = 1;
      static of() {
        return new Named();
      }
      get secret() {
        return this.#secret;
      }
      has(other: object) {
        return #secret in other;
      }
    };
    this.note(Local.of().secret + Local.count);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongInheritance(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    class Base {
      constructor(readonly a: string) {}
      hello() {
        return this.a;
      }
    }
    class Child extends Base {
      constructor() {
        super('a');
      }
      override hello() {
        return `${super.hello()}!`;
      }
    }
    this.note(new Child().hello());
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongGenerators(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    function* count(): Generator<number, string, number | undefined> {
      const n = yield 1;
      yield* [n ?? 2, 3];
      return 'end';
    }
    const it = count();
    it.next();
    it.next(4);
    it.return('x');
    this.note([...count()]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongAsyncIteration(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    async function* slow() {
      yield 1;
      yield 2;
    }
    for await (const n of slow()) this.note(n);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongSymbols(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const bag = {
      *[Symbol.iterator]() {
        yield 1;
      },
      [Symbol.toPrimitive]: () => 1,
    };
    this.note([...bag, Number(bag)]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongMapsAndSets(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const map = new Map<string, Set<number>>();
    (map.get(id) ?? map.set(id, new Set()).get(id))?.add(1);
    for (const [k, v] of map) this.note([k, ...v]);
    map.delete(id);
    map.clear();
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongDates(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const date = new Date(2024, 1);
    date.setDate(date.getDate() + 1);
    this.note(date.toISOString().slice(0, 10));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongIntl(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(new Intl.NumberFormat('en').format(1_000));
    this.note(id.localeCompare('b', undefined, { numeric: true }));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongJsonRound(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const copy = JSON.parse(JSON.stringify({ id, list: [1, null] })) as { id: string };
    this.note(copy.id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongErrors(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const error = new Error('x', { cause: id });
    this.note(`${error.name} ${String(error.cause)} ${error.stack?.length}`);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongDeletes(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const bag: Record<string, number> = { a: 1 };
    delete bag['a'];
    delete bag[id];
    this.note(Object.keys(bag));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongClosuresInLoop(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const fs: (() => number)[] = [];
    for (let i = 0; i < 3; i++) fs.push(() => i);
    this.note(fs.map((f) => f()));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongRecursion(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
    this.note(factorial(20));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongMutualRecursion(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const even = (n: number): boolean => n === 0 || odd(n - 1);
    const odd = (n: number): boolean => n !== 0 && even(n - 1);
    this.note(even(10));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongPromises(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    await Promise.any([Promise.resolve(1)]);
    await Promise.race([new Promise((resolve) => setImmediate(resolve))]);
    await Promise.reject(new Error('x')).catch(() => null);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongAbort(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const controller = new AbortController();
    controller.signal.addEventListener('abort', () => this.note(1));
    controller.abort();
    this.note(controller.signal.aborted);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongTypedArrays(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const bytes = new Uint8Array([1, 2, 3]);
    bytes.set([4], 1);
    this.note(Buffer.from(bytes).toString('hex'));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongStringMethods(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(
      id
        .split('')
        .reverse()
        .join('')
        .padStart(5)
        .replace(/a/g, (m) => m.toUpperCase())
        .at(0)
        ?.charCodeAt(0),
    );
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongMathAndNumbers(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(Math.max(...[1, 2, 3].map(Number)) + Number.parseInt('7', 10) + Number('1e3') + 0b11 + 0o7 + 0xff);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongGroupBy(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const groups = [1, 2, 3].reduce<Record<string, number[]>>(
      (all, n) => ({ ...all, [n % 2]: [...(all[n % 2] ?? []), n] }),
      {},
    );
    this.note(groups);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongOptionalCalls(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const maybe: { f?: (n: number) => number } = {};
    this.note(maybe.f?.(1) ?? maybe?.['f']?.(2));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongVoidAndComma(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    (void this.note(1), this.note(2));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongNestedTernary(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const size = id.length > 5 ? 'long' : id.length > 2 ? 'middle' : id.length ? 'short' : 'none';
    this.note(size);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongEarlyThrow(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (id === 'none') throw new TypeError(`no ${id}`);
    else if (id === 'x') return null;
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongBlockScopes(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    let n = 1;
    {
      const n = 2;
      this.note(n);
      {
        let n = 3;
        n++;
      }
    }
    n = 4;
    var hoisted = n;
    this.note(hoisted);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongFunctionHoisting(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(later());
    function later() {
      return 1;
    }
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongGetterOnPrototype(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(Object.getOwnPropertyNames(Object.getPrototypeOf(this)).length);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongProxyObject(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const proxy = new Proxy({} as Record<string, number>, { get: (_, name) => String(name).length });
    this.note(proxy['abc']);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongReflect(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(Reflect.ownKeys({ a: 1 }));
    this.note(Reflect.has(this, 'orders'));
    this.note(Reflect.construct(Date, [0]));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongProcessAndConsole(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    if (process.env['DEBUG_CASES']) console.log(process.hrtime.bigint(), process.memoryUsage().rss);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongLogger(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.logger.debug(`read ${id}`);
    this.logger.verbose?.({ id });
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongStructured(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    this.note(structuredClone({ id, nested: [new Date(0)] }).nested.length);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongDynamicImport(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const { basename } = await import('node:path');
    this.note(basename('/a/b'));
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongNewTarget(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    function Old(this: { made: boolean }) {
      this.made = new.target !== undefined;
    }
    this.note(new (Old as unknown as new () => { made: boolean })().made);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongWeakRefs(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const ref = new WeakRef({ id });
    this.note(ref.deref()?.id);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongSortsAndSlices(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const list = [3, 1, 2];
    list.sort();
    list.reverse();
    list.splice(1, 1);
    list.copyWithin(0, 1);
    list.fill(0, 1);
    this.note([
      list.indexOf(1),
      list.includes(2),
      list.join(),
      list.lastIndexOf(3),
      list.findLastIndex((n) => n > 1),
      list.flatMap((n) => [n, n]),
    ]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongUsingWith(@Param('id') id: string) {
    const order = await this.orders.findOneByOrFail({ id });
    const {
      orders,
      logger: { debug },
    } = this;
    this.note([orders.target, typeof debug]);
    return order.customer.name; // RLC003 customer
  }

  @Get() async wrongLeftOutAndUsed(@Param('id') id: string) {
    const { customer, ...rest } = await this.orders.findOneByOrFail({ id });
    return { ...rest, buyer: customer.name }; // RLC003 customer
  }

  @Get() async leftOut(@Param('id') id: string) {
    const { customer, ...rest } = await this.orders.findOneByOrFail({ id });
    this.note(customer);
    return rest;
  }

  @Get() async leftOutOrLoaded(@Param('id') id: string) {
    const bare = await this.orders.findOneByOrFail({ id });
    const full = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    const { customer, ...rest } = either(full, bare);
    return [rest, customer.name];
  }

  @Get() async loaded(@Param('id') id: string) {
    const order = await this.orders.findOneOrFail({ where: { id }, relations: { customer: true } });
    return order.customer.name;
  }

  private note(_value: unknown): void {}
}

function either(full: Order, bare: Order): Order {
  return full.number >= 0 ? full : bare;
}
