/** Builders of workflow ids and keys; the same input always gives the same id (decision 4). */

/** The workflow id of the n-th export of a release (RUN-13). */
export function exportRunId(releaseId: string, attempt: number): string {
  return `release-export/${releaseId}/${attempt}`;
}

/** Folders of the object store that Gantry tidies by itself: no tenant may keep packages there (RUN-26). */
export const tidiedFolders: readonly string[] = ['staging', 'incoming'];

/** The folder of everything that a run stages in the object store. */
export function stagingPrefix(runId: string): string {
  return `staging/${runId}/`;
}

/** The workflow id of the run that deletes a package after its retention time. */
export function packageExpiryId(packageId: string): string {
  return `package-expiry/${packageId}`;
}

/** The workflow id of the n-th attempt of an import (RUN-13). */
export function importRunId(importId: string, attempt: number): string {
  return `import/${importId}/${attempt}`;
}

/** The workflow id of the n-th attempt of a publishing (RUN-13). */
export function publishRunId(publishingId: string, attempt: number): string {
  return `publish/${publishingId}/${attempt}`;
}

/** Where clients put packages that are to be imported, before any run takes them over (REL-28). */
export function incomingPrefix(importId: string): string {
  return `incoming/${importId}/`;
}

/** The schedule of the retention sweep (RUN-26). */
export const sweepScheduleId = 'gantry-upkeep';

/** The workflow id of sweeps; the schedule adds the time. */
export const sweepWorkflowId = 'upkeep/sweep';
