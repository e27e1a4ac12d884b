import type { DataSource } from 'typeorm';

/** Classes of which a driver makes values, by names that are stored instead of them. */
export interface DriverClasses {
  /** Undefined: it is of another class. */
  nameOf(value: object): string | undefined;
  /** An object of the class without fields; undefined: there is no such class. */
  blank(name: string): object | undefined;
}

/** Of a driver whose values are plain. */
export const NO_DRIVER_CLASSES: DriverClasses = { nameOf: () => undefined, blank: () => undefined };

/** Number of the type `interval` in PostgreSQL. */
const INTERVAL_OID = 1186;

/** The parts of pg that are used. */
interface PgDriver {
  readonly postgres?: { readonly types?: { getTypeParser(oid: number, format: 'text'): (text: string) => unknown } };
}

const known = new WeakMap<DataSource, DriverClasses>();

/** The classes of a data source's driver: on PostgreSQL, that of intervals. */
export function driverClassesOf(dataSource: DataSource): DriverClasses {
  let classes = known.get(dataSource);
  if (!classes) known.set(dataSource, (classes = classesOf(dataSource)));
  return classes;
}

function classesOf({ driver, options }: DataSource): DriverClasses {
  if (options.type !== 'postgres') return NO_DRIVER_CLASSES;
  // The application may have set a parser of its own, whose values are what they are.
  const interval = (driver as PgDriver).postgres?.types?.getTypeParser(INTERVAL_OID, 'text')('');
  if (typeof interval !== 'object' || interval === null) return NO_DRIVER_CLASSES;
  const prototype = Object.getPrototypeOf(interval) as object | null;
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return NO_DRIVER_CLASSES;
  return {
    nameOf: (value) => (Object.getPrototypeOf(value) === prototype ? 'interval' : undefined),
    blank: (name) => (name === 'interval' ? (Object.create(prototype) as object) : undefined),
  };
}
