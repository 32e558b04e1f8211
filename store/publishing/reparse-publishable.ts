import type { Knex } from 'knex';
import { sourceTypes } from './source-types';

/** True where a source of the view `source_settings s` still lacks something (REL-45). */
export const lacksSettings = `(
  (s.lacks_connection and s.entered_connection is null and s.kept_connection is null
    and s.online_connection is null)
  or (s.lacks_authentication and s.entered_authentication is null and s.kept_authentication is null
    and s.online_secrets is null))`;

/** What `obstaclesOf` looks into: the projects and segments that are online, and sources that lack something. */
export const obstacleTables = `home as materialized (
    select h.type, h.code from assets h join online_assets online on online.asset_id = h.id
    where h.tenant_id = :tenantId and h.type in ('project', 'data_segment')
  ), lacking as materialized (
    select s.asset_id from assets a
    join source_settings s on s.asset_id = a.id and s.version = a.version
    where a.tenant_id = :tenantId and a.type = any(:sourceTypes) and a.deleted_at is null
      and ${lacksSettings}
  )`;

/** What hinders the asset `a` from being published, as an array; deletions are never hindered. */
export const obstaclesOf = `
  case when a.deleted_at is not null then '{}' else array_remove(array[
    case when a.project <> '' and a.project not in (select code from home where type = 'project')
      then 'ProjectNotPublished' end,
    case when a.segment <> '' and a.segment not in
      (select code from home where type = 'data_segment') then 'SegmentNotPublished' end,
    case when a.id in (select asset_id from lacking) then 'SourceSettingsMissing' end
  ], null) end`;

/** The values that `obstacleTables` needs. */
export function obstacleValues(tenantId: number): Record<string, Knex.Value> {
  return { tenantId, sourceTypes } as unknown as Record<string, Knex.Value>;
}

/**
 * Says anew what hinders each object on a tenant's list (REL-37, REL-45): its project or segment is
 * not online, or a source lacks settings. Gives how many are to be published, and how many of them
 * cannot be.
 */
export async function reparsePublishable(
  trx: Knex.Transaction,
  tenantId: number,
): Promise<{ readonly toBePublished: number; readonly notPublishable: number }> {
  await trx.raw(
    `with ${obstacleTables}, judged as (
       select o.asset_id, ${obstaclesOf} as obstacles
       from publish_objects o join assets a on a.id = o.asset_id
       where o.tenant_id = :tenantId
     )
     update publish_objects o set obstacles = judged.obstacles
     from judged
     where judged.asset_id = o.asset_id and o.obstacles is distinct from judged.obstacles`,
    obstacleValues(tenantId),
  );
  const { rows } = await trx.raw<{
    rows: [{ toBePublished: number; notPublishable: number }];
  }>(
    `select count(*)::integer as "toBePublished",
       (count(*) filter (where obstacles <> '{}'))::integer as "notPublishable"
     from publish_objects where tenant_id = ? and status = 'to be published'`,
    [tenantId],
  );
  return rows[0];
}
