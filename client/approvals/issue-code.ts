import { PipelineError } from '../../schemas/pipeline-error';
import { findApprovalRequest } from '../../store/approvals/approval-request';
import { findApprovers } from '../../store/approvals/find-approvers';
import { issueCode } from '../../store/approvals/one-time-code';
import { auditedChange } from '../../store/audit/audited';
import type { ClientContext } from '../context';

/**
 * Makes the caller’s one-time code for a request; the one before is void (RUN-9). Throws
 * `ApprovalClosed`, `CodeNotNeeded`, and `PermissionDenied` for who is no approver of it.
 */
export async function issueApprovalCode(
  context: ClientContext,
  requestId: string,
): Promise<{ readonly request: string; readonly code: string }> {
  const { database, settings } = context;
  const caller = await context.caller();
  const found = await findApprovalRequest(database, requestId);
  const attempt = {
    caller,
    tenantId: found.tenant_id,
    action: 'approval.decide',
    object: requestId,
    details: { code: 'issued' },
  } as const;
  return auditedChange(database, attempt, async (trx) => {
    const request = await findApprovalRequest(trx, requestId);
    if (request.state !== 'pending')
      throw new PipelineError('ApprovalClosed', { request: requestId, state: request.state });
    if (!request.policy.oneTimeCode)
      throw new PipelineError('CodeNotNeeded', { request: requestId });
    const approvers = await findApprovers(trx, request.tenant_id, request.policy);
    if (!approvers.some((approver) => approver.id === caller.personId))
      throw new PipelineError('PermissionDenied', { person: caller.name, request: requestId });
    const owner = { requestId, personId: caller.personId };
    return { request: requestId, code: await issueCode(trx, settings.encryptionKey, owner) };
  });
}
