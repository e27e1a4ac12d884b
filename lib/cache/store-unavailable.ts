/** The cache store cannot be used now: the caller goes on without it. Never leaves the cache. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  constructor(reason: string, cause?: unknown) {
    super(`the cache store cannot be used: ${reason}`, { cause });
  }
}
