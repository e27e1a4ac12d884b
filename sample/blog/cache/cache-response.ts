import { Model, NonNegativeInt } from 'nestjs-sqlmodel-ext';

@Model()
export class CacheResponse {
  @NonNegativeInt({ description: 'Reads that were answered without the database' })
  hits: number;

  @NonNegativeInt({ description: 'Reads that found nothing, and have stored what the database said' })
  misses: number;

  @NonNegativeInt({ description: 'Reads that went past the cache, such as inside a transaction that has written' })
  bypasses: number;
}
