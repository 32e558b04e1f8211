import type { CheckResult } from '../../schemas/runs/run-ref';
import type { ImportPlanRef, PlanCounts } from '../../schemas/imports/activities';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection, Database } from '../database/connect';
import { refreshStatistics } from '../database/refresh-statistics';
import { demandIndex, findPlanning, prepareForLargePlans, type Planning } from './find-planning';
import { replacePlan } from './plan-record';

/** Errors that a second attempt mends: two plannings of one run at once. */
const retriedStates = new Set(['40001', '40P01', '23505']);
const attemptsAtMost = 5;

/** From so many objects on it matters what the planner of PostgreSQL believes. */
const manyObjects = 1000;

/**
 * Makes the plan of a run in one snapshot and replaces the one it has, unless that was applied: then
 * it is given again.
 */
export async function planned(
  database: Database,
  runId: string,
  plan: (planning: Planning) => Promise<ImportPlanRef & CheckResult>,
): Promise<ImportPlanRef & CheckResult> {
  if (await isLarge(database, runId)) {
    await refreshStatistics(database, ['assets', 'package_objects (index_id)']);
  }
  const ref = await retried(
    () => findAppliedPlan(database, runId),
    () =>
      database.transaction(
        async (trx) => {
          await prepareForLargePlans(trx);
          const planning = await findPlanning(trx, runId);
          demandIndex(planning);
          await replacePlan(planning);
          return plan(planning);
        },
        { isolationLevel: 'repeatable read' },
      ),
  );
  if (ref.counts.writes + ref.counts.rebased >= manyObjects) {
    await refreshStatistics(database, ['import_plan_objects']);
  }
  return ref;
}

async function retried<T>(known: () => Promise<T | undefined>, make: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const found = await known();
    if (found !== undefined) return found;
    try {
      return await make();
    } catch (error) {
      const state = (error as { code?: unknown }).code;
      if (attempt >= attemptsAtMost || !retriedStates.has(String(state))) throw error;
    }
  }
}

async function isLarge(connection: Connection, runId: string): Promise<boolean> {
  const { rows } = await connection.raw<{ rows: [{ count: number }] }>(
    `select count(*)::integer as count from (
       select from runs r join imports i on i.id = r.subject
       join package_objects p on p.index_id = i.index_id
       where r.id = ? limit ?
     ) first_objects`,
    [runId, manyObjects],
  );
  return rows[0].count >= manyObjects;
}

async function findAppliedPlan(
  connection: Connection,
  runId: string,
): Promise<(ImportPlanRef & CheckResult) | undefined> {
  const row = await connection('import_plans')
    .where({ run_id: runId })
    .whereNotNull('applied_at')
    .first<{ digest: Buffer; counts: PlanCounts; findings: readonly Finding[] } | undefined>(
      'digest',
      'counts',
      'findings',
    );
  if (row === undefined) return undefined;
  const { counts, findings } = row;
  return {
    digest: row.digest.toString('hex'),
    counts,
    findings,
    stageShards: [],
    stageObjectCount: 0,
    stageByteCount: 0,
  };
}
