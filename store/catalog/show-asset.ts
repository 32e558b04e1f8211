import type { AssetDocument } from '../../schemas/catalog/asset-document';
import type { AssetVersionRef, StoredAsset } from '../../schemas/catalog/catalog-queries';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { findAsset, toAssetSummary } from './asset-rows';

interface VersionRow {
  readonly version: number;
  readonly body: string;
  readonly digest: Buffer;
  readonly byte_count: number;
  readonly changed_at: Date;
  readonly changed_by: string | null;
  readonly has_secrets: boolean;
}

/**
 * The document of an asset, its last one or that of a version; secrets are null in it (RUN-20).
 * Throws `AssetNotFound`, also for a version that is a deletion or not there.
 */
export async function showAsset(
  connection: Connection,
  tenantId: number,
  ref: AssetVersionRef,
): Promise<StoredAsset> {
  const asset = await findAsset(connection, { tenantId, ref });
  const row = await connection('asset_versions')
    .join('contents', 'contents.id', 'asset_versions.content_id')
    .where('asset_id', asset.id)
    .modify((query) => {
      if (ref.version !== undefined) void query.where('version', ref.version);
    })
    .orderBy('version', 'desc')
    .first<VersionRow | undefined>(
      ...['version', 'body', 'asset_versions.digest', 'byte_count', 'changed_at', 'changed_by'],
      connection.raw('sealed_secrets is not null as has_secrets'),
    );
  if (row === undefined) {
    const { type, project, code, version } = ref;
    throw new PipelineError('AssetNotFound', { type, project, code, version });
  }
  const document = JSON.parse(row.body) as AssetDocument;
  const { segment, name, owner } = document;
  const summary = toAssetSummary({ ...asset, ...row });
  return { ...summary, segment, name, owner, document, hasSecrets: row.has_secrets };
}
