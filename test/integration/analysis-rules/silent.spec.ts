import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as silent from '../../support/analysis/cases/silent.js';
import * as silentCode from '../../support/analysis/cases/silent-code.js';
import * as silentEffects from '../../support/analysis/cases/silent-effects.js';

describe('right code', () => {
  checkCases({ silent, 'silent-code': silentCode, 'silent-effects': silentEffects });
});
