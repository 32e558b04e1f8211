import type { ControlActivities } from '../../schemas/activities';
import { judgeDecision } from '../../store/approvals/judge-decision';
import type { Dependencies } from '../dependencies';

/** Judges and records an approver's decision (RUN-9). Twice: the decision's id gives the first verdict again. */
export function judgeDecisionActivity({
  database,
}: Dependencies): ControlActivities['judgeDecision'] {
  return ({ decisionId, comment, runId, requestId, approver, decision }) =>
    database.transaction((trx) =>
      judgeDecision(trx, {
        id: decisionId,
        runId,
        requestId,
        approver,
        decision,
        comment: comment ?? '',
      }),
    );
}
