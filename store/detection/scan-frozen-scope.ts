import type { Knex } from 'knex';
import type { SecretScanRef } from '../../schemas/detection/activities';
import { PipelineError } from '../../schemas/pipeline-error';
import type { FrozenDetails } from '../../schemas/releases/frozen-scope';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../database/connect';
import { readFrozenScope } from '../releases/frozen-scopes';
import { findRun } from '../runs/find-run';
import { ensureFeatureSet } from './feature-sets';
import { scanContents } from './scan-contents';
import { openSecretScan } from './secret-scan';
import { listSuspected, secretScanCodes } from './suspected-contents';

/** Content of a portion; some seconds of work. */
const portionBytes = 32_000_000;

/**
 * Which shards of a run's frozen scope hold content that the tenant's features have not been through
 * (REL-26). Planning twice gives less the second time, if some was scanned meanwhile.
 */
export async function planFrozenScan(database: Database, runId: string): Promise<SecretScanRef> {
  const run = await findRun(database, runId);
  const scan = await openSecretScan(database, run.tenant_id);
  if (scan === undefined)
    return { featureSet: null, mode: 'warn', portions: [], objectCount: 0, byteCount: 0 };
  const featureSet = await ensureFeatureSet(database, scan);
  const { rows } = await database.raw<{
    rows: { number: number; objects: number; bytes: number }[];
  }>(
    `select f.number, count(*)::integer as objects, sum(c.byte_count)::bigint as bytes
     from frozen_shards f cross join lateral unnest(f.content_ids) as u (id)
     join contents c on c.id = u.id
     where f.run_id = :runId and f.kind = 'objects' and not exists (
       select from content_scans s where s.feature_set_id = :featureSet and s.content_id = u.id)
     group by f.number order by f.number`,
    { runId, featureSet },
  );
  return {
    featureSet,
    mode: scan.mode,
    portions: toPortions(rows),
    objectCount: rows.reduce((sum, row) => sum + row.objects, 0),
    byteCount: rows.reduce((sum, row) => sum + row.bytes, 0),
  };
}

function toPortions(
  shards: readonly { readonly number: number; readonly bytes: number }[],
): number[][] {
  const portions: number[][] = [];
  let room = 0;
  for (const { number, bytes } of shards) {
    if (bytes > room || portions.length === 0) {
      portions.push([]);
      room = portionBytes;
    }
    portions.at(-1)?.push(number);
    room -= bytes;
  }
  return portions;
}

/** Which shards to scan with which features, and what ends it early. */
export interface ShardsToScan {
  readonly runId: string;
  readonly featureSet: number;
  readonly shards: readonly number[];
  readonly signal: AbortSignal;
  readonly onProgress: (bytes: number) => void;
}

/** Scans the contents of shards that were not scanned before. */
export async function scanFrozenShards(
  database: Database,
  { runId, shards, ...scan }: ShardsToScan,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  let objects = 0;
  let bytes = 0;
  for (const number of shards) {
    scan.signal.throwIfAborted();
    const row = await database('frozen_shards')
      .where({ run_id: runId, number })
      .first<{ content_ids: number[] } | undefined>('content_ids');
    if (row === undefined) throw new PipelineError('FrozenScopeMissing', { run: runId });
    const scanned = await scanContents(database, { ...scan, contentIds: row.content_ids });
    objects += scanned.objects;
    bytes += scanned.bytes;
  }
  return { objects, bytes };
}

/**
 * Puts what the scan found beside the frozen scope, where approvers, preview and package read it, and
 * gives it. Concluding twice puts the same there.
 */
export async function concludeFrozenScan(
  trx: Knex.Transaction,
  scan: {
    readonly runId: string;
    readonly featureSet: number;
    readonly mode: SecretScanRef['mode'];
  },
): Promise<Finding[]> {
  const { details } = await readFrozenScope(trx, scan.runId);
  const found = await listSuspected(trx, {
    sql: `select f.type, u.id as content_id, array[f.number, u.place] as place
      from frozen_shards f cross join lateral unnest(f.content_ids) with ordinality as u (id, place)
      where f.run_id = :runId and f.kind = 'objects'`,
    values: { runId: scan.runId },
    featureSet: scan.featureSet,
    mode: scan.mode,
    exportSettings: details.exportSettings,
  });
  const others = details.findings.filter(({ code }) => !secretScanCodes.includes(code));
  const noted: FrozenDetails = { ...details, findings: [...others, ...found] };
  await trx('frozen_scopes')
    .where({ run_id: scan.runId })
    .update({ details: JSON.stringify(noted) });
  return found;
}
