import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually';
import type { GantryStack } from '../../support/gantry-stack';
import { ended } from '../runs/run-world';
import { createPublishStack, onlineCodes, startPublishing } from './publish-stack';

const objects = 4_000;

/** A chain through every tenth object, so that there are many stages. */
function catalog(): string[] {
  const document = (code: string, given: object): string =>
    JSON.stringify({
      ...{ type: 'database_sql', project: 'sales', segment: null, code, name: code },
      ...{ owner: null, changedAt: '2026-06-01T08:00:00Z', changedBy: null, labels: {} },
      ...{ references: [], definition: {}, ...given },
    });
  const tasks = Array.from({ length: objects }, (_, at) => {
    const input = { role: 'input', type: 'database_sql', project: 'sales', code: `t${at - 10}` };
    return document(`t${at}`, at % 10 === 0 && at > 0 ? { references: [input] } : {});
  });
  return [document('sales', { type: 'project', project: null }), ...tasks];
}

describe('a publish run whose worker is killed', () => {
  let stack: GantryStack;

  beforeAll(async () => {
    stack = await createPublishStack({
      catalog: catalog(),
      settings: { publishApproval: { kind: 'none' } },
    });
  }, 180_000);

  afterAll(() => stack.close());

  it('REL-39 goes on after kill -9, and publishes each object once', async () => {
    const run = await startPublishing(stack);
    const { database } = stack;
    const decided = async (): Promise<number> => {
      const row = await database('publish_run_objects')
        .where({ run_id: run })
        .whereNot({ status: 'waiting' })
        .count<{ count: number }[]>({ count: '*' })
        .first();
      return row?.count ?? 0;
    };
    await eventually(async () => (await decided()) > 0);
    await stack.workers.at(-1)?.kill();
    const before = await database('online_assets').select('asset_id', 'published_at');
    await stack.startWorker();

    const { status, report } = await ended(stack, run);
    expect(status).toBe('succeeded');
    expect(report?.result).toMatchObject({
      objects: objects + 1,
      succeeded: objects + 1,
      failed: 0,
    });
    expect(await onlineCodes(stack)).toHaveLength(objects + 1);
    // What was online before the kill was not put there again.
    const after = await database('online_assets')
      .whereIn(
        'asset_id',
        before.map((row: { asset_id: number }) => row.asset_id),
      )
      .select('asset_id', 'published_at');
    const byAsset = (rows: { asset_id: number }[]) => rows.sort((a, b) => a.asset_id - b.asset_id);
    expect(byAsset(after as { asset_id: number }[])).toEqual(
      byAsset(before as { asset_id: number }[]),
    );
    expect(before.length).toBeGreaterThan(0);
  }, 180_000);
});
