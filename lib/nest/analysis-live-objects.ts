import type { Wrapper } from './analysis-container.js';
import { constructorFields } from './analysis-constructor-fields.js';

/**
 * The objects of a container. What Nest makes for each request is not there at start-up: an object of the same class
 * stands in for it, with what the constructor would keep of what is injected. No constructor runs for that, because
 * nobody knows what else it does.
 */
export class LiveObjects {
  readonly #standIns = new Map<Wrapper, object>();

  /** The object, or one that stands in; undefined: there is none before the first request. */
  of(wrapper: Wrapper): unknown {
    const isMade = wrapper.isDependencyTreeStatic();
    if (wrapper.isNotMetatype) return isMade ? (wrapper.instance ?? undefined) : undefined;
    if (!isMade) return this.#standIn(wrapper);
    // Each consumer has its own; they differ in nothing that the code of their class shows.
    if (wrapper.isTransient) return wrapper.getStaticTransientInstances()[0]?.instance ?? this.#standIn(wrapper);
    return wrapper.instance ?? undefined;
  }

  #standIn(wrapper: Wrapper): object | undefined {
    const type: unknown = wrapper.metatype;
    if (typeof type !== 'function') return undefined;
    const known = this.#standIns.get(wrapper);
    if (known) return known;
    const object = Object.create(type.prototype as object) as object;
    // Before its parts: they may need it.
    this.#standIns.set(wrapper, object);
    const injected = Array.from(
      wrapper.getCtorMetadata() ?? [],
      (dependency?: Wrapper) => dependency && this.of(dependency),
    );
    for (const [name, value] of constructorFields(type, injected)) put(object, name, value);
    for (const { key, wrapper: dependency } of wrapper.getPropertiesMetadata() ?? []) {
      put(object, key, this.of(dependency));
    }
    return object;
  }
}

/** What is not known leaves no field: a field that is undefined would be taken for an answer. */
function put(object: object, name: string | symbol, value: unknown): void {
  if (value === undefined) return;
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
