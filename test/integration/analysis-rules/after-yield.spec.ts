import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as generators from '../../support/analysis/cases/generators.js';

describe('RLC013 after-yield', () => {
  checkCases({ generators }, { run: false });
});
