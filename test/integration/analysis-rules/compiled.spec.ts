import { describe, expect, it } from '@jest/globals';
import { compareCompiled, type Compilation } from '../../support/analysis/compiled-cases.js';

const COMPILATIONS: Compilation[] = [
  { compiler: 'tsc', format: 'module', target: 'ES2023', useDefineForClassFields: true },
  { compiler: 'tsc', format: 'commonjs', target: 'ES2022', useDefineForClassFields: false },
  { compiler: 'tsc', format: 'module', target: 'ES2017', useDefineForClassFields: false },
  { compiler: 'SWC', format: 'module', target: 'ES2022', useDefineForClassFields: false },
  { compiler: 'SWC', format: 'commonjs', target: 'ES2017', useDefineForClassFields: true },
  { compiler: 'ts-jest', format: 'module', target: 'ES2022', useDefineForClassFields: true },
];

describe('the cases of all rules', () => {
  it.each(COMPILATIONS)(
    'are reported where they are marked, and nowhere else: $compiler, $format, $target',
    async (compilation) => {
      expect(await compareCompiled(compilation)).toEqual({ missed: [], surplus: [] });
    },
    120_000,
  );
});
