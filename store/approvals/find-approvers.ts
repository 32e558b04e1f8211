import type { ApproversPolicy } from '../../schemas/runs/approval-policy';
import type { Connection } from '../database/connect';
import { findRecipients, type Recipient } from '../notices/find-recipients';

/** Everybody whom a policy lets approve: the people it names and the holders of the roles it names. */
export function findApprovers(
  connection: Connection,
  tenantId: number,
  policy: ApproversPolicy,
): Promise<Recipient[]> {
  return findRecipients(connection, tenantId, {
    roles: policy.approvers.flatMap((one) => ('role' in one ? [one.role] : [])),
    people: policy.approvers.flatMap((one) => ('person' in one ? [one.person] : [])),
  });
}
