import { findRunStates, whileClosed } from '../../store/upkeep/swept-runs';
import type { Dependencies } from '../dependencies';
import type { Beat } from '../kit/beating';

const root = 'staging/';

/**
 * Removes what closed runs left in the staging area, and what belongs to no run, and counts the
 * objects. A run is recorded before it stages anything, and it is asked for after the listing: so
 * nothing of an open run is ever touched.
 */
export async function sweepStagedObjects(
  { database, objectStore }: Dependencies,
  beat: Beat,
): Promise<number> {
  const keysOf = new Map<string, string[]>();
  for await (const { key } of objectStore.list(root)) {
    const run = runOf(key);
    keysOf.set(run, [...(keysOf.get(run) ?? []), key]);
  }
  const states = await findRunStates(database, [...keysOf.keys()]);
  let count = 0;
  for (const [run, keys] of keysOf) {
    if (states.get(run) === 'open') continue;
    // One that was started again since is open again, and stages under other keys.
    await whileClosed(database, run, async () => {
      for (const key of keys) {
        await objectStore.remove(key);
        count += 1;
        beat({ objects: count });
      }
    });
  }
  return count;
}

/** The ids of all runs have three parts, such as `release-export/rel_1a2b/1`. */
function runOf(key: string): string {
  return key.slice(root.length).split('/').slice(0, 3).join('/');
}
