import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportWalk, type ImportWalk } from '../../fault/imports/import-walk';

/** A sample of `npm run test:fault`, which kills at 80 random moments. */
describe('an import under which something is killed', () => {
  let walk: ImportWalk;
  let lengthMs: number;
  let hits = 0;

  beforeAll(async () => {
    walk = await createImportWalk();
    ({ lengthMs } = await walk.walk());
  }, 600_000);

  afterAll(() => walk.close(), 60_000);

  it.each([0.25, 0.5, 0.75])(
    'REL-33 is all old or all new, and whole, when the worker is killed at %d of its length',
    async (moment) => {
      const walked = await walk.walk({ afterMs: moment * lengthMs, kill: walk.killWorker });
      if (walked.wasHit) hits++;
      expect(walked.repeatedShards).toBeLessThanOrEqual(1);
    },
    420_000,
  );

  it.each(['postgres', 'objectStore', 'temporal'] as const)(
    'RUN-2 is all old or all new, and whole, when %s is killed half way',
    async (server) => {
      const kill = () => walk.stack.killServer(server);
      const { run, wasHit } = await walk.walk({ afterMs: 0.5 * lengthMs, kill });
      if (wasHit) hits++;
      expect(run.status).toBe('succeeded');
    },
    420_000,
  );

  // The first walk is the slowest: later moments may come after the end of a warm one.
  it('RUN-1 was met by kills while it was under way', () => {
    expect(hits).toBeGreaterThan(0);
  });
});
