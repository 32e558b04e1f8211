import { incomingPrefix, stagingPrefix } from '../../schemas/ids';
import type { ImportBulkActivities } from '../../schemas/imports/activities';
import { findRun } from '../../store/runs/find-run';
import { removeOldIndex, removeStagedContents } from '../../store/imports/remove-staged';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/**
 * Removes what an import staged and nothing uses, and the package that was received, there and where
 * a client put it (REL-33). Twice: there is nothing left.
 */
export function removeStagedImport({
  database,
  objectStore,
}: Dependencies): ImportBulkActivities['removeStagedImport'] {
  return ({ runId }) =>
    beating(async () => {
      const run = await findRun(database, runId);
      await removeStagedContents(database, runId);
      await objectStore.removeAll(stagingPrefix(runId));
      await objectStore.removeAll(incomingPrefix(run.subject));
      await removeOldIndex(database, run.tenant_id);
    });
}
