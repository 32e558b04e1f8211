import { findOpenImports } from '../../store/upkeep/swept-runs';
import type { Dependencies } from '../dependencies';
import type { Beat } from '../kit/beating';

const root = 'incoming/';
/** An import is recorded after its package is there: an upload may still be on its way. */
const keptMs = 24 * 60 * 60 * 1000;

/** Removes packages that clients brought a day ago and that no open import is about, and counts them. */
export async function sweepReceivedPackages(
  { database, objectStore }: Dependencies,
  beat: Beat,
): Promise<number> {
  const old = new Map<string, string>();
  for await (const { key, modifiedAt } of objectStore.list(root)) {
    const importId = key.slice(root.length).split('/')[0] ?? '';
    if (Date.now() - modifiedAt.getTime() > keptMs) old.set(key, importId);
  }
  const open = await findOpenImports(database, [...new Set(old.values())]);
  let count = 0;
  for (const [key, importId] of old) {
    if (open.has(importId)) continue;
    await objectStore.remove(key);
    count += 1;
    beat({ packages: count });
  }
  return count;
}
