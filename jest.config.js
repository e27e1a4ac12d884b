import { suitesLeftOut } from './test/runner/long-suites.mjs';

// ES modules: run through `npm test`, which sets NODE_OPTIONS=--experimental-vm-modules.
// Every suite that touches entities or DTOs runs twice: with class fields defined (the stock Nest
// template) and with class fields assigned. Suites under test/repo/ look at the repository itself and run once.
// The library is always compiled as its package is, with class fields defined.
const ROOT = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const LIBRARY = `^${ROOT.replace(/[/\\]$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}[/\\\\]lib[/\\\\].+\\.ts$`;

const leftOut = suitesLeftOut(process.argv).map((suite) => `/test/${suite}\\.spec\\.ts$`);

/** @param {boolean} useDefineForClassFields */
const swc = (useDefineForClassFields) => [
  '@swc/jest',
  {
    $schema: 'https://json.schemastore.org/swcrc',
    sourceMaps: 'inline',
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      keepClassNames: true,
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields },
    },
  },
];

/**
 * @param {string} name
 * @param {boolean} useDefineForClassFields
 * @param {string[]} testMatch
 */
const project = (name, useDefineForClassFields, testMatch) => ({
  displayName: name,
  rootDir: ROOT,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  moduleNameMapper: {
    '^nestjs-sqlmodel-ext$': '<rootDir>/lib/index.ts',
    '^nestjs-sqlmodel-ext/testing$': '<rootDir>/lib/testing/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testPathIgnorePatterns: ['/node_modules/', ...leftOut],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tmp/'],
  transform: { [LIBRARY]: swc(true), '^.+\\.ts$': swc(useDefineForClassFields) },
  testMatch,
});

/**
 * What class fields can change: declarations, hydration, input and output. In everyday runs the second setting plays
 * these alone, as it leaves out the servers (test/support/databases.ts); with REQUIRE_ALL_ENGINES=1 everything runs.
 */
const DEPENDS_ON_CLASS_FIELDS = [
  'blog',
  'cache-values',
  'field-types',
  'http-input',
  'http-output',
  'is-loaded',
  'models',
  'repository*',
  'requires-relations',
  'response-model',
  'schema',
  'strict-relations*',
];
/** Races, random schedules, stores and faults: entities only pass through. Once is enough. */
const ONCE = [
  'analysis-functions',
  'analysis-module',
  'analysis-rules/compiled',
  'analysis-samples',
  'analysis-schema',
  'cache-fuzz',
  'cache-races',
  'cache-schedules',
  'cache-store',
  'lost-update-hammer',
  'lost-update-schedules',
  'redis-store',
  'store-gate',
  'unit-of-work-schedules',
];
const assigned = process.env['REQUIRE_ALL_ENGINES'] === '1' ? '**/*' : `**/@(${DEPENDS_ON_CLASS_FIELDS.join('|')})`;

export default {
  projects: [
    project('define', true, ['<rootDir>/test/(unit|integration|e2e)/**/*.spec.ts']),
    {
      ...project('assign', false, [`<rootDir>/test/(unit|integration|e2e)/${assigned}.spec.ts`]),
      testPathIgnorePatterns: ['/node_modules/', ...leftOut, ...ONCE.map((name) => `/test/.*${name}.*`)],
    },
    project('repo', true, ['<rootDir>/test/repo/**/*.spec.ts']),
  ],
  // Modules of ended suites stay in a worker's memory.
  workerIdleMemoryLimit: '1500MB',
  // Ends a test that hangs; no statement about speed, and CI machines may be slow.
  testTimeout: process.env['CI'] === undefined ? 30_000 : 120_000,
};
