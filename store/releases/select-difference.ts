import type { Knex } from 'knex';
import type { DifferenceCounts } from '../../schemas/releases/frozen-scope';
import type { BasePackage } from './find-base';
import { standaloneCondition, type ScopeTenant } from './scope-query';

/**
 * Fills the temporary table `scope_difference` (asset_id, change: `new`, `changed`, `deleted`, or
 * `left`: lives, but out of scope) with what differs by content between now and the moment the base
 * was frozen, both times within the scope its chain begins with (REL-16). Only good within `trx`.
 */
export async function selectDifference(
  trx: Knex.Transaction,
  tenant: ScopeTenant,
  base: BasePackage,
): Promise<void> {
  await restoreAssets(trx, tenant.id, base);
  const [then, now] = [
    await standaloneCondition(trx, tenant, {
      scope: base.rootScope,
      ...{ assets: 'base_assets', listed: 'base_objects', mayLack: true },
    }),
    await standaloneCondition(trx, tenant, {
      scope: base.rootScope,
      ...{ assets: 'assets', listed: 'scope_objects', mayLack: true },
    }),
  ];
  await trx.raw('drop table if exists pg_temp.scope_difference');
  await trx.raw(
    `create temporary table scope_difference on commit drop as
     select d.asset_id, case when d.is_new then 'new' when not d.is_gone then 'changed'
       when s.deleted_at is not null then 'deleted' else 'left' end as change
     from (
       select coalesce(n.id, b.id) as asset_id, b.id is null as is_new, n.id is null as is_gone
       from (select a.id, a.digest from assets a where ${now.sql}) n
       full join (select a.id, a.digest from base_assets a where ${then.sql}) b on b.id = n.id
       where n.digest is distinct from b.digest
     ) d join assets s on s.id = d.asset_id`,
    { ...then.values, ...now.values } as Record<string, Knex.Value>,
  );
  await trx.raw('analyze scope_difference');
}

/**
 * Fills the temporary table `base_assets` with the assets of the tenant as they were when the base
 * was frozen. The last version that its snapshot sees is the one that stood then; what no later
 * transaction touched is as it is (docs/adr/0009-state-by-snapshot.md).
 */
async function restoreAssets(
  trx: Knex.Transaction,
  tenantId: number,
  base: BasePackage,
): Promise<void> {
  await trx.raw('drop table if exists pg_temp.base_assets');
  await trx.raw(
    `create temporary table base_assets on commit drop as
     with taken as materialized (
       select snapshot, pg_snapshot_xmin(snapshot) as xmin from frozen_scopes where run_id = :runId
     ), touched as materialized (
       select distinct v.asset_id from asset_versions v join assets a on a.id = v.asset_id
       where a.tenant_id = :tenantId and v.saved_xid >= (select xmin from taken)
         and not pg_visible_in_snapshot(v.saved_xid, (select snapshot from taken))
     )
     select a.id, a.tenant_id, a.type, a.project, a.code, a.segment, a.content_id, a.digest,
       null::timestamptz as deleted_at
     from assets a
     where a.tenant_id = :tenantId and a.deleted_at is null
       and a.id not in (select asset_id from touched)
     union all
     select a.id, a.tenant_id, a.type, a.project, a.code, c.body::json ->> 'segment', v.content_id,
       v.digest, null
     from touched join assets a on a.id = touched.asset_id
     cross join lateral (
       select content_id, digest from asset_versions v where v.asset_id = a.id
         and pg_visible_in_snapshot(v.saved_xid, (select snapshot from taken))
       order by v.version desc limit 1
     ) v
     join contents c on c.id = v.content_id`,
    { tenantId, runId: base.runId },
  );
  // Only lists and subjects are looked up; everything else is read once.
  if (base.rootScope.method !== 'full') {
    await trx.raw('create unique index on base_assets (id)');
    await trx.raw('create index on base_assets (code, project)');
  }
  await trx.raw('analyze base_assets');
}

/** How many objects differ, and how many live on out of scope; after `selectDifference`. */
export async function countDifference(
  trx: Knex.Transaction,
): Promise<{ readonly counts: DifferenceCounts; readonly leftCount: number }> {
  const { rows } = await trx.raw<{ rows: [DifferenceCounts & { readonly left: number }] }>(
    `select (count(*) filter (where change = 'new'))::integer as new,
       (count(*) filter (where change = 'changed'))::integer as changed,
       (count(*) filter (where change = 'deleted'))::integer as deleted,
       (count(*) filter (where change = 'left'))::integer as left
     from scope_difference`,
  );
  const { left, ...counts } = rows[0];
  return { counts, leftCount: left };
}
