import { randomUUID } from 'node:crypto';
import { PipelineError } from '../../schemas/pipeline-error';
import type { SourceTest } from '../../schemas/publishing/activities';
import type { PublishSelection } from '../../schemas/publishing/publish-request';
import type { PublishObjectsInput, TestSourceInput } from '../../schemas/workflows';
import type { AssetRef } from '../../schemas/catalog/catalog-queries';
import { auditedChange } from '../../store/audit/audited';
import { findSource } from '../../store/publishing/change-source-settings';
import { publishPipeline } from '../../store/publishing/publish-pipeline';
import { publishingIdOf, recordPublishing } from '../../store/publishing/record-publishing';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { runInput, startRun } from '../runs/start-run';

/** A publishing that has been started. */
export interface PublishingStarted {
  /** Its id, `pub_…`. */
  readonly publishing: string;
  /** The run that does it; follow it with `gantry.runs`. */
  readonly run: string;
}

/** What to publish, and the name of the request. */
export interface PublishingToStart {
  readonly tenant: string;
  readonly selection: PublishSelection;
  readonly requestId: string | undefined;
}

/** Records a publishing and starts its run, all idempotent under a request id (RUN-13). */
export async function startPublishing(
  context: ClientContext,
  { tenant: code, selection, requestId }: PublishingToStart,
): Promise<PublishingStarted> {
  const { database } = context;
  const caller = await context.caller();
  const tenant = await findTenant(database, code);
  await context.temporal();
  const requestKey = `publish/${requestId ?? randomUUID()}`;
  const object = publishingIdOf(tenant.id, requestKey);
  const { kind } = selection;
  const { publishing, runId } = await auditedChange(
    database,
    {
      ...{ caller, tenantId: tenant.id, action: 'release.publish', object },
      details: { chosen: kind },
    },
    (trx) => recordPublishing(trx, { tenantId: tenant.id, caller, selection, requestKey }),
  );
  const input: PublishObjectsInput = { ...runInput(context, code), publishingId: publishing };
  await startRun(context, {
    runId,
    workflow: 'publishObjects',
    pipeline: publishPipeline.name,
    summary: `Publishing of ${kind} in ${code}`,
    input,
  });
  return { publishing, run: runId };
}

/** Has a worker try a source, and waits for how it went; throws `TemporalUnavailable`. */
export async function tryOnWorker(context: ClientContext, ref: AssetRef): Promise<SourceTest> {
  const { database, settings } = context;
  const caller = await context.caller();
  const tenant = await findTenant(database, ref.tenant);
  const temporal = await context.temporal();
  const object = `tenant/${tenant.code}/source/${ref.type}/${ref.code}`;
  const attempt = {
    ...{ caller, tenantId: tenant.id, object, details: { test: true } },
    action: 'publish.settings.edit',
  } as const;
  const { asset_id: assetId } = await auditedChange(database, attempt, (trx) =>
    findSource(trx, { tenantId: tenant.id, ref }),
  );
  const input: TestSourceInput = { ...runInput(context, tenant.code), assetId };
  try {
    return (await temporal.workflow.execute('testSource', {
      workflowId: `source-test/${assetId}/${randomUUID()}`,
      taskQueue: settings.taskQueues.control,
      args: [input],
      // Nobody waits any longer for an answer.
      workflowExecutionTimeout: '2 minutes',
      staticSummary: `Test of ${ref.type} ${ref.code} of ${tenant.code}`,
    })) as SourceTest;
  } catch (error) {
    throw new PipelineError('TemporalUnavailable', { test: ref.code }, { cause: error });
  }
}
