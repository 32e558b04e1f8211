import type { PublishOrderRef } from '../../schemas/publishing/activities';
import type { RunActivities } from '../kit/activity-proxies';
import { mapWindow } from '../kit/map-window';
import type { Run } from '../kit/run';

/**
 * Publishes stage after stage, a window of the independent shards of a stage at once (REL-37). A shard
 * that is done stays done, also when the step parks and is run again.
 */
export async function publishStages(
  run: Run,
  { bulk }: RunActivities,
  { order, window }: { readonly order: PublishOrderRef; readonly window: number },
): Promise<void> {
  let objects = 0;
  let bytes = 0;
  const show = (): void =>
    run.progress('publish', {
      done: objects,
      total: order.objectCount,
      unit: 'objects',
      bytesDone: bytes,
      bytesTotal: order.byteCount,
    });
  show();
  let last = 0;
  for (const shardCount of order.stages) {
    const first = last + 1;
    const shards = Array.from({ length: shardCount }, (_, index) => first + index);
    await mapWindow(shards, window, async (shard) => {
      const published = await bulk.publishShard({ runId: run.runId, shard });
      objects += published.objects;
      bytes += published.bytes;
      show();
    });
    last += shardCount;
  }
}
