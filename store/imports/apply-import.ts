import type { Knex } from 'knex';
import type { CheckResult } from '../../schemas/runs/run-ref';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Finding } from '../../schemas/runs/finding';
import { lockCatalog } from '../catalog/lock-catalog';
import type { Database } from '../database/connect';
import { refreshStatistics } from '../database/refresh-statistics';
import { prepareChanges, writeChanges } from './apply-changes';
import { findMoved } from './apply-moved';
import { restoreOnline } from './apply-online';
import { applyRebase } from './apply-rebase';
import { demandIndex, findPlanning, prepareForLargePlans, type Planning } from './find-planning';
import { findConflicts } from './plan-findings';
import { markUndone } from './undo-marks';

/** From so many changes on the planner of PostgreSQL has to know. */
const manyChanges = 1000;

/** What applying a plan did. */
export interface AppliedImport {
  /** Assets with a new version, and assets that were deleted. */
  readonly written: number;
  readonly deleted: number;
}

/**
 * Applies the plan of a run in one transaction on the database's side, with before-images (REL-33):
 * readers see all old or all new. Where the plan is another one or the target moved since it was
 * made, nothing is written and findings name what moved (REL-32). Twice: the first answer again.
 * Throws `RunNotFound`, `ImportNotFound`, `PackageIndexMissing`, and `StagedContentMissing` where
 * contents of the plan are not staged.
 */
export async function applyImport(
  database: Database,
  one: { readonly runId: string; readonly planDigest: string },
): Promise<AppliedImport & CheckResult> {
  const applied = await database.transaction((trx) => apply(trx, one));
  if (applied.written + applied.deleted >= manyChanges) {
    await refreshStatistics(database, ['assets', 'asset_versions', 'import_before_images']);
  }
  return applied;
}

interface PlanRow {
  readonly digest: Buffer;
  readonly applied: AppliedImport | null;
}

async function apply(
  trx: Knex.Transaction,
  one: { readonly runId: string; readonly planDigest: string },
): Promise<AppliedImport & CheckResult> {
  await prepareForLargePlans(trx);
  const plan = await trx('import_plans')
    .where({ run_id: one.runId })
    .forUpdate()
    .first<PlanRow | undefined>('digest', 'applied');
  if (plan?.digest.toString('hex') !== one.planDigest) return refuse([planMoved(one.planDigest)]);
  if (plan.applied !== null) return { ...plan.applied, findings: [] };
  const planning = await findPlanning(trx, one.runId);
  demandIndex(planning);
  const conflicts = await findConflicts(planning);
  if (conflicts.length > 0) return refuse(conflicts);
  await lockCatalog(trx, planning.tenantId);
  await prepareChanges(planning);
  await demandContents(planning);
  const moved = await findMoved(planning);
  if (moved.length > 0) return refuse(moved);
  return { ...(await write(planning)), findings: [] };
}

async function write(planning: Planning): Promise<AppliedImport> {
  const { trx, runId, importId, kind } = planning;
  const applied = await writeChanges(planning);
  if (kind === 'undo') {
    await restoreOnline(planning);
    await markUndone(planning);
  } else {
    await applyRebase(planning);
  }
  await trx('import_plans')
    .where({ run_id: runId })
    .update({ applied_at: trx.fn.now(), applied: JSON.stringify(applied) });
  await trx('imports').where({ id: importId }).update({ applied_at: trx.fn.now() });
  return applied;
}

/** What was there when the plan was made may have been removed with the end of another run. */
async function demandContents({ trx, runId }: Planning): Promise<void> {
  const { rows } = await trx.raw<{ rows: [{ count: number }] }>(
    `select count(*)::integer as count from import_changes
     where digest is not null and content_id is null`,
  );
  const [{ count }] = rows;
  if (count > 0) throw new PipelineError('StagedContentMissing', { run: runId, count });
}

function refuse(findings: readonly Finding[]): AppliedImport & CheckResult {
  return { written: 0, deleted: 0, findings };
}

function planMoved(planDigest: string): Finding {
  return {
    code: 'PlanMoved',
    severity: 'error',
    reason: `the plan of this run is not ${planDigest} any more`,
    fix: 'Look at the new plan, then import with its digest.',
    overridable: false,
  };
}
