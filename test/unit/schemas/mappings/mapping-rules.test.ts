import { describe, expect, it } from '@jest/globals';
import { assetTypeCodes } from '../../../../schemas/catalog/asset-types';
import { isNameKind, kindOfType, objectKinds } from '../../../../schemas/mappings/mapping-kinds';
import { MappingInput } from '../../../../schemas/mappings/mapping-inputs';
import { maxRules, type MappingRule } from '../../../../schemas/mappings/mapping-rules';
import { parseInput } from '../../../../schemas/parse-input';
import { isPipelineError } from '../../../../schemas/pipeline-error';

const parse = (rules: readonly unknown[]): MappingRule[] =>
  parseInput(MappingInput, { tenant: 'retail', source: 'dev', rules }).rules;

function faultsOf(rules: readonly unknown[]): string[] {
  try {
    parse(rules);
  } catch (error) {
    if (isPipelineError(error, 'InvalidInput'))
      return error.findings.map(({ code, object }) => `${code} ${object?.code ?? ''}`);
  }
  return [];
}

describe('rules of a mapping', () => {
  it('RUN-25 have one order and one form, however they are written', () => {
    const rules = [
      { kind: 'project', from: 'b', to: 'c' },
      { kind: 'meta_table', from: { project: '', code: 'x' }, to: { code: 'y' } },
      { kind: 'meta_table', from: { code: 'a' }, to: { project: '', code: 'z' } },
    ];
    const inOrder = [
      { kind: 'meta_table', from: { project: null, code: 'a' }, to: { project: null, code: 'z' } },
      { kind: 'meta_table', from: { project: null, code: 'x' }, to: { code: 'y' } },
      { kind: 'project', from: 'b', to: 'c' },
    ];
    expect(parse(rules)).toStrictEqual(inOrder);
    expect(parse([...rules].reverse())).toStrictEqual(inOrder);
  });

  it('RUN-25 tell every fault at once, of single rules and between them', () => {
    const found = faultsOf([
      { kind: 'project', from: 'a', to: 'b' },
      { kind: 'project', from: 'a', to: 'c' },
      { kind: 'project', from: 'd', to: 'b' },
      { kind: 'queue', from: 'a', to: 'b' },
      { kind: 'data_segment', from: { code: 'a' }, to: { code: 'b' } },
      { kind: 'owner', from: 'li', to: 'li' },
      { kind: 'owner', from: '', to: 'x\ny' },
      { kind: 'shell', from: { project: 'p', code: 's' } },
      { kind: 'shell', from: 's', to: { code: 't', path: 'u' } },
      'project a b',
      { kind: 'owner', from: '\ud800', to: 'x' },
    ]);
    expect(found).toHaveLength(12);
    expect(new Set(found)).toEqual(
      new Set([
        'MappingFromTwice rules.1.from',
        'MappingNamesMerged rules.2.to',
        'InputInvalid rules.3.kind',
        'InputInvalid rules.4.kind',
        'MappingRuleIdle rules.5.to',
        'InputInvalid rules.6.from',
        'InputInvalid rules.6.to',
        'InputMissing rules.7.to',
        'InputInvalid rules.8.from',
        'InputUnknown rules.8.to.path',
        'InputInvalid rules.9',
        'InputInvalid rules.10.from',
      ]),
    );
  });

  it.each([
    ['swap names', [named('project', 'a', 'b'), named('project', 'b', 'a')]],
    ['hand names on', [named('segment', 'a', 'b'), named('segment', 'b', 'c')]],
    ['give two owners one', [named('owner', 'a', 'c'), named('owner', 'b', 'c')]],
    ['use a name in several kinds', [named('project', 'a', 'c'), named('segment', 'b', 'c')]],
    ['hold a reference where it is', [object('p', 'a', { project: 'p', code: 'a' })]],
    ['lead two references to one', [toX('a'), toX('b')]],
  ])('RUN-25 may %s', (_what, rules) => {
    expect(faultsOf(rules)).toEqual([]);
  });

  it('RUN-25 are at most 10,000', () => {
    const many = Array.from({ length: maxRules + 1 }, (_one, index) =>
      named('owner', `from ${index}`, 'to'),
    );
    expect(faultsOf(many)).toEqual(['InputInvalid rules']);
    expect(parse(many.slice(1))).toHaveLength(maxRules);
  });

  it('RUN-25 speak of each of the 52 asset types through exactly one kind', () => {
    const kinds = assetTypeCodes.map(kindOfType);
    expect(kinds.filter((kind) => !isNameKind(kind) && !objectKinds.includes(kind))).toEqual([]);
    expect(new Set(kinds).size).toBe(52);
    expect(objectKinds).toHaveLength(50);
  });
});

function named(kind: string, from: string, to: string) {
  return { kind, from, to };
}

function object(project: string, code: string, to: object) {
  return { kind: 'shell', from: { project, code }, to };
}

function toX(code: string) {
  return object('p', code, { code: 'x' });
}
