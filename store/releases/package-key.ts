import type { Connection } from '../database/connect';
import { findRun } from '../runs/find-run';
import { findReleaseSettings } from '../tenants/find-settings';
import { readFrozenScope } from './frozen-scopes';

/** Where the package of a run lies in the object store: under the tenant’s storage prefix (REL-2). */
export async function packageObjectKey(connection: Connection, runId: string): Promise<string> {
  const run = await findRun(connection, runId);
  const settings = await findReleaseSettings(connection, run.tenant_id);
  const { packageId } = await readFrozenScope(connection, runId);
  return `${settings?.storage_prefix ?? 'packages'}/${run.tenant_code}/${packageId}.dp`;
}
