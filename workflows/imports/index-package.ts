import type { CheckResult } from '../../schemas/runs/run-ref';
import type { Finding } from '../../schemas/runs/finding';
import type { ReceivedPackage } from '../../schemas/imports/activities';
import { mapWindow } from '../kit/map-window';
import type { Run } from '../kit/run';
import type { RunActivities } from '../kit/activity-proxies';

/**
 * Verifies a received package and writes down what it holds, a window of its entries at once (REL-29).
 * An entry that is written down stays so, also when the step parks and is run again.
 */
export async function indexPackage(
  run: Run,
  { bulk }: RunActivities,
  { received, window }: { readonly received: ReceivedPackage; readonly window: number },
): Promise<CheckResult> {
  const ref = { runId: run.runId };
  const opened = await bulk.openPackageIndex({ ...ref, ...received });
  if (opened.complete || opened.findings.some(isFinal)) {
    return opened;
  }
  const { indexId, shardCount, objectCount, byteCount } = opened;
  let objects = 0;
  let bytes = 0;
  const show = (): void =>
    run.progress('verify', {
      done: objects,
      total: objectCount,
      unit: 'objects',
      bytesDone: bytes,
      bytesTotal: byteCount,
    });
  show();
  const shards = Array.from({ length: shardCount }, (_, index) => index + 1);
  await mapWindow(shards, window, async (shard) => {
    const indexed = await bulk.indexShard({ ...ref, indexId, shard });
    objects += indexed.objects;
    bytes += indexed.bytes;
    show();
  });
  const closed = await bulk.closePackageIndex({ ...ref, indexId });
  return { findings: [...opened.findings, ...closed.findings] };
}

/** What may be overridden does not keep from finding the rest (RUN-24). */
function isFinal(finding: Finding): boolean {
  return finding.severity === 'error' && !finding.overridable;
}
