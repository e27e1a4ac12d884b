import { registerDecorator, type ValidationArguments } from 'class-validator';

/** The bounds of the two half-open ranges, `after <= time < before`. */
export interface TimeBounds {
  createdAfter?: Date | null;
  createdBefore?: Date | null;
  updatedAfter?: Date | null;
  updatedBefore?: Date | null;
}

/**
 * Pairs of a lower and an upper bound between which no row can lie unless lower < upper. The third pair
 * holds because a row is never updated before it is created.
 */
const PAIRS = [
  ['createdAfter', 'createdBefore'],
  ['updatedAfter', 'updatedBefore'],
  ['createdAfter', 'updatedBefore'],
] as const;

/** Sentences about ranges that no row can lie in; empty when the bounds make sense. */
export function contradictions(bounds: TimeBounds): string[] {
  return PAIRS.filter(([after, before]) => isContradiction(bounds[after], bounds[before])).map(
    ([after, before]) => `${after} must be earlier than ${before}`,
  );
}

function isContradiction(after: unknown, before: unknown): boolean {
  return after instanceof Date && before instanceof Date && after.getTime() >= before.getTime();
}

/** Refuses contradictory ranges during validation, on the upper bound's property. */
export function refuseContradictions(request: Function): void {
  for (const [after, before] of PAIRS) {
    registerDecorator({
      target: request,
      propertyName: before,
      name: `${after}Earlier`,
      validator: {
        validate: (value: unknown, context?: ValidationArguments) =>
          !isContradiction((context?.object as TimeBounds | undefined)?.[after], value),
        defaultMessage: () => `${after} must be earlier than ${before}`,
      },
    });
  }
}
