import type { Knex } from 'knex';
import type { SqlCondition } from './scope-query';

/**
 * Fills the temporary table `scope_requirements` with what the objects that `selected` picks refer
 * to and the selection lacks, one row a target: type (null: named by project and code alone),
 * project, code, roles, reference_count, example (the first object in identity order that refers to
 * it) and dangling (the tenant lacks it too). Only good within `trx`.
 */
export async function collectRequirements(
  trx: Knex.Transaction,
  tenantId: number,
  selected: SqlCondition,
): Promise<void> {
  const values = { ...selected.values, tenantId } as Record<string, Knex.Value>;
  await trx.raw('drop table if exists pg_temp.scope_targets, pg_temp.scope_requirements');
  // Tables of their own rather than one query: PostgreSQL fills them in parallel, and knows how many
  // targets there are before it decides how to look for them.
  await trx.raw(
    `create temporary table scope_targets on commit drop as
     select row_number() over () as id, t.* from (
       select type, project, code, array_agg(role order by role collate "C") as roles,
         sum(reference_count)::bigint as reference_count, min(example) as example
       from (
         select r.target_type as type, r.target_project as project, r.target_code as code, r.role,
           count(*) as reference_count, min(array[a.type, a.project, a.code]) as example
         from assets a join content_references r on r.content_id = a.content_id
         where ${selected.sql}
         group by r.target_type, r.target_project, r.target_code, r.role
       ) by_role group by type, project, code
     ) t`,
    values,
  );
  await trx.raw('analyze scope_targets');
  await trx.raw(
    `create temporary table scope_requirements on commit drop as
     with candidates as materialized (
       select t.id, a.id as asset_id from scope_targets t join assets a on a.tenant_id = :tenantId
         and a.code = t.code and a.project = t.project and (t.type is null or a.type = t.type)
       where a.deleted_at is null
     ), met as materialized (
       select distinct c.id from candidates c join assets a on a.id = c.asset_id where ${selected.sql}
     )
     select t.type, t.project, t.code, t.roles, t.reference_count, t.example,
       t.id not in (select id from candidates) as dangling
     from scope_targets t where t.id not in (select id from met)`,
    values,
  );
}
