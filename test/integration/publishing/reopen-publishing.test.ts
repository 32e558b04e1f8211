import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findRun } from '../../../store/runs/find-run';
import { pipelineOf } from '../../../store/runs/pipelines';
import { line } from '../catalog/catalog-world';
import { createPublishWorld, type PublishWorld } from './publish-world';

const lines = (count: number): string[] => [
  line('orders', { type: 'project', project: null, definition: {} }),
  ...Array.from({ length: count }, (_, at) => line(`t${at}`)),
];

describe('a publish run that is started again', () => {
  let world: PublishWorld;

  beforeAll(async () => {
    world = await createPublishWorld();
  });

  afterAll(() => world.drop());

  async function begun(code: string, count: number) {
    const id = await world.addTarget(code);
    await world.load(code, lines(count));
    await world.listAll(id);
    return { id, ...(await world.begin(id)) };
  }

  function reopen(runId: string, redone: readonly string[]) {
    return world.database.transaction(async (trx) => {
      const run = await findRun(trx, runId, 'update');
      return pipelineOf(run).reopen?.(trx, run, redone);
    });
  }

  it('RUN-4 takes what it had not come to again, and goes on with the same order', async () => {
    const { id, runId } = await begun('goes-on', 1_200);
    await world.publishShard(runId, 1);
    await world.end(runId, 'aborted');
    const open = await world.database('publish_objects').where({ status: 'publishing' });
    expect(open).toEqual([]);
    expect(await reopen(runId, ['publish', 'report'])).toBeNull();
    for (const shard of [2, 3, 4]) await world.publishShard(runId, shard);
    expect(await world.onlineCodes(id)).toHaveLength(1_201);
  });

  it('RUN-4 does not order anew what is published in part', async () => {
    const { runId } = await begun('in-part', 1_200);
    await world.publishShard(runId, 1);
    await world.end(runId, 'aborted');
    expect(await reopen(runId, ['order', 'publish', 'report'])).toMatchObject({
      why: 'a part is published; start another run',
    });
  });

  it('RUN-4 orders anew what nothing was published of', async () => {
    const { runId } = await begun('anew', 3);
    await world.end(runId, 'aborted');
    expect(await reopen(runId, ['order', 'publish', 'report'])).toBeNull();
    const row = await world
      .database('publishings')
      .where({ state: 'running', ordered: null })
      .count<{ count: number }[]>({ count: '*' })
      .first();
    expect(row?.count).toBe(1);
  });

  it('RUN-4 refuses where others published its objects meanwhile', async () => {
    const { id, runId } = await begun('overtaken', 3);
    await world.end(runId, 'cancelled');
    await world.publish(id);
    expect(await reopen(runId, ['publish', 'report'])).toMatchObject({
      why: 'others published some of its objects meanwhile',
    });
  });
});
