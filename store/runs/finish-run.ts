import type { Knex } from 'knex';
import type { RecordedRun, RunReport } from '../../schemas/workflows';
import { writeAudit } from '../audit/audit-log';
import { releaseMode } from '../tenants/hold-mode';
import { findRun, type RunWithContext } from './find-run';
import { pipelineOf } from './pipelines';

/** What a run leaves for being started again, and of which steps it leaves what was there (RUN-4). */
type NewRecord = RecordedRun & { readonly carried: readonly string[] };

/**
 * Closes a run's record: outcome, steps, state of what it is about, the mode let go, an open approval
 * request closed, the audit row (RUN-6, RUN-23). Closing a closed run changes nothing.
 */
export async function finishRun(
  trx: Knex.Transaction,
  runId: string,
  report: RunReport & { readonly recorded?: NewRecord },
): Promise<{ readonly run: RunWithContext; readonly closedNow: boolean }> {
  const run = await findRun(trx, runId, 'update');
  if (run.ended_at !== null) return { run, closedNow: false };
  const { steps, recorded, ...rest } = report;
  await releaseMode(trx, runId);
  await trx('approval_requests')
    .where({ run_id: runId, state: 'pending' })
    .update({ state: 'cancelled', closed_at: trx.fn.now() });
  await trx('runs')
    .where({ id: runId })
    .update({
      status: report.outcome,
      steps: JSON.stringify(steps),
      report: JSON.stringify(rest),
      recorded: recorded === undefined ? null : JSON.stringify(mergeRecord(run, recorded)),
      ended_at: trx.fn.now(),
    });
  await pipelineOf(run).onEvent(trx, run, report.outcome);
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: run.requester,
    actorSource: 'system',
    action: run.pipeline,
    object: runId,
    outcome: report.outcome,
    details: { reason: report.reason ?? null, undoFailures: report.undoFailures },
  });
  return { run, closedNow: true };
}

function mergeRecord(
  { recorded: earlier }: RunWithContext,
  { carried, results, ...rest }: NewRecord,
): RecordedRun {
  const held = Object.entries(earlier?.results ?? {}).filter(([step]) => carried.includes(step));
  return { ...rest, results: { ...Object.fromEntries(held), ...results } };
}
