import { randomUUID } from 'node:crypto';
import { writeDeflatedFragment } from '../../archive/deflated-fragment';
import { writeFragment, type EntryToWrite } from '../../archive/fragment-writer';
import type { BulkActivities } from '../../schemas/activities';
import { stagingPrefix } from '../../schemas/ids';
import type { FrozenShard } from '../../schemas/releases/frozen-scope';
import { createSecretsPacker } from '../../store/releases/pack-secrets';
import { readShard } from '../../store/releases/frozen-scopes';
import {
  findFragment,
  recordFragment,
  type ShardFragment,
} from '../../store/releases/shard-fragments';
import { streamShard } from '../../store/releases/stream-shard';
import { streamStatements } from '../../store/releases/stream-statements';
import type { Dependencies } from '../dependencies';
import { beating, type Beat } from '../kit/beating';
import { writeObject } from '../kit/write-object';

/**
 * Writes one shard of a frozen scope as a finished ZIP to the staging area (REL-19, decision 11).
 * Twice: a shard that is recorded is not written again, and each execution writes to a key of its
 * own, so that a late one cannot spoil another’s object.
 */
export function collectShard(dependencies: Dependencies): BulkActivities['collectShard'] {
  return ({ runId, shard: number }) =>
    beating(async (beat, signal) => {
      const { database, objectStore } = dependencies;
      const shard = await readShard(database, { runId, number });
      const done = await findFragment(database, { runId, number });
      if (done !== undefined) return countsOf(shard);

      const key = `${stagingPrefix(runId)}shards/${String(number).padStart(6, '0')}-${randomUUID()}.zip`;
      const written = await writeShard(dependencies, { runId, shard, key, beat, signal });
      const kept = await recordFragment(database, { runId, number }, written);
      if (kept.key !== key) await objectStore.remove(key);
      return countsOf(shard);
    });
}

interface Writing {
  readonly runId: string;
  readonly shard: FrozenShard;
  readonly key: string;
  readonly beat: Beat;
  readonly signal: AbortSignal;
}

async function writeShard(
  { database, objectStore, encryptionKey }: Dependencies,
  { runId, shard, key, beat, signal }: Writing,
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
