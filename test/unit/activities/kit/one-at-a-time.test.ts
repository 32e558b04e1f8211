import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { oneAtATime } from '../../../../activities/kit/one-at-a-time';

describe('oneAtATime', () => {
  it('begins a call when those before it have ended, in their order', async () => {
    const events: string[] = [];
    const work = oneAtATime(async (name: string) => {
      events.push(`begin ${name}`);
      await setImmediate();
      events.push(`end ${name}`);
      return name;
    });
    expect(await Promise.all([work('a'), work('b'), work('c')])).toEqual(['a', 'b', 'c']);
    expect(events).toEqual(['begin a', 'end a', 'begin b', 'end b', 'begin c', 'end c']);
  });

  it('goes on after a call that failed', async () => {
    const work = oneAtATime((value: number) =>
      value === 1 ? Promise.reject(new Error('one')) : Promise.resolve(value),
    );
    const results = await Promise.allSettled([work(1), work(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
