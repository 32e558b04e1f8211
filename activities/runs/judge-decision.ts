import type { ControlActivities } from '../../schemas/activities';
import { judgeDecision } from '../../store/approvals/judge-decision';
import type { Dependencies } from '../dependencies';

/** Judges and records an approver's decision (RUN-9). Twice: the decision's id gives the first verdict again. */
export function judgeDecisionActivity({
  database,
  encryptionKey,
}: Dependencies): ControlActivities['judgeDecision'] {
  return ({ decisionId, comment, ...message }) => {
    const incoming = { ...message, id: decisionId, comment: comment ?? '' };
    return database.transaction((trx) => judgeDecision(trx, incoming, encryptionKey));
  };
}
