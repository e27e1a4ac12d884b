import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { INestApplication } from '@nestjs/common';
import { analyseApplication } from '../../lib/nest/analysis-run.js';
import { BLOG_FAULTS } from '../support/analysis-samples/blog-faults.js';
import { compareCopy } from '../support/analysis-samples/compare-copy.js';
import type { Compiler } from '../support/analysis-samples/compile-file.js';
import type { CopyReport } from '../support/analysis-samples/copy-report.js';
import { ORDERS_FAULTS } from '../support/analysis-samples/orders-faults.js';
import { SampleCopies, type ReportsByCopy } from '../support/analysis-samples/sample-copies.js';
import { startBlog } from '../e2e/support/start-blog.js';
import { startOrders } from '../e2e/support/start-orders.js';

const COMPILERS: readonly Compiler[] = ['swc', 'tsc'];
const NO_DIFFERENCE = { missed: [], surplus: [], unread: [] };
const SAMPLES = { blog: BLOG_FAULTS, orders: ORDERS_FAULTS };

describe('the samples', () => {
  it.each([
    ['blog', startBlog],
    ['orders', startOrders],
  ])('%s: nothing is found in them', async (_name, start) => {
    const { app } = await start({ type: 'better-sqlite3', database: ':memory:' });
    try {
      expect(reportOn(app)).toEqual({ findings: [], unread: [] });
    } finally {
      await app.close();
    }
  });
});

describe('faults seeded into copies of the samples', () => {
  let copies: SampleCopies;
  let reports: ReportsByCopy;

  beforeAll(async () => {
    copies = await SampleCopies.create();
    for (const compiler of COMPILERS) {
      for (const [sample, faultsByCopy] of Object.entries(SAMPLES)) {
        await copies.addSample(sample, compiler);
        for (const [name, faults] of Object.entries(faultsByCopy)) {
          const edits = faults.flatMap((fault) => fault.edits);
          await copies.addCopy(name, sample, edits, compiler);
        }
      }
    }
    reports = await copies.reports();
  }, 240_000);

  afterAll(() => copies?.remove());

  describe.each(COMPILERS)('compiled by %s', (compiler) => {
    it.each(Object.keys(SAMPLES))('%s as it is: nothing', (sample) => {
      expect(reportOf(sample, compiler)).toEqual({ findings: [], unread: [] });
    });

    it.each(Object.values(SAMPLES).flatMap((faultsByCopy) => Object.entries(faultsByCopy)))(
      '%s: each is found, and nothing else',
      async (name, faults) => {
        const difference = await compareCopy(copies.folderOf(name, compiler), faults, reportOf(name, compiler));
        expect(difference).toEqual(NO_DIFFERENCE);
      },
    );
  });

  function reportOf(name: string, compiler: Compiler): CopyReport {
    return reports[basename(copies.folderOf(name, compiler))];
  }
});

it('there are enough of them', () => {
  const count = Object.values(SAMPLES).flatMap((faultsByCopy) => Object.values(faultsByCopy).flat()).length;
  expect(count).toBeGreaterThanOrEqual(50);
});

function reportOn(app: INestApplication): CopyReport {
  const container = { modules: app.get(ModulesContainer), application: app.get(ApplicationConfig) };
  const { findings, unread } = analyseApplication(container, []);
  return { findings, unread };
}
