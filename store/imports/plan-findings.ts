import type { Knex } from 'knex';
import type { PackageRequirement } from '../../schemas/releases/manifest';
import type { Finding, FindingObject } from '../../schemas/runs/finding';
import type { Planning } from './find-planning';
import { objectPolicies, objectPolicyValues } from './plan-objects';

/** Findings of one code that are told one by one; what is more is counted in one of its own. */
export const findingsAtMost = 100;

/** What a query gives for each finding: the object, and of how many all in all. */
interface Counted {
  readonly type: string;
  readonly project: string;
  readonly code: string;
  readonly total: number;
}

/** What the plan of an import has to say, errors first (REL-31). */
export async function findPlanFaults(planning: Planning): Promise<Finding[]> {
  return [
    ...(await findConflicts(planning)),
    ...(await findMissingProjects(planning)),
    ...(await findUnusedPolicies(planning)),
    ...(await findMissingReferences(planning)),
  ];
}

/** The conflicts that fail: no policy says what becomes of them. */
export async function findConflicts({ trx, runId }: Planning): Promise<Finding[]> {
  const { rows } = await trx.raw<{ rows: Counted[] }>(
    `select type, project, code, count(*) over ()::integer as total from import_plan_objects
     where run_id = :runId and decision = 'fail' order by type, project, code limit :limit`,
    { runId, limit: findingsAtMost },
  );
  return toFindings(rows, {
    code: 'ObjectConflict',
    severity: 'error',
    reason: 'it was changed here and in the package since they were the same',
    fix: 'Say what becomes of it: overwrite or skip, as policy of the object, of its type, or as default.',
    overridable: false,
  });
}

/** Projects of objects to be written that neither the package brings nor the tenant has. */
async function findMissingProjects({ trx, runId, tenantId }: Planning): Promise<Finding[]> {
  const { rows } = await trx.raw<{ rows: (Counted & { readonly objects: number })[] }>(
    `with used as materialized (
       select project, count(*)::integer as objects from import_plan_objects
       where run_id = :runId and decision = 'write' and digest is not null and project <> ''
       group by project
     )
     select 'project' as type, '' as project, u.project as code, u.objects, count(*) over ()::integer as total
     from used u
     left join import_plan_objects o on o.run_id = :runId and o.type = 'project' and o.project = ''
       and o.code = u.project and o.decision = 'write'
     left join assets a on a.tenant_id = :tenantId and a.type = 'project' and a.project = ''
       and a.code = u.project and a.deleted_at is null
     where case when o.code is null then a.id is null else o.digest is null end
     order by u.project limit :limit`,
    { runId, tenantId, limit: findingsAtMost },
  );
  return toFindings(rows, {
    code: 'ProjectMissing',
    severity: 'error',
    reason: 'objects of this project are imported, and neither the package nor this tenant has it',
    fix: 'Export the project too, make it here, or map it to one that is here.',
    overridable: true,
  });
}

/** Policies of objects that are in no conflict, which may be a slip of the pen. */
async function findUnusedPolicies(planning: Planning): Promise<Finding[]> {
  const { rows } = await planning.trx.raw<{ rows: Counted[] }>(
    `select type, project, code, count(*) over ()::integer as total from ${objectPolicies}
     where not exists (select from import_plan_objects o where o.run_id = :runId and o.change = 'conflict'
       and (o.type, o.project, o.code) = (of_object.type, of_object.project, of_object.code))
     order by type, project, code limit :limit`,
    {
      ...objectPolicyValues(planning),
      runId: planning.runId,
      limit: findingsAtMost,
    } as Record<string, Knex.Value>,
  );
  return toFindings(rows, {
    code: 'PolicyUnused',
    severity: 'warning',
    reason: 'there is a policy for it, and it is in no conflict',
    fix: 'Take the policy out, or correct the identity.',
    overridable: true,
  });
}

/** What is referred to most comes first. */
async function findMissingReferences({ trx, runId }: Planning): Promise<Finding[]> {
  const { rows } = await trx.raw<{
    rows: (Counted & {
      readonly roles: readonly string[];
      readonly reference_count: number;
      readonly example: PackageRequirement['example'];
    })[];
  }>(
    `select *, count(*) over ()::integer as total from import_plan_references
     where run_id = :runId order by reference_count desc, type, project, code limit :limit`,
    { runId, limit: findingsAtMost },
  );
  return toFindings(rows, (row) => ({
    code: 'ReferenceMissing',
    severity: 'warning',
    reason:
      row === undefined
        ? 'neither the package nor this tenant has it'
        : `${String(row.reference_count)} references (${row.roles.join(', ')}) point to it, such as that of ` +
          `${nameOf(row.example)}, and neither the package nor this tenant has it`,
    fix: 'Map the name to one that is here, import what it is in, or leave it unresolved.',
    overridable: true,
  }));
}

type Words = Omit<Finding, 'object'>;

/** One finding a row, and one that counts the rest. */
export function toFindings<T extends Counted>(
  rows: readonly T[],
  words: Words | ((row: T | undefined) => Words),
): Finding[] {
  const say = typeof words === 'function' ? words : () => words;
  const findings = rows.map((row): Finding => ({ ...say(row), object: toObject(row) }));
  const more = (rows[0]?.total ?? 0) - rows.length;
  if (more <= 0) return findings;
  const rest = say(undefined);
  return [...findings, { ...rest, reason: `and ${String(more)} more: ${rest.reason}` }];
}

function toObject(row: Counted): FindingObject {
  return {
    type: row.type === '' ? null : row.type,
    project: row.project === '' ? null : row.project,
    code: row.code,
  };
}

function nameOf(one: PackageRequirement['example']): string {
  return [one.type, one.project, one.code].filter((part) => part !== null).join(' ');
}
