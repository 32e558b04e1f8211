import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
} from '@temporalio/common';
import { searchAttributeNames } from '../../schemas/messages';
import type { Settings } from '../../schemas/settings';
import { workflowNames, type ExportReleaseInput, type RunLimits } from '../../schemas/workflows';
import { auditedChange } from '../../store/audit/audited';
import { exportPipeline } from '../../store/releases/export-pipeline';
import { recordExportRun } from '../../store/runs/start-export-run';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';

/** Shards in flight at once; more than the workers take only wait in the queue. */
const shardWindow = 8;

/**
 * Records the export of a release and starts its workflow; both are idempotent, so that a start
 * that broke in between is mended by starting again (RUN-13). Gives the run id.
 */
export async function startExport(
  context: ClientContext,
  { tenant: code, release }: { readonly tenant: string; readonly release: string },
): Promise<string> {
  const caller = await context.caller();
  const tenant = await findTenant(context.database, code);
  // Before anything is recorded: without Temporal the release stays as it is.
  const temporal = await context.temporal();
  const { runId } = await auditedChange(
    context.database,
    { caller, tenantId: tenant.id, action: 'release.export', object: release },
    (trx) => recordExportRun(trx, { tenantId: tenant.id, releaseId: release, caller }),
  );
  const input: ExportReleaseInput = {
    queues: context.settings.taskQueues,
    limits: runLimits(context.settings),
    tenant: code,
    releaseId: release,
  };
  try {
    await temporal.workflow.start(workflowNames.exportRelease, {
      workflowId: runId,
      taskQueue: context.settings.taskQueues.control,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: searchAttributes({ tenant: code, release }),
      staticSummary: `Export of release ${release} of ${code}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return runId;
}

function runLimits({ retry, parkDeadlineMs }: Settings): RunLimits {
  return { ...retry, parkDeadlineMs, shardWindow };
}

function searchAttributes(values: {
  readonly tenant: string;
  readonly release: string;
}): SearchAttributePair[] {
  const keyword = (name: string, value: string): SearchAttributePair => ({
    key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
    value,
  });
  return [
    keyword(searchAttributeNames.pipeline, exportPipeline.name),
    keyword(searchAttributeNames.status, 'running'),
    keyword(searchAttributeNames.tenant, values.tenant),
    keyword(searchAttributeNames.release, values.release),
  ];
}
