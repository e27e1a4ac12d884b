import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as locks from '../../support/analysis/cases/locks.js';

describe('RLC014 requires-for-update', () => {
  checkCases({ locks });
});
