import type { PublishBulkActivities } from '../../schemas/publishing/activities';
import { decideOutcomes } from '../../store/publishing/decide-outcomes';
import { judgeShard } from '../../store/publishing/judge-shard';
import { loadShard, type LoadedShard } from '../../store/publishing/load-shard';
import { recordShard } from '../../store/publishing/record-shard';
import type { Dependencies } from '../dependencies';
import { beating } from '../kit/beating';
import { applyToProduction } from './apply-to-production';
import { grantTables } from './grant-tables';
import { settleSources } from './settle-sources';

/**
 * Publishes a shard: each object is checked, gets its table permissions and goes online, or fails by
 * itself (REL-38 … REL-40). Twice: a recorded shard is left alone; one that is not is done from the
 * start, and production, which may know of it already, takes the same versions again.
 */
export function publishShard(dependencies: Dependencies): PublishBulkActivities['publishShard'] {
  const { database } = dependencies;
  return (ref) =>
    beating(async (beat, signal) => {
      const loaded = await loadShard(database, ref);
      while (!loaded.isDone) {
        const findings = await judgeShard(database, loaded);
        const settings = await settleSources(dependencies, loaded, findings);
        beat({ checked: loaded.objects.length });
        await grantTables(dependencies, loaded, findings);
        signal.throwIfAborted();
        const outcomes = await decideOutcomes(loaded, findings, (objects) =>
          applyToProduction(dependencies, loaded, objects),
        );
        beat({ decided: outcomes.length });
        if (await recordShard(database, loaded, { outcomes, settings })) break;
      }
      return sizeOf(loaded);
    });
}

function sizeOf({ objects }: LoadedShard): { objects: number; bytes: number } {
  const bytes = objects.reduce((sum, { byte_count: size }) => sum + size, 0);
  return { objects: objects.length, bytes };
}
