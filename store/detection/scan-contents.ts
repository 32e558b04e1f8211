import { setImmediate } from 'node:timers/promises';
import type { SuspectedSecret } from '../../schemas/detection/suspected-secret';
import type { Database } from '../database/connect';
import type { CompiledFeatures } from './compile-features';
import { compileFeatureSet } from './feature-sets';
import { scanSteps } from './scan-document';

/** What to scan with which features, and what ends it early. */
export interface ContentsToScan {
  readonly featureSet: number;
  readonly contentIds: readonly number[];
  /** Content beyond so many bytes is left for another time. @default no limit */
  readonly bytesAtMost?: number;
  readonly signal?: AbortSignal;
  /** Told after each batch. */
  readonly onProgress?: (bytes: number) => void;
}

/** What was scanned now, and how many contents still are to be. */
export interface ScannedContents {
  readonly objects: number;
  readonly bytes: number;
  readonly left: number;
}

/** Scanning is work of one thread: batches of other activities wait in memory meanwhile. */
const batchBytes = 1024 * 1024;
const batchContents = 1_000;
/** So long the scan may keep a process from other work. */
const sliceMs = 20;

/**
 * Scans the contents that these features have not been through yet and keeps what it finds (REL-26),
 * in memory of a batch. What is kept stays kept, so that an interrupted scan goes on where it was.
 * Throws `DetectionFeaturesMissing`.
 */
export async function scanContents(
  database: Database,
  { featureSet, contentIds, bytesAtMost = Infinity, signal, onProgress }: ContentsToScan,
): Promise<ScannedContents> {
  const missing = await findMissing(database, featureSet, contentIds);
  if (missing.length === 0) return { objects: 0, bytes: 0, left: 0 };
  const features = await compileFeatureSet(database, featureSet);
  let bytes = 0;
  let objects = 0;
  for (const batch of toBatches(missing)) {
    if (bytes >= bytesAtMost) break;
    const found = await scanBatch(database, { features, ids: batch.ids, signal });
    await keep(database, featureSet, found);
    bytes += batch.bytes;
    objects += batch.ids.length;
    onProgress?.(bytes);
  }
  return { objects, bytes, left: missing.length - objects };
}

interface MissingContent {
  readonly id: number;
  readonly byte_count: number;
}

async function findMissing(
  database: Database,
  featureSet: number,
  contentIds: readonly number[],
): Promise<MissingContent[]> {
  const { rows } = await database.raw<{ rows: MissingContent[] }>(
    `select c.id, c.byte_count from contents c
     where c.id = any(:contentIds::bigint[]) and not exists (
       select from content_scans s where s.feature_set_id = :featureSet and s.content_id = c.id)`,
    { contentIds: [...contentIds], featureSet } as never,
  );
  return rows;
}

interface Batch {
  readonly ids: number[];
  readonly bytes: number;
}

function* toBatches(contents: readonly MissingContent[]): Generator<Batch> {
  let ids: number[] = [];
  let bytes = 0;
  for (const { id, byte_count: size } of contents) {
    if (ids.length > 0 && (bytes + size > batchBytes || ids.length >= batchContents)) {
      yield { ids, bytes };
      ids = [];
      bytes = 0;
    }
    ids.push(id);
    bytes += size;
  }
  if (ids.length > 0) yield { ids, bytes };
}

interface FoundInContent {
  readonly id: number;
  readonly suspected: readonly SuspectedSecret[];
}

async function scanBatch(
  database: Database,
  batch: {
    readonly features: CompiledFeatures;
    readonly ids: number[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<FoundInContent[]> {
  const rows = await database('contents')
    .whereIn('id', batch.ids)
    .select<{ id: number; body: string }[]>('id', 'body');
  const found: FoundInContent[] = [];
  let sliceEnds = performance.now() + sliceMs;
  for (const { id, body } of rows) {
    const steps = scanSteps(batch.features, body);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      if (performance.now() < sliceEnds) continue;
      await setImmediate();
      batch.signal?.throwIfAborted();
      sliceEnds = performance.now() + sliceMs;
    }
    found.push({ id, suspected: step.value });
    // Documents without a keyword take no step of their own.
    if (performance.now() >= sliceEnds) {
      await setImmediate();
      batch.signal?.throwIfAborted();
      sliceEnds = performance.now() + sliceMs;
    }
  }
  return found;
}

/** Whoever scanned the same meanwhile found the same. */
async function keep(
  database: Database,
  featureSet: number,
  found: readonly FoundInContent[],
): Promise<void> {
  await database.raw(
    `insert into content_scans (feature_set_id, content_id, suspected)
     select :featureSet, f.id, f.suspected
     from jsonb_to_recordset(:found::jsonb) as f (id bigint, suspected jsonb)
     on conflict do nothing`,
    {
      featureSet,
      found: JSON.stringify(
        found.map(({ id, suspected }) => (suspected.length === 0 ? { id } : { id, suspected })),
      ),
    },
  );
}
