import type { Knex } from 'knex';
import type { PlanCounts } from '../../schemas/imports/activities';
import type { Database } from '../database/connect';
import { listForPublishing } from '../publishing/list-for-publishing';
import { findPlanning, prepareForLargePlans, type Planning } from './find-planning';
import { markUndone } from './undo-marks';

/**
 * Lists what an import wrote for publishing (REL-35) and closes the import's record: imported, or
 * nothing to do where the plan wrote nothing (REL-34). Twice: the first answer again.
 */
export async function registerImport(
  database: Database,
  run: { readonly runId: string },
): Promise<{ readonly toPublish: number }> {
  return database.transaction(async (trx) => {
    await prepareForLargePlans(trx);
    const planning = await findPlanning(trx, run.runId);
    const row = await trx('imports')
      .where({ id: planning.importId })
      .forUpdate()
      .first<{ counts: (PlanCounts & { toPublish?: number }) | null }>('counts');
    const counts = row.counts;
    if (counts?.toPublish !== undefined) return { toPublish: counts.toPublish };
    const writes = counts?.writes ?? 0;
    const toPublish = writes === 0 ? 0 : await listForPublishing(trx, planning);
    await markUndone(planning);
    await close(planning, { counts: { ...counts, toPublish }, writes });
    return { toPublish };
  });
}

async function close(
  { trx, importId }: Planning,
  outcome: { readonly counts: Readonly<Record<string, number>>; readonly writes: number },
): Promise<void> {
  const changes: Record<string, Knex.Value | Knex.Raw> = {
    state: outcome.writes > 0 ? 'imported' : 'nothing to do',
    counts: JSON.stringify(outcome.counts),
    applied_at: trx.raw('coalesce(applied_at, now())'),
  };
  await trx('imports').where({ id: importId }).update(changes);
}
