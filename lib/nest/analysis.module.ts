import { Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Finding } from '../analysis/index.js';
import { StartUpAnalysisError } from '../errors/index.js';
import type { ReportLines } from './analysis-lines.js';
import { ApplicationOptions } from './application-options.js';

/** What an analysis has found, for people too. */
interface Analysed extends ReportLines {
  readonly findings: readonly Finding[];
}

/** Analyses an application before its first request: once, however many data sources it has. */
@Module({ providers: [ApplicationOptions] })
export class AnalysisModule implements OnApplicationBootstrap {
  readonly #logger = new Logger('SqlModelExt');

  constructor(
    private readonly options: ApplicationOptions,
    private readonly modules: ModulesContainer,
    private readonly application: ApplicationConfig,
  ) {}

  /**
   * @throws StartUpAnalysisError for errors among the findings, in the mode `error`
   */
  async onApplicationBootstrap(): Promise<void> {
    const { mode } = this.options.combined.analysis;
    if (mode === 'off') return;
    const found = await this.#analyse();
    if (!found || found.lines.length === 0) return;
    // Warnings, and suppressions that cover nothing any more, are lines in the report; alone they stop no application.
    if (mode === 'error' && found.findings.some(({ severity }) => severity === 'error'))
      throw new StartUpAnalysisError(found.findings, found.lines);
    for (const line of [...found.lines, found.count]) this.#logger.warn(line);
  }

  /** Undefined: the analysis itself has failed, which stops no application. */
  async #analyse(): Promise<Analysed | undefined> {
    try {
      // Here and not above: the parser is not loaded where the analysis is off.
      const { analyseApplication } = await import('./analysis-run.js');
      const { linesOf } = await import('./analysis-lines.js');
      const { suppress } = this.options.combined.analysis;
      const report = analyseApplication({ modules: this.modules, application: this.application }, suppress);
      return { findings: report.findings, ...linesOf(report) };
    } catch (error) {
      this.#logger.warn(
        `The start-up analysis has failed, so nothing was analysed: ${String(error)}. Please report it to nestjs-sqlmodel-ext; until then, analysis: { mode: 'off' } in forRoot() leaves it out.`,
      );
      if (error instanceof Error) this.#logger.debug(error.stack);
      return undefined;
    }
  }
}
