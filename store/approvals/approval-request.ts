import { createHash } from 'node:crypto';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ApproversPolicy } from '../../schemas/runs/approval-policy';
import type { Connection } from '../database/connect';
import { executionKey, type RunRow } from '../runs/find-run';

/** An approval request as its row says it (RUN-9, RUN-10). */
export interface ApprovalRequestRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly run_id: string;
  readonly subject_digest: string;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly policy: ApproversPolicy;
  readonly requested_by: number;
  readonly state: 'pending' | 'approved' | 'rejected' | 'expired' | 'cancelled';
  readonly opened_at: Date;
  readonly due_at: Date | null;
  readonly closed_at: Date | null;
}

/** The id of the approval request of one execution of a run: the same at every attempt to open it. */
export function approvalRequestId(run: Pick<RunRow, 'id' | 'execution'>): string {
  const digest = createHash('sha256').update(executionKey(run), 'utf8').digest('hex');
  return `apr_${digest.slice(0, 20)}`;
}

/** The request with this id; throws `ApprovalNotFound`. */
export async function findApprovalRequest(
  connection: Connection,
  id: string,
): Promise<ApprovalRequestRow> {
  const row = await connection<ApprovalRequestRow>('approval_requests').where({ id }).first();
  if (row === undefined) throw new PipelineError('ApprovalNotFound', { request: id });
  return row;
}
