import type { Planning } from './find-planning';

/** What of the import to be undone production runs otherwise than before it (REL-41). */
const published = `
  from import_plan_objects o
  join import_before_images b on b.import_id = :undoes and b.asset_id = o.asset_id
  left join online_assets online on online.asset_id = b.asset_id
  where o.run_id = :runId and o.decision = 'write'
    and online.version is distinct from b.online_version`;

/** How many assets of an undo get their earlier online version back. */
export async function countOnlineToRestore(planning: Planning): Promise<number> {
  const { rows } = await planning.trx.raw<{ rows: [{ count: number }] }>(
    `select count(*)::integer as count ${published}`,
    valuesOf(planning),
  );
  return rows[0].count;
}

/** Gives assets of an undo their earlier online version back; what was not online leaves production. */
export async function restoreOnline(planning: Planning): Promise<void> {
  await planning.trx.raw(
    `with restored as materialized (
       select b.asset_id, b.online_version, b.online_content_id, b.online_digest ${published}
     ), removed as (
       delete from online_assets online using restored r
       where online.asset_id = r.asset_id and r.online_version is null
     )
     insert into online_assets
       (asset_id, tenant_id, version, content_id, digest, published_by, run_id)
     select asset_id, :tenantId, online_version, online_content_id, online_digest, :requester, :runId
     from restored where online_version is not null
     on conflict (asset_id) do update set version = excluded.version,
       content_id = excluded.content_id, digest = excluded.digest, published_at = now(),
       published_by = excluded.published_by, run_id = excluded.run_id`,
    { ...valuesOf(planning), tenantId: planning.tenantId, requester: planning.requester },
  );
}

function valuesOf({ runId, undoes }: Planning): { runId: string; undoes: string } {
  return { runId, undoes: undoes ?? '' };
}
