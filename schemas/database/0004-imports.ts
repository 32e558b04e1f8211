import type { Knex } from 'knex';

/**
 * Imports: what a package holds as rows, the plan of each run, what was there before (REL-28 …
 * REL-34, REL-41). Production runs `online_assets`; an import writes submitted versions (REL-35).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- base_digest: the content that the last import of this asset brought, base_secrets_mac its
    -- secrets where it brought any; what differs from them was changed here since (REL-31). Both null
    -- where no import brought the asset, and where the last one deleted it.
    alter table assets add column base_digest bytea, add column base_secrets_mac bytea,
      add column base_import text collate "C";

    create table online_assets (
      asset_id bigint primary key references assets,
      tenant_id bigint not null references tenants,
      version integer not null,
      content_id bigint not null references contents,
      digest bytea not null,
      published_at timestamptz not null default now(),
      published_by text not null,
      run_id text collate "C"
    );
    create index online_assets_by_tenant on online_assets (tenant_id);
    -- For removing contents: without them each one would be looked for in every version.
    create index online_assets_by_content on online_assets (content_id);
    create index asset_versions_by_content on asset_versions (content_id);

    -- What a package holds, once for each tenant, file, mapping and what it was checked with: being
    -- made, complete, or refused (then it has findings and no objects).
    create table package_indexes (
      id bigint generated always as identity primary key,
      tenant_id bigint not null references tenants,
      package_digest bytea not null,
      mapping_digest bytea not null default '',
      -- Over the engines and detection features of the tenant that findings depend on.
      checks_digest bytea not null default '',
      manifest_digest bytea not null,
      -- The manifest without its list of entries.
      manifest jsonb not null,
      seal jsonb not null default '{}',
      created_at timestamptz not null default now(),
      completed_at timestamptz,
      refused_at timestamptz,
      unique (tenant_id, package_digest, mapping_digest, checks_digest)
    );

    -- A shard is one entry of the package, or several small ones of a kind that follow one another;
    -- entries says where each lies, edges what was found in each. byte_count: unpacked. path: of the
    -- first entry. object_count: as the manifest has no count by entry, null until it is indexed.
    create table package_shards (
      index_id bigint not null references package_indexes on delete cascade,
      number integer not null,
      kind text not null check (kind in ('objects', 'resources', 'statements', 'requirements', 'deletions')),
      type text,
      path text not null,
      byte_count bigint not null,
      entries jsonb not null default '[]',
      object_count integer,
      edges jsonb not null default '[]',
      findings jsonb not null default '[]',
      indexed_at timestamptz,
      primary key (index_id, number)
    );

    -- One row an object, mapped already; digest is that of the cleared content, null for a deletion.
    -- line: counted over all entries of the shard. reread: the content is not the line as it stands,
    -- or has to be parsed to tell. references_at, references_bytes: where the list of references
    -- stands in the line; null where it is empty.
    create table package_objects (
      index_id bigint not null references package_indexes on delete cascade,
      shard integer not null,
      line integer not null,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      segment text collate "C",
      name text,
      owner text,
      changed_at timestamptz not null,
      changed_by text,
      digest bytea,
      byte_count integer,
      sealed_secrets bytea,
      secrets_mac bytea,
      keeps_secrets boolean not null default false,
      reread boolean not null default false,
      references_at integer,
      references_bytes integer
    );
    create index package_objects_by_identity on package_objects (index_id, type, project, code);
    create index package_objects_by_shard on package_objects (index_id, shard);

    -- The lines of requirements.ndjson, mapped already: what objects of the package refer to and the
    -- package has not. type is '' where the reference names its target by project and code alone.
    create table package_requirements (
      index_id bigint not null references package_indexes on delete cascade,
      type text collate "C" not null default '',
      project text collate "C" not null default '',
      code text collate "C" not null,
      roles text[] not null,
      reference_count bigint not null,
      example jsonb not null,
      primary key (index_id, type, project, code)
    );

    create table imports (
      id text collate "C" primary key,
      tenant_id bigint not null references tenants,
      kind text not null check (kind in ('import', 'undo')),
      undoes text collate "C" references imports,
      -- How far it goes: a check stops after verify, a plan after plan; neither writes.
      until text not null check (until in ('verify', 'plan', 'register')),
      file_name text not null,
      -- Where the package lies in the object store; '' for an undo.
      object_key text not null,
      request_key text collate "C" not null,
      options jsonb not null,
      state text not null check (state in ('running', 'waiting for approval', 'checked', 'planned',
        'imported', 'nothing to do', 'undone', 'rejected', 'failed', 'cancelled')),
      attempt integer not null default 1,
      package_digest bytea,
      size_bytes bigint,
      package_id text,
      package_created_at timestamptz,
      source_tenant text,
      chain jsonb,
      index_id bigint references package_indexes on delete set null,
      plan_digest bytea,
      counts jsonb,
      created_at timestamptz not null default now(),
      created_by text not null,
      applied_at timestamptz,
      undone_by text collate "C" references imports,
      unique (tenant_id, request_key)
    );
    create index imports_by_tenant on imports (tenant_id, created_at desc, id desc);
    -- One import of a tenant at a time (REL-30).
    create unique index imports_at_work on imports (tenant_id)
      where until = 'register' and state in ('running', 'waiting for approval');

    -- The plan of a run, made once: what differs, what becomes of it, and what is missing.
    create table import_plans (
      run_id text collate "C" primary key references runs,
      import_id text collate "C" not null references imports,
      index_id bigint references package_indexes on delete set null,
      digest bytea not null,
      counts jsonb not null,
      findings jsonb not null,
      -- Shards of the package with content that this catalog lacks.
      stage_shards integer[] not null,
      planned_at timestamptz not null default now(),
      applied_at timestamptz,
      -- What applying it did, so that applying it again answers the same.
      applied jsonb
    );

    -- decision 'rebase': the same on both sides, but no import said so yet; only base_digest is
    -- written. shard: of the package object; null for an undo. target_version is null where the
    -- catalog never had the asset; target_digest is null where it is deleted. Without a foreign key,
    -- which would be checked row by row: whoever removes a plan removes these first.
    create table import_plan_objects (
      run_id text collate "C" not null,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      change text not null check (change in
        ('new', 'changed', 'deleted', 'same', 'only-on-target-changed', 'conflict')),
      decision text not null check (decision in ('write', 'keep', 'fail', 'rebase')),
      shard integer,
      asset_id bigint,
      target_version integer,
      target_digest bytea,
      base_digest bytea,
      digest bytea,
      byte_count integer,
      primary key (run_id, type, project, code)
    );

    create table import_plan_references (
      run_id text collate "C" not null references import_plans on delete cascade,
      type text collate "C" not null default '',
      project text collate "C" not null,
      code text collate "C" not null,
      roles text[] not null,
      reference_count bigint not null,
      example jsonb not null,
      primary key (run_id, type, project, code)
    );

    -- Which shards of a run's plans are staged, with the ids of the contents that staging added. Without
    -- a foreign key: what was added for a plan stays known when the run plans again.
    create table import_staged_shards (
      run_id text collate "C" not null,
      number integer not null,
      object_count integer not null,
      byte_count bigint not null,
      content_ids bigint[] not null,
      -- Of the plan it was staged for; null for several.
      plan_digest bytea,
      staged_at timestamptz not null default now(),
      primary key (run_id, number)
    );

    -- What an import found before it wrote; version is null for what was not there (REL-33, REL-41).
    -- No foreign keys: the transaction that writes a row writes the asset too, whose versions keep
    -- the contents; checking a million rows thrice would cost a third of an apply.
    create table import_before_images (
      import_id text collate "C" not null,
      asset_id bigint not null,
      version integer,
      content_id bigint,
      digest bytea,
      segment text collate "C",
      name text,
      owner text,
      changed_at timestamptz,
      changed_by text,
      byte_count integer,
      sealed_secrets bytea,
      secrets_mac bytea,
      deleted boolean not null default false,
      base_digest bytea,
      base_secrets_mac bytea,
      base_import text collate "C",
      online_version integer,
      online_content_id bigint,
      online_digest bytea,
      after_version integer not null,
      primary key (import_id, asset_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index asset_versions_by_content;
    drop table import_before_images, import_staged_shards,
      import_plan_references, import_plan_objects, import_plans, imports, package_requirements,
      package_objects, package_shards, package_indexes, online_assets;
    alter table assets drop column base_digest, drop column base_secrets_mac, drop column base_import`);
}
