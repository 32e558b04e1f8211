import type { AssetDocument } from '../../schemas/catalog/asset-document';
import type { PublishObject } from '../../schemas/publishing/publish-view';
import type { AssetKey } from '../catalog/asset-secrets';
import type { Connection } from '../database/connect';
import { findPublishObject } from './list-publish-objects';

/** An object of the list with both of its documents; secrets are null in them. */
export interface VersionsToCompare {
  readonly object: PublishObject;
  /** What production runs; null where it runs none. */
  readonly online: AssetDocument | null;
  /** What would be published; null where it is to be taken offline. */
  readonly submitted: AssetDocument | null;
}

/** Reads what production runs and what was submitted (REL-36); throws `PublishObjectNotFound`. */
export async function readVersionsToCompare(
  connection: Connection,
  tenantId: number,
  key: AssetKey,
): Promise<VersionsToCompare> {
  const object = await findPublishObject(connection, tenantId, key);
  const { rows } = await connection.raw<{
    rows: { online: string | null; submitted: string | null }[];
  }>(
    `select oc.body as online, sc.body as submitted
     from assets a
     left join online_assets online on online.asset_id = a.id
     left join contents oc on oc.id = online.content_id
     left join contents sc on sc.id = a.content_id and a.deleted_at is null
     where a.tenant_id = :tenantId and (a.type, a.project, a.code) = (:type, :project, :code)`,
    { tenantId, ...key },
  );
  const parse = (text: string | null | undefined): AssetDocument | null =>
    text == null ? null : (JSON.parse(text) as AssetDocument);
  return { object, online: parse(rows[0]?.online), submitted: parse(rows[0]?.submitted) };
}
