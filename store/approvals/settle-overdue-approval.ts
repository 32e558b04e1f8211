import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import { writeAudit } from '../audit/audit-log';
import { findRun } from '../runs/find-run';
import { pipelineOf } from '../runs/pipelines';
import type { ApprovalRequestRow } from './approval-request';

const outcomes = { expire: 'expired', reject: 'rejected', approve: 'approved' } as const;

/** Settles a request at its deadline as its policy says (RUN-9); one that is decided stays as it is. */
export async function settleOverdueApproval(
  trx: Knex.Transaction,
  requestId: string,
): Promise<{ readonly state: ApprovalRequestRow['state'] }> {
  const request = await trx<ApprovalRequestRow>('approval_requests')
    .where({ id: requestId })
    .forUpdate()
    .first();
  if (request === undefined) throw new PipelineError('ApprovalNotFound', { request: requestId });
  if (request.state !== 'pending') return { state: request.state };
  const state = outcomes[request.policy.onDeadline];
  await trx('approval_requests')
    .where({ id: requestId })
    .update({ state, closed_at: trx.fn.now() });
  const run = await findRun(trx, request.run_id);
  if (state === 'approved') await pipelineOf(run).onEvent(trx, run, 'approve');
  await writeAudit(trx, {
    tenantId: request.tenant_id,
    actor: 'gantry',
    actorSource: 'system',
    action: 'approval.deadline',
    object: requestId,
    outcome: state,
    details: { run: request.run_id },
  });
  return { state };
}
