import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Finding } from '../../../lib/analysis/index.js';
import { analyseApplication } from '../../../lib/nest/analysis-run.js';

/** What the start-up analysis finds in the code of an application. Tables have tests of their own. */
export function findingsOf(app: INestApplicationContext): readonly Finding[] {
  const container = { modules: app.get(ModulesContainer), application: app.get(ApplicationConfig) };
  const { findings } = analyseApplication(container, []);
  return findings.filter(({ rule }) => rule.startsWith('RLC'));
}
