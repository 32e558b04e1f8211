import { isPipelineError } from '../../schemas/pipeline-error';
import type { LoadedShard } from '../../store/publishing/load-shard';
import type { ShardFindings } from '../../store/publishing/judge-shard';
import { describeIdentity, toPublishFinding } from '../../store/publishing/publish-findings';
import { findTableNeeds, type TableNeed } from '../../store/publishing/table-grants';
import { findReleaseSettings } from '../../store/tenants/find-settings';
import type { Dependencies } from '../dependencies';
import type { TableAccess, TableRef } from '../ports/table-permissions';
import { publishingPorts } from './publishing-ports';

/**
 * With permission verification on, sees to it that accounts of production may read the tables that
 * objects refer to (REL-38): grants what is missing where auto-grant is on, and says so; else the
 * object fails. Nothing is granted for objects that fail anyway.
 */
export async function grantTables(
  dependencies: Dependencies,
  loaded: LoadedShard,
  findings: ShardFindings,
): Promise<void> {
  const { run } = loaded;
  const settings = await findReleaseSettings(dependencies.database, run.tenant_id);
  if (settings?.permission_verification !== true) return;
  const { tablePermissions } = publishingPorts(dependencies);
  const blocked = new Set(loaded.needs.filter((need) => !need.inShard).map(({ number }) => number));
  const needs = (await findTableNeeds(dependencies.database, loaded)).filter(
    ({ number }) => !findings.fails(number) && !blocked.has(number),
  );
  for (const [account, ofAccount] of groupByAccount(needs)) {
    const access: TableAccess = {
      tenant: { id: run.tenant_id, code: run.tenant_code },
      account,
      tables: uniqueTables(ofAccount),
    };
    const tables = await tablePermissions.findMissing(access);
    if (tables.length === 0) continue;
    const isGranted =
      settings.auto_grant === true &&
      (await isAllowed(() => tablePermissions.grant({ ...access, tables, runId: run.id })));
    const missing = new Set(tables.map(describeIdentity));
    for (const { number, table } of ofAccount) {
      if (!missing.has(describeIdentity(table))) continue;
      const code = isGranted ? 'TablePermissionGranted' : 'TablePermissionMissing';
      const reason = `${account} ${isGranted ? 'was allowed to' : 'may not'} read ${describeIdentity(table)}`;
      findings.add(number, toPublishFinding(code, table, reason));
    }
  }
}

/** False where the platform refuses; what does not answer is tried again. */
async function isAllowed(grant: () => Promise<void>): Promise<boolean> {
  try {
    await grant();
    return true;
  } catch (error) {
    if (isPipelineError(error, 'TablePermissionRefused')) return false;
    throw error;
  }
}

function groupByAccount(needs: readonly TableNeed[]): Map<string, TableNeed[]> {
  const grouped = new Map<string, TableNeed[]>();
  for (const need of needs) {
    grouped.set(need.account, [...(grouped.get(need.account) ?? []), need]);
  }
  return grouped;
}

function uniqueTables(needs: readonly TableNeed[]): TableRef[] {
  return [...new Map(needs.map(({ table }) => [describeIdentity(table), table])).values()];
}
