import type { Knex } from 'knex';
import { writeAudit } from '../audit/audit-log';
import { sendNotice } from '../notices/send-notice';
import type { RunWithContext } from '../runs/find-run';
import { pipelineOf } from '../runs/pipelines';
import { findApprovalRequest, type ApprovalRequestRow } from './approval-request';
import { findApprovers } from './find-approvers';

/** Tells the approvers, and the webhooks, of a new request (RUN-9, RUN-11, RUN-30). */
export async function announceApproval(
  trx: Knex.Transaction,
  run: RunWithContext,
  requestId: string,
): Promise<void> {
  const request = await findApprovalRequest(trx, requestId);
  const approvers = (await findApprovers(trx, run.tenant_id, request.policy)).map(
    ({ id, name }) => ({ id, name }),
  );
  const names = approvers.map((approver) => approver.name);
  const what = `${pipelineOf(run).noun} of ${String(request.summary['name'])}`;
  const code = request.policy.oneTimeCode
    ? ` It asks for a one-time code: gantry approval code ${requestId}.`
    : '';
  await sendNotice(trx, {
    tenantId: run.tenant_id,
    personIds: approvers.map((approver) => approver.id),
    kind: 'approval-wanted',
    key: `approval-wanted/${requestId}`,
    title: `Approval wanted: ${what}`,
    body: `${run.requester} asks for the ${what}. See it: gantry approval show ${requestId}. Decide: gantry approval approve ${requestId}, or reject ${requestId} --comment "why".${code}`,
    runId: run.id,
    data: {
      approval: { ...describeRequest(request), requestedBy: run.requester, approvers: names },
    },
  });
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: run.requester,
    actorSource: 'system',
    action: 'approval.open',
    object: requestId,
    outcome: 'ok',
    details: { run: run.id, approvers: names },
  });
}

/** What an outside system is told of a request: what a decision is about, in names and counts. */
export function describeRequest(request: ApprovalRequestRow): Record<string, unknown> {
  const { quorum, onDeadline, oneTimeCode } = request.policy;
  return {
    requestId: request.id,
    subjectDigest: request.subject_digest,
    dueAt: request.due_at?.toISOString() ?? null,
    quorum,
    onDeadline,
    oneTimeCode,
    summary: summaryOf(request),
  };
}

/** Lists of findings and the like are looked up by who decides; a message stays small. */
function summaryOf({ summary }: ApprovalRequestRow): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]): [string, unknown] =>
      Array.isArray(value) ? [`${name}Count`, value.length] : [name, value],
    ),
  );
}
