import { describe, expect, it } from '@jest/globals';
import { canonicalize } from '../../../../archive/canonical-json';
import { buildLineFilter } from '../../../../store/mappings/line-filter';

const names = [
  'dev',
  'a"b',
  'back\\slash',
  'x\\',
  '零售',
  '\u2028',
  'pg_dev',
  'é',
  '😀',
  '"',
  'c,d',
];
/** More names that occur nowhere, so that lines are looked through piece by piece. */
const others = Array.from({ length: 1000 }, (_one, index) => `nowhere-${index}`);

describe.each([
  ['by a pattern', []],
  ['piece by piece', others],
])('the filter of lines, %s', (_how, more) => {
  it.each(names)('RUN-25 finds %j wherever a line has it as a text', (name) => {
    const mayTouch = buildLineFilter([name, ...more]);
    for (const line of [
      canonicalize({ owner: name }),
      canonicalize({ code: 'q"', owner: name, z: '\\' }),
      canonicalize({ a: '\\"', references: [{ code: name, role: '"x"' }] }),
      canonicalize({ a: ['\\\\', name, '\\'] }),
    ])
      expect([line, mayTouch(line)]).toEqual([line, true]);
  });

  it('RUN-25 takes names as they are, not as patterns', () => {
    const mayTouch = buildLineFilter(['a.c', '(x|y)', ...more]);
    const lines = [{ code: 'abc' }, { code: 'x' }, { code: 'a.c' }];
    expect(lines.map((line) => mayTouch(canonicalize(line)))).toEqual([false, false, true]);
  });

  it('RUN-25 passes lines by that have the name only inside of other texts', () => {
    const mayTouch = buildLineFilter(['dev', ...more]);
    const lines = [
      { code: 'devel' },
      { sql: 'select dev from "de"' },
      { n: 1 },
      {},
      { code: 'd.v' },
    ];
    expect(lines.map((line) => mayTouch(canonicalize(line)))).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('the filter of lines', () => {
  it.each([1000, 10_000])('RUN-25 takes %d names as long as names can be', (count) => {
    const long = Array.from({ length: count }, (_one, index) => `${index}`.padStart(255, '零"'));
    const mayTouch = buildLineFilter(long);
    expect([long[0], long.at(-1), 'other'].map((code) => mayTouch(canonicalize({ code })))).toEqual(
      [true, true, false],
    );
  });

  it('RUN-25 never misses a name, tried with texts of every awkward kind', () => {
    const parts = ['"', '\\', 'a', 'dev', ',', ':', '\n', '零', '{', ' '];
    let seed = 7;
    const pick = <T>(list: readonly T[]): T => {
      seed = (seed * 48_271) % 2_147_483_647;
      return list[seed % list.length] as T;
    };
    const text = () => Array.from({ length: 1 + (seed % 4) }, () => pick(parts)).join('');
    const missed: string[] = [];
    for (let round = 0; round < 1500; round++) {
      const name = text();
      const line = canonicalize({ a: text(), b: [text(), name, text()], c: text() });
      for (const more of [[], others])
        if (!buildLineFilter([name, ...more])(line)) missed.push(`${name} in ${line}`);
    }
    expect(missed).toEqual([]);
  });
});
