import type { Knex } from 'knex';
import type { Planning } from './find-planning';

/**
 * Writes down what objects of the package refer to and neither the package nor the tenant has once
 * the plan is applied; equal names need nothing (REL-31).
 */
export async function planReferences({ trx, runId, tenantId, indexId }: Planning): Promise<void> {
  await trx.raw(
    `insert into import_plan_references (run_id, type, project, code, roles, reference_count, example)
     select :runId, r.type, r.project, r.code, r.roles, r.reference_count, r.example
     from package_requirements r
     where r.index_id = :indexId and not exists (
       select from assets a
       where a.tenant_id = :tenantId and a.code = r.code and a.project = r.project
         and (r.type = '' or a.type = r.type) and a.deleted_at is null
         and not exists (
           select from import_plan_objects o where o.run_id = :runId and o.decision = 'write'
             and o.digest is null and o.asset_id = a.id
             and (o.type, o.project, o.code) = (a.type, a.project, a.code)
         )
     )`,
    { runId, tenantId, indexId } as Record<string, Knex.Value>,
  );
}
