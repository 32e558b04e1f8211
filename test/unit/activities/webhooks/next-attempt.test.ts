import { describe, expect, it } from '@jest/globals';
import { nextAttemptIn } from '../../../../activities/webhooks/next-attempt';

const hourMs = 3_600_000;
const patience = { firstPauseMs: 5_000, giveUpAfterMs: 72 * hourMs };

describe('the next attempt of a message', () => {
  it('RUN-30 comes after ever longer pauses, at most twelve hours', () => {
    const pauses = [1, 2, 3, 8, 50].map((attempts) =>
      nextAttemptIn({ attempts, ageMs: 0 }, patience),
    );
    expect(pauses).toEqual([5_000, 20_000, 80_000, 12 * hourMs, 12 * hourMs]);
  });

  it('RUN-30 comes no more when the message would be too old by then', () => {
    expect(nextAttemptIn({ attempts: 9, ageMs: 59 * hourMs }, patience)).toBe(12 * hourMs);
    expect(nextAttemptIn({ attempts: 9, ageMs: 61 * hourMs }, patience)).toBeNull();
  });
});
