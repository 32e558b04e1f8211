import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { messageNames, type ApprovalMessage } from '../../schemas/messages';
import { PipelineError } from '../../schemas/pipeline-error';
import {
  findApprovalRequest,
  type ApprovalRequestRow,
} from '../../store/approvals/approval-request';
import { judgeDecision } from '../../store/approvals/judge-decision';
import type { ClientContext } from '../context';

/** What became of a decision. */
export interface DecisionResult {
  readonly request: string;
  /** The state of the request afterwards; `pending` while more approvals are needed. */
  readonly state: ApprovalRequestRow['state'];
  /** False where no worker has judged it yet: it waits in the run and will be. */
  readonly judged: boolean;
}

/** A decision that stands in the records, of somebody whose word for it is believed. */
export interface RecordedDecision {
  readonly id: string;
  readonly approver: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
}

const waitAtMostMs = 30_000;

/**
 * Tells the run of a recorded decision by a signal, which also waits for a worker that is down, and
 * reads from the record what came of it (RUN-9). Throws `DecisionIgnored` and `ApprovalClosed`.
 */
export async function settleDecision(
  context: ClientContext,
  request: Pick<ApprovalRequestRow, 'id' | 'run_id'>,
  decision: RecordedDecision,
): Promise<DecisionResult> {
  await send(context, request, decision);
  const verdict = await waitForVerdict(context, decision.id);
  const { state } = await findApprovalRequest(context.database, request.id);
  if (verdict === null) return { request: request.id, state, judged: false };
  if (verdict === 'late') throw new PipelineError('ApprovalClosed', { request: request.id, state });
  if (verdict !== 'counted')
    throw new PipelineError('DecisionIgnored', { request: request.id, reason: verdict });
  return { request: request.id, state, judged: true };
}

async function send(
  context: ClientContext,
  request: Pick<ApprovalRequestRow, 'id' | 'run_id'>,
  { id, approver, decision, comment }: RecordedDecision,
): Promise<void> {
  const about = { requestId: request.id, approver, comment };
  const message: ApprovalMessage = { ...about, decisionId: id };
  try {
    const temporal = await context.temporal();
    await temporal.workflow.getHandle(request.run_id).signal(messageNames[decision], message);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // The run has ended: the decision is late, which is recorded and audited all the same.
    const incoming = { ...about, id, runId: request.run_id, decision };
    const { encryptionKey } = context.settings;
    await context.database.transaction((trx) => judgeDecision(trx, incoming, encryptionKey));
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
