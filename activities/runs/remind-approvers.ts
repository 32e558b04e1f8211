import type { ControlActivities } from '../../schemas/activities';
import { describeRequest } from '../../store/approvals/announce-approval';
import { findApprovalRequest } from '../../store/approvals/approval-request';
import { findApprovers } from '../../store/approvals/find-approvers';
import { sendNotice } from '../../store/notices/send-notice';
import type { Dependencies } from '../dependencies';

/** Reminds the approvers of a pending request (RUN-9). Twice: a reminder of the same number is sent once. */
export function remindApproversActivity({
  database,
}: Dependencies): ControlActivities['remindApprovers'] {
  return async ({ runId, requestId, reminder }) => {
    const request = await findApprovalRequest(database, requestId);
    if (request.state !== 'pending') return;
    const approvers = await findApprovers(database, request.tenant_id, request.policy);
    await sendNotice(database, {
      tenantId: request.tenant_id,
      personIds: approvers.map((approver) => approver.id),
      kind: 'approval-overdue',
      key: `approval-reminder/${requestId}/${reminder}`,
      title: `Still waits for approval: ${String(request.summary['name'])}`,
      body: `Decide: gantry approval approve ${requestId}, or reject ${requestId} --comment "why".`,
      runId,
      data: { approval: describeRequest(request) },
    });
  };
}
