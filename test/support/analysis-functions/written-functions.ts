/** Functions in every way in which they can be written, by a name of the way; each declares `marker`. */
export function writtenFunctions(): Record<string, Function> {
  const key = Symbol('key');
  class Parent {
    hello(): string {
      return 'hello';
    }
  }
  class Written extends Parent {
    static #count = 0;
    static plain(marker: number): number {
      return marker + Written.#count;
    }
    static {
      this.#count += 1;
    }
    constructor(marker: number) {
      super();
      void marker;
    }
    get(marker: number): number {
      return marker;
    }
    set(marker: number): number {
      return marker;
    }
    async(marker: number): number {
      return marker;
    }
    static(marker: number): number {
      return marker;
    }
    function(marker: number): number {
      return marker;
    }
    class(marker: number): number {
      return marker;
    }
    await(marker: number): number {
      return marker;
    }
    'quoted name'(marker: number): number {
      return marker;
    }
    42(marker: number): number {
      return marker;
    }
    größe(marker: number): number {
      return marker;
    }
    [key](marker: number): number {
      return marker;
    }
    async *asyncGenerator(marker: number): AsyncGenerator<number> {
      yield marker;
    }
    async asynchronous(marker: number): Promise<number> {
      await Promise.resolve();
      return marker;
    }
    set setter(marker: number) {
      void marker;
    }
    /* a comment */ commented(/* (another) */ marker: number): number {
      return marker;
    }
    parent(marker: number): string {
      return super.hello() + String(marker) + String(#secret in this);
    }
    arrowOfParent = (marker: number): string => super.hello() + String(marker);
    arrow = (marker: number): number => marker;
    asyncArrow = async (marker: number): Promise<number> => marker;
    object = ({ marker }: { marker: number }): object => ({ marker });
    #secret = 1;
  }
  const written = new Written(1);
  const setter = Object.getOwnPropertyDescriptor(Written.prototype, 'setter')?.set;
  const { prototype } = Written;
  const { get, set, async, function: function_, class: class_, await: await_, größe, commented, parent } = prototype;
  return {
    ...{ get, set, async, static: prototype.static, function: function_, class: class_, await: await_, größe },
    ...{ quoted: prototype['quoted name'], number: prototype[42], symbol: prototype[key], commented, parent },
    ...{ asyncGenerator: prototype.asyncGenerator, asynchronous: prototype.asynchronous, setter: setter ?? get },
    ...{ arrow: written.arrow, arrowOfParent: written.arrowOfParent, asyncArrow: written.asyncArrow },
    ...{ object: written.object, constructor: Written, staticMethod: Written.plain },
    expression: function (marker: number) {
      return marker;
    },
    generator: function* (marker: number) {
      yield marker;
    },
    meta: (marker: number) => [import.meta.url, marker],
    shadowing: function (marker: number) {
      const async = marker;
      return async;
    },
    classExpression: class {
      constructor(marker: number) {
        void marker;
      }
    },
  };
}
