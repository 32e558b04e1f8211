import type { Knex } from 'knex';

/**
 * The content-addressed catalog (RUN-17): content is stored once by the SHA-256 of its canonical
 * JSON, as text, exactly the bytes that were hashed; assets and their immutable versions point to it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table contents (
      id bigint generated always as identity primary key,
      digest bytea not null unique,
      body text not null,
      byte_count integer not null
    );

    create table content_references (
      content_id bigint not null references contents,
      ordinal integer not null,
      role text not null,
      target_type text collate "C",
      target_project text collate "C" not null,
      target_code text collate "C" not null,
      primary key (content_id, ordinal)
    );
    create index content_references_by_target on content_references (target_code, target_project);

    -- secrets_mac tells without opening them whether secrets changed.
    -- content_id is that of the asset's last version with content.
    -- project is '' for tenant-wide assets: one unique key serves all.
    -- No foreign keys here and in versions: tenants are never removed, versions are written by the
    -- statements that write their assets, and contents are removed under a lock that whoever points to
    -- one waits for (store/catalog/hold-contents.ts). Checking them row by row costs half of a large
    -- import, as it marks every content as looked at.
    create table assets (
      id bigint generated always as identity primary key,
      tenant_id bigint not null,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      segment text collate "C",
      name text not null,
      owner text,
      changed_at timestamptz not null,
      changed_by text,
      content_id bigint not null,
      digest bytea not null,
      byte_count integer not null,
      sealed_secrets bytea,
      secrets_mac bytea,
      version integer not null,
      deleted_at timestamptz,
      unique (tenant_id, type, project, code)
    );
    create index assets_by_change on assets (tenant_id, changed_at);
    -- References may name their target by project and code alone.
    create index assets_by_name on assets (tenant_id, code, project);

    -- A deletion is a version without content.
    create table asset_versions (
      asset_id bigint not null,
      version integer not null,
      content_id bigint,
      digest bytea,
      sealed_secrets bytea,
      changed_at timestamptz not null,
      changed_by text,
      saved_at timestamptz not null default now(),
      primary key (asset_id, version)
    );
    create index asset_versions_by_change on asset_versions (changed_at, asset_id);

    create view projects as
      select tenant_id, code, name, content_id from assets where type = 'project' and deleted_at is null;
    create view segments as
      select tenant_id, code, name, content_id from assets where type = 'data_segment' and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop view segments, projects');
  await knex.raw('drop table asset_versions, assets, content_references, contents');
}
