import type { ImportBulkActivities } from '../../schemas/imports/activities';
import { readPackageShard } from '../../store/imports/package-shards';
import { readReceivedImport } from '../../store/imports/received-import';
import { stageContents } from '../../store/imports/stage-contents';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { createLineContext } from './line-context';
import { pickLines } from './pick-lines';
import { stagedPackageSource } from './staged-package';

/**
 * Stores the contents of one shard that the plan needs and the catalog lacks (REL-33). Twice: what is
 * stored is not needed any more, and storing is one transaction.
 */
export function stageShard(dependencies: Dependencies): ImportBulkActivities['stageShard'] {
  return ({ runId, shard: number }) =>
    beating(async (beat, signal) => {
      const { database, objectStore } = dependencies;
      const { received } = await readReceivedImport(database, runId);
      const shard = await readPackageShard(database, { indexId: received.index_id ?? 0, number });
      const context = await createLineContext(dependencies, { shard, received });
      const bytes = received.size_bytes ?? 0;
      const source = stagedPackageSource(objectStore, { runId, bytes, beat, signal });
      return stageContents(database, { runId, number }, (needed, rows) =>
        pickLines({ ...shard, source, context, signal }, needed, (one, content) =>
          rows.add(one, content.bytes, content.references()),
        ),
      );
    });
}
