import type { ControlActivities } from '../../schemas/activities';
import type { Finding } from '../../schemas/runs/finding';
import { findRun } from '../../store/runs/find-run';
import { findReleaseSettings, missingSettings } from '../../store/tenants/find-settings';
import type { Dependencies } from '../dependencies';

/** Finds the release settings that are not set yet (REL-2). Reads only. */
export function checkReleaseSettings({
  database,
}: Dependencies): ControlActivities['checkReleaseSettings'] {
  return async ({ runId }) => {
    const run = await findRun(database, runId);
    const missing = missingSettings(await findReleaseSettings(database, run.tenant_id));
    const findings = missing.map((field): Finding => ({
      code: 'SettingsIncomplete',
      severity: 'error',
      reason: `the release setting ${field} of ${run.tenant_code} is not set`,
      fix: `An administrator sets it: gantry tenant settings set --tenant ${run.tenant_code} --help.`,
      overridable: false,
    }));
    return { findings };
  };
}
