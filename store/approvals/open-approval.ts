import type { Knex } from 'knex';
import type { OpenedApproval } from '../../schemas/activities';
import type { ApproversPolicy } from '../../schemas/runs/approval-policy';
import { writeAudit } from '../audit/audit-log';
import { sendNotice } from '../notices/send-notice';
import { findRun } from '../runs/find-run';
import { pipelineOf } from '../runs/pipelines';
import { findReleaseSettings } from '../tenants/find-settings';
import { releaseMode } from '../tenants/hold-mode';
import { approvalRequestId, type ApprovalRequestRow } from './approval-request';
import { findApprovers } from './find-approvers';

/**
 * Opens the approval request of a run for the digest of its subject, tells the approvers, and
 * lets the mode go while people think (REL-3, REL-18, RUN-9, RUN-10). Where the policy asks for no
 * approval nothing happens. Opening twice is opening once.
 */
export async function openApproval(
  trx: Knex.Transaction,
  { runId, subjectDigest }: { readonly runId: string; readonly subjectDigest: string },
): Promise<OpenedApproval> {
  const run = await findRun(trx, runId, 'update');
  const pipeline = pipelineOf(run);
  const settings = await findReleaseSettings(trx, run.tenant_id);
  const id = approvalRequestId(runId);
  const known = await trx<ApprovalRequestRow>('approval_requests').where({ id }).first();
  const policy = known?.policy ?? pipeline.approvalPolicy(settings) ?? { kind: 'none' };
  if (policy.kind === 'none')
    return { needed: false, requestId: id, deadlineMs: null, remindEveryMs: null };
  if (known === undefined) {
    const summary = await pipeline.summarise(trx, run);
    await trx('approval_requests').insert({
      id,
      tenant_id: run.tenant_id,
      run_id: runId,
      subject_digest: subjectDigest,
      summary: JSON.stringify(summary),
      policy: JSON.stringify(policy),
      requested_by: run.requested_by,
      state: 'pending',
      due_at: policy.deadlineMs === undefined ? null : new Date(Date.now() + policy.deadlineMs),
    });
    await trx('runs').where({ id: runId }).update({ status: 'waiting for approval' });
    await releaseMode(trx, runId);
    await pipeline.onEvent(trx, run, 'await approval');
    await announce(trx, {
      runId,
      id,
      tenantId: run.tenant_id,
      policy,
      what: `${pipeline.noun} of ${summary.name}`,
      by: run.requester,
    });
  }
  return {
    needed: true,
    requestId: id,
    deadlineMs: policy.deadlineMs ?? null,
    remindEveryMs: policy.remindEveryMs ?? null,
  };
}

interface Announcement {
  readonly runId: string;
  readonly id: string;
  readonly tenantId: number;
  readonly policy: ApproversPolicy;
  readonly what: string;
  readonly by: string;
}

async function announce(
  trx: Knex.Transaction,
  { runId, id, tenantId, policy, what, by }: Announcement,
): Promise<void> {
  const approvers = await findApprovers(trx, tenantId, policy);
  await sendNotice(trx, {
    tenantId,
    personIds: approvers.map((approver) => approver.id),
    kind: 'approval-wanted',
    key: `approval-wanted/${id}`,
    title: `Approval wanted: ${what}`,
    body: `${by} asks for the ${what}. See it: gantry approval show ${id}. Decide: gantry approval approve ${id}, or reject ${id} --comment "why".`,
    runId,
  });
  await writeAudit(trx, {
    tenantId,
    actor: by,
    actorSource: 'system',
    action: 'approval.open',
    object: id,
    outcome: 'ok',
    details: { run: runId, approvers: approvers.map((approver) => approver.name) },
  });
}
