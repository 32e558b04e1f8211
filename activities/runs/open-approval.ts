import type { ControlActivities } from '../../schemas/activities';
import { openApproval } from '../../store/approvals/open-approval';
import type { Dependencies } from '../dependencies';

/** Asks for approval where the policy wants one (RUN-9). Twice: the request is there already, nobody is told twice. */
export function openApprovalActivity({
  database,
}: Dependencies): ControlActivities['openApproval'] {
  return (request) => database.transaction((trx) => openApproval(trx, request));
}
