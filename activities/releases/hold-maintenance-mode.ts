import type { ControlActivities } from '../../schemas/activities';
import { findRun } from '../../store/runs/find-run';
import { holdMode } from '../../store/tenants/hold-mode';
import type { Dependencies } from '../dependencies';

/**
 * Checks that the tenant is in `cross-tenant-publishing`, or takes that mode where the settings let
 * runs take it, and keeps it while the run is at work (REL-3, REL-4, REL-17, REL-42). Twice: holding twice is holding once.
 */
export function holdMaintenanceMode({
  database,
}: Dependencies): ControlActivities['holdMaintenanceMode'] {
  return ({ runId }) =>
    database.transaction(async (trx) => {
      const run = await findRun(trx, runId);
      const { held, mode } = await holdMode(trx, {
        tenantId: run.tenant_id,
        runId,
        mode: 'cross-tenant-publishing',
      });
      if (held) {
        await trx('runs').where({ id: runId }).update({ status: 'running' });
        return { findings: [] };
      }
      return {
        findings: [
          {
            code: 'ModeWrong',
            severity: 'error',
            reason: `the tenant ${run.tenant_code} is in mode ${mode}; this run needs cross-tenant-publishing`,
            fix: `An administrator starts it: gantry tenant mode start cross-tenant-publishing --tenant ${run.tenant_code}; or lets runs take it: gantry tenant settings set --takes-mode on.`,
            overridable: false,
          },
        ],
      };
    });
}
