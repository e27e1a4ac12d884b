import { Inject, Optional } from '@nestjs/common';
import { ConfigurationError } from '../errors/index.js';
import type { UnitOfWork } from '../transactions/index.js';
import { DEFAULT_DATA_SOURCE, getUnitOfWorkToken } from './tokens.js';

const REQUIRED = new Map<string, symbol>();
const OPTIONAL = new Map<string, symbol>();

/** Has Nest put the unit of work on every instance of the class, under a symbol. */
export function injectUnitOfWork(prototype: object, dataSource: string = DEFAULT_DATA_SOURCE): void {
  Inject(getUnitOfWorkToken(dataSource))(prototype, symbolOf(REQUIRED, dataSource));
}

/** The same where the application may have no such data source, because another decorator has yet to name it. */
export function injectUnitOfWorkIfAny(prototype: object, dataSource: string = DEFAULT_DATA_SOURCE): void {
  const property = symbolOf(OPTIONAL, dataSource);
  Inject(getUnitOfWorkToken(dataSource))(prototype, property);
  Optional()(prototype, property);
}

/**
 * The unit of work that Nest has put on an instance.
 *
 * @throws ConfigurationError for an instance that was not made by Nest
 */
export function injectedUnitOfWork(
  instance: unknown,
  where: string,
  dataSource: string = DEFAULT_DATA_SOURCE,
): UnitOfWork {
  const owner = instance as Record<symbol, UnitOfWork | undefined> | undefined;
  const unitOfWork = owner?.[symbolOf(REQUIRED, dataSource)] ?? owner?.[symbolOf(OPTIONAL, dataSource)];
  if (unitOfWork) return unitOfWork;
  throw new ConfigurationError(
    `${where}: no unit of work. The object was not made by Nest, or SqlModelExtModule.forRoot() is not imported: inject the class instead of calling its constructor.`,
  );
}

function symbolOf(symbols: Map<string, symbol>, dataSource: string): symbol {
  let property = symbols.get(dataSource);
  if (!property) symbols.set(dataSource, (property = Symbol(`nestjs-sqlmodel-ext:unit-of-work:${dataSource}`)));
  return property;
}
