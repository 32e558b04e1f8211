import type { Knex } from 'knex';
import { lockContents } from '../catalog/hold-contents';
import type { Database } from '../database/connect';

/**
 * Removes the contents that staging added for a run and that nothing uses: no version of any tenant,
 * and no plan of another run that is under way. After the plan was applied there are none, unless the
 * run staged for an earlier plan too. Twice: there is nothing left.
 */
export async function removeStagedContents(database: Database, runId: string): Promise<number> {
  return database.transaction(async (trx) => {
    const staged = await trx('import_staged_shards')
      .where({ run_id: runId })
      .forUpdate()
      .select<{ number: number }[]>('number');
    if (staged.length === 0) return 0;
    const removed = (await isAllInUse(trx, runId)) ? 0 : await removeUnused(trx, runId);
    await trx('import_staged_shards').where({ run_id: runId }).delete();
    return removed;
  });
}

/** What was staged for the plan that was applied is pointed to. */
async function isAllInUse(trx: Knex.Transaction, runId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { all_in_use: boolean }[] }>(
    `select bool_and(coalesce(s.plan_digest = p.digest, false)) as all_in_use
     from import_staged_shards s
     join import_plans p on p.run_id = s.run_id and p.applied_at is not null
     where s.run_id = ?`,
    [runId],
  );
  return rows[0]?.all_in_use === true;
}

async function removeUnused(trx: Knex.Transaction, runId: string): Promise<number> {
  await lockContents(trx);
  await trx.raw(
    `create temporary table import_unused on commit drop as
     select c.id from import_staged_shards s
     cross join lateral unnest(s.content_ids) as staged (id)
     join contents c on c.id = staged.id
     where s.run_id = :runId
       and not exists (select from asset_versions v where v.content_id = c.id)
       and c.digest not in (
         select o.digest from import_plan_objects o
         join import_plans p on p.run_id = o.run_id and p.applied_at is null
         join runs r on r.id = p.run_id and r.ended_at is null and r.id <> :runId
         where o.decision = 'write' and o.digest is not null)`,
    { runId },
  );
  await trx.raw(
    'delete from content_references where content_id in (select id from import_unused)',
  );
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    'delete from contents where id in (select id from import_unused)',
  );
  return rowCount;
}

const indexesKept = 5;

/**
 * Removes the oldest index of a tenant beyond the last five, if no run that is under way uses it: a
 * package of which there is an index is not read again.
 */
export async function removeOldIndex(database: Database, tenantId: number): Promise<void> {
  await database.raw(
    `delete from package_indexes where id in (
       select id from (
         select id from package_indexes where tenant_id = :tenantId
         order by created_at desc, id desc offset :kept
       ) old
       where not exists (
         select from imports i join runs r on r.subject = i.id and r.ended_at is null
         where i.index_id = old.id)
       order by id limit 1)`,
    { tenantId, kept: indexesKept },
  );
}
