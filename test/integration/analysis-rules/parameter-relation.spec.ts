import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as parameters from '../../support/analysis/cases/parameters.js';

describe('RLC005 parameter-relation', () => {
  checkCases({ parameters }, { run: false });
});
