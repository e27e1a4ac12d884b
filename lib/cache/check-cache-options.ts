import { ConfigurationError } from '../errors/index.js';
import type { CacheOptions } from './cache-options.js';

const MILLISECONDS = ['timeout', 'leaseTtl', 'leaseWait', 'tombstoneTtl'];
const COUNTS = ['maxEntries', 'maxEntryRows'];
const TEXTS = ['namespace', 'dataSource'];
const BOOLEANS = ['strict', 'cacheManager'];
const HOOKS = ['onHit', 'onMiss', 'onBypass'];
const STORE = ['read', 'lease', 'fill', 'giveUp', 'create', 'mark', 'unmark', 'close'];
const ALLOWED = ['redis', ...TEXTS, 'keyPrefix', ...BOOLEANS, ...COUNTS, ...MILLISECONDS, 'metrics', 'store'];

/** The longest time that a timer of Node.js knows: about 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * @param where what was given the options, for messages
 * @throws ConfigurationError for an option that is unknown or of the wrong type, and for options that do not go together
 */
export function checkCacheOptions(where: string, options: unknown): CacheOptions {
  const fail = (what: string, name?: string): never => {
    throw new ConfigurationError(`${where}: ${what}.`, { option: name === undefined ? 'cache' : `cache.${name}` });
  };
  if (!isObject(options)) {
    return fail("'cache' must be an object, such as { redis: 'redis://127.0.0.1:6379' }, or false");
  }
  for (const [name, value] of Object.entries(options)) {
    if (!ALLOWED.includes(name)) fail(`unknown option 'cache.${name}'. Allowed are ${ALLOWED.join(', ')}`, name);
    const wrong = value === undefined ? undefined : wrongValue(name, value);
    if (wrong !== undefined) fail(wrong, name);
  }
  const { redis, store, maxEntries, cacheManager } = options as CacheOptions;
  if (redis !== undefined && store !== undefined) {
    fail("'cache.redis' and 'cache.store' are two stores: give one", 'store');
  }
  if (maxEntries !== undefined && (redis !== undefined || store !== undefined)) {
    fail("'cache.maxEntries' is for the cache in memory: with another store remove it", 'maxEntries');
  }
  if (cacheManager === true && redis === undefined) {
    const fix = 'give it, or import CacheModule yourself';
    fail(`'cache.cacheManager' shares the connection of 'cache.redis': ${fix}`, 'cacheManager');
  }
  return options;
}

function wrongValue(name: string, value: unknown): string | undefined {
  if (MILLISECONDS.includes(name)) return wrongCount(name, value, ' of milliseconds', LONGEST_MS);
  if (COUNTS.includes(name)) return wrongCount(name, value, '', Number.MAX_SAFE_INTEGER);
  if (TEXTS.includes(name)) {
    return typeof value === 'string' && value !== '' ? undefined : `'cache.${name}' must be a text, and not empty`;
  }
  if (BOOLEANS.includes(name)) return typeof value === 'boolean' ? undefined : `'cache.${name}' must be true or false`;
  switch (name) {
    case 'redis':
      return wrongRedis(value);
    case 'metrics':
      return wrongMetrics(value);
    case 'keyPrefix':
      if (typeof value === 'function') return undefined;
      return "'cache.keyPrefix' must be a function that gives a text, such as () => tenant.id";
    default:
      if (isObject(value) && STORE.every((method) => isFunction(value, method))) return undefined;
      return `'cache.store' must be a CacheStore: an object with ${STORE.join(', ')}`;
  }
}

function wrongCount(name: string, value: unknown, unit: string, most: number): string | undefined {
  const said = `'cache.${name}' must be a positive integer${unit}`;
  if (!(Number.isInteger(value) && (value as number) > 0)) return `${said}, but is ${String(value)}`;
  return (value as number) > most ? `${said}, ${most} at most, but is ${String(value)}` : undefined;
}

function wrongRedis(value: unknown): string | undefined {
  if (typeof value === 'string') {
    // It may hold a password: it is never repeated.
    if (/^rediss?:\/\//i.test(value)) return undefined;
    return "'cache.redis' is not a URL of Redis: write redis://user:password@host:6379/0, or rediss:// for TLS";
  }
  if (!isObject(value)) return "'cache.redis' must be a URL, options of ioredis, or a client of ioredis";
  if (!isPlain(value)) {
    const { status } = value as { status?: unknown };
    if (typeof status === 'string' && isFunction(value, 'evalsha')) return undefined;
    return "'cache.redis' is an object that is no client of ioredis: give a Redis or Cluster of ioredis 5, its options, or a URL";
  }
  if (!('url' in value)) return undefined;
  return "'cache.redis' has a 'url', which ioredis does not know: give the URL itself, or 'host' and 'port'";
}

function wrongMetrics(value: unknown): string | undefined {
  if (!isObject(value)) return `'cache.metrics' must be an object of ${HOOKS.join(', ')}`;
  // An instance of a class may have members of its own.
  const unknown = isPlain(value) ? Object.keys(value).find((name) => !HOOKS.includes(name)) : undefined;
  if (unknown !== undefined) return `unknown hook 'cache.metrics.${unknown}'. Allowed are ${HOOKS.join(', ')}`;
  const members = value as Readonly<Record<string, unknown>>;
  const wrong = HOOKS.find((hook) => members[hook] !== undefined && typeof members[hook] !== 'function');
  return wrong === undefined ? undefined : `'cache.metrics.${wrong}' must be a function`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Not an instance of a class; objects of another realm count as well. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isFunction(value: object, name: string): boolean {
  return typeof (value as Readonly<Record<string, unknown>>)[name] === 'function';
}
