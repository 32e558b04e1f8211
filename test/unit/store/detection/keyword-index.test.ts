import { describe, expect, it } from '@jest/globals';
import { createKeywordIndex } from '../../../../store/detection/keyword-index';
import { scrambled } from './planted-secrets';

function found(lists: readonly (readonly string[])[], text: string): number[] {
  const places = new Set<number>();
  createKeywordIndex(lists).find(text, places);
  return [...places].sort((one, other) => one - other);
}

describe('the index of keywords', () => {
  it('REL-26 finds keywords whatever their case, also those that overlap or lie in another', () => {
    expect(found([['token'], ['oke'], ['KEN'], ['nope']], 'a ToKeN')).toEqual([0, 1, 2]);
    expect(found([['he'], ['she'], ['hers'], ['his']], 'ushers')).toEqual([0, 1, 2]);
    expect(found([['手机'], ['身份证']], '他的手机号')).toEqual([0]);
  });

  it('REL-26 tells of every list that has the keyword, and of none for an empty text', () => {
    expect(found([['a'], ['a', 'b'], ['c']], 'xAx')).toEqual([0, 1]);
    expect(found([['a']], '')).toEqual([]);
    expect(found([[], ['a']], 'a')).toEqual([1]);
  });

  it('REL-26 finds what a search word by word finds, in a thousand texts', () => {
    const lists = Array.from({ length: 40 }, (_, seed) => [
      scrambled('ab', 1 + (seed % 5), seed),
      scrambled('abc', 2 + (seed % 3), seed * 31 + 1),
    ]);
    const index = createKeywordIndex(lists);
    for (let seed = 0; seed < 1_000; seed++) {
      const text = scrambled('abcd', seed % 24, seed);
      const places = new Set<number>();
      index.find(text, places);
      const expected = lists.flatMap((list, place) =>
        list.some((keyword) => text.includes(keyword)) ? [place] : [],
      );
      expect([...places].sort((one, other) => one - other)).toEqual(expected);
    }
  });
});
