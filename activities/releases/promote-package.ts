import type { BulkActivities } from '../../schemas/activities';
import { PipelineError } from '../../schemas/pipeline-error';
import { packageObjectKey } from '../../store/releases/package-key';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';

/** Copies the staged package to its place on the store’s side (decision 4). Twice: the same copy again. */
export function promotePackage({
  database,
  objectStore,
}: Dependencies): BulkActivities['promotePackage'] {
  return ({ runId, key, bytes, sha256 }) =>
    beating(async () => {
      const target = await packageObjectKey(database, runId);
      await objectStore.copy(key, target);
      const copied = await objectStore.size(target);
      if (copied !== bytes)
        throw new PipelineError('StagedObjectCorrupt', { key: target, bytes, copied });
      return { key: target, bytes, sha256 };
    });
}
