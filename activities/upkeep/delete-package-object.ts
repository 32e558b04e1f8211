import type { BulkActivities } from '../../schemas/activities';
import { findPackageKey } from '../../store/releases/expire-package-record';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Deletes the file of an expired package (REL-22). Twice: there is nothing left. */
export function deletePackageObject({
  database,
  objectStore,
}: Dependencies): BulkActivities['deletePackageObject'] {
  return ({ packageId }) =>
    beating(async () => {
      const key = await findPackageKey(database, packageId);
      if (key !== undefined) await objectStore.remove(key);
    });
}
