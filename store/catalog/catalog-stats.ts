import type { Knex } from 'knex';
import { assetTypeCodes, findAssetType } from '../../schemas/catalog/asset-types';
import type { CatalogStats } from '../../schemas/catalog/catalog-queries';
import type { Database } from '../database/connect';
import { digestCatalog } from './catalog-digest';

/** What a tenant's catalog holds, all of one moment. */
export async function readCatalogStats(
  database: Database,
  tenantId: number,
): Promise<CatalogStats> {
  return database.transaction(
    async (trx) => {
      const types = await countTypes(trx, tenantId);
      const live = types.filter((row) => row.assets > 0);
      return {
        assets: sum(live, (row) => row.assets),
        deleted: sum(types, (row) => row.deleted),
        sizeBytes: sum(live, (row) => row.bytes),
        types: live.map(({ type, assets, bytes }) => {
          return {
            category: findAssetType(type)?.category ?? 'global',
            type,
            assets,
            sizeBytes: bytes,
          };
        }),
        ...(await countReferences(trx, tenantId)),
        digest: await digestCatalog(trx, tenantId),
      };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

interface TypeRow {
  readonly type: string;
  readonly assets: number;
  readonly deleted: number;
  readonly bytes: number;
}

async function countTypes(trx: Knex.Transaction, tenantId: number): Promise<TypeRow[]> {
  const { rows } = await trx.raw<{ rows: TypeRow[] }>(
    `select type, count(*) filter (where deleted_at is null) as assets,
       count(*) filter (where deleted_at is not null) as deleted,
       coalesce(sum(byte_count) filter (where deleted_at is null), 0)::bigint as bytes
     from assets where tenant_id = ? group by type order by type`,
    [tenantId],
  );
  return rows;
}

/**
 * A reference without a type names something by project and code alone. Each distinct target is
 * looked up by the assets' key, which is quick whatever the planner knows of the tenant.
 */
async function countReferences(
  trx: Knex.Transaction,
  tenantId: number,
): Promise<{ references: number; danglingReferences: number }> {
  const { rows } = await trx.raw<{ rows: { references: number; danglingReferences: number }[] }>(
    `with wanted as materialized (
       select target_type as type, target_project as project, target_code as code, count(*) as count
       from assets join content_references using (content_id)
       where tenant_id = :tenantId and deleted_at is null
       group by 1, 2, 3
     ), looked_up as (
       select count, exists (
         select from assets
         where assets.tenant_id = :tenantId
           and assets.type = any(case when wanted.type is null then :types else array[wanted.type] end)
           and assets.project = wanted.project and assets.code = wanted.code
           and assets.deleted_at is null
       ) as found
       from wanted
     )
     select coalesce(sum(count), 0)::bigint as references,
       coalesce(sum(count) filter (where not found), 0)::bigint as "danglingReferences"
     from looked_up`,
    { tenantId, types: assetTypeCodes },
  );
  return rows[0] ?? { references: 0, danglingReferences: 0 };
}

function sum(rows: readonly TypeRow[], of: (row: TypeRow) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
