import type { Knex } from 'knex';
import type { LoadResult } from '../../schemas/catalog/load-result';
import { holdContents } from './hold-contents';

/** What merging the stage did. */
export type MergeResult = Pick<
  LoadResult,
  'created' | 'changed' | 'deleted' | 'ignoredDeletions' | 'contents' | 'references'
> & {
  readonly byType: Readonly<Record<string, Omit<LoadResult['byType'][string], 'unchanged'>>>;
};

type Outcome = 'created' | 'changed' | 'deleted' | 'ignored';

/**
 * Merges the stage into the catalog of a tenant: contents once by digest, assets, and a version for
 * each asset that differs by content, secrets or existence. What is the same is not written. The
 * caller holds the tenant's catalog lock, or two merges could number versions alike.
 */
export async function mergeDocuments(
  trx: Knex.Transaction,
  tenantId: number,
): Promise<MergeResult> {
  await holdContents(trx);
  await storeContents(trx);
  const contents = await count(trx, 'select count(*) as count from catalog_fresh');
  const references = await storeReferences(trx);
  await findChanges(trx, tenantId);
  await insertAssets(trx, tenantId);
  await updateAssets(trx);
  await deleteAssets(trx);
  return { contents, references, ...(await sumUp(trx)) };
}

/**
 * In the order of identities, which a content holds, so that two loads into different tenants that
 * bring the same contents wait for each other in one direction only; and as exports read them in that
 * order, contents that are read together lie together.
 */
async function storeContents(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`
    create temporary table catalog_fresh (
      content_id bigint not null, digest bytea not null
    ) on commit drop`);
  await trx.raw(`
    with missing as (
      select type, project, code, digest, body, byte_count
      from catalog_stage
      where digest is not null
        and not exists (select from contents where contents.digest = catalog_stage.digest)
    ), inserted as (
      insert into contents (digest, body, byte_count)
      select digest, body, byte_count from missing order by type, project, code
      on conflict (digest) do nothing
      returning id, digest
    )
    insert into catalog_fresh select id, digest from inserted`);
  await trx.raw('analyze catalog_fresh');
}

/** The references of contents that are new; the others have theirs. */
async function storeReferences(trx: Knex.Transaction): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(`
    insert into content_references
      (content_id, ordinal, role, target_type, target_project, target_code)
    select fresh.content_id, target.ordinal, target.role, target.type, target.project, target.code
    from catalog_fresh fresh
    join (
      select distinct on (digest) digest, roles, target_types, target_projects, target_codes
      from catalog_stage where roles is not null order by digest
    ) staged on staged.digest = fresh.digest
    cross join lateral unnest(
      staged.roles, staged.target_types, staged.target_projects, staged.target_codes
    ) with ordinality as target (role, type, project, code, ordinal)
    order by fresh.content_id, target.ordinal`);
  return rowCount;
}

/** What is to be written, without the bodies; an ignored deletion only to be counted. */
async function findChanges(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await trx.raw(
    `create temporary table catalog_changes on commit drop as
     select staged.type, staged.project, staged.code, staged.segment, staged.name, staged.owner,
       staged.changed_at, staged.changed_by, staged.byte_count, staged.digest,
       contents.id as content_id, assets.id as asset_id, assets.version,
       case when staged.keeps_secrets then assets.sealed_secrets else staged.sealed_secrets end
         as sealed_secrets,
       case when staged.keeps_secrets then assets.secrets_mac else staged.secrets_mac end
         as secrets_mac,
       case
         when staged.digest is not null then
           case when assets.id is null or assets.deleted_at is not null then 'created' else 'changed' end
         when assets.id is null or assets.deleted_at is not null then 'ignored'
         else 'deleted'
       end as outcome
     from catalog_stage staged
     left join contents on contents.digest = staged.digest
     left join assets on assets.tenant_id = ? and assets.type = staged.type
       and assets.project = staged.project and assets.code = staged.code
     where assets.id is null
       or assets.deleted_at is not null
       or staged.digest is distinct from assets.digest
       or (not staged.keeps_secrets and staged.secrets_mac is distinct from assets.secrets_mac)`,
    [tenantId],
  );
  await trx.raw('analyze catalog_changes (asset_id, outcome)');
}

async function insertAssets(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await trx.raw(
    `with written as (
       insert into assets (tenant_id, type, project, code, segment, name, owner, changed_at,
         changed_by, content_id, digest, byte_count, sealed_secrets, secrets_mac, version)
       select ?, type, project, code, segment, name, owner, changed_at,
         changed_by, content_id, digest, byte_count, sealed_secrets, secrets_mac, 1
       from catalog_changes where outcome = 'created' and asset_id is null
       order by type, project, code
       returning id, version, content_id, digest, sealed_secrets, changed_at, changed_by
     )
     ${insertVersions}`,
    [tenantId],
  );
}

async function updateAssets(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`
    with written as (
      update assets set segment = changes.segment, name = changes.name, owner = changes.owner,
        changed_at = changes.changed_at, changed_by = changes.changed_by,
        content_id = changes.content_id, digest = changes.digest,
        byte_count = changes.byte_count, sealed_secrets = changes.sealed_secrets,
        secrets_mac = changes.secrets_mac, version = assets.version + 1, deleted_at = null
      from catalog_changes changes
      where changes.asset_id = assets.id and changes.outcome in ('created', 'changed')
      returning assets.id, assets.version, assets.content_id, assets.digest,
        assets.sealed_secrets, assets.changed_at, assets.changed_by
    )
    ${insertVersions}`);
}

/** The last content stays with the asset; its version of the deletion has none. */
async function deleteAssets(trx: Knex.Transaction): Promise<void> {
  await trx.raw(`
    with written as (
      update assets set changed_at = changes.changed_at, changed_by = changes.changed_by,
        version = assets.version + 1, deleted_at = changes.changed_at,
        sealed_secrets = null, secrets_mac = null
      from catalog_changes changes
      where changes.asset_id = assets.id and changes.outcome = 'deleted'
      returning assets.id, assets.version, null::bigint as content_id, null::bytea as digest,
        null::bytea as sealed_secrets, assets.changed_at, assets.changed_by
    )
    ${insertVersions}`);
}

const insertVersions = `
  insert into asset_versions
    (asset_id, version, content_id, digest, sealed_secrets, changed_at, changed_by)
  select id, version, content_id, digest, sealed_secrets, changed_at, changed_by from written`;

async function sumUp(trx: Knex.Transaction): Promise<Omit<MergeResult, 'contents' | 'references'>> {
  const { rows } = await trx.raw<{
    rows: { type: string; outcome: Outcome; count: number }[];
  }>(`
    select type, outcome, count(*) as count from catalog_changes
    group by type, outcome order by type`);
  const total = (outcome: Outcome): number =>
    rows.reduce((sum, row) => sum + (row.outcome === outcome ? row.count : 0), 0);
  const byType: Record<string, { created: number; changed: number; deleted: number }> = {};
  for (const { type, outcome, count: counted } of rows) {
    if (outcome === 'ignored') continue;
    byType[type] ??= { created: 0, changed: 0, deleted: 0 };
    byType[type][outcome] = counted;
  }
  return {
    created: total('created'),
    changed: total('changed'),
    deleted: total('deleted'),
    ignoredDeletions: total('ignored'),
    byType,
  };
}

async function count(trx: Knex.Transaction, sql: string): Promise<number> {
  const { rows } = await trx.raw<{ rows: { count: number }[] }>(sql);
  return rows[0]?.count ?? 0;
}
