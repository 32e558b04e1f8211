import { describe, expect, it } from '@jest/globals';
import { refusalCodes, refusalReason } from '../../../../workflows/rules/refusal-reason';

const finding = (code: string, reason: string) =>
  ({ code, severity: 'error', reason, fix: 'Mend it.', overridable: false }) as const;

describe('refusalReason', () => {
  it('RUN-24 says each reason once, the first five', () => {
    const errors = 'a b c a b c d e f g g'
      .split(' ')
      .map((letter) => finding(`Code${letter}`, `reason ${letter}`));
    expect(refusalReason(errors)).toBe(
      'reason a; reason b; reason c; reason d; reason e; and 2 more',
    );
    expect(refusalReason(errors.slice(0, 4))).toBe('reason a; reason b; reason c');
    expect(refusalCodes(errors.slice(0, 4))).toBe('Codea, Codeb, Codec');
  });
});
