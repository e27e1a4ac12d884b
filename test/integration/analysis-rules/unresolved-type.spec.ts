import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as unresolvedTypes from '../../support/analysis/cases/unresolved-types.js';

describe('RLC009 unresolved-type', () => {
  checkCases({ 'unresolved-types': unresolvedTypes }, { run: false });
});
