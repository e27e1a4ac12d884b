import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as responses from '../../support/analysis/cases/responses.js';

describe('RLC001 response-relation', () => {
  checkCases({ responses }, { run: false });
});
