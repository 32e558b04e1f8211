import type { ControlActivities } from '../../schemas/activities';
import { expirePackageRecord } from '../../store/releases/expire-package-record';
import type { Dependencies } from '../dependencies';

/** Says in the records that a package is expired (REL-22). Twice: it is expired already. */
export function markPackageExpired({
  database,
}: Dependencies): ControlActivities['markPackageExpired'] {
  return ({ packageId }) => database.transaction((trx) => expirePackageRecord(trx, packageId));
}
