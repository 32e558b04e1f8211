import type { ControlActivities } from '../../schemas/activities';
import { settleOverdueApproval } from '../../store/approvals/settle-overdue-approval';
import type { Dependencies } from '../dependencies';

/** Does what the policy says of a request that nobody decided in time (RUN-9). Twice: it is settled already. */
export function settleOverdueApprovalActivity({
  database,
}: Dependencies): ControlActivities['settleOverdueApproval'] {
  return ({ requestId }) => database.transaction((trx) => settleOverdueApproval(trx, requestId));
}
