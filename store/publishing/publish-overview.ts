import { assetCategories, findAssetType } from '../../schemas/catalog/asset-types';
import type { PublishStatus } from '../../schemas/publishing/publish-status';
import type { CategoryOverview } from '../../schemas/publishing/publish-view';
import type { Connection } from '../database/connect';

type Counts = { -readonly [K in keyof CategoryOverview]: CategoryOverview[K] };

const memberOf = {
  'to be published': 'toBePublished',
  publishing: 'publishing',
  succeeded: 'succeeded',
  'succeeded with risks': 'succeededWithRisks',
  failed: 'failed',
} as const satisfies Record<PublishStatus, keyof CategoryOverview>;

/** A tenant's list in counts, by category; all eight categories in their order (REL-36). */
export async function readPublishOverview(
  connection: Connection,
  tenantId: number,
): Promise<CategoryOverview[]> {
  const { rows } = await connection.raw<{
    rows: { type: string; status: PublishStatus; count: number; hindered: number }[];
  }>(
    `select a.type, o.status, count(*)::integer as count,
       (count(*) filter (where o.obstacles <> '{}'))::integer as hindered
     from publish_objects o join assets a on a.id = o.asset_id
     where o.tenant_id = ? group by 1, 2`,
    [tenantId],
  );
  const overview = assetCategories.map((category): Counts => ({
    ...{ category, total: 0, toBePublished: 0, publishing: 0, succeeded: 0 },
    ...{ succeededWithRisks: 0, failed: 0, notPublishable: 0 },
  }));
  for (const { type, status, count, hindered } of rows) {
    const category = findAssetType(type)?.category;
    const counts = overview.find((one) => one.category === category);
    if (counts === undefined) continue;
    counts.total += count;
    counts[memberOf[status]] += count;
    if (status === 'to be published') counts.notPublishable += hindered;
  }
  return overview;
}
