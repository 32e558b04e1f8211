import { randomInt } from 'node:crypto';

/** Names the seed of the moments, to walk the same ones again. */
const seedVariable = 'GANTRY_TEST_SEED';

/**
 * So many moments between 0 and 1, one in each of as many equal stretches, in no order; the seed is
 * printed.
 */
export function drawMoments(count: number, what: string): number[] {
  const seed = Number(process.env[seedVariable] ?? randomInt(2 ** 31));
  process.stderr.write(`moments of ${what}: ${seedVariable}=${String(seed)}\n`);
  const random = createRandom(seed);
  const moments = Array.from({ length: count }, (_, index) => (index + random()) / count);
  for (let last = moments.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [moments[last], moments[other]] = [moments[other] as number, moments[last] as number];
  }
  return moments;
}

/** mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
