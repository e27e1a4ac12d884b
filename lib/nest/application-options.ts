import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ConfigurationError } from '../errors/index.js';
import { rootDataSources, type RootDataSource } from './root-data-source.js';

/** The options that are about HTTP: an application has one answer to each, however many data sources. */
interface Combined {
  readonly validation: boolean;
  readonly exceptionFilter: boolean;
  readonly integrityMessages: Readonly<Record<string, string>>;
}

/** What all `forRoot()`s of an application say together about HTTP. Known once the container is complete. */
@Injectable()
export class ApplicationOptions {
  #combined: Combined | undefined;

  constructor(private readonly modules: ModulesContainer) {}

  /**
   * @throws ConfigurationError when two data sources contradict each other
   */
  get combined(): Combined {
    return (this.#combined ??= combine(rootDataSources(this.modules)));
  }
}

function combine(roots: readonly RootDataSource[]): Combined {
  return {
    validation: agreed(roots, 'validation'),
    exceptionFilter: agreed(roots, 'exceptionFilter'),
    integrityMessages: mergedMessages(roots),
  };
}

function agreed(roots: readonly RootDataSource[], option: 'validation' | 'exceptionFilter'): boolean {
  const said = roots.filter(({ options }) => options?.[option] !== undefined);
  const value = said[0]?.options?.[option] ?? true;
  const other = said.find(({ options }) => options?.[option] !== value);
  if (other) contradiction(option, [said[0].dataSource, other.dataSource]);
  return value;
}

function mergedMessages(roots: readonly RootDataSource[]): Record<string, string> {
  const messages = new Map<string, { sentence: string; dataSource: string }>();
  for (const { dataSource, options } of roots) {
    for (const [constraint, sentence] of Object.entries(options?.integrityMessages ?? {})) {
      const known = messages.get(constraint);
      if (known && known.sentence !== sentence) {
        contradiction(`integrityMessages.${constraint}`, [known.dataSource, dataSource]);
      }
      messages.set(constraint, { sentence, dataSource });
    }
  }
  return Object.fromEntries([...messages].map(([constraint, { sentence }]) => [constraint, sentence]));
}

function contradiction(option: string, dataSources: readonly string[]): never {
  throw new ConfigurationError(
    `SqlModelExtModule: '${option}' is about the whole application, but the data sources ${dataSources
      .map((name) => `'${name}'`)
      .join(' and ')} give it different values. Give it once.`,
    { option, dataSources },
  );
}
