import { randomUUID } from 'node:crypto';
import { writeDeflatedFragment } from '../../archive/deflated-fragment';
import { writeFragment, type EntryToWrite } from '../../archive/fragment-writer';
import type { BulkActivities } from '../../schemas/activities';
import { stagingPrefix } from '../../schemas/ids';
import type { FrozenShard } from '../../schemas/releases/frozen-scope';
import { createSecretsPacker } from '../../store/releases/pack-secrets';
import { readShards } from '../../store/releases/frozen-scopes';
import { recordFragment, type ShardFragment } from '../../store/releases/shard-fragments';
import { streamShard } from '../../store/releases/stream-shard';
import { streamStatements } from '../../store/releases/stream-statements';
import type { Dependencies } from '../dependencies';
import { beating, type Beat } from '../kit/beating';
import { writeObject } from '../kit/write-object';

/**
 * Writes the shards of a portion, one after another, each as a finished ZIP to the staging area
 * (REL-19, decision 11). Twice: a shard that is recorded is not written again, and each execution
 * writes to keys of its own, so that a late one cannot spoil another’s object.
 */
export function collectShards(dependencies: Dependencies): BulkActivities['collectShards'] {
  return ({ runId, first, last }) =>
    beating(async (beat, signal) => {
      const shards = await readShards(dependencies.database, { runId, first, last });
      const collected = { objects: 0, bytes: 0 };
      for (const { shard, isCollected } of shards) {
        if (!isCollected) await collect(dependencies, { runId, shard, beat, signal });
        const { objects, bytes } = countsOf(shard);
        collected.objects += objects;
        collected.bytes += bytes;
      }
      return collected;
    });
}

/** Writes one shard, for runs whose scope has no portions. */
export function collectShard(dependencies: Dependencies): BulkActivities['collectShard'] {
  const collectPortion = collectShards(dependencies);
  return ({ runId, shard }) => collectPortion({ runId, first: shard, last: shard });
}

interface Collecting {
  readonly runId: string;
  readonly shard: FrozenShard;
  readonly beat: Beat;
  readonly signal: AbortSignal;
}

async function collect(dependencies: Dependencies, collecting: Collecting): Promise<void> {
  const { runId, shard } = collecting;
  const { database, objectStore } = dependencies;
  const name = `${String(shard.number).padStart(6, '0')}-${randomUUID()}`;
  const key = `${stagingPrefix(runId)}shards/${name}.zip`;
  const written = await writeShard(dependencies, { ...collecting, key });
  const kept = await recordFragment(database, { runId, number: shard.number }, written);
  if (kept.key !== key) await objectStore.remove(key);
}

async function writeShard(
  { database, objectStore, encryptionKey }: Dependencies,
  { runId, shard, key, beat, signal }: Collecting & { readonly key: string },
): Promise<ShardFragment> {
  const { number, type } = shard;
  const packSecrets =
    type === null ? undefined : await createSecretsPacker(database, encryptionKey, { runId, type });
  const secrets = packSecrets === undefined ? {} : { packSecrets };
  const written = await writeObject(objectStore, { key, signal }, (output, either) => {
    const source = { runId, number, signal: either, ...secrets };
    const entries =
      shard.kind === 'statements'
        ? statementEntries(streamStatements(database, source))
        : [{ path: shard.path, source: counted(streamShard(database, source), beat) }];
    const write = shard.kind === 'requirements' ? writeFragment : writeDeflatedFragment;
    return write({ entries, output, signal: either });
  });
  return { key, ...written };
}

async function* counted(blocks: AsyncIterable<Buffer>, beat: Beat): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const block of blocks) {
    bytes += block.length;
    beat({ bytes });
    yield block;
  }
}

async function* statementEntries(
  statements: AsyncIterable<{ readonly path: string; readonly text: string }>,
): AsyncGenerator<EntryToWrite> {
  for await (const { path, text } of statements) yield { path, source: Buffer.from(text, 'utf8') };
}

function countsOf(shard: FrozenShard): { readonly objects: number; readonly bytes: number } {
  return shard.kind === 'objects'
    ? { objects: shard.objectCount, bytes: shard.byteCount }
    : { objects: 0, bytes: shard.kind === 'statements' ? 0 : shard.byteCount };
}
