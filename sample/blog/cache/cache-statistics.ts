import { Injectable } from '@nestjs/common';
import type { CacheMetrics } from 'nestjs-sqlmodel-ext';

/** Counts what the cache does. A real application would hand the numbers to its metrics. */
@Injectable()
export class CacheStatistics implements CacheMetrics {
  hits = 0;
  misses = 0;
  bypasses = 0;

  onHit(): void {
    this.hits++;
  }

  onMiss(): void {
    this.misses++;
  }

  onBypass(): void {
    this.bypasses++;
  }
}
