import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as providers from '../../support/analysis/cases/providers.js';
import * as scoped from '../../support/analysis/cases/scoped.js';

describe('what is injected', () => {
  describe('once', () => checkCases({ providers }));
  // Nest makes these for each request: there is nothing that a test could call.
  describe('for each request', () => checkCases({ scoped }, { run: false }));
});
