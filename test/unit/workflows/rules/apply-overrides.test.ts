import { describe, expect, it } from '@jest/globals';
import { importFinding, type ImportFindingCode } from '../../../../schemas/imports/import-findings';
import type { Finding, FindingObject } from '../../../../schemas/runs/finding';
import { FindingOverrides, overridableCodes } from '../../../../schemas/runs/override';
import { applyOverrides } from '../../../../workflows/rules/apply-overrides';
import { summariseOverrides } from '../../../../workflows/rules/summarise-overrides';

const object = { type: 'shell', project: 'sales', code: 'load' };
const other: FindingObject = { ...object, project: null };

function finding(given: Partial<Finding> = {}): Finding {
  const usual = { code: 'SecretSuspected', severity: 'error', overridable: true } as const;
  return { ...usual, reason: 'looks like one', fix: 'take it out', object, ...given };
}

describe('overrides of findings', () => {
  it('RUN-24 let an error pass that may be overridden, with the reason', () => {
    const judged = applyOverrides([finding()], [{ code: 'SecretSuspected', reason: 'a sample' }]);
    expect(judged.errors).toEqual([]);
    expect(judged.overridden).toEqual([{ ...finding(), override: { reason: 'a sample' } }]);
  });

  it('RUN-24 let no error pass that may not be, or is of another code or object', () => {
    const errors = [
      finding({ overridable: false }),
      finding({ code: 'ProjectMissing' }),
      finding({ object: other }),
      finding({ object: { ...object, code: 'loads' } }),
      { code: 'SecretSuspected', severity: 'error', overridable: true, reason: 'more', fix: '' },
    ] as const;
    const judged = applyOverrides(errors, [{ code: 'SecretSuspected', object, reason: 'x' }]);
    expect(judged).toEqual({ errors, overridden: [], rest: [] });
  });

  it('RUN-24 leave warnings as they are', () => {
    const warning = finding({ severity: 'warning' });
    const judged = applyOverrides([warning], [{ code: 'SecretSuspected', reason: 'x' }]);
    expect(judged).toEqual({ errors: [], overridden: [], rest: [warning] });
  });

  it('RUN-24 are summed up by code and reason, with the first twenty objects', () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      finding({ object: { ...object, code: `c${index}` }, override: { reason: 'a' } }),
    );
    const summed = summariseOverrides([...many, finding({ override: { reason: 'b' } })]);
    expect(summed.map((one) => [one.reason, one.count, one.objects.length])).toEqual([
      ['a', 30, 20],
      ['b', 1, 1],
    ]);
  });

  it('RUN-24 need a known code and a reason, and every fault is told', () => {
    const parsed = FindingOverrides.safeParse([
      { code: 'PackageCorrupt', reason: 'x' },
      { code: 'SecretSuspected', reason: ' ' },
      { code: 'SecretSuspected' },
    ]);
    const paths = parsed.error?.issues.map((issue) => issue.path.join('.'));
    expect(paths).toEqual(['0.code', '1.reason', '2.reason']);
  });

  it('RUN-24 know every code that an import says may be overridden', () => {
    const codes: ImportFindingCode[] = ['PackageOlder', 'PackageReplayed', 'ChainBaseMissing'];
    const may = codes.filter((code) => importFinding(code).overridable);
    expect(may).toEqual(['PackageOlder', 'PackageReplayed']);
    expect(overridableCodes).toEqual(expect.arrayContaining(may));
  });
});
