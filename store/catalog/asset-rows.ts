import { PipelineError } from '../../schemas/pipeline-error';
import type { AssetRef, AssetSummary } from '../../schemas/catalog/catalog-queries';
import type { Connection } from '../database/connect';

/** A row of `assets`, without its secrets. */
export interface AssetRow {
  readonly id: number;
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly segment: string | null;
  readonly name: string;
  readonly owner: string | null;
  readonly changed_at: Date;
  readonly changed_by: string | null;
  readonly version: number;
  readonly digest: Buffer;
  readonly byte_count: number;
  readonly deleted_at: Date | null;
}

/** The columns of `AssetRow`. */
export const assetColumns = [
  ...['id', 'type', 'project', 'code', 'segment', 'name', 'owner', 'changed_at', 'changed_by'],
  ...['version', 'digest', 'byte_count', 'deleted_at'],
].map((column) => `assets.${column}`);

/** The row of an asset, deleted or not; throws `AssetNotFound`. */
export async function findAsset(
  connection: Connection,
  { tenantId, ref }: { tenantId: number; ref: AssetRef },
): Promise<AssetRow> {
  const { type, project, code } = ref;
  const row = await connection('assets')
    .where({ tenant_id: tenantId, type, project: project ?? '', code })
    .first<AssetRow | undefined>(assetColumns);
  if (row === undefined) throw new PipelineError('AssetNotFound', { type, project, code });
  return row;
}

/** What a list says of the row. */
export function toAssetSummary(row: AssetRow): AssetSummary {
  return {
    type: row.type,
    project: row.project === '' ? null : row.project,
    code: row.code,
    segment: row.segment,
    name: row.name,
    owner: row.owner,
    changedAt: row.changed_at.toISOString(),
    changedBy: row.changed_by,
    version: row.version,
    digest: row.digest.toString('hex'),
    sizeBytes: row.byte_count,
    deletedAt: row.deleted_at?.toISOString() ?? null,
  };
}
