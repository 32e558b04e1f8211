import { describe, expect, it } from '@jest/globals';
import { formatFrom, formatTo, toRuleSide } from '../../../../cli/mappings/object-text';
import {
  annotateFaults,
  parseMappingText,
  renderMappingText,
  stripFaults,
} from '../../../../cli/mappings/mapping-text';
import type { Finding, MappingRule } from '../../../../client';
import { failureOf } from '../../../support/failure-of';

const rules: MappingRule[] = [
  { kind: 'project', from: 'dev', to: 'prod' },
  { kind: 'shell', from: { project: 'dev', code: 's' }, to: { project: null, code: 't' } },
];

describe('a mapping as text', () => {
  it('RUN-25 is read as it was written, comments and all', () => {
    const text = renderMappingText({ tenant: 'retail', source: 'dev', version: 3, rules });
    expect(parseMappingText(text).rules).toEqual(rules);
  });

  it('RUN-25 names the line of every fault of writing', async () => {
    const text = '{\n"rules": [\n{"kind": project},\n{"kind": "x" "from": "y"}\n]\n';
    const { code, findings } = await failureOf(
      Promise.resolve().then(() => parseMappingText(text)),
    );
    expect(code).toBe('InvalidInput');
    expect(new Set(findings.map((one) => one.code))).toEqual(new Set(['MappingUnreadable']));
    expect(findings.map((one) => one.object?.code)).toEqual(
      expect.arrayContaining(['line 3', 'line 4']),
    );
  });

  it.each([
    ['', ['line 1']],
    ['[]', ['line 1']],
    ['{"rule": []}', ['rule', 'rules']],
    ['{"rules": {}}', ['rules']],
  ])('RUN-25 refuses %j', async (text, places) => {
    const { findings } = await failureOf(Promise.resolve().then(() => parseMappingText(text)));
    expect(findings.map((one) => one.object?.code)).toEqual(places);
  });

  it('RUN-25 shows faults above the lines they are about, and takes them out again', () => {
    const text = renderMappingText({ tenant: 'retail', source: 'dev', version: 3, rules });
    const shown = annotateFaults(text, [
      fault('rules.1.to.code'),
      fault('rules.0'),
      fault('nowhere'),
    ]);
    const marked = shown
      .split('\n')
      .flatMap((line, index, all) => (line.startsWith('// ! ') ? [all[index + 1]?.trim()] : []));
    expect(marked).toEqual([
      text.split('\n')[0],
      `${JSON.stringify(rules[0])},`,
      `${JSON.stringify(rules[1])},`,
    ]);
    expect(stripFaults(shown)).toBe(text);
  });
});

describe('an object on the command line', () => {
  it.each([
    ['owner', 'a:b', 'a:b'],
    ['shell', 'p:s', { project: 'p', code: 's' }],
    ['shell', 's', { code: 's' }],
    ['shell', ':s:t', { project: null, code: 's:t' }],
  ])('RUN-25 of kind %s is read from %s', (kind, text, side) => {
    expect(toRuleSide(kind, text)).toEqual(side);
  });

  it('RUN-25 is shown as it can be written', () => {
    const shown = rules.map((rule) => [formatFrom(rule.from), formatTo(rule)]);
    expect(shown).toEqual([
      ['dev', 'prod'],
      ['dev:s', ':t'],
    ]);
  });
});

function fault(place: string): Finding {
  return {
    code: 'InputInvalid',
    severity: 'error',
    object: { type: 'input', project: null, code: place },
    reason: `${place} is wrong`,
    fix: 'Mend it.',
    overridable: false,
  };
}
