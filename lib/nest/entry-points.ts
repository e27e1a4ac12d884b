import type { EntryPoint } from '../analysis/index.js';
import type { Container } from './analysis-container.js';
import type { LiveObjects } from './analysis-live-objects.js';
import { enhancersOf } from './entry-points-enhancers.js';
import { handlersIn } from './entry-points-handlers.js';
import { parametersOf } from './entry-points-parameters.js';
import { declaredResponseOf } from './response-view.js';

/** Where requests enter an application: the handlers of its HTTP routes. */
export function entryPointsIn(container: Container, objects: LiveObjects): EntryPoint[] {
  return handlersIn(container).flatMap((handler) => {
    const instance = objects.of(handler.wrapper);
    if (typeof instance !== 'object' || instance === null) return [];
    const { controller, method, callback } = handler;
    const enhancers = enhancersOf(handler, container, objects);
    const response = declaredResponseOf(callback, controller, enhancers);
    return [
      {
        instance,
        controller,
        method,
        parameters: parametersOf(handler, container, objects),
        enhancers,
        response: response?.view,
        responseOrigin: response?.origin,
      },
    ];
  });
}
