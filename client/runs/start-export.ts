import type { FindingOverride } from '../../schemas/runs/override';
import type { ExportReleaseInput } from '../../schemas/workflows';
import { auditedChange } from '../../store/audit/audited';
import { exportPipeline } from '../../store/releases/export-pipeline';
import { recordExportRun } from '../../store/runs/start-export-run';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { runInput, startRun } from './start-run';

/** Which release to export, and which findings pass. */
export interface ExportOrder {
  readonly tenant: string;
  readonly release: string;
  readonly overrides: readonly FindingOverride[];
}

/** Records the export of a release and starts its workflow, both idempotent (RUN-13). Gives the run id. */
export async function startExport(
  context: ClientContext,
  { tenant: code, release, overrides }: ExportOrder,
): Promise<string> {
  const caller = await context.caller();
  const tenant = await findTenant(context.database, code);
  // Before anything is recorded: without Temporal the release stays as it is.
  await context.temporal();
  const { runId } = await auditedChange(
    context.database,
    {
      caller,
      tenantId: tenant.id,
      action: 'release.export',
      object: release,
      ...(overrides.length === 0 ? {} : { details: { overrides } }),
    },
    (trx) => recordExportRun(trx, { tenantId: tenant.id, releaseId: release, caller }),
  );
  const input: ExportReleaseInput = { ...runInput(context, code, overrides), releaseId: release };
  await startRun(context, {
    runId,
    workflow: 'exportRelease',
    pipeline: exportPipeline.name,
    summary: `Export of release ${release} of ${code}`,
    input,
    attributes: { release },
  });
  return runId;
}
