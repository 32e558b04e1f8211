import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually';
import { expectWholePackage } from '../../support/exported-package';
import { createFaultStack, type FaultStack } from '../../support/fault-stack';
import { tinyLine } from '../../support/tiny-catalog';

const oneAtOnce = { GANTRY_BULK_CONCURRENCY: '1' };
/** Content of a few portions: a worker with one to do leaves the next to the other. */
const catalog = [
  tinyLine({ type: 'project', project: null, code: 'sales' }),
  ...['database_sql', 'python', 'shell'].flatMap((type) =>
    Array.from({ length: 400 }, (_, index) => {
      const text = `select ${String(index)} `.repeat(1500);
      return tinyLine({ type, project: 'sales', code: `${type}_${index}`, definition: { text } });
    }),
  ),
];

describe('an export that several worker processes do', () => {
  let stack: FaultStack;
  let undisturbed: Map<string, string>;

  beforeAll(async () => {
    stack = await createFaultStack({ catalog, workerEnvironment: oneAtOnce });
    const { run, release } = await stack.startExport();
    expect((await stack.ended(run)).status).toBe('succeeded');
    undisturbed = await expectWholePackage(stack, release);
  }, 120_000);

  afterAll(() => stack.close(), 60_000);

  it('RUN-28 gives the same content when two workers collect', async () => {
    const second = await stack.startWorker();
    const { run, release } = await stack.startExport();

    expect((await stack.ended(run)).status).toBe('succeeded');
    expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
    for (const worker of [stack.workers[0], second]) {
      const lines = worker?.logs().split('\n') ?? [];
      const done = lines.filter((line) => line.includes(run) && line.includes('collectShards'));
      expect(done.length).toBeGreaterThan(0);
    }
    await second.stop();
  }, 180_000);

  it('REL-23 leaves nothing of a worker that is killed between upload and record', async () => {
    const { run, release } = await stack.startExport();
    await stack.whenBegun(run, 'wait for approval');
    // Recording a shard now waits; reading them goes on.
    const blocked = await stack.database.transaction();
    await blocked.raw('lock table frozen_shards in share mode');
    await eventually(async () => (await stack.objects.keys('staging/')).length > 0, 60_000);
    await stack.workers[0]?.kill();
    const orphans = await stack.objects.keys('staging/');
    const recorded = await stack
      .database('frozen_shards')
      .where({ run_id: run })
      .whereNotNull('fragment')
      .pluck<string[]>('path');
    // A session that waits for a lock does not notice that its client is gone.
    await blocked.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gantry worker'`,
    );
    await blocked.rollback();
    await stack.startWorker();

    expect((await stack.ended(run)).status).toBe('succeeded');
    expect(recorded).toEqual([]);
    expect(orphans.length).toBeGreaterThan(0);
    expect(await expectWholePackage(stack, release)).toEqual(undisturbed);
  }, 180_000);
});
