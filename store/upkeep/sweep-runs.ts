import type { Knex } from 'knex';
import type { Database } from '../database/connect';

const page = 100;

interface Place {
  readonly ended_at: string;
  readonly id: string;
}

/**
 * Removes records of runs that ended so many days ago, with everything that is theirs alone; the
 * audit log stays (RUN-26). Runs that made a package stay, as further packages build on them, and
 * so does a run that something else still points to.
 */
export async function sweepRuns(database: Database, days: number): Promise<number> {
  let count = 0;
  let last: Place = { ended_at: '-infinity', id: '' };
  for (;;) {
    const runs = await findOldRuns(database, days, last);
    for (const { id } of runs) if (await removeRun(database, id)) count += 1;
    const next = runs.at(-1);
    if (next === undefined) return count;
    last = next;
  }
}

async function findOldRuns(database: Database, days: number, last: Place): Promise<Place[]> {
  const { rows } = await database.raw<{ rows: Place[] }>(
    `select id, ended_at::text from runs r
     where ended_at < now() - :days * interval '1 day'
       and (ended_at, id) > (:endedAt::timestamptz, :id)
       and not exists (select from packages p where p.run_id = r.id)
     order by r.ended_at, r.id limit :page`,
    { days, endedAt: last.ended_at, id: last.id, page },
  );
  return rows;
}

async function removeRun(database: Database, id: string): Promise<boolean> {
  try {
    return await database.transaction(async (trx) => {
      const row = await trx('runs')
        .where({ id })
        .forUpdate()
        .first<{ ended_at: Date | null } | undefined>('ended_at');
      // It may have been started again meanwhile.
      if (row === undefined || row.ended_at === null) return false;
      await removeDependents(trx, id);
      await trx('runs').where({ id }).delete();
      return true;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === foreignKeyViolation) return false;
    throw error;
  }
}

const foreignKeyViolation = '23503';

/** In an order in which nothing is pointed to any more when it goes. */
const dependents = [
  'import_plan_objects',
  'import_plans',
  'import_staged_shards',
  'publish_run_edges',
  'publish_run_objects',
  'frozen_requirements',
  'frozen_shards',
  'frozen_scopes',
  'approval_decisions',
  'approval_requests',
  'operator_requests',
  'run_executions',
  'notices',
] as const;

async function removeDependents(trx: Knex.Transaction, runId: string): Promise<void> {
  await trx('approval_codes')
    .whereIn('request_id', trx('approval_requests').where({ run_id: runId }).select('id'))
    .delete();
  for (const table of dependents) await trx(table).where({ run_id: runId }).delete();
}
