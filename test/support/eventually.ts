import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer that is not undefined and not false; fails after `withinMs` with what was last seen. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`It did not come to pass within ${withinMs} ms`, { cause: last });
    await sleep(50);
  }
}
