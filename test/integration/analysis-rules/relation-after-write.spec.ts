import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as writes from '../../support/analysis/cases/writes.js';

describe('RLC002 relation-after-write', () => {
  checkCases({ writes });
});
