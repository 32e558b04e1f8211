import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { PipelineError } from '../../schemas/pipeline-error';
import type { FindingOverride } from '../../schemas/runs/override';
import type { workflowNames } from '../../schemas/workflows';
import { auditedChange } from '../../store/audit/audited';
import { findRun } from '../../store/runs/find-run';
import { pipelineOf } from '../../store/runs/pipelines';
import { reopenRun } from '../../store/runs/reopen-run';
import type { ClientContext } from '../context';
import { runInput, startRun } from './start-run';

/** Which run to start again, from where, for which request, and which findings pass. */
export interface RerunOrder {
  readonly run: string;
  readonly step: string;
  readonly requestId: string;
  readonly overrides: readonly FindingOverride[];
}

/** A run that was started again. */
export interface RerunStarted {
  readonly run: string;
  /** How often it was begun, this time included. */
  readonly execution: number;
}

const closesWithinMs = 10_000;

/**
 * Starts a closed run again from a step, under its id, so that everything it left is where its
 * activities look for it (RUN-4). Starting twice with one request id is starting once (RUN-13).
 */
export async function rerunRun(
  context: ClientContext,
  { run: runId, step, requestId, overrides }: RerunOrder,
): Promise<RerunStarted> {
  const { database } = context;
  const caller = await context.caller();
  const run = await findRun(database, runId);
  const { startedBy = 'run.operate' } = pipelineOf(run);
  if (run.ended_at !== null) await waitUntilClosed(context, runId);
  const attempt = { caller, tenantId: run.tenant_id, action: startedBy, object: runId } as const;
  const details = { rerunFrom: step, requestId, overrides };
  const reopened = await auditedChange(database, { ...attempt, details }, (trx) =>
    reopenRun(trx, { runId, step, requestId, caller }),
  );
  const { recorded, execution } = reopened;
  const open = reopened.isNew || reopened.run.ended_at === null;
  if (!open) return { run: runId, execution };
  const { releaseId } = recorded.input as { readonly releaseId?: string };
  await startRun(context, {
    runId,
    workflow: recorded.workflow as keyof typeof workflowNames,
    pipeline: run.pipeline,
    summary: `${runId}, again from ${step}`,
    input: {
      ...recorded.input,
      ...runInput(context, run.tenant_code, [...overrides, ...(recorded.input.overrides ?? [])]),
      rerun: { from: step, execution },
    },
    again: true,
    ...(releaseId === undefined ? {} : { attributes: { release: releaseId } }),
  });
  return { run: runId, execution };
}

/** The workflow closes a moment after its record; a new one can start only after that. */
async function waitUntilClosed(context: ClientContext, runId: string): Promise<void> {
  const handle = (await context.temporal()).workflow.getHandle(runId);
  const deadline = Date.now() + closesWithinMs;
  for (;;) {
    try {
      const { status } = await handle.describe();
      if (status.name !== 'RUNNING') return;
    } catch (error) {
      // Temporal forgets closed runs after their retention time.
      if (error instanceof WorkflowNotFoundError) return;
      throw error;
    }
    if (Date.now() > deadline) throw new PipelineError('RunStillOpen', { run: runId });
    await sleep(50);
  }
}
