import type { SweptRecords } from '../../schemas/upkeep/activities';
import type { Database } from '../database/connect';
import { sweepRuns } from './sweep-runs';

/** Days that messages, notices and codes are kept once nobody needs them. */
const keptDays = 90;
const batch = 500;

/** Removes the records of one kind that are past their time, batch by batch, and counts them (RUN-26). */
export async function sweepRecords(
  database: Database,
  { kind, runRetentionDays }: { readonly kind: SweptRecords; readonly runRetentionDays: number },
): Promise<number> {
  if (kind === 'runs') return sweepRuns(database, runRetentionDays);
  const statement = statements[kind];
  for (let count = 0; ;) {
    const { rowCount } = await database.raw<{ rowCount: number }>(statement, {
      days: kind === 'before-images' ? runRetentionDays : keptDays,
      batch,
    });
    count += rowCount;
    if (rowCount < batch) return count;
  }
}

const statements: Record<Exclude<SweptRecords, 'runs'>, string> = {
  // An import whose images are gone can no longer be undone, which its record says.
  'before-images': `
    with old as (
      select i.id from imports i
      where i.applied_at < now() - :days * interval '1 day' and i.images_removed_at is null
        and not exists (select from imports undo join runs r on r.subject = undo.id
          where undo.undoes = i.id and r.ended_at is null)
      order by i.id limit :batch for update
    ), removed as (
      delete from import_before_images b using old where b.import_id = old.id
    )
    update imports i set images_removed_at = now() from old where i.id = old.id`,
  'webhook messages': `
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries
      where coalesce(delivered_at, given_up_at) < now() - :days * interval '1 day' limit :batch)`,
  notices: `
    delete from notices where id in (
      select id from notices where read_at < now() - :days * interval '1 day' limit :batch)`,
  codes: `
    delete from approval_codes where (request_id, person_id) in (
      select c.request_id, c.person_id from approval_codes c
      join approval_requests r on r.id = c.request_id
      where r.closed_at < now() - :days * interval '1 day' limit :batch)`,
};
