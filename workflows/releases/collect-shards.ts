import type { BulkActivities, FrozenScopeRef } from '../../schemas/activities';
import { mapWindow } from '../kit/map-window';
import type { Run } from '../kit/run';

/**
 * Collects every shard of a frozen scope, a window of them at once (REL-19). A shard that is done
 * stays done, also when the step parks and is run again.
 */
export async function collectShards(
  run: Run,
  bulk: BulkActivities,
  { frozen, window }: { readonly frozen: FrozenScopeRef; readonly window: number },
): Promise<void> {
  const shards = Array.from({ length: frozen.shardCount }, (_, index) => index + 1);
  let objects = 0;
  let bytes = 0;
  const show = (): void =>
    run.progress('collect', {
      done: objects,
      total: frozen.objectCount,
      unit: 'objects',
      bytesDone: bytes,
      bytesTotal: frozen.byteCount,
    });
  show();
  await mapWindow(shards, window, async (shard) => {
    const collected = await bulk.collectShard({ runId: run.runId, shard });
    objects += collected.objects;
    bytes += collected.bytes;
    show();
  });
}
