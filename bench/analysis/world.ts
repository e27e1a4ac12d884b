/** How large the application is: each controller has a module and a service, as `nest generate resource` makes them. */
export const CONTROLLERS = 200;
export const HANDLERS = CONTROLLERS * 5;
/** Fewer than controllers: the more there are, the longer Nest and TypeORM take to start. */
export const MODELS = 50;

/** Every so many services there is one that reads a relation that nobody loaded. */
const FAULT_EVERY = 20;
export const FAULTS = CONTROLLERS / FAULT_EVERY;

/** The class of a model; places go round. */
export function modelName(place: number): string {
  return `Entity${String((place + MODELS) % MODELS).padStart(2, '0')}`;
}

/** The service beside that another one uses; undefined: every fourth uses none. */
export function serviceBefore(place: number): string | undefined {
  return place % 4 === 0 ? undefined : featureName(place - 1);
}

/** What the controller and the service of a place are called. */
export function featureName(place: number): string {
  return `Feature${String(place).padStart(3, '0')}`;
}

export function hasFault(place: number): boolean {
  return place % FAULT_EVERY === FAULT_EVERY - 1;
}
