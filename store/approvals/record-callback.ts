import { PipelineError } from '../../schemas/pipeline-error';
import type { ApproversPolicy } from '../../schemas/runs/approval-policy';
import type { Database } from '../database/connect';
import { presentCode } from './one-time-code';

/** A decision whose message was signed by an outside approval system (RUN-11). */
export interface CallbackDecision {
  /** Made from the message’s id: the same message is recorded once. */
  readonly id: string;
  readonly runId: string;
  readonly requestId: string;
  readonly approver: string;
  readonly decision: 'approve' | 'reject';
  readonly comment: string;
}

type Kept = Pick<CallbackDecision, 'approver' | 'decision' | 'comment'> & {
  readonly request_id: string;
};

/**
 * Records a decision that came by a call-back, once; the one-time code is checked and used up here.
 * Throws `CallbackReplayed` where a message of this id was another decision.
 */
export async function recordCallback(
  database: Database,
  decision: CallbackDecision,
  checked: {
    readonly code: string | undefined;
    readonly policy: ApproversPolicy;
    readonly encryptionKey: Uint8Array;
  },
): Promise<void> {
  await database.transaction(async (trx) => {
    const { id, runId, requestId, approver, comment } = decision;
    const inserted = await trx('approval_decisions')
      .insert({
        id,
        request_id: requestId,
        run_id: runId,
        approver,
        authenticated: true,
        source: 'callback',
        decision: decision.decision,
        comment,
      })
      .onConflict('id')
      .ignore()
      .returning<{ id: string }[]>('id');
    if (inserted.length === 0) {
      const kept = await trx('approval_decisions').where({ id }).first<Kept>();
      const same =
        kept.request_id === requestId &&
        (['approver', 'decision', 'comment'] as const).every(
          (member) => kept[member] === decision[member],
        );
      if (!same) throw new PipelineError('CallbackReplayed', { request: requestId });
      return;
    }
    if (!checked.policy.oneTimeCode) return;
    const person = await trx('people')
      .where({ name: approver })
      .first<{ id: number } | undefined>('id');
    const verdict =
      person === undefined
        ? 'code wrong'
        : await presentCode(trx, checked.encryptionKey, {
            requestId,
            personId: person.id,
            code: checked.code,
          });
    await trx('approval_decisions').where({ id }).update({ code_verdict: verdict });
  });
}
