import type { Readable } from 'node:stream';
import { to as copyTo } from 'pg-copy-streams';
import { canonicalize } from '../../archive/canonical-json';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import type { FrozenShard } from '../../schemas/releases/frozen-scope';
import { borrowClient } from '../database/borrowed-client';
import type { Database } from '../database/connect';
import { copiedTexts } from '../database/copied-texts';
import { readFrozenDetails, readShard } from './frozen-scopes';
import { typesWithSecrets, type PackSecrets } from './pack-secrets';
import { documentShaper, type ShapeDocument } from './shape-document';

/** Which shard, and what ends the reading early. */
export interface ShardToStream {
  readonly runId: string;
  readonly number: number;
  readonly signal?: AbortSignal;
  /** Encrypts what is secret; demanded for a type whose authentication information travels. */
  readonly packSecrets?: PackSecrets;
}

const blockBytes = 262_144;
const lineEnd = 0x0a;

/**
 * The NDJSON bytes of a shard of objects, requirements or deletions, in pieces as they come: exactly the
 * canonical contents that were pinned, changed only as the export settings say. Memory is bounded;
 * reading twice gives the same bytes, whatever changed in the catalog (REL-18, REL-20). The signal,
 * or a reader that stops, ends the query at once. Throws `FrozenScopeMissing`, `DatabaseUnavailable`.
 */
export async function* streamShard(
  database: Database,
  key: ShardToStream,
): AsyncGenerator<Buffer, void, undefined> {
  const shard = await readShard(database, key);
  if (shard.kind === 'requirements' || shard.kind === 'deletions') {
    yield* streamLines(database, key, linesOf[shard.kind]);
    return;
  }
  const details = await readFrozenDetails(database, key.runId);
  const shape = toShaper(shard, details.exportSettings, key.packSecrets);
  const bodies = streamBodies(database, shard, key);
  for await (const piece of shape === undefined ? bodies : gather(shapeLines(bodies, shape))) {
    yield piece;
    key.signal?.throwIfAborted();
  }
}

function toShaper(
  { type }: FrozenShard,
  settings: ExportSettings,
  packSecrets: PackSecrets | undefined,
): ShapeDocument | undefined {
  if (type === null) return undefined;
  if (packSecrets === undefined && typesWithSecrets(settings).includes(type)) {
    throw new PipelineError('InternalError', { reason: 'nothing packs the secrets', type });
  }
  return documentShaper(type, settings, packSecrets);
}

/**
 * Many bodies a row: what each row costs, here and in the server, is more than most bodies do. A row
 * is about a block long, however long its bodies are.
 */
const copyBlocks = (run: string, shard: number): string => `copy (
  select string_agg(body, e'\\n' order by place) from (
    select c.body, u.place, sum(c.byte_count + 1) over (order by u.place) / ${blockBytes} as block
    from unnest((
      select content_ids from frozen_shards where run_id = ${run} and number = ${shard}
    )) with ordinality as u (id, place)
    join contents c on c.id = u.id
  ) bodies group by block order by block
) to stdout (format binary)`;

async function* streamBodies(
  database: Database,
  shard: FrozenShard,
  { runId, signal }: ShardToStream,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  const { client, giveBack, drop } = await borrowClient(database);
  let copied: Readable | undefined;
  let finished = false;
  const stop = (): void => {
    copied?.destroy(signal?.reason as Error);
    drop();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    // COPY takes no bound values, nor do several statements at once.
    await client.query(
      `begin transaction read only; set local application_name = 'gantry collect';
       set local work_mem = '32MB'; set local enable_hashjoin = off; set local enable_mergejoin = off`,
    );
    copied = client.query(copyTo(copyBlocks(client.escapeLiteral(runId), shard.number)));
    yield* copiedTexts(copied);
    await client.query('commit');
    finished = true;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    if (finished) giveBack();
    else stop();
  }
}

const linesOf = { requirements: 'frozen_requirements', deletions: 'frozen_deletions' } as const;

async function* streamLines(
  database: Database,
  { runId, signal }: ShardToStream,
  table: (typeof linesOf)[keyof typeof linesOf],
): AsyncGenerator<Buffer, void, undefined> {
  for (let number = 1; ; number++) {
    signal?.throwIfAborted();
    const row = await database(table)
      .where({ run_id: runId, number })
      .first<{ body: string } | undefined>('body');
    if (row === undefined) return;
    yield Buffer.from(`${row.body}\n`, 'utf8');
  }
}

/** Joins what comes line by line into blocks; a step of the reader costs more than the line. */
async function* gather(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes < blockBytes) continue;
    yield Buffer.concat(parts, bytes);
    parts = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(parts, bytes);
}

async function* shapeLines(
  blocks: AsyncIterable<Buffer>,
  shape: ShapeDocument,
): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer[] = [];
  for await (const block of blocks) {
    let start = 0;
    for (let end = block.indexOf(lineEnd); end !== -1; end = block.indexOf(lineEnd, start)) {
      const line = Buffer.concat([...rest, block.subarray(start, end)]).toString('utf8');
      rest = [];
      start = end + 1;
      const document = shape(JSON.parse(line) as Record<string, unknown>);
      yield Buffer.from(`${canonicalize(document)}\n`, 'utf8');
    }
    if (start < block.length) rest.push(block.subarray(start));
  }
}
