import type { BulkActivities, FrozenScopeRef, ShardPortion } from '../../schemas/activities';
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
  const portions = frozen.portions ?? singleShards(frozen.shardCount);
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
  await mapWindow(portions, window, async ({ first, last }) => {
    const { runId } = run;
    const collected =
      frozen.portions === undefined
        ? await bulk.collectShard({ runId, shard: first })
        : await bulk.collectShards({ runId, first, last });
    objects += collected.objects;
    bytes += collected.bytes;
    show();
  });
}

/** As scopes were collected before there were portions: runs that began then go on so. */
function singleShards(count: number): ShardPortion[] {
  return Array.from({ length: count }, (_, index) => ({ first: index + 1, last: index + 1 }));
}
