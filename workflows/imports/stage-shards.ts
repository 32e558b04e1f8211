import type { ImportPlanRef } from '../../schemas/imports/activities';
import type { RunActivities } from '../kit/activity-proxies';
import { mapWindow } from '../kit/map-window';
import type { Run } from '../kit/run';

/**
 * Stores the contents that a plan needs and the catalog lacks, a window of shards at once (REL-33).
 * A shard that is staged stays so, also when the step parks and is run again.
 */
export async function stageShards(
  run: Run,
  { bulk }: RunActivities,
  { plan, window }: { readonly plan: ImportPlanRef; readonly window: number },
): Promise<void> {
  let objects = 0;
  let bytes = 0;
  const show = (): void =>
    run.progress('stage', {
      done: objects,
      total: plan.stageObjectCount,
      unit: 'objects',
      bytesDone: bytes,
      bytesTotal: plan.stageByteCount,
    });
  show();
  await mapWindow([...plan.stageShards], window, async (shard) => {
    const staged = await bulk.stageShard({ runId: run.runId, shard });
    objects += staged.objects;
    bytes += staged.bytes;
    show();
  });
}
