import type { CheckResult } from '../../schemas/runs/run-ref';
import { isPipelineError } from '../../schemas/pipeline-error';
import type { Action } from '../../schemas/tenants/rights';
import { writeAudit } from '../../store/audit/audit-log';
import { authorize } from '../../store/people/authorize';
import { findRun, requesterOf } from '../../store/runs/find-run';
import type { Dependencies } from '../dependencies';

/** Checks that who asked for a run has the right now, and audits where not (REL-5, RUN-21). It only reads else. */
export async function checkRequesterRight(
  { database }: Dependencies,
  { runId, action }: { readonly runId: string; readonly action: Action },
): Promise<CheckResult> {
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
}
