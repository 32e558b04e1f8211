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

/** Two of them are in memory. */
const batchBytes = 512 * 1024;
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
  for await (const { contents, byteCount } of readBatches(database, toBatches(missing))) {
    const found = await scanBatch(contents, { features, signal });
    await keep(database, featureSet, found);
    bytes += byteCount;
    objects += contents.length;
    onProgress?.(bytes);
    if (bytes >= bytesAtMost) break;
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
  readonly byteCount: number;
}

function* toBatches(contents: readonly MissingContent[]): Generator<Batch> {
  let ids: number[] = [];
  let byteCount = 0;
  for (const { id, byte_count: size } of contents) {
    if (ids.length > 0 && (byteCount + size > batchBytes || ids.length >= batchContents)) {
      yield { ids, byteCount };
      ids = [];
      byteCount = 0;
    }
    ids.push(id);
    byteCount += size;
  }
  if (ids.length > 0) yield { ids, byteCount };
}

interface Content {
  readonly id: number;
  readonly body: string;
}

/** Brings each batch while the one before is scanned. */
async function* readBatches(
  database: Database,
  batches: Iterator<Batch>,
): AsyncGenerator<{ readonly contents: readonly Content[]; readonly byteCount: number }> {
  const bring = async ({ value, done }: IteratorResult<Batch>) => {
    if (done === true) return undefined;
    const { rows } = await database.raw<{ rows: Content[] }>(
      'select id, body from contents where id = any(:ids::bigint[])',
      { ids: value.ids } as never,
    );
    return { contents: rows, byteCount: value.byteCount };
  };
  for (let coming = bring(batches.next()); ;) {
    const batch = await coming;
    if (batch === undefined) return;
    coming = bring(batches.next());
    // Nobody waits for it where the scan ends early.
    coming.catch(() => undefined);
    yield batch;
  }
}

interface FoundInContent {
  readonly id: number;
  readonly suspected: readonly SuspectedSecret[];
}

async function scanBatch(
  contents: readonly Content[],
  {
    features,
    signal,
  }: { readonly features: CompiledFeatures; readonly signal: AbortSignal | undefined },
): Promise<FoundInContent[]> {
  const found: FoundInContent[] = [];
  let sliceEnds = performance.now() + sliceMs;
  for (const { id, body } of contents) {
    const steps = scanSteps(features, body);
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      if (performance.now() < sliceEnds) continue;
      await setImmediate();
      signal?.throwIfAborted();
      sliceEnds = performance.now() + sliceMs;
    }
    found.push({ id, suspected: step.value });
    // Documents without a keyword take no step of their own.
    if (performance.now() >= sliceEnds) {
      await setImmediate();
      signal?.throwIfAborted();
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
