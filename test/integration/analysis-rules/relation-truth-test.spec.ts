import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as truthTests from '../../support/analysis/cases/truth-tests.js';

describe('RLC011 relation-truth-test', () => {
  checkCases({ 'truth-tests': truthTests }, { run: false });
});
