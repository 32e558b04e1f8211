import type { Knex } from 'knex';
import { exportRunId } from '../../schemas/ids';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Caller } from '../people/authenticate';
import { findRelease } from '../releases/find-release';
import { exportPipeline } from '../releases/export-pipeline';
import { moveRelease } from '../releases/move-release';

/**
 * Records that a release is to be exported and by whom (RUN-21), and gives the run. A release that
 * is exported or at it gives the run it has; after a failed, rejected or cancelled one there is a
 * new run (RUN-13). Throws `ReleaseNotFound`, and `ReleaseStateWrong` for an expired release.
 */
export async function recordExportRun(
  trx: Knex.Transaction,
  start: { readonly tenantId: number; readonly releaseId: string; readonly caller: Caller },
): Promise<{ readonly runId: string; readonly isNew: boolean }> {
  const release = await findRelease(
    trx,
    { tenantId: start.tenantId, id: start.releaseId },
    'update',
  );
  if (['exporting', 'waiting for approval', 'exported'].includes(release.state)) {
    return { runId: exportRunId(release.id, release.attempt), isNew: false };
  }
  if (release.state === 'expired') {
    throw new PipelineError('ReleaseStateWrong', { release: release.id, state: release.state });
  }
  const attempt = release.attempt + 1;
  const runId = exportRunId(release.id, attempt);
  await trx('releases').where({ id: release.id }).update({ attempt });
  await trx('runs').insert({
    id: runId,
    tenant_id: start.tenantId,
    pipeline: exportPipeline.name,
    subject: release.id,
    request: JSON.stringify({ release: release.id, attempt }),
    requested_by: start.caller.personId,
    status: 'running',
  });
  await moveRelease(trx, release.id, 'start');
  return { runId, isNew: true };
}
