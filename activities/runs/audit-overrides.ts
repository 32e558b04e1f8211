import type { ControlActivities } from '../../schemas/activities';
import { writeAudit } from '../../store/audit/audit-log';
import { findRun } from '../../store/runs/find-run';
import type { Dependencies } from '../dependencies';

/** Audits what was overridden, by whom and why (RUN-24). Twice: a second audit row, no other change. */
export function auditOverrides({ database }: Dependencies): ControlActivities['auditOverrides'] {
  return ({ runId, step, overrides }) =>
    database.transaction(async (trx) => {
      const run = await findRun(trx, runId);
      for (const { code, reason, count, objects } of overrides) {
        await writeAudit(trx, {
          tenantId: run.tenant_id,
          actor: run.requester,
          actorSource: 'token',
          action: 'finding.override',
          object: runId,
          outcome: 'ok',
          details: { step, code, reason, count, objects },
        });
      }
    });
}
