import type { Knex } from 'knex';
import type { DecisionVerdict } from '../../schemas/messages';
import { mayDo } from '../../schemas/tenants/rights';
import { writeAudit } from '../audit/audit-log';
import { rolesOf } from '../people/authorize';
import { findRun, type RunWithContext } from '../runs/find-run';
import { pipelineOf } from '../runs/pipelines';
import type { ApprovalRequestRow } from './approval-request';
import { findApprovers } from './find-approvers';
import { presentCode, type CodeVerdict } from './one-time-code';

/** A decision as it came in. */
export interface IncomingDecision {
  readonly id: string;
  readonly runId: string;
  readonly requestId: string;
  readonly approver: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  /** The one-time code, where one came with it. */
  readonly code?: string | undefined;
}

interface DecisionRow {
  readonly id: string;
  readonly request_id: string;
  readonly approver: string;
  readonly authenticated: boolean;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
  readonly source: 'claimed' | 'token' | 'callback';
  /** What was found of the code when a client presented it; null where it comes with the message. */
  readonly code_verdict: CodeVerdict | null;
  readonly verdict: string | null;
}

/**
 * Judges a decision, records and audits it whatever comes of it, and closes the request when it is
 * decided (RUN-9, RUN-21). Judging the same decision again gives the first verdict.
 */
export async function judgeDecision(
  trx: Knex.Transaction,
  incoming: IncomingDecision,
  encryptionKey: Uint8Array,
): Promise<DecisionVerdict> {
  const run = await findRun(trx, incoming.runId, 'update');
  const recorded = await record(trx, incoming);
  const request = await trx<ApprovalRequestRow>('approval_requests')
    .where({ id: recorded.request_id, run_id: incoming.runId })
    .forUpdate()
    .first();
  if (recorded.verdict !== null) {
    const counted = recorded.verdict === 'counted';
    const { approver, verdict: reason } = recorded;
    return { counted, approver, reason, state: request?.state ?? 'unknown' };
  }
  const reason = await weigh(trx, {
    decision: recorded,
    request,
    present: (personId) =>
      presentCode(trx, encryptionKey, {
        requestId: recorded.request_id,
        personId,
        code: incoming.code,
      }),
  });
  await trx('approval_decisions').where({ id: recorded.id }).update({ verdict: reason });
  const state =
    request === undefined
      ? 'unknown'
      : reason === 'counted'
        ? await settle(trx, request, recorded)
        : request.state;
  if (state === 'approved' && reason === 'counted') {
    await pipelineOf(run).onEvent(trx, run, 'approve');
  }
  await audit(trx, { run, decision: recorded, reason, state });
  return { counted: reason === 'counted', approver: recorded.approver, reason, state };
}

/** What a client left with a token is believed; what comes through Temporal is recorded as claimed. */
async function record(trx: Knex.Transaction, incoming: IncomingDecision): Promise<DecisionRow> {
  const { id, runId, requestId, approver, decision, comment } = incoming;
  const known = await trx<DecisionRow & { run_id: string }>('approval_decisions')
    .where({ id })
    .first();
  if (known?.run_id === runId) return known;
  const row: DecisionRow = {
    // An id that another run has used says nothing here.
    id: known === undefined ? id : `${runId}/${id}`,
    request_id: requestId,
    approver,
    authenticated: false,
    decision,
    comment,
    source: 'claimed',
    code_verdict: null,
    verdict: null,
  };
  await trx('approval_decisions')
    .insert({ ...row, run_id: runId })
    .onConflict('id')
    .ignore();
  return row;
}

interface Weighing {
  readonly decision: DecisionRow;
  readonly request: ApprovalRequestRow | undefined;
  readonly present: (personId: number) => Promise<CodeVerdict>;
}

async function weigh(
  trx: Knex.Transaction,
  { decision, request, present }: Weighing,
): Promise<string> {
  if (request === undefined) return 'foreign request';
  if (request.state !== 'pending') return 'late';
  const approvers = await findApprovers(trx, request.tenant_id, request.policy);
  const approver = approvers.find((candidate) => candidate.name === decision.approver);
  if (approver === undefined) return 'not a right';
  const roles = await rolesOf(trx, approver.id, request.tenant_id);
  if (!mayDo('approval.decide', roles)) return 'not a right';
  if (approver.id === request.requested_by && !request.policy.selfApproval) return 'self-approval';
  if (request.policy.oneTimeCode) {
    const verdict = decision.code_verdict ?? (await present(approver.id));
    if (verdict !== 'code right') return verdict;
  }
  const earlier = await trx('approval_decisions')
    .where({ request_id: request.id, approver: approver.name, verdict: 'counted' })
    .first<{ id: string } | undefined>('id');
  if (earlier !== undefined) return 'double';
  if (decision.decision === 'reject' && decision.comment.trim() === '') return 'reason missing';
  return 'counted';
}

async function settle(
  trx: Knex.Transaction,
  request: ApprovalRequestRow,
  decision: DecisionRow,
): Promise<ApprovalRequestRow['state']> {
  const approvals = await trx('approval_decisions')
    .where({ request_id: request.id, decision: 'approve', verdict: 'counted' })
    .count<{ count: number }[]>({ count: '*' });
  const state =
    decision.decision === 'reject'
      ? 'rejected'
      : (approvals[0]?.count ?? 0) >= request.policy.quorum
        ? 'approved'
        : 'pending';
  if (state !== 'pending') {
    await trx('approval_requests')
      .where({ id: request.id })
      .update({ state, closed_at: trx.fn.now() });
  }
  return state;
}

async function audit(
  trx: Knex.Transaction,
  judged: {
    readonly run: RunWithContext;
    readonly decision: DecisionRow;
    readonly reason: string;
    readonly state: string;
  },
): Promise<void> {
  const { run, decision, reason, state } = judged;
  await writeAudit(trx, {
    tenantId: run.tenant_id,
    actor: decision.approver,
    actorSource: decision.source,
    action: `approval.${decision.decision}`,
    object: decision.request_id,
    outcome: reason === 'counted' ? 'ok' : 'refused',
    details: { run: run.id, reason, state, comment: decision.comment },
  });
}
