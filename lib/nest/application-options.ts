import { Injectable } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { Suppression } from '../analysis/index.js';
import { ConfigurationError } from '../errors/index.js';
import { defaultAnalysisMode, type AnalysisMode } from './analysis-options.js';
import type { SqlModelExtOptions } from './options.js';
import { rootDataSources, type RootDataSource } from './root-data-source.js';

/** The options that an application has one answer to, however many data sources. */
interface Combined {
  readonly validation: boolean;
  readonly exceptionFilter: boolean;
  readonly integrityMessages: Readonly<Record<string, string>>;
  readonly analysis: { readonly mode: AnalysisMode; readonly suppress: readonly Suppression[] };
}

/** What all `forRoot()`s of an application say together. Known once the container is complete. */
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
    validation: agreed(roots, 'validation', ({ validation }) => validation) ?? true,
    exceptionFilter: agreed(roots, 'exceptionFilter', ({ exceptionFilter }) => exceptionFilter) ?? true,
    integrityMessages: mergedMessages(roots),
    analysis: {
      mode: agreed(roots, 'analysis.mode', ({ analysis }) => analysis?.mode) ?? defaultAnalysisMode(),
      suppress: roots.flatMap(({ options }) => options?.analysis?.suppress ?? []),
    },
  };
}

/** The one value of an option; undefined where nobody states it. */
function agreed<Value>(
  roots: readonly RootDataSource[],
  option: string,
  valueOf: (options: SqlModelExtOptions) => Value | undefined,
): Value | undefined {
  const said = roots.flatMap(({ dataSource, options }) => {
    const value = options && valueOf(options);
    return value === undefined ? [] : [{ dataSource, value }];
  });
  const other = said.find(({ value }) => value !== said[0].value);
  if (other) contradiction(option, [said[0].dataSource, other.dataSource]);
  return said[0]?.value;
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
