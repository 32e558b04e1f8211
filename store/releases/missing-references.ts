import type { SqlCondition } from './scope-query';

/**
 * A query of the references that leave a scope, one row each: target_type (null: named by project
 * and code alone), target_project, target_code, role, and the identity of the object that refers.
 * `selected` is a condition on `assets a`.
 */
export function missingReferences(selected: SqlCondition): SqlCondition {
  return {
    sql: `with selected as materialized (
        select a.type, a.project, a.code, a.content_id from assets a where ${selected.sql}
      ), pointed as materialized (
        select r.target_type, r.target_project, r.target_code, r.role, s.type, s.project, s.code
        from selected s join content_references r on r.content_id = s.content_id
      )
      select p.* from pointed p where p.target_type is not null and not exists (
        select from selected s
        where s.type = p.target_type and s.project = p.target_project and s.code = p.target_code)
      union all
      select p.* from pointed p where p.target_type is null and not exists (
        select from selected s where s.project = p.target_project and s.code = p.target_code)`,
    values: selected.values,
  };
}

/**
 * A query of the distinct targets that `missingReferences` finds: roles, how many references point
 * there, the first object in identity order that does, and whether the tenant itself lacks it.
 */
export function requirementsOf(selected: SqlCondition): SqlCondition {
  const missing = missingReferences(selected);
  return {
    sql: `select q.*, not exists (
        select from assets t where t.tenant_id = :tenantId and t.deleted_at is null
          and t.project = q.project and t.code = q.code and (q.type is null or t.type = q.type)
      ) as dangling
      from (
        select target_type as type, target_project as project, target_code as code,
          array_agg(role order by role collate "C") as roles, sum(reference_count) as reference_count,
          min(example) as example
        from (
          select target_type, target_project, target_code, role, count(*) as reference_count,
            min(array[type, project, code]) as example
          from (${missing.sql}) m
          group by target_type, target_project, target_code, role
        ) by_role
        group by target_type, target_project, target_code
      ) q`,
    values: missing.values,
  };
}
