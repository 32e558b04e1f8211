import type { ControlActivities } from '../../schemas/activities';
import { isPipelineError } from '../../schemas/pipeline-error';
import { writeAudit } from '../../store/audit/audit-log';
import { authorize } from '../../store/people/authorize';
import { findRun, requesterOf } from '../../store/runs/find-run';
import type { Dependencies } from '../dependencies';

/** Checks that who asked for the run may export, now (REL-5, REL-17, RUN-21). Twice: it is only read. */
export function checkReleasePermission({
  database,
}: Dependencies): ControlActivities['checkReleasePermission'] {
  return async ({ runId }) => {
    const run = await findRun(database, runId);
    const caller = requesterOf(run);
    try {
      await authorize(database, caller, { action: 'release.export', tenantId: run.tenant_id });
      return { findings: [] };
    } catch (error) {
      if (!isPipelineError(error, 'PermissionDenied')) throw error;
      await writeAudit(database, {
        tenantId: run.tenant_id,
        actor: caller.name,
        actorSource: 'token',
        action: 'release.export',
        object: runId,
        outcome: 'refused',
      });
      const { code, message: reason, fix } = error;
      return { findings: [{ code, severity: 'error', reason, fix, overridable: false }] };
    }
  };
}
