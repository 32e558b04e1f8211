import type { BulkActivities } from '../../schemas/activities';
import { stagingPrefix } from '../../schemas/ids';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Removes everything a run staged, unfinished uploads included (REL-23). Twice: there is nothing left. */
export function removeStagedObjects({
  objectStore,
}: Dependencies): BulkActivities['removeStagedObjects'] {
  return ({ runId }) => beating(() => objectStore.removeAll(stagingPrefix(runId)));
}
