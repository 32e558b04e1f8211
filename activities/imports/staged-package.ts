import { rangedSource, type ArchiveSource } from '../../archive/archive-source';
import { onePassSource, type OnePassSource } from '../../archive/one-pass-source';
import { stagingPrefix } from '../../schemas/ids';
import type { ObjectStore } from '../ports/object-store';
import type { Beat } from '../kit/beating';

/** Where a run keeps the package that it has taken over; nobody writes to it again. */
export function stagedPackageKey(runId: string): string {
  return `${stagingPrefix(runId)}package.dp`;
}

interface Reading {
  readonly runId: string;
  readonly bytes: number;
  readonly beat: Beat;
  readonly signal: AbortSignal;
}

/** The package of a run, read by ranges; every range is reported as progress. */
export function stagedPackageSource(
  objectStore: ObjectStore,
  { runId, bytes, beat, signal }: Reading,
): ArchiveSource {
  let bytesRead = 0;
  return rangedSource(bytes, async (start, end) => {
    bytesRead += end - start;
    beat({ bytesRead });
    return objectStore.read(stagedPackageKey(runId), { start, end }, signal);
  });
}

/** The same for who reads all of it: a request for each of many entries would take for ever. */
export function stagedPackagePass(
  objectStore: ObjectStore,
  { runId, bytes, beat, signal }: Reading,
): OnePassSource {
  return onePassSource(
    bytes,
    (start, end) => objectStore.read(stagedPackageKey(runId), { start, end }, signal),
    (bytesRead) => beat({ bytesRead }),
  );
}
