import { describe, expect, it } from '@jest/globals';
import { compareUtf8 } from '../../../archive/byte-order';

describe('compareUtf8', () => {
  it('REL-25 orders texts as their UTF-8 bytes are ordered', () => {
    const texts = [
      '',
      'a',
      'B',
      'aa',
      'é',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10ffff}',
      'a\u{1f600}',
      'a\uffff',
    ];
    for (const left of texts) {
      for (const right of texts) {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareUtf8(left, right))).toBe(expected);
      }
    }
  });
});
