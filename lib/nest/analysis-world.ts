import { DataSource } from 'typeorm';
import type { World } from '../analysis/index.js';
import { wrappersIn, type Container } from './analysis-container.js';
import { LiveObjects } from './analysis-live-objects.js';
import { entryPointsIn } from './entry-points.js';

/** The live application for the analysis: its connected data sources, and its handlers. */
export function worldOf(container: Container): World {
  const dataSources = new Set<DataSource>();
  for (const { instance } of wrappersIn(container)) {
    const made: unknown = instance;
    if (made instanceof DataSource && made.isInitialized) dataSources.add(made);
  }
  return { dataSources: [...dataSources], entryPoints: entryPointsIn(container, new LiveObjects()) };
}
