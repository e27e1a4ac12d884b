import 'reflect-metadata';

/** What one `@RequiresRelations()` says about a method. */
export interface Requirement {
  readonly paths: readonly string[];
  /** Position of the argument that is the entity; undefined: the entity itself, or found by type. */
  readonly argument: number | undefined;
  /** The class of the argument that is the entity; undefined: the entity itself, or found by type. */
  readonly model: Function | undefined;
  /** How many parameters the method has before the first that is optional or takes the rest. */
  readonly arity: number;
}

/** A method by the prototype that has it. */
export interface MethodPlace {
  readonly prototype: object;
  readonly name: string | symbol;
}

const REQUIREMENTS = Symbol('nestjs-sqlmodel-ext:requirements');

/** Notes a requirement of a method on its class. */
export function noteRequirement({ prototype, name }: MethodPlace, requirement: Requirement): void {
  Reflect.defineMetadata(REQUIREMENTS, [...requirementsAt({ prototype, name }), requirement], prototype, name);
}

/** What a prototype's own method requires. */
export function requirementsAt({ prototype, name }: MethodPlace): readonly Requirement[] {
  return (Reflect.getOwnMetadata(REQUIREMENTS, prototype, name) as Requirement[] | undefined) ?? [];
}

/** Where the method is that a class has under a name, its own or inherited. */
export function placeOfMethod(type: Function, name: string | symbol): MethodPlace | undefined {
  for (const prototype of prototypesOf(type)) {
    if (Object.hasOwn(prototype, name)) return { prototype, name };
  }
  return undefined;
}

/** The methods of a class that require relations, inherited ones included, overridden ones not. */
export function requiringMethods(type: Function): MethodPlace[] {
  const names = new Set([...prototypesOf(type)].flatMap((prototype) => Reflect.ownKeys(prototype)));
  return [...names].flatMap((name) => {
    const place = placeOfMethod(type, name);
    return place && requirementsAt(place).length > 0 ? [place] : [];
  });
}

/** Relations that these methods of an entity require of the entity itself, each once; of other names nothing. */
export function requiredRelations(type: Function, methods: readonly (string | symbol)[]): string[] {
  const paths = methods.flatMap((name) => {
    const place = placeOfMethod(type, name);
    return place
      ? requirementsAt(place)
          .filter(isOfInstance)
          .flatMap((requirement) => requirement.paths)
      : [];
  });
  return [...new Set(paths)];
}

/** Whether a requirement of an entity's method is about the entity itself, not about an argument. */
export function isOfInstance({ argument, model }: Requirement): boolean {
  return argument === undefined && model === undefined;
}

/** A method as messages name it; `type` is the class that it was met on. */
export function describePlace({ prototype, name }: MethodPlace, type: Function = prototype.constructor): string {
  const inherited = type === prototype.constructor ? '' : ` (declared in ${prototype.constructor.name})`;
  return `${type.name}.${String(name)}${inherited}`;
}

/** The decorator on its method, as messages begin. */
export function describeRequirement(method: MethodPlace): string {
  return `@RequiresRelations on ${describePlace(method)}`;
}

function* prototypesOf(type: Function): Generator<object> {
  let prototype = type.prototype as object | null | undefined;
  while (prototype && prototype !== Object.prototype) {
    yield prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
}
