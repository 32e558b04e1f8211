import { describe, expect, it } from '@jest/globals';
import { compileFeatures } from '../../../../store/detection/compile-features';
import { scanDocument } from '../../../../store/detection/scan-document';
import { scrambled } from './planted-secrets';

const secret = `tok_${scrambled('abcdefghijklmnopqrstuvwxyz0123456789', 24)}`;
const token = { regex: 'tok_[a-z0-9]{24}', keywords: ['tok_'] };

function document(given: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    changedAt: '2026-06-01T00:00:00Z',
    code: 'c',
    definition: {},
    labels: {},
    name: 'Asset',
    project: 'p',
    references: [],
    type: 'shell',
    ...given,
  });
}

function scan(definition: unknown, given: Readonly<Record<string, unknown>>) {
  const features = compileFeatures([{ code: 'feature', definition }]);
  expect(features.unsupported).toEqual([]);
  return scanDocument(features, document(given));
}

const pointers = (definition: unknown, given: Readonly<Record<string, unknown>>) =>
  scan(definition, given).map(({ pointer }) => pointer);

describe('the secret scan of a document', () => {
  it('REL-26 RUN-20 names place and feature and shows three characters and the length, never the secret', () => {
    const found = scan(token, { definition: { steps: [{ 'a/b~c': `run ${secret}` }] } });
    expect(found).toEqual([
      { feature: 'feature', pointer: '/definition/steps/0/a~1b~0c', hint: 'tok… (28 characters)' },
    ]);
  });

  it('REL-26 shows nothing of a short secret', () => {
    const found = scan({ regex: 'pin [0-9]{6}()', keywords: [] }, { name: 'the pin 123456' });
    expect(found[0]?.hint).toBe('… (10 characters)');
  });

  it('REL-26 searches name, labels and definition, not what names things', () => {
    expect(
      pointers(token, {
        ...{ name: secret, labels: { note: secret }, definition: { body: secret } },
        ...{ code: secret, owner: secret, references: [{ role: secret, code: secret }] },
      }),
    ).toEqual(['/labels/note', '/name', '/definition/body']);
  });

  it('REL-26 reads the name of a short value with it, as in a settings file', () => {
    const assigned = { regex: `apiToken: "([a-z0-9]{12})"`, keywords: ['token'] };
    expect(pointers(assigned, { definition: { apiToken: 'abcdef123456' } })).toEqual([
      '/definition/apiToken',
    ]);
    expect(pointers(assigned, { definition: { other: 'abcdef123456' } })).toEqual([]);
  });

  it('REL-26 RUN-20 finds a secret in the name of a member and does not repeat it in the pointer', () => {
    const found = scan(
      { ...token, regex: 'tok_[a-z0-9]{24}' },
      { labels: { [`${secret}xyz`]: 'x' } },
    );
    expect(found.map(({ pointer }) => pointer)).toEqual(['/labels/*']);
  });

  it('REL-26 leaves the patterns of detection features alone, but not their descriptions', () => {
    expect(
      pointers(token, {
        type: 'detection_feature',
        definition: { regex: secret, keywords: [secret], allowlists: [{ regexes: [secret] }] },
      }),
    ).toEqual([]);
    expect(
      pointers(token, { type: 'detection_feature', definition: { description: secret } }),
    ).toEqual(['/definition/description']);
  });

  it('REL-26 asks for the entropy and the group that the feature names', () => {
    const even = { regex: 'id=([a-z]+);(.*)', keywords: ['id='], entropy: 2, secretGroup: 1 };
    expect(pointers(even, { name: 'id=aaaaaaaaaa;' })).toEqual([]);
    expect(pointers(even, { name: 'id=abcdefghij;' })).toEqual(['/name']);
    expect(scan(even, { name: 'id=abcdefghij;rest' })[0]?.hint).toBe('… (10 characters)');
  });

  it.each([
    {
      allowlist: { regexes: ['x{4}$'] },
      allowed: 'tok_aaaaxxxx',
      counted: 'tok_xxxxaaaa',
    },
    {
      allowlist: { regexes: ['^demo '], regexTarget: 'match' },
      allowed: 'demo tok_aaaaaaaa',
      counted: 'x tok_aaaaaaaa',
    },
    {
      allowlist: { regexes: ['sample'], regexTarget: 'line' },
      allowed: 'a sample: tok_aaaaaaaa',
      counted: 'sample\ntok_aaaaaaaa',
    },
    { allowlist: { stopwords: ['EXAMPLE'] }, allowed: 'tok_example1', counted: 'tok_exampl11' },
    {
      allowlist: { stopwords: ['zz'], regexes: ['^tok'], condition: 'AND' },
      allowed: 'tok_zzaaaaaa',
      counted: 'tok_aaaaaaaa',
    },
  ])('REL-26 leaves known false alarms out: $allowlist', ({ allowlist, allowed, counted }) => {
    const definition = {
      ...{ regex: '(?:demo )?(tok_[a-z0-9]{8})', keywords: ['tok_'] },
      allowlists: [allowlist],
    };
    expect(pointers(definition, { name: allowed })).toEqual([]);
    expect(pointers(definition, { name: counted })).toEqual(['/name']);
  });

  it('REL-26 applies features of files to assets with such a file name alone', () => {
    const definition = { regex: 'password', keywords: [], path: String.raw`\.tf$` };
    expect(pointers(definition, { definition: { content: 'a password' } })).toEqual([]);
    const files = { content: 'a password', fileName: 'main.tf' };
    expect(pointers(definition, { definition: files })).toEqual(['/definition/content']);
    expect(
      pointers({ path: String.raw`\.p12$` }, { definition: { fileName: 'client.p12' } }),
    ).toEqual(['/definition/fileName']);
  });

  it('REL-26 finds a keyword that JSON writes with a backslash', () => {
    const quoted = { regex: 'key="([a-z]{8})"', keywords: ['key="'] };
    expect(pointers(quoted, { name: 'key="abcdefgh"' })).toEqual(['/name']);
  });

  it('REL-20 REL-26 searches a long text in pieces and misses nothing at their edges', () => {
    for (const place of [65_520, 65_530, 65_536, 49_152, 49_140, 98_300, 131_000]) {
      const body = `${'-'.repeat(place)}${secret}${'-'.repeat(40_000)}`;
      expect(scan(token, { definition: { body } })).toEqual([
        { feature: 'feature', pointer: '/definition/body', hint: 'tok… (28 characters)' },
      ]);
    }
  });
});
