import { Module, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ConfigurationError } from '../errors/index.js';
import { entityFaults, serviceFaults, type RequirementWorld } from '../relations/index.js';

/**
 * Checks every `@RequiresRelations()` of an application at start-up: of the entities of all its data sources, and of
 * its providers, controllers and enhancers. Not while a data source connects: `TypeOrmModule` would take a mistake for
 * a failed connection, and try again.
 */
@Module({})
export class RequirementsModule implements OnModuleInit {
  constructor(private readonly modules: ModulesContainer) {}

  /**
   * @throws ConfigurationError that names all mistakes
   */
  onModuleInit(): void {
    const { classes, dataSources } = contentsOf(this.modules);
    const connected = dataSources.filter(({ isInitialized }) => isInitialized);
    const world: RequirementWorld = {
      entities: connected.flatMap(({ entityMetadatas }) => entityMetadatas),
      isComplete: connected.length === dataSources.length,
    };
    const faults = [...new Set([...entityFaults(world), ...serviceFaults(classes, world)])];
    if (faults.length === 0) return;
    const list = faults.map((fault) => `\n- ${fault}`).join('');
    throw new ConfigurationError(`@RequiresRelations asks for what there is not:${list}`, { faults });
  }
}

interface Contents {
  /** Classes of everything that Nest makes, or that factories made; those without an instance yet too. */
  readonly classes: ReadonlySet<Function>;
  readonly dataSources: readonly DataSource[];
}

function contentsOf(modules: ModulesContainer): Contents {
  const classes = new Set<Function>();
  const dataSources = new Set<DataSource>();
  for (const { providers, controllers, injectables } of modules.values()) {
    for (const { metatype, instance } of [...providers.values(), ...controllers.values(), ...injectables.values()]) {
      if (typeof metatype === 'function') classes.add(metatype);
      const made: unknown = instance;
      if (typeof made !== 'object' || made === null) continue;
      if (made instanceof DataSource) dataSources.add(made);
      const type: unknown = made.constructor;
      if (typeof type === 'function') classes.add(type);
    }
  }
  return { classes, dataSources: [...dataSources] };
}
