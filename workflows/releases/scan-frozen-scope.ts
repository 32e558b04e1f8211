import type { FrozenScopeRef } from '../../schemas/activities';
import type { CheckResult } from '../../schemas/runs/run-ref';
import type { RunActivities } from '../kit/activity-proxies';
import { mapWindow } from '../kit/map-window';
import type { Run } from '../kit/run';

type Frozen = FrozenScopeRef & CheckResult;

/**
 * Scans what a frozen scope holds for secrets, before anybody approves it (REL-26). Content that was
 * scanned with the same features is not scanned again.
 */
export async function scanFrozenScope(
  run: Run,
  { control, bulk }: RunActivities,
  { frozen, window }: { readonly frozen: Frozen; readonly window: number },
): Promise<Frozen> {
  if (frozen.findings.some((finding) => finding.severity === 'error')) return frozen;
  const { runId } = run;
  const { featureSet, mode, portions, objectCount, byteCount } = await bulk.planSecretScan({
    runId,
  });
  if (featureSet === null) return frozen;
  let done = 0;
  let bytesDone = 0;
  const show = (): void =>
    run.progress('freeze scope', {
      done,
      total: objectCount,
      unit: 'objects scanned',
      bytesDone,
      bytesTotal: byteCount,
    });
  await mapWindow(portions, window, async (shards) => {
    const scanned = await bulk.scanShards({ runId, featureSet, shards });
    done += scanned.objects;
    bytesDone += scanned.bytes;
    show();
  });
  const { findings } = await control.concludeSecretScan({ runId, featureSet, mode });
  return { ...frozen, findings: [...frozen.findings, ...findings] };
}
