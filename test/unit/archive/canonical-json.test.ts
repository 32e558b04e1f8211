import { describe, expect, it } from '@jest/globals';
import canonicalizeByPeer from 'canonicalize';
import { canonicalize, sha256Hex } from '../../../archive/canonical-json';

describe('canonicalize', () => {
  it('REL-25 gives the example of RFC 8785', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalize(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('REL-25 sorts members by UTF-16 code units, as RFC 8785 says', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, ö: 7 };
    const values = Object.values(JSON.parse(canonicalize(value)) as Record<string, number>);
    expect(canonicalize(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"\u{1f600}":5,"\ufb33":3}',
    );
    expect(values).toHaveLength(7);
  });

  it.each([
    [
      'integer-like names',
      JSON.parse('{"10":1,"9":2,"a":{"2":1,"10":2}}'),
      '{"10":1,"9":2,"a":{"10":2,"2":1}}',
    ],
    [
      'a member called __proto__',
      JSON.parse('{"z":1,"__proto__":{"b":1,"a":2}}'),
      '{"__proto__":{"a":2,"b":1},"z":1}',
    ],
    ['minus zero', { a: -0 }, '{"a":0}'],
    ['members without a value', { b: undefined, a: 1 }, '{"a":1}'],
    ['a text that spells a surrogate', { a: '\\ud800' }, '{"a":"\\\\ud800"}'],
    ['nothing', null, 'null'],
    ['nested lists', [[], {}, [1, [{ b: 1, a: 1 }]]], '[[],{},[1,[{"a":1,"b":1}]]]'],
  ])('REL-25 keeps %s', (_what, value: unknown, expected) => {
    expect(canonicalize(value)).toBe(expected);
  });

  it.each([
    ['NaN', { a: NaN }],
    ['infinity', [Infinity]],
    ['a lone surrogate', { a: '\ud800' }],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['a big integer', { a: 1n }],
    ['a function', { a: () => 1 }],
    ['a date', { a: new Date(0) }],
    ['undefined in a list', [undefined]],
    ['a hole', new Array(2)],
    ['a map', new Map()],
    ['nothing at all', undefined],
  ])('REL-25 refuses %s', (_what, value: unknown) => {
    expect(() => canonicalize(value)).toThrow(
      expect.objectContaining({ code: 'NotCanonicalJson' }),
    );
  });

  it('REL-25 agrees with another implementation on made-up values', () => {
    const random = createRandom(7);
    for (let round = 0; round < 2000; round++) {
      const value = makeValue(random, 4);
      expect(canonicalize(value)).toBe(canonicalizeByPeer(value));
    }
  });
});

describe('sha256Hex', () => {
  it('REL-24 hashes texts as UTF-8', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(sha256Hex('é')).toBe(sha256Hex(Buffer.from([0xc3, 0xa9])));
  });
});

function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function makeValue(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth === 0 ? 4 : 6));
  if (pick === 0) return (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20);
  if (pick === 1)
    return String.fromCodePoint(...Array.from({ length: 5 }, () => Math.floor(random() * 0xd7ff)));
  if (pick === 2) return random() < 0.5;
  if (pick === 3) return null;
  const items = Array.from({ length: Math.floor(random() * 5) }, () =>
    makeValue(random, depth - 1),
  );
  if (pick === 4) return items;
  return Object.fromEntries(items.map((item) => [makeName(random), item]));
}

function makeName(random: () => number): string {
  const names = ['a', 'B', '10', '9', '__proto__', 'ﬁ', '\u{1f600}', '\uffff', '', ' '];
  return (
    (names[Math.floor(random() * names.length)] ?? '') +
    (random() < 0.3 ? String(Math.floor(random() * 20)) : '')
  );
}
