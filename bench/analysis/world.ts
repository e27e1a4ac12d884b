/** How large the application is: handlers are five for each controller. */
export const MODELS = 50;
export const CONTROLLERS_PER_MODEL = 4;
export const CONTROLLERS = MODELS * CONTROLLERS_PER_MODEL;

/** Every so many services there is one that reads a relation that nobody loaded. */
const FAULT_EVERY = 20;
export const FAULTS = CONTROLLERS / FAULT_EVERY;

/** The class of a model; places go round. */
export function modelName(place: number): string {
  return `Entity${String((place + MODELS) % MODELS).padStart(2, '0')}`;
}

/** What the controller and the service of a place are called. */
export function featureName(place: number): string {
  return `Feature${String(place).padStart(3, '0')}`;
}

export function hasFault(place: number): boolean {
  return place % FAULT_EVERY === FAULT_EVERY - 1;
}
