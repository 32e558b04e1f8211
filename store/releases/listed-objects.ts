import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { AssetIdentity, ObjectsScope } from '../../schemas/releases/scope';
import type { Finding } from '../../schemas/runs/finding';

/** Findings of one error are for people to read: more than this many are summed up. */
const shownAtMost = 1000;

/** Which list is looked for in which assets, and where it is written to. */
interface ListToSelect {
  readonly scope: ObjectsScope;
  readonly assets: 'assets' | 'base_assets';
  readonly listed: 'scope_objects' | 'base_objects';
  /** Whether listed objects may be missing. */
  readonly mayLack: boolean;
}

/**
 * Fills the temporary table `listed` (asset_id, via: the object that drew it in, null where it is
 * listed itself) with an explicit list and, where asked, all that it depends on (REL-8). Throws
 * `ObjectsNotFound` naming every identity that is not there, unless it may be missing.
 */
export async function selectListedObjects(
  trx: Knex.Transaction,
  tenantId: number,
  list: ListToSelect,
): Promise<void> {
  const { scope, listed, mayLack } = list;
  await trx.raw(`drop table if exists pg_temp.${listed};
    create temporary table ${listed}
      (asset_id bigint primary key, via bigint, depth integer not null) on commit drop`);
  const missing = await insertListed(trx, tenantId, list);
  if (missing.length > 0 && !mayLack) throw toError(missing);
  if (scope.withDependencies) await insertDependencies(trx, tenantId, list);
  await trx.raw(`analyze ${listed}`);
}

async function insertListed(
  trx: Knex.Transaction,
  tenantId: number,
  { scope: { objects }, assets, listed }: ListToSelect,
): Promise<AssetIdentity[]> {
  const { rows } = await trx.raw<{ rows: AssetIdentity[] }>(
    `with listed as (
       select distinct * from unnest(:types::text[], :projects::text[], :codes::text[]) as l (type, project, code)
     ), found as (
       insert into ${listed}
       select a.id, null, 0 from listed l join ${assets} a on a.tenant_id = :tenantId and a.type = l.type
         and a.project = l.project and a.code = l.code and a.deleted_at is null
       returning asset_id
     )
     select l.type, nullif(l.project, '') as project, l.code from listed l
     where not exists (select from ${assets} a where a.tenant_id = :tenantId and a.type = l.type
       and a.project = l.project and a.code = l.code and a.deleted_at is null)
     order by l.type, l.project, l.code`,
    {
      tenantId,
      types: objects.map((one) => one.type),
      projects: objects.map((one) => one.project ?? ''),
      codes: objects.map((one) => one.code),
    } as Record<string, Knex.Value>,
  );
  return rows;
}

/** Breadth first, each object once, so cycles end. A reference without type matches by project and code. */
async function insertDependencies(
  trx: Knex.Transaction,
  tenantId: number,
  { assets, listed }: ListToSelect,
): Promise<void> {
  for (let depth = 0; ; depth++) {
    const { rowCount } = await trx.raw<{ rowCount: number }>(
      `insert into ${listed}
       select distinct on (t.id) t.id, a.id, :depth::integer + 1
       from ${listed} s
       join ${assets} a on a.id = s.asset_id
       join content_references r on r.content_id = a.content_id
       join ${assets} t on t.tenant_id = :tenantId and t.deleted_at is null and t.project = r.target_project
         and t.code = r.target_code and (r.target_type is null or t.type = r.target_type)
       where s.depth = :depth
       order by t.id, a.type, a.project, a.code
       on conflict do nothing`,
      { tenantId, depth },
    );
    if (rowCount === 0) return;
  }
}

function toError(missing: readonly AssetIdentity[]): PipelineError {
  const findings = missing.slice(0, shownAtMost).map((object): Finding => ({
    code: 'ObjectNotFound',
    severity: 'error',
    object,
    reason: `${[object.type, object.project, object.code].filter((part) => part !== null).join(' ')} does not exist`,
    fix: 'Correct the identity or take it out of the list.',
    overridable: false,
  }));
  return new PipelineError('ObjectsNotFound', { missingCount: missing.length }, { findings });
}
