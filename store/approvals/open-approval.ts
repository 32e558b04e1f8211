import type { Knex } from 'knex';
import type { OpenedApproval } from '../../schemas/activities';
import { writeAudit } from '../audit/audit-log';
import { findRun, type RunWithContext } from '../runs/find-run';
import { pipelineOf } from '../runs/pipelines';
import { findReleaseSettings } from '../tenants/find-settings';
import { releaseMode } from '../tenants/hold-mode';
import { announceApproval } from './announce-approval';
import { approvalRequestId, type ApprovalRequestRow } from './approval-request';

/**
 * Opens the approval request of a run for the digest of its subject, tells the approvers, and
 * lets the mode go while people think (REL-3, REL-18, RUN-9, RUN-10). Where the policy asks for no
 * approval nothing happens, and where an earlier execution of the run was approved for the same
 * digest, that counts (RUN-4). Opening twice is opening once.
 */
export async function openApproval(
  trx: Knex.Transaction,
  { runId, subjectDigest }: { readonly runId: string; readonly subjectDigest: string },
): Promise<OpenedApproval> {
  const run = await findRun(trx, runId, 'update');
  const pipeline = pipelineOf(run);
  const settings = await findReleaseSettings(trx, run.tenant_id);
  const id = approvalRequestId(run);
  const known = await trx<ApprovalRequestRow>('approval_requests').where({ id }).first();
  const policy = known?.policy ?? pipeline.approvalPolicy(settings) ?? { kind: 'none' };
  if (policy.kind === 'none')
    return { needed: false, requestId: id, deadlineMs: null, remindEveryMs: null };
  if (known === undefined) {
    const earlier = await keepEarlierApproval(trx, run, subjectDigest);
    if (earlier !== undefined) return earlier;
    const subject = await pipeline.summarise(trx, run);
    const summary = { what: `${pipeline.noun} of ${subject.name}`, ...subject };
    await trx('approval_requests').insert({
      id,
      tenant_id: run.tenant_id,
      run_id: runId,
      subject_digest: subjectDigest,
      summary: JSON.stringify(summary),
      policy: JSON.stringify(policy),
      requested_by: run.requested_by,
      state: 'pending',
      execution: run.execution,
      due_at: policy.deadlineMs === undefined ? null : new Date(Date.now() + policy.deadlineMs),
    });
    await trx('runs').where({ id: runId }).update({ status: 'waiting for approval' });
    await releaseMode(trx, runId);
    await pipeline.onEvent(trx, run, 'await approval');
    await announceApproval(trx, run, id);
  }
  return {
    needed: true,
    requestId: id,
    deadlineMs: policy.deadlineMs ?? null,
    remindEveryMs: policy.remindEveryMs ?? null,
  };
}

/** The approval of an earlier execution for the same digest, where there is one. */
async function keepEarlierApproval(
  trx: Knex.Transaction,
  run: RunWithContext,
  subjectDigest: string,
): Promise<OpenedApproval | undefined> {
  const approved = await trx<ApprovalRequestRow>('approval_requests')
    .where({ run_id: run.id, state: 'approved', subject_digest: subjectDigest })
    .first();
  if (approved === undefined) return undefined;
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: 'gantry',
    actorSource: 'system',
    action: 'approval.keep',
    object: approved.id,
    outcome: 'ok',
    details: { run: run.id, execution: run.execution, subjectDigest },
  });
  const note = `approved before, for the same digest: ${approved.id}`;
  return { needed: false, requestId: approved.id, deadlineMs: null, remindEveryMs: null, note };
}
