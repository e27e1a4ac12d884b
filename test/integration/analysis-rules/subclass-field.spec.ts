import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as subclasses from '../../support/analysis/cases/subclasses.js';

describe('RLC012 subclass-field', () => {
  checkCases({ subclasses }, { run: false });
});
