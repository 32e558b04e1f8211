import type { Knex } from 'knex';
import { assetTypeCodes } from '../../../schemas/catalog/asset-types';

/** The assets of a project that come from a dbt project, and the nodes whose fate is not known. */
export interface DbtOrigin {
  readonly tenantId: number;
  readonly project: string;
  readonly dbtProjectId: string;
  /** Objects that the manifest has, but in no state to be loaded: their assets stay. */
  readonly badNodes: readonly string[];
}

/**
 * Stages the deletion of every asset that came from this dbt project, and from no other, and that
 * the stage has no more. Everything staged gets the time of the manifest as the time of its change.
 */
export async function stageVanished(
  trx: Knex.Transaction,
  origin: DbtOrigin,
  generatedAt: string | null,
): Promise<void> {
  await trx.raw(
    `insert into catalog_stage (line, type, project, code, changed_at, keeps_secrets)
     select 0, a.type, a.project, a.code, now(), false
     from dbt_origins o join assets a on a.id = o.asset_id
     where ${ofOrigin} and a.deleted_at is null and ${notStaged} and not exists (
       select from dbt_origins other
       where other.asset_id = o.asset_id and other.dbt_project_id <> o.dbt_project_id)`,
    valuesOf(origin),
  );
  await trx.raw('update catalog_stage set changed_at = coalesce(?::timestamptz, now())', [
    generatedAt,
  ]);
}

/** Remembers which assets the dbt project has now. Runs after the merge. */
export async function keepOrigins(trx: Knex.Transaction, origin: DbtOrigin): Promise<void> {
  await trx.raw(
    `delete from dbt_origins o using assets a
     where a.id = o.asset_id and ${ofOrigin} and ${notStaged}`,
    valuesOf(origin),
  );
  // Line 0 is what the load itself added.
  await trx.raw(
    `insert into dbt_origins (asset_id, dbt_project_id)
     select a.id, :dbtProjectId from catalog_stage s
     join assets a on a.tenant_id = :tenantId
       and a.type = s.type and a.project = s.project and a.code = s.code
     where s.line > 0
     on conflict do nothing`,
    valuesOf(origin),
  );
}

/** Counts the references that are staged, and those that name no asset of the tenant. */
export async function countStagedReferences(
  trx: Knex.Transaction,
  tenantId: number,
): Promise<{ references: number; danglingReferences: number }> {
  const { rows } = await trx.raw<{ rows: { references: number; danglingReferences: number }[] }>(
    `select count(*) as references, count(*) filter (where not exists (
       select from assets a
       where a.tenant_id = :tenantId
         and a.type = any(case when r.type is null then :types else array[r.type] end)
         and a.project = r.project and a.code = r.code and a.deleted_at is null
     )) as "danglingReferences"
     from catalog_stage s cross join lateral unnest(
       s.target_types, s.target_projects, s.target_codes) as r (type, project, code)
     where s.line > 0`,
    { tenantId, types: assetTypeCodes },
  );
  return rows[0] ?? { references: 0, danglingReferences: 0 };
}

const ofOrigin =
  'o.dbt_project_id = :dbtProjectId and a.tenant_id = :tenantId and a.project = :project';

const notStaged = `a.code <> all(:badNodes) and not exists (
  select from catalog_stage s
  where s.type = a.type and s.project = a.project and s.code = a.code and s.digest is not null)`;

function valuesOf(origin: DbtOrigin): Record<string, Knex.Value> {
  return { ...origin, badNodes: [...origin.badNodes] };
}
