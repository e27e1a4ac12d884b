import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../../lib/analysis/index.js';
import { openCases, type CaseApplication } from '../../support/analysis/case-application.js';
import * as classes from '../../support/analysis/cases/classes.js';
import * as parameters from '../../support/analysis/cases/parameters.js';
import * as services from '../../support/analysis/cases/services.js';
import { findingsOf } from '../../support/analysis/findings-of.js';

describe('a finding', () => {
  let application: CaseApplication;
  let findings: readonly Finding[];

  beforeAll(async () => {
    application = await openCases([classes, parameters, services]);
    findings = findingsOf(application.app);
  });
  afterAll(() => application.app.close());

  const inPlace = (place: string): Finding[] => findings.filter((finding) => finding.place === place);

  it('says what happens, why, and what to write instead', () => {
    const [finding, ...others] = inPlace('ServicesController.wrongBehindTwoCalls');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'RLC003', severity: 'error' });
    expect(finding.message).toContain('Article.author');
    expect(finding.message).toContain('getExistOne()');
    expect(finding.fix).toContain("load: ['author']");
  });

  it('names the method where it is and the handler that leads there', () => {
    expect(inPlace('ArticleService.authorOf')).toMatchObject([
      { rule: 'RLC003', handlers: ['ServicesController.wrongInService'] },
    ]);
  });

  it('is one, however many handlers lead there', () => {
    const [finding, ...others] = inPlace('ClassesController.label');
    expect(others).toEqual([]);
    expect([...finding.handlers].sort()).toEqual(['ClassesController.wrongBound', 'ClassesController.wrongCall']);
  });

  it('is one, however many queries lead there', () => {
    const inConstructor = findings.filter(({ handlers }) =>
      handlers.some((handler) => handler.includes('Constructor')),
    );
    expect(inConstructor).toHaveLength(1);
    expect([...inConstructor[0].handlers].sort()).toEqual([
      'ClassesController.wrongConstructor',
      'ClassesController.wrongConstructors',
    ]);
  });

  it('names accessors and static methods by their classes', () => {
    const placeOf = (handler: string): string | undefined =>
      findings.find(({ handlers }) => handlers.includes(`ClassesController.${handler}`))?.place;
    expect(placeOf('wrongGetter')).toBe('Essay.byline');
    expect(placeOf('wrongStatic')).toBe('StaticOrderView.of');
    expect(placeOf('wrongStaticReference')).toBe('StaticOrderView.of');
  });

  it('of an inherited handler names the class that has it', () => {
    const handlers = findings.flatMap((finding) => (finding.rule === 'RLC003' ? finding.handlers : []));
    expect(handlers).toEqual(
      expect.arrayContaining(['InheritingController.wrongInherited', 'OverridingController.wrongInherited']),
    );
  });

  it('names the whole way to a relation behind a relation', () => {
    const [finding] = inPlace('ParametersController.wrongReadDeep');
    expect(finding.fix).toContain("@ModelParam(Article, …, { load: ['author.profile'] })");
  });

  it('comes in the order of file and line', () => {
    const places = findings.map(({ location }): [string, number] => [location?.file ?? '', location?.line ?? 0]);
    const sorted = [...places].sort(([a, first], [b, second]) => (a < b ? -1 : a > b ? 1 : first - second));
    expect(places).toEqual(sorted);
  });
});
