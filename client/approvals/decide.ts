import { randomUUID } from 'node:crypto';
import { findApprovalRequest } from '../../store/approvals/approval-request';
import { presentCode } from '../../store/approvals/one-time-code';
import type { ClientContext } from '../context';
import { settleDecision, type DecisionResult } from './settle-decision';

interface NewDecision {
  readonly request: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly code?: string | undefined;
}

/**
 * Leaves the decision with the caller’s token’s word for it, then tells the run (RUN-9, RUN-21). A
 * one-time code is checked here and used up, so that none enters a history.
 */
export async function decide(
  context: ClientContext,
  { request: requestId, decision, comment, code }: NewDecision,
): Promise<DecisionResult> {
  const { database, settings } = context;
  const caller = await context.caller();
  const request = await findApprovalRequest(database, requestId);
  const id = randomUUID();
  await database.transaction(async (trx) => {
    const owner = { requestId: request.id, personId: caller.personId };
    await trx('approval_decisions').insert({
      id,
      request_id: request.id,
      run_id: request.run_id,
      approver: caller.name,
      authenticated: true,
      source: 'token',
      decision,
      comment,
      code_verdict: request.policy.oneTimeCode
        ? await presentCode(trx, settings.encryptionKey, { ...owner, code })
        : null,
    });
  });
  return settleDecision(context, request, { id, approver: caller.name, decision, comment });
}
