/** How many models the world has. */
export const MODELS = 40;

/** The relations of a model: to the models so many places on. Places go round, so that the relations form cycles. */
const TO_ONE = [1, 7, 13] as const;
const TO_MANY = [2, 5, 11] as const;

/** A relation of a model, and the model that it leads to. */
export interface RelationName {
  readonly name: string;
  readonly target: number;
}

/** The class of a model. */
export function className(place: number): string {
  return `Entity${String(place).padStart(2, '0')}`;
}

export function toOne(place: number): RelationName[] {
  return TO_ONE.map((step) => relation(place + step, ''));
}

export function toMany(place: number): RelationName[] {
  return TO_MANY.map((step) => relation(place + step, 's'));
}

function relation(place: number, ending: string): RelationName {
  const target = place % MODELS;
  return { name: `entity${String(target).padStart(2, '0')}${ending}`, target };
}
