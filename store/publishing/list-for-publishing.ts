import type { Knex } from 'knex';
import { obstaclesOf, obstacleTables, obstacleValues } from './reparse-publishable';

/**
 * Puts what an import wrote on the list of what is to be published, with its change type and what
 * hinders it; the newest import of an asset wins (REL-35). What production runs already is not
 * listed, as after an undo that put the online version back. What was published since the import
 * before leaves the list. Gives how many are listed. Twice: the same list.
 */
export async function listForPublishing(
  trx: Knex.Transaction,
  one: { readonly tenantId: number; readonly importId: string },
): Promise<number> {
  await trx('publish_objects')
    .where({ tenant_id: one.tenantId })
    .whereIn('status', ['succeeded', 'succeeded with risks'])
    .delete();
  // A statement of its own: with "or" PostgreSQL goes through all of the import for every object.
  await trx.raw(
    `delete from publish_objects o using import_before_images before
     where before.import_id = :importId and before.asset_id = o.asset_id`,
    { importId: one.importId },
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with ${obstacleTables}
     insert into publish_objects (asset_id, tenant_id, change_type, import_id, obstacles)
     select a.id, a.tenant_id,
       case when a.deleted_at is not null then 'deleted'
         when before.version is null or before.deleted then 'new' else 'changed' end,
       before.import_id, ${obstaclesOf}
     from import_before_images before
     join assets a on a.id = before.asset_id
     left join online_assets online on online.asset_id = a.id
     left join asset_versions v on v.asset_id = online.asset_id and v.version = online.version
     where before.import_id = :importId
       and case when a.deleted_at is not null then online.asset_id is not null
         else online.digest is distinct from a.digest
           or v.sealed_secrets is distinct from a.sealed_secrets end`,
    { ...obstacleValues(one.tenantId), importId: one.importId },
  );
  return rowCount;
}
