import type { MappingSuggestions } from '../../schemas/mappings/mapping-view';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { readMapping } from './read-mapping';
import { suggestMapping } from './suggest-mapping';

interface PlanRow {
  readonly run_id: string | null;
  readonly source: string | null;
  readonly mapping_version: number | null;
  readonly missing_count: number;
}

interface MissingName {
  readonly type: string | null;
  readonly project: string | null;
  readonly code: string;
  readonly roles: readonly string[];
  readonly referenceCount: number;
}

/**
 * Suggests rules for what the latest plan of an import lacks: missing references, and missing
 * projects of its objects (RUN-25). Throws `ImportNotFound` and `ImportNotPlanned`.
 */
export async function suggestForImport(
  connection: Connection,
  request: { readonly tenantId: number; readonly importId: string; readonly limit: number },
): Promise<MappingSuggestions> {
  const { tenantId, importId, limit } = request;
  const plan = await findLatestPlan(connection, tenantId, importId);
  if (plan === undefined) throw new PipelineError('ImportNotFound', { import: importId });
  const { run_id: runId, source, mapping_version: version } = plan;
  if (runId === null || source === null)
    throw new PipelineError('ImportNotPlanned', { import: importId });
  const mapping =
    version === null ? undefined : await readMapping(connection, { tenantId, source, version });
  return {
    source,
    version,
    missingCount: plan.missing_count,
    suggestions: await suggestMapping(connection, {
      ...{ tenantId, rules: mapping?.rules ?? [] },
      references: await listMissing(connection, runId, limit),
    }),
  };
}

async function findLatestPlan(
  connection: Connection,
  tenantId: number,
  importId: string,
): Promise<PlanRow | undefined> {
  const { rows } = await connection.raw<{ rows: PlanRow[] }>(
    `select p.run_id, i.source_tenant as source, (i.options->>'mappingVersion')::integer as mapping_version,
       (select count(*) from import_plan_references r where r.run_id = p.run_id)
         + (select count(*) from jsonb_array_elements(p.findings) f where ${isMissingProject}) as missing_count
     from imports i left join import_plans p on p.import_id = i.id
     where i.tenant_id = :tenantId and i.id = :importId
     order by p.planned_at desc nulls last limit 1`,
    { tenantId, importId },
  );
  return rows[0];
}

/** Projects first: a rule for one of them answers many references at once. */
async function listMissing(
  connection: Connection,
  runId: string,
  limit: number,
): Promise<MissingName[]> {
  const { rows } = await connection.raw<{ rows: MissingName[] }>(
    `select type, project, code, roles, reference_count::integer as "referenceCount" from (
       select 0 as place, 'project' as type, null as project, f.value->'object'->>'code' as code,
         array['project'] as roles, 0 as reference_count
       from import_plans p, jsonb_array_elements(p.findings) f
       where p.run_id = :runId and ${isMissingProject}
       union all
       select 1, nullif(type, ''), nullif(project, ''), code, roles, reference_count
       from import_plan_references where run_id = :runId
     ) missing order by place, reference_count desc, code, type, project limit :limit`,
    { runId, limit },
  );
  return rows;
}

const isMissingProject = `f.value->>'code' = 'ProjectMissing'`;
