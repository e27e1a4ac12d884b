import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as stale from '../../support/analysis/cases/stale.js';

describe('RLC007, RLC008, RLC010: instances without a row', () => {
  checkCases({ stale });
});
