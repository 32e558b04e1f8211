import type { Connection } from '../database/connect';
import type { ApprovalRequestRow } from './approval-request';

/** A request with the names that people know. */
export interface ApprovalWithContext extends ApprovalRequestRow {
  readonly tenant_code: string;
  readonly requester: string;
}

/** A decision that came in about a request. */
export interface DecisionSummary {
  readonly approver: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly verdict: string | null;
  readonly authenticated: boolean;
  readonly decided_at: Date;
}

/** The requests of a tenant, the newest first; `pendingOnly` leaves out what is decided. */
export async function listApprovals(
  connection: Connection,
  { tenantId, pendingOnly }: { readonly tenantId: number; readonly pendingOnly: boolean },
): Promise<ApprovalWithContext[]> {
  return approvals(connection)
    .where('approval_requests.tenant_id', tenantId)
    .andWhere((query) => {
      if (pendingOnly) void query.where('approval_requests.state', 'pending');
    })
    .orderBy('approval_requests.opened_at', 'desc')
    .limit(200);
}

/** One request with everything that was decided about it, or undefined. */
export async function readApproval(
  connection: Connection,
  id: string,
): Promise<
  | { readonly request: ApprovalWithContext; readonly decisions: readonly DecisionSummary[] }
  | undefined
> {
  const request = await approvals(connection).where('approval_requests.id', id).first();
  if (request === undefined) return undefined;
  const decisions = await connection('approval_decisions')
    .where({ request_id: id, run_id: request.run_id })
    .orderBy('decided_at')
    .select<DecisionSummary[]>(
      'approver',
      'decision',
      'comment',
      'verdict',
      'authenticated',
      'decided_at',
    );
  return { request, decisions };
}

function approvals(connection: Connection) {
  return connection<ApprovalRequestRow>('approval_requests')
    .join('tenants', 'tenants.id', 'approval_requests.tenant_id')
    .join('people', 'people.id', 'approval_requests.requested_by')
    .select<ApprovalWithContext[]>(
      'approval_requests.*',
      'tenants.code as tenant_code',
      'people.name as requester',
    );
}
