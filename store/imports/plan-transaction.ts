import type { CheckResult } from '../../schemas/activities';
import type { ImportPlanRef, PlanCounts } from '../../schemas/imports/activities';
import type { Finding } from '../../schemas/runs/finding';
import type { Connection, Database } from '../database/connect';
import { demandIndex, findPlanning, prepareForLargePlans, type Planning } from './find-planning';
import { replacePlan } from './plan-record';

/** Errors that a second attempt mends: two plannings of one run at once. */
const retriedStates = new Set(['40001', '40P01', '23505']);
const attemptsAtMost = 5;

/**
 * Makes the plan of a run in one snapshot and replaces the one it has, unless that was applied: then
 * it is given again.
 */
export async function planned(
  database: Database,
  runId: string,
  plan: (planning: Planning) => Promise<ImportPlanRef & CheckResult>,
): Promise<ImportPlanRef & CheckResult> {
  for (let attempt = 1; ; attempt++) {
    const applied = await findAppliedPlan(database, runId);
    if (applied !== undefined) return applied;
    try {
      return await database.transaction(
        async (trx) => {
          await prepareForLargePlans(trx);
          const planning = await findPlanning(trx, runId);
          demandIndex(planning);
          await replacePlan(planning);
          return plan(planning);
        },
        { isolationLevel: 'repeatable read' },
      );
    } catch (error) {
      const state = (error as { code?: unknown }).code;
      if (attempt >= attemptsAtMost || !retriedStates.has(String(state))) throw error;
    }
  }
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
