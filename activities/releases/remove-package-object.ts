import type { BulkActivities } from '../../schemas/activities';
import { packageObjectKey } from '../../store/releases/package-key';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Removes the package of a run that did not succeed (REL-23). Twice: there is nothing left. */
export function removePackageObject({
  database,
  objectStore,
}: Dependencies): BulkActivities['removePackageObject'] {
  return ({ runId }) =>
    beating(async () => objectStore.remove(await packageObjectKey(database, runId)));
}
