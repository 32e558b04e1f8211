import type { Knex } from 'knex';
import type { ExportSettings } from '../../schemas/releases/export-settings';
import type { Finding } from '../../schemas/runs/finding';
import type { Database } from '../database/connect';
import { ensureFeatureSet } from './feature-sets';
import { scanContents } from './scan-contents';
import { openSecretScan, type SecretScan } from './secret-scan';
import { listSuspected } from './suspected-contents';

/** What one preview scans at most: a few seconds. The next one goes on from there. */
const previewBytes = 32_000_000;

/** A selection of live assets: a condition on `assets a`, valid in its transaction only. */
export interface LiveSelection {
  readonly trx: Knex.Transaction;
  readonly tenant: { readonly id: number };
  readonly condition: { readonly sql: string; readonly values: Readonly<Record<string, unknown>> };
}

/** How far the scan of a selection is. */
export interface LiveScan {
  readonly featureSet: number;
  readonly mode: SecretScan['mode'];
  /** Contents that were not scanned yet. */
  readonly left: number;
}

/**
 * Scans up to 32 MB of what a selection holds and was never scanned (REL-26); undefined where nothing
 * is to be scanned at all. What is found is kept outside the transaction, and seen by later ones.
 */
export async function scanLiveScope(
  database: Database,
  { trx, tenant, condition }: LiveSelection,
): Promise<LiveScan | undefined> {
  const scan = await openSecretScan(trx, tenant.id);
  if (scan === undefined) return undefined;
  const featureSet = await ensureFeatureSet(database, scan);
  const { rows } = await trx.raw<{ rows: { id: number; total: number }[] }>(
    `select m.id, m.total from (
       select a.content_id as id, a.byte_count, count(*) over ()::integer as total,
         sum(a.byte_count) over (order by a.content_id) as bytes_so_far
       from assets a where ${condition.sql} and not exists (
         select from content_scans s where s.feature_set_id = :featureSet and s.content_id = a.content_id)
     ) m where m.bytes_so_far - m.byte_count < :previewBytes`,
    { ...condition.values, featureSet, previewBytes } as Record<string, Knex.Value>,
  );
  await scanContents(database, { featureSet, contentIds: rows.map(({ id }) => id) });
  return { featureSet, mode: scan.mode, left: (rows[0]?.total ?? 0) - rows.length };
}

/** What the scan found in a selection, and how much of it is not scanned yet. */
export async function findLiveSecrets(
  { trx, condition }: LiveSelection,
  { featureSet, mode, left }: LiveScan,
  exportSettings: ExportSettings,
): Promise<Finding[]> {
  const found = await listSuspected(trx, {
    sql: `select a.type, a.content_id, array[a.type, a.project, a.code] as place
      from assets a where ${condition.sql}`,
    values: condition.values,
    featureSet,
    mode,
    exportSettings,
  });
  return left > 0 ? [...found, unfinished(left)] : found;
}

function unfinished(left: number): Finding {
  return {
    code: 'SecretScanUnfinished',
    severity: 'info',
    reason: `${left} objects are not scanned for secrets yet`,
    fix: 'Look at the preview again, which goes on scanning; an export scans everything before it is approved.',
    overridable: false,
  };
}
