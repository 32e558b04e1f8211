import type { CheckResult } from '../../schemas/runs/run-ref';
import type { ImportPlanRef } from '../../schemas/imports/activities';
import type { Database } from '../database/connect';
import type { Planning } from './find-planning';
import { findPlanFaults } from './plan-findings';
import { decideConflicts, planObjects } from './plan-objects';
import { recordPlan } from './plan-record';
import { planReferences } from './plan-references';
import { planned } from './plan-transaction';

/**
 * Plans the import of a run against the target as it is in one snapshot, and records the plan
 * (REL-31, REL-32); no row passes through this process. Planning again replaces the plan; a plan
 * that was applied is given again. Throws `RunNotFound`, `ImportNotFound`, `PackageIndexMissing`.
 */
export async function planImport(
  database: Database,
  run: { readonly runId: string },
): Promise<ImportPlanRef & CheckResult> {
  return planned(database, run.runId, async (planning) => {
    const objectCount = await countObjects(planning);
    await planObjects(planning);
    await decideConflicts(planning);
    await planReferences(planning);
    return recordPlan(planning, { objectCount, findings: await findPlanFaults(planning) });
  });
}

async function countObjects({ trx, indexId }: Planning): Promise<number> {
  const rows = await trx('package_objects')
    .where({ index_id: indexId })
    .count<{ count: number }[]>({ count: '*' });
  return rows[0]?.count ?? 0;
}
