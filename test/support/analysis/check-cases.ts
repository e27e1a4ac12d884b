import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MetadataScanner } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { SqlModelExtError } from 'nestjs-sqlmodel-ext';
import type { Finding } from '../../../lib/analysis/index.js';
import { openCases, type CaseApplication } from './case-application.js';
import { compare } from './compare.js';
import { findingsOf } from './findings-of.js';
import { runHandler } from './run-handler.js';
import { clear, seed } from './seed.js';

const FOLDER = new URL('./cases/', import.meta.url).pathname;
/** Where Nest keeps the path of a handler. */
const PATH = 'path';

/** Whether this is what reading something that is not there ends in. */
function isFailure(error: unknown): boolean {
  if (error instanceof TypeError) return /of undefined|undefined is not iterable/.test(error.message);
  return error instanceof SqlModelExtError;
}

/** What is asked of case files beyond their marks. */
export interface CaseOptions {
  /** Whether handlers run as well: those named `wrong…` must fail, the others succeed. Default true. */
  readonly run?: boolean;
}

/** What a case file may export besides its classes. */
interface CaseModule {
  /** Adds rows for entities of its own. */
  readonly seedCases?: (dataSource: DataSource) => Promise<void>;
}

/**
 * Declares the tests of case files, by their names: the analysis finds every marked line and no other; and, where they
 * can run, the marks are the truth.
 */
export function checkCases(modules: Readonly<Record<string, object>>, { run = true }: CaseOptions = {}): void {
  let application: CaseApplication;
  let findings: readonly Finding[];

  beforeAll(async () => {
    application = await openCases(Object.values(modules));
    findings = findingsOf(application.app);
  });
  afterAll(() => application.app.close());

  describe.each(Object.keys(modules))('%s', (name) => {
    const file = `${FOLDER}${name}.ts`;

    it('is reported where it is marked, and nowhere else', () => {
      const own = findings.filter(({ location }) => location?.file.endsWith(`/${name}.ts`));
      expect(compare(own, [file])).toEqual({ missed: [], surplus: [] });
    });

    if (run) {
      it('fails where it is marked, and nowhere else', async () => {
        const wrong: string[] = [];
        for (const { controller, method, isWrong } of handlersIn(application, modules[name])) {
          await clear(application.dataSource);
          await seed(application.dataSource);
          await (modules[name] as CaseModule).seedCases?.(application.dataSource);
          const error = await runHandler(application.app, controller, method).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          const isAsSaid = isWrong ? isFailure(error) : error === undefined;
          if (!isAsSaid) wrong.push(`${method}: ${String(error)}`);
        }
        expect(wrong).toEqual([]);
      });
    }
  });

  it('finds nothing elsewhere', () => {
    const files = Object.keys(modules).map((name) => `/${name}.ts`);
    const elsewhere = findings.filter(({ location }) => !files.some((file) => location?.file.endsWith(file)));
    expect(compare(elsewhere, []).surplus).toEqual([]);
  });
}

interface Handler {
  readonly controller: Function;
  readonly method: string;
  readonly isWrong: boolean;
}

/** The handlers of a case file. Their names tell whether they are right: `wrongTernary`. */
function handlersIn({ controllers }: CaseApplication, module: object): Handler[] {
  const own = controllers.filter((controller) => Object.values(module).includes(controller));
  return own.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    const names = new MetadataScanner().getAllMethodNames(prototype);
    const handlers = names.filter((name) => Reflect.hasMetadata(PATH, prototype[name]));
    return handlers.map((method) => ({ controller, method, isWrong: method.startsWith('wrong') }));
  });
}
