import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { messageNames, type ApprovalMessage } from '../../schemas/messages';
import { PipelineError } from '../../schemas/pipeline-error';
import {
  findApprovalRequest,
  type ApprovalRequestRow,
} from '../../store/approvals/approval-request';
import { judgeDecision } from '../../store/approvals/judge-decision';
import type { Caller } from '../../store/people/authenticate';
import type { ClientContext } from '../context';

/** What became of a decision. */
export interface DecisionResult {
  readonly request: string;
  /** The state of the request afterwards; `pending` while more approvals are needed. */
  readonly state: ApprovalRequestRow['state'];
  /** False where no worker has judged it yet: it waits in the run and will be. */
  readonly judged: boolean;
}

interface NewDecision {
  readonly request: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
}

const waitAtMostMs = 30_000;

/**
 * Leaves the decision with the caller’s token’s word for it, then sends the signal, which also
 * waits for a worker that is down (RUN-9, RUN-21). What comes of it is read from the record.
 */
export async function decide(
  context: ClientContext,
  decision: NewDecision,
): Promise<DecisionResult> {
  const { database } = context;
  const caller = await context.caller();
  const request = await findApprovalRequest(database, decision.request);
  const id = randomUUID();
  await database('approval_decisions').insert({
    id,
    request_id: request.id,
    run_id: request.run_id,
    approver: caller.name,
    authenticated: true,
    decision: decision.decision,
    comment: decision.comment,
  });
  await send(context, { caller, request, id, decision });
  const verdict = await waitForVerdict(context, id);
  const { state } = await findApprovalRequest(database, request.id);
  if (verdict === null) return { request: request.id, state, judged: false };
  if (verdict === 'late') throw new PipelineError('ApprovalClosed', { request: request.id, state });
  if (verdict !== 'counted')
    throw new PipelineError('DecisionIgnored', { request: request.id, reason: verdict });
  return { request: request.id, state, judged: true };
}

interface Sending {
  readonly caller: Caller;
  readonly request: ApprovalRequestRow;
  readonly id: string;
  readonly decision: NewDecision;
}

async function send(
  context: ClientContext,
  { caller, request, id, decision }: Sending,
): Promise<void> {
  const message: ApprovalMessage = {
    requestId: request.id,
    approver: caller.name,
    comment: decision.comment,
    decisionId: id,
  };
  try {
    const temporal = await context.temporal();
    await temporal.workflow
      .getHandle(request.run_id)
      .signal(messageNames[decision.decision], message);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // The run has ended: the decision is late, which is recorded and audited all the same.
    const { decision: kind, comment } = decision;
    await context.database.transaction((trx) =>
      judgeDecision(trx, {
        id,
        runId: request.run_id,
        requestId: request.id,
        approver: caller.name,
        decision: kind,
        comment,
      }),
    );
  }
}

async function waitForVerdict({ database }: ClientContext, id: string): Promise<string | null> {
  const deadline = Date.now() + waitAtMostMs;
  for (;;) {
    const row = await database('approval_decisions')
      .where({ id })
      .first<{ verdict: string | null }>('verdict');
    if (row.verdict !== null || Date.now() > deadline) return row.verdict;
    await sleep(100);
  }
}
