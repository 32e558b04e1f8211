import type { CheckResult } from '../../schemas/runs/run-ref';
import type { ImportPlanRef, PlanCounts } from '../../schemas/imports/activities';
import type { PlanChange } from '../../schemas/imports/three-way';
import type { Finding } from '../../schemas/runs/finding';
import type { Planning } from './find-planning';
import { digestPlan } from './plan-digest';

/** Removes the plan that the run has, and makes room for another. */
export async function replacePlan({ trx, runId, importId, indexId }: Planning): Promise<void> {
  await trx('import_plan_objects').where({ run_id: runId }).delete();
  await trx('import_plans').where({ run_id: runId }).delete();
  await trx('import_plans').insert({
    run_id: runId,
    import_id: importId,
    index_id: indexId,
    digest: Buffer.alloc(0),
    counts: '{}',
    findings: '[]',
    stage_shards: [],
  });
}

/** What the record says beside the rows of the plan. */
export interface KnownOfPlan {
  /** Objects that were compared. */
  readonly objectCount: number;
  readonly findings: readonly Finding[];
  /** @default 0 */
  readonly onlineRestored?: number;
}

/** Closes the plan of a run: counts, what is to be staged, digest; a plan that is not the expected one is a finding. */
export async function recordPlan(
  planning: Planning,
  known: KnownOfPlan,
): Promise<ImportPlanRef & CheckResult> {
  const { trx, runId, importId } = planning;
  const counts = await countPlan(planning, known);
  const staging = await findStageShards(planning);
  const digest = await digestPlan(planning);
  const findings = [...expectPlan(planning, digest), ...known.findings];
  await trx('import_plans')
    .where({ run_id: runId })
    .update({
      digest: Buffer.from(digest, 'hex'),
      counts: JSON.stringify(counts),
      findings: JSON.stringify(findings),
      stage_shards: [...staging.stageShards],
    });
  await trx('imports')
    .where({ id: importId })
    .update({ plan_digest: Buffer.from(digest, 'hex'), counts: JSON.stringify(counts) });
  return { digest, counts, ...staging, findings };
}

async function countPlan({ trx, runId }: Planning, known: KnownOfPlan): Promise<PlanCounts> {
  const { rows } = await trx.raw<{
    rows: { change: string; decision: string; count: number }[];
  }>(
    `select change, decision, count(*)::integer as count from import_plan_objects
     where run_id = :runId group by change, decision`,
    { runId },
  );
  const sum = (holds: (row: (typeof rows)[number]) => boolean): number =>
    rows.filter(holds).reduce((total, row) => total + row.count, 0);
  const of = (change: PlanChange): number => sum((row) => row.change === change);
  const missing = await trx('import_plan_references')
    .where({ run_id: runId })
    .count<{ count: number }[]>({ count: '*' });
  return {
    new: of('new'),
    changed: of('changed'),
    deleted: of('deleted'),
    same: known.objectCount - sum((row) => row.change !== 'same'),
    onlyOnTargetChanged: of('only-on-target-changed'),
    conflict: of('conflict'),
    missingReferences: missing[0]?.count ?? 0,
    rebased: of('same'),
    onlineRestored: known.onlineRestored ?? 0,
    writes: sum((row) => row.decision === 'write'),
  };
}

/** The shards with contents that the plan writes and the catalog lacks. */
async function findStageShards({
  trx,
  runId,
}: Planning): Promise<Pick<ImportPlanRef, 'stageShards' | 'stageObjectCount' | 'stageByteCount'>> {
  const { rows } = await trx.raw<{ rows: { shard: number; count: number; bytes: number }[] }>(
    `select o.shard, count(*)::integer as count, coalesce(sum(o.byte_count), 0)::bigint as bytes
     from import_plan_objects o
     where o.run_id = :runId and o.decision = 'write' and o.digest is not null
       and not exists (select from contents c where c.digest = o.digest)
     group by o.shard order by o.shard`,
    { runId },
  );
  return {
    stageShards: rows.map((row) => row.shard),
    stageObjectCount: rows.reduce((total, row) => total + row.count, 0),
    stageByteCount: rows.reduce((total, row) => total + row.bytes, 0),
  };
}

function expectPlan({ options }: Planning, digest: string): Finding[] {
  if (options.expectedPlan === undefined || options.expectedPlan === digest) return [];
  return [
    {
      code: 'PlanMoved',
      severity: 'error',
      reason: `the plan is ${digest}, not ${options.expectedPlan} as expected`,
      fix: 'Look at the new plan, then import with its digest.',
      overridable: false,
    },
  ];
}
