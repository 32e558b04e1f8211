import { randomUUID } from 'node:crypto';
import { joinFragments } from '../../archive/fragment-joiner';
import type { Fragment } from '../../archive/fragment-reader';
import { buildPackageHead } from '../../archive/package-head';
import type { BulkActivities } from '../../schemas/activities';
import { stagingPrefix } from '../../schemas/ids';
import { buildManifest } from '../../store/releases/build-manifest';
import { fixSealing } from '../../store/releases/fix-sealing';
import type { ShardFragment } from '../../store/releases/shard-fragments';
import type { Dependencies } from '../dependencies';
import { beating, type Beat } from '../kit/beating';
import { writeObject } from '../kit/write-object';

/**
 * Joins the shards to one sealed package in the staging area (REL-24, decision 11). Twice: the same
 * bytes under another key, which goes with the staging area.
 */
export function joinPackage({
  database,
  objectStore,
  encryptionKey,
}: Dependencies): BulkActivities['joinPackage'] {
  return ({ runId }) =>
    beating(async (beat, signal) => {
      const { manifest, fragments } = await buildManifest(database, runId);
      const secrets = await fixSealing(database, encryptionKey, runId);
      const head = await buildPackageHead(manifest, secrets);

      const key = `${stagingPrefix(runId)}package-${randomUUID()}.dp`;
      const { bytes, sha256 } = await writeObject(objectStore, { key, signal }, (output, either) =>
        joinFragments({
          head,
          fragments: openFragments(objectStore, fragments, { beat, signal: either }),
          output,
          signal: either,
        }),
      );
      return { key, bytes, sha256 };
    });
}

function* openFragments(
  objectStore: Dependencies['objectStore'],
  fragments: readonly ShardFragment[],
  { beat, signal }: { readonly beat: Beat; readonly signal: AbortSignal },
): Generator<Fragment> {
  for (const [index, fragment] of fragments.entries()) {
    beat({ shards: index });
    yield {
      ...fragment,
      name: fragment.key,
      open: (start, end) => objectStore.read(fragment.key, { start, end }, signal),
    };
  }
}
