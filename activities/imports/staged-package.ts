import { rangedSource, type ArchiveSource } from '../../archive/archive-source';
import { stagingPrefix } from '../../schemas/ids';
import type { ObjectStore } from '../ports/object-store';
import type { Beat } from '../kit/beating';

/** Where a run keeps the package that it has taken over; nobody writes to it again. */
export function stagedPackageKey(runId: string): string {
  return `${stagingPrefix(runId)}package.dp`;
}

/** The package of a run, read by ranges; every range is reported as progress. */
export function stagedPackageSource(
  objectStore: ObjectStore,
  reading: {
    readonly runId: string;
    readonly bytes: number;
    readonly beat: Beat;
    readonly signal: AbortSignal;
  },
): ArchiveSource {
  const { runId, bytes, beat, signal } = reading;
  let bytesRead = 0;
  return rangedSource(bytes, async (start, end) => {
    bytesRead += end - start;
    beat({ bytesRead });
    return objectStore.read(stagedPackageKey(runId), { start, end }, signal);
  });
}
