import type { AssetRef, AssetVersion } from '../../schemas/catalog/catalog-queries';
import type { Connection } from '../database/connect';
import { findAsset } from './asset-rows';

interface VersionRow {
  readonly version: number;
  readonly digest: Buffer | null;
  readonly byte_count: number | null;
  readonly changed_at: Date;
  readonly changed_by: string | null;
  readonly saved_at: Date;
}

/** Every version of an asset, the last one first; throws `AssetNotFound`. */
export async function listVersions(
  connection: Connection,
  tenantId: number,
  ref: AssetRef,
): Promise<AssetVersion[]> {
  const asset = await findAsset(connection, { tenantId, ref });
  const rows = await connection('asset_versions')
    .leftJoin('contents', 'contents.id', 'asset_versions.content_id')
    .where('asset_id', asset.id)
    .orderBy('version', 'desc')
    .select<VersionRow[]>(
      ...['version', 'asset_versions.digest', 'byte_count', 'changed_at', 'changed_by', 'saved_at'],
    );
  return rows.map((row) => ({
    version: row.version,
    digest: row.digest?.toString('hex') ?? null,
    sizeBytes: row.byte_count,
    changedAt: row.changed_at.toISOString(),
    changedBy: row.changed_by,
    savedAt: row.saved_at.toISOString(),
  }));
}
