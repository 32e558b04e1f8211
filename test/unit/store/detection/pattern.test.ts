import { describe, expect, it } from '@jest/globals';
import { RE2JS } from 're2js';
import { compilePattern, type Pattern } from '../../../../store/detection/pattern';
import { scrambled } from './planted-secrets';

function allMatches(pattern: Pattern, text: string): (readonly [number, number])[] {
  const spans: (readonly [number, number])[] = [];
  for (let from = 0; from <= text.length;) {
    const match = pattern.find(text, from);
    if (match === undefined) break;
    spans.push([match.start, match.end]);
    from = Math.max(match.end, match.start + 1);
  }
  return spans;
}

const led = [
  String.raw`(?i)[\w.-]{0,50}?(?:key|token)[ =]{1,3}([a-z]{3,9})`,
  String.raw`[ab]{0,3}b|ca`,
  String.raw`[^x]{0,2}y\b`,
  String.raw`[a-c]{0,4}?(?:bc)+$`,
];

describe('a pattern of a tenant', () => {
  it.each(led)(
    'REL-26 is as exact as RE2, though its lead is cut off for the search: %s',
    (source) => {
      const pattern = compilePattern(source);
      const whole = RE2JS.compile(source);
      for (let seed = 0; seed < 300; seed++) {
        const text = `${scrambled('abcxy key=token ', 30, seed)} my.key = ${scrambled('abc', 6, seed)}`;
        const expected = [...whole.matchAll(text)]
          .filter((match) => match[0] !== '')
          .map(({ 0: all, index = 0 }) => [index, index + all.length]);
        expect(pattern.test(text)).toBe(whole.test(text));
        expect(allMatches(pattern, text)).toEqual(expected);
      }
    },
  );

  it.each([
    ['(?<![0-9])1[3-9][0-9]{9}'],
    ['(?=a)b'],
    [String.raw`(a)\1`],
    ['(a'],
    ['(?:(?:(?:a{1000}){1000}){1000})'],
  ])('REL-26 is refused where it cannot run in linear time or is none: %s', (source) => {
    expect(() => compilePattern(source)).toThrow();
  });

  it.each(['(a+)+$', '(a|aa)+$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*x', '(a*)*b'])(
    'REL-26 ends on the input that holds a backtracking engine for ever: %s',
    (source) => {
      const pattern = compilePattern(source);
      const text = `${'a'.repeat(60_000)}!`;
      const before = process.cpuUsage();
      pattern.test(text);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1_000).toBeLessThan(20_000);
    },
  );
});
