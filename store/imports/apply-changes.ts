import type { Knex } from 'knex';
import type { Planning } from './find-planning';

/**
 * Fills the temporary table `import_changes` with what the plan writes, an asset a row: digest and
 * content_id are null for a deletion, asset_id for what was never there, base_… is what the asset
 * notes for the next three-way comparison. Locks nothing; only good within the transaction.
 */
export async function prepareChanges(planning: Planning): Promise<void> {
  const { trx, runId, indexId, importId, undoes } = planning;
  await trx.raw('drop table if exists pg_temp.import_changes');
  await trx.raw(
    `create temporary table import_changes on commit drop as
    ${undoes === null ? changesOfPackage : changesOfBeforeImages}`,
    {
      runId,
      ...(undoes === null ? { indexId, importId } : { undoes }),
    } as Record<string, Knex.Value>,
  );
  await trx.raw('analyze import_changes (asset_id, digest)');
}

const changesOfPackage = `
  select o.type, o.project, o.code, o.asset_id, o.digest, c.id as content_id, p.segment, p.name, p.owner,
    p.changed_at, p.changed_by, p.byte_count, p.sealed_secrets, p.secrets_mac, p.keeps_secrets,
    o.digest as base_digest, p.secrets_mac as base_secrets_mac, :importId::text as base_import
  from import_plan_objects o
  join package_objects p on p.index_id = :indexId
    and (p.type, p.project, p.code) = (o.type, o.project, o.code)
  left join contents c on c.digest = o.digest
  where o.run_id = :runId and o.decision = 'write'`;

/** What was never there is deleted, now; secrets are as they were, and so is the base. */
const changesOfBeforeImages = `
  select o.type, o.project, o.code, o.asset_id, o.digest,
    case when o.digest is not null then b.content_id end as content_id, b.segment, b.name, b.owner,
    coalesce(b.changed_at, now()) as changed_at, b.changed_by, b.byte_count,
    b.sealed_secrets, b.secrets_mac, false as keeps_secrets,
    b.base_digest, b.base_secrets_mac, b.base_import
  from import_plan_objects o
  join import_before_images b on b.import_id = :undoes and b.asset_id = o.asset_id
  where o.run_id = :runId and o.decision = 'write'`;

/** Writes `import_changes` into the catalog, with before-images and versions; the caller holds the catalog. */
export async function writeChanges({ trx, tenantId, importId }: Planning): Promise<{
  readonly written: number;
  readonly deleted: number;
}> {
  await keepBeforeImages(trx, importId);
  const updated = await updateAssets(trx);
  const deleted = await deleteAssets(trx);
  const inserted = await insertAssets(trx, { tenantId, importId });
  return { written: updated + inserted, deleted };
}

/** Of what is there; that of new assets is kept with them, as their ids are only known then. */
async function keepBeforeImages(trx: Knex.Transaction, importId: string): Promise<void> {
  await trx.raw(
    `insert into import_before_images (import_id, asset_id, version, content_id, digest, segment, name,
       owner, changed_at, changed_by, byte_count, sealed_secrets, secrets_mac, deleted, base_digest,
       base_secrets_mac, base_import, online_version, online_content_id, online_digest, after_version)
     select :importId, a.id, a.version, a.content_id, a.digest, a.segment, a.name,
       a.owner, a.changed_at, a.changed_by, a.byte_count, a.sealed_secrets, a.secrets_mac,
       a.deleted_at is not null, a.base_digest, a.base_secrets_mac, a.base_import,
       online.version, online.content_id, online.digest, a.version + 1
     from import_changes c
     join assets a on a.id = c.asset_id
     left join online_assets online on online.asset_id = a.id`,
    { importId },
  );
}

async function updateAssets(trx: Knex.Transaction): Promise<number> {
  return countOf(
    trx,
    `with written as (
       update assets set segment = c.segment, name = c.name, owner = c.owner,
         changed_at = c.changed_at, changed_by = c.changed_by, content_id = c.content_id,
         digest = c.digest, byte_count = c.byte_count,
         sealed_secrets = case when c.keeps_secrets then assets.sealed_secrets else c.sealed_secrets end,
         secrets_mac = case when c.keeps_secrets then assets.secrets_mac else c.secrets_mac end,
         version = assets.version + 1, deleted_at = null, base_digest = c.base_digest,
         base_secrets_mac =
           case when c.keeps_secrets then assets.base_secrets_mac else c.base_secrets_mac end,
         base_import = c.base_import
       from import_changes c
       where c.asset_id = assets.id and c.digest is not null
       returning assets.id, assets.version, assets.content_id, assets.digest,
         assets.sealed_secrets, assets.changed_at, assets.changed_by
     )
     ${insertVersions}`,
  );
}

/** The last content stays with the asset; its version of the deletion has none. */
async function deleteAssets(trx: Knex.Transaction): Promise<number> {
  return countOf(
    trx,
    `with written as (
       update assets set changed_at = c.changed_at, changed_by = c.changed_by,
         version = assets.version + 1, deleted_at = c.changed_at, sealed_secrets = null,
         secrets_mac = null, base_digest = c.base_digest, base_secrets_mac = c.base_secrets_mac,
         base_import = c.base_import
       from import_changes c
       where c.asset_id = assets.id and c.digest is null
       returning assets.id, assets.version, null::bigint as content_id, null::bytea as digest,
         null::bytea as sealed_secrets, assets.changed_at, assets.changed_by
     )
     ${insertVersions}`,
  );
}

async function insertAssets(
  trx: Knex.Transaction,
  one: { readonly tenantId: number; readonly importId: string },
): Promise<number> {
  return countOf(
    trx,
    `with written as (
       insert into assets (tenant_id, type, project, code, segment, name, owner, changed_at,
         changed_by, content_id, digest, byte_count, sealed_secrets, secrets_mac, version,
         base_digest, base_secrets_mac, base_import)
       select :tenantId, type, project, code, segment, name, owner, changed_at,
         changed_by, content_id, digest, byte_count, sealed_secrets, secrets_mac, 1,
         base_digest, base_secrets_mac, base_import
       from import_changes where asset_id is null
       returning id, version, content_id, digest, sealed_secrets, changed_at, changed_by
     ), versions as (
       ${insertVersions}
     )
     insert into import_before_images (import_id, asset_id, after_version)
     select :importId, id, version from written`,
    one,
  );
}

const insertVersions = `
  insert into asset_versions
    (asset_id, version, content_id, digest, sealed_secrets, changed_at, changed_by)
  select id, version, content_id, digest, sealed_secrets, changed_at, changed_by from written`;

async function countOf(
  trx: Knex.Transaction,
  sql: string,
  values: Readonly<Record<string, Knex.Value>> = {},
): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(sql, values);
  return rowCount;
}
