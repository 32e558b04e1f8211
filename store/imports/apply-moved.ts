import type { Finding } from '../../schemas/runs/finding';
import type { Planning } from './find-planning';
import { findingsAtMost, toFindings } from './plan-findings';

/**
 * What the plan is about and is not as it was when it was planned (REL-32): another version, or an
 * asset where there was none.
 */
export async function findMoved({ trx, runId, tenantId }: Planning): Promise<Finding[]> {
  const { rows } = await trx.raw<{
    rows: { type: string; project: string; code: string; total: number }[];
  }>(
    `select o.type, o.project, o.code, count(*) over ()::integer as total
     from import_plan_objects o
     left join assets a on a.tenant_id = :tenantId
       and (a.type, a.project, a.code) = (o.type, o.project, o.code)
     where o.run_id = :runId and o.decision <> 'rebase'
       and (a.id is distinct from o.asset_id or a.version is distinct from o.target_version)
     order by o.type, o.project, o.code limit :limit`,
    { runId, tenantId, limit: findingsAtMost },
  );
  return toFindings(rows, {
    code: 'TargetMoved',
    severity: 'error',
    reason: 'it was changed here since the plan was made',
    fix: 'Import again: there will be a new plan, and approval is for that one.',
    overridable: false,
  });
}
