type Method = (this: unknown, ...args: unknown[]) => unknown;

function ofModule(this: unknown): unknown {
  return this;
}

const settings = { apply: (..._args: unknown[]): undefined => undefined };

/** Functions made as decorators make them, and the method inside. */
export function wrappedFunctions(method: Method): Record<string, Method> {
  const { value } = {
    value(this: unknown, ...args: unknown[]): unknown {
      return method.call(this, ...args);
    },
  };
  return {
    apply: function (this: unknown, ...args: unknown[]) {
      return method.apply(this, args);
    },
    call: async function (this: unknown, ...args: unknown[]) {
      await Promise.resolve();
      return method.call(this, ...args);
    },
    bind: function (this: unknown) {
      return [1].map(method.bind(this));
    },
    reflect: function (this: unknown, ...args: unknown[]) {
      return Reflect.apply(method, this, args);
    },
    inside: function (this: unknown, ...args: unknown[]) {
      return settings.apply(() => method.apply(this, args));
    },
    twice: function (this: unknown, ...args: unknown[]) {
      method.apply(this, args);
      return method.apply(this, args);
    },
    value,
  };
}

/** Functions that hand `this` on and replace nothing, or of which nobody knows what they replace. */
export function ordinaryFunctions(one: Method, other: Method): Record<string, Method> {
  class Service {
    method(): unknown {
      return one.call(this);
    }
  }
  return {
    ofModule: function (this: unknown) {
      return ofModule.call(this);
    },
    ofObject: function (this: unknown) {
      return settings.apply(this, settings);
    },
    inClass: Service.prototype.method,
    oneOfTwo: function (this: unknown, ...args: unknown[]) {
      return args.length === 0 ? one.apply(this, args) : other.apply(this, args);
    },
    otherThis: function (...args: unknown[]) {
      return one.apply(settings, args);
    },
    native: Array.prototype.map as Method,
  };
}
