import type { CacheMetrics } from './cache-options.js';

/** The metrics of the application, which cannot disturb a read: what they throw is told once. */
export function quietMetrics(metrics: CacheMetrics, warn: (message: string) => void): Required<CacheMetrics> {
  let isTold = false;
  const quiet = <Event>(hook: ((event: Event) => void) | undefined): ((event: Event) => void) => {
    if (!hook) return nothing;
    return (event) => {
      try {
        hook(event);
      } catch (error) {
        if (isTold) return;
        isTold = true;
        warn(`A hook of cache.metrics has failed, and nothing depends on it: ${String(error)}`);
      }
    };
  };
  return {
    onHit: quiet(metrics.onHit?.bind(metrics)),
    onMiss: quiet(metrics.onMiss?.bind(metrics)),
    onBypass: quiet(metrics.onBypass?.bind(metrics)),
  };
}

function nothing(): void {
  // Nobody has asked.
}
