import type { Knex } from 'knex';
import type { Planning } from './find-planning';
import { baseIsOld, changeExpression } from './plan-comparison';

/**
 * Compares every object of the package with what the tenant has and writes down what differs, each
 * with what becomes of it (REL-31); conflicts fail until policies say otherwise.
 */
export async function planObjects(planning: Planning): Promise<void> {
  // offset 0 keeps the comparison from being made twice a row.
  await planning.trx.raw(
    `insert into import_plan_objects (run_id, type, project, code, change, decision, shard,
       asset_id, target_version, target_digest, base_digest, digest, byte_count)
     select :runId, type, project, code, change,
       case change when 'same' then 'rebase' when 'conflict' then 'fail'
         when 'only-on-target-changed' then 'keep' else 'write' end,
       shard, asset_id, version, target_digest, base_digest, digest, byte_count
     from (
       select p.type, p.project, p.code, p.shard, p.digest, p.byte_count, a.id as asset_id, a.version,
         case when a.deleted_at is null then a.digest end as target_digest, a.base_digest,
         ${changeExpression} as change, ${baseIsOld} as base_is_old
       from package_objects p
       left join assets a on a.tenant_id = :tenantId and a.type = p.type and a.project = p.project
         and a.code = p.code
       where p.index_id = :indexId
       offset 0
     ) compared
     where change <> 'same' or base_is_old`,
    valuesOf(planning),
  );
}

/** Lets the policies decide about conflicts: that of the object, else of its type, else the default. */
export async function decideConflicts(planning: Planning): Promise<void> {
  const { trx, runId } = planning;
  const { policies } = planning.options;
  const types = JSON.stringify(policies.types);
  await trx.raw(
    `update import_plan_objects set decision = ${decisionOf('coalesce(:types::jsonb ->> type, :default)')}
     where run_id = :runId and change = 'conflict'`,
    { runId, types, default: policies.default },
  );
  if (policies.objects.length === 0) return;
  await trx.raw(
    `update import_plan_objects o set decision = ${decisionOf('of_object.policy')}
     from ${objectPolicies}
     where o.run_id = :runId and o.change = 'conflict'
       and (o.type, o.project, o.code) = (of_object.type, of_object.project, of_object.code)`,
    { runId, ...objectPolicyValues(planning) } as Record<string, Knex.Value>,
  );
}

function decisionOf(policy: string): string {
  return `case ${policy} when 'overwrite' then 'write' when 'skip' then 'keep' else 'fail' end`;
}

/** Policies of objects as rows `of_object`; of two for one object the last counts. */
export const objectPolicies = `(
  select distinct on (type, project, code) type, project, code, policy
  from unnest(:policyTypes::text[], :policyProjects::text[], :policyCodes::text[], :policies::text[])
    with ordinality as given (type, project, code, policy, place)
  order by type, project, code, place desc
) of_object`;

/** What `objectPolicies` is bound to. */
export function objectPolicyValues({ options }: Planning): Record<string, readonly string[]> {
  const { objects } = options.policies;
  return {
    policyTypes: objects.map((one) => one.type),
    policyProjects: objects.map((one) => one.project ?? ''),
    policyCodes: objects.map((one) => one.code),
    policies: objects.map((one) => one.policy),
  };
}

function valuesOf({ runId, tenantId, indexId }: Planning): Record<string, Knex.Value> {
  return { runId, tenantId, indexId };
}
