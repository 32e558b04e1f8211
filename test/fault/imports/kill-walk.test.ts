import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createImportWalk, type ImportWalk } from './import-walk';
import { drawMoments } from './kill-moments';

const servers = ['postgres', 'objectStore', 'temporal'] as const;
const percent = (moment: number): string => (moment * 100).toFixed(1);
const killsOf = (count: number, what: string) =>
  drawMoments(count, what).map((moment) => ({ moment, at: percent(moment) }));

describe('an import whose worker or servers are killed', () => {
  let walk: ImportWalk;
  let lengthMs: number;
  let hits = 0;
  let kills = 0;

  beforeAll(async () => {
    walk = await createImportWalk();
    ({ lengthMs } = await walk.walk());
  }, 600_000);

  afterAll(() => walk.close(), 60_000);

  const killedAt = async (moment: number, kill: () => Promise<void>) => {
    const walked = await walk.walk({ afterMs: moment * lengthMs, kill });
    kills++;
    if (walked.wasHit) hits++;
    return walked;
  };

  it.each(killsOf(50, 'the worker'))(
    'REL-33 is all old or all new, and whole, when the worker is killed after $at %',
    async ({ moment }) => {
      const { repeatedShards } = await killedAt(moment, walk.killWorker);
      expect(repeatedShards).toBeLessThanOrEqual(1);
    },
    420_000,
  );

  it.each(servers.flatMap((server) => killsOf(10, server).map((one) => ({ server, ...one }))))(
    'RUN-2 is all old or all new, and whole, when $server is killed after $at %',
    async ({ server, moment }) => {
      const { run } = await killedAt(moment, () => walk.stack.killServer(server));
      expect(run.status).toBe('succeeded');
    },
    420_000,
  );

  it('RUN-1 has met most kills while it was under way', () => {
    expect(hits / kills).toBeGreaterThan(0.7);
  });
});
