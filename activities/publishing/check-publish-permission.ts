import type { PublishControlActivities } from '../../schemas/publishing/activities';
import { isPipelineError } from '../../schemas/pipeline-error';
import { writeAudit } from '../../store/audit/audit-log';
import { authorize } from '../../store/people/authorize';
import { findRun, requesterOf } from '../../store/runs/find-run';
import type { Dependencies } from '../dependencies';

const action = 'release.publish';

/** Checks that who asked for the run may publish, now (REL-5, REL-38, RUN-21). Twice: it is only read. */
export function checkPublishPermission({
  database,
}: Dependencies): PublishControlActivities['checkPublishPermission'] {
  return async ({ runId }) => {
    const run = await findRun(database, runId);
    const caller = requesterOf(run);
    try {
      await authorize(database, caller, { action, tenantId: run.tenant_id });
      return { findings: [] };
    } catch (error) {
      if (!isPipelineError(error, 'PermissionDenied')) throw error;
      await writeAudit(database, {
        tenantId: run.tenant_id,
        actor: caller.name,
        actorSource: 'token',
        action,
        object: runId,
        outcome: 'refused',
      });
      const { code, message: reason, fix } = error;
      return { findings: [{ code, severity: 'error', reason, fix, overridable: false }] };
    }
  };
}
