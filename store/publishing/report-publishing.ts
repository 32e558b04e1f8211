import type { CheckResult } from '../../schemas/runs/run-ref';
import type { PublishCounts } from '../../schemas/publishing/activities';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection, Database } from '../database/connect';
import { findRun } from '../runs/find-run';
import { toFindingObject } from './publish-findings';
import { reparsePublishable } from './reparse-publishable';

/** Findings in a report; the list has them all. */
const toldAtMost = 50;

/**
 * What became of a run's objects: counts, and as warnings the first 50 that failed by themselves, by
 * identity (REL-39). What their being online makes publishable is said anew on the list (REL-37).
 */
export async function reportPublishing(
  database: Database,
  { runId }: { readonly runId: string },
): Promise<{ readonly counts: PublishCounts } & CheckResult> {
  return database.transaction(async (trx) => {
    const run = await findRun(trx, runId);
    await reparsePublishable(trx, run.tenant_id);
    return {
      counts: await countOutcomes(trx, runId),
      findings: await listFailures(trx, runId),
    };
  });
}

/** How many objects of a run came to what; `objects` counts those that are decided. */
export async function countOutcomes(connection: Connection, runId: string): Promise<PublishCounts> {
  const { rows } = await connection.raw<{ rows: [PublishCounts] }>(
    `select (count(*) filter (where status <> 'waiting'))::integer as objects,
       (count(*) filter (where status = 'succeeded'))::integer as succeeded,
       (count(*) filter (where status = 'succeeded with risks'))::integer as "succeededWithRisks",
       (count(*) filter (where status = 'failed'))::integer as failed,
       (count(*) filter (where status = 'failed' and findings -> 0 ->> 'code' = 'BlockedBy'))::integer
         as blocked
     from publish_run_objects where run_id = ?`,
    [runId],
  );
  return rows[0];
}

async function listFailures(connection: Connection, runId: string): Promise<Finding[]> {
  const { rows } = await connection.raw<{
    rows: { type: string; project: string; code: string; finding: Finding }[];
  }>(
    `select a.type, a.project, a.code, o.findings -> 0 as finding
     from publish_run_objects o join assets a on a.id = o.asset_id
     where o.run_id = :runId and o.status = 'failed' and o.findings -> 0 ->> 'code' <> 'BlockedBy'
     order by o.number limit :toldAtMost`,
    { runId, toldAtMost },
  );
  return rows.map(({ finding, ...identity }) => ({
    ...finding,
    severity: 'warning',
    object: toFindingObject(identity),
  }));
}
