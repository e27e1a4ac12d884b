import type { ApplicationConfig, DiscoveryService, ModulesContainer } from '@nestjs/core';

/** What Nest knows of a provider, a controller or an enhancer. */
export type Wrapper = ReturnType<DiscoveryService['getControllers']>[number];

/** A module of the application. */
export type ModuleOfApplication = ModulesContainer extends Map<string, infer Module> ? Module : never;

/** The application as Nest has made it. */
export interface Container {
  readonly modules: ModulesContainer;
  /** Has the global guards and interceptors. */
  readonly application: ApplicationConfig;
}

/** Everything that Nest makes: providers, controllers, guards, pipes and interceptors. */
export function wrappersIn({ modules }: Container): Wrapper[] {
  return [...modules.values()].flatMap(({ providers, controllers, injectables }) => [
    ...providers.values(),
    ...controllers.values(),
    ...injectables.values(),
  ]);
}
