import { describe, expect, it } from '@jest/globals';
import { compileFeatures } from '../../../../store/detection/compile-features';

const good = { code: 'good', definition: { regex: 'tok_[a-z]{8}', keywords: ['tok_'] } };

function unsupported(definition: unknown): (string | undefined)[] {
  const compiled = compileFeatures([{ code: 'bad', definition }, good]);
  expect(compiled.features.map(({ code }) => code)).toContain('good');
  return compiled.unsupported.map((finding) => {
    expect(finding).toMatchObject({ code: 'DetectionFeatureUnsupported', severity: 'warning' });
    return finding.object?.code;
  });
}

describe('the features of a tenant', () => {
  it.each([
    ['a look-behind', { regex: '(?<![0-9])1[3-9]' }],
    ['a look-ahead', { regex: 'a(?!b)' }],
    ['a back-reference', { regex: String.raw`(a)\1` }],
    ['a broken pattern', { regex: '(' }],
    ['neither regex nor path', { keywords: ['x'] }],
    ['a group that is not there', { regex: 'a', secretGroup: 2 }],
    ['a pattern that is no text', { regex: 7 }],
    ['a broken path', { regex: 'a', path: '(' }],
    ['no definition', null],
    ['too many keywords', { regex: 'a', keywords: ['x'.repeat(60_000)] }],
  ])(
    'REL-26 are told by name where they cannot be used, and the others work: %s',
    (_, definition) => {
      expect(unsupported(definition)).toEqual(['bad']);
    },
  );

  it('REL-26 keep working without a pattern of their allowlist that cannot be used', () => {
    const definition = { regex: 'tok', allowlists: [{ regexes: ['(?=x)', 'y'] }] };
    const { features, unsupported: told } = compileFeatures([{ code: 'half', definition }]);
    expect(features).toHaveLength(1);
    expect(told.map((finding) => finding.object?.code)).toEqual(['half']);
  });

  it('REL-26 never repeat their pattern in what is told of them', () => {
    const [finding] = compileFeatures([
      { code: 'long', definition: { regex: `${'a'.repeat(5_000)}(?=b)` } },
    ]).unsupported;
    expect(finding?.reason).not.toContain('a'.repeat(200));
    expect(finding?.reason).toContain('(?=');
  });
});
