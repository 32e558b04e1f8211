import type { Knex } from 'knex';

/** What imports brought and production does not run yet, and how it gets there (REL-35 … REL-40, REL-45). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One row an asset: the newest import that wrote it wins. No foreign keys to assets and tenants,
    -- which are never removed: checking them would cost as much as listing.
    -- obstacles: codes that say why it cannot be published as things stand; findings and run_id: of
    -- the run that tried last.
    create table publish_objects (
      asset_id bigint primary key,
      tenant_id bigint not null,
      change_type text not null check (change_type in ('new', 'changed', 'deleted')),
      import_id text collate "C" not null,
      listed_at timestamptz not null default now(),
      status text not null default 'to be published' check (status in
        ('to be published', 'publishing', 'succeeded', 'succeeded with risks', 'failed')),
      obstacles text[] not null default '{}',
      findings jsonb not null default '[]',
      completed_at timestamptz,
      run_id text collate "C"
    );
    create index publish_objects_by_tenant on publish_objects (tenant_id, status);
    create index publish_objects_by_run on publish_objects (run_id) where status = 'publishing';

    -- What somebody asked to be published. ordered: what ordering gave, so that it gives it again.
    create table publishings (
      id text collate "C" primary key,
      tenant_id bigint not null references tenants,
      request_key text collate "C" not null,
      selection jsonb not null,
      state text not null check (state in ('running', 'waiting for approval', 'published',
        'rejected', 'failed', 'cancelled')),
      attempt integer not null default 1,
      ordered jsonb,
      counts jsonb,
      created_at timestamptz not null default now(),
      created_by text not null,
      unique (tenant_id, request_key)
    );

    -- What a run publishes, version by version, numbered by identity. Objects of one component need
    -- each other and go together; waves follow one another; a shard is one unit of work.
    create table publish_run_objects (
      run_id text collate "C" not null references runs,
      number integer not null,
      asset_id bigint not null,
      change_type text not null,
      import_id text collate "C" not null,
      version integer not null,
      component integer not null default 0,
      wave integer not null default 0,
      shard integer not null default 0,
      status text not null default 'waiting' check (status in
        ('waiting', 'succeeded', 'succeeded with risks', 'failed')),
      findings jsonb not null default '[]',
      decided_at timestamptz,
      primary key (run_id, number),
      unique (run_id, asset_id)
    );
    create index publish_run_objects_by_shard on publish_run_objects (run_id, shard);

    -- number needs needs: both are of the run.
    create table publish_run_edges (
      run_id text collate "C" not null,
      number integer not null,
      needs integer not null,
      primary key (run_id, number, needs)
    );

    -- What was entered here for sources that came without it (REL-45), sealed. test_failure is null
    -- after a test that passed.
    create table publish_settings (
      asset_id bigint primary key,
      tenant_id bigint not null references tenants,
      sealed_connection bytea,
      sealed_authentication bytea,
      tested_at timestamptz,
      test_failure text,
      updated_at timestamptz not null default now(),
      updated_by text not null
    );

    -- Whole tables that an account of production may read (REL-38).
    create table table_grants (
      tenant_id bigint not null references tenants,
      account text collate "C" not null,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      run_id text collate "C" not null,
      granted_at timestamptz not null default now(),
      primary key (tenant_id, account, type, project, code)
    );

    -- Of sources whose version came without them: what production connects with.
    alter table online_assets add column sealed_connection bytea,
      add column sealed_authentication bytea;

    -- What a version of a source lacks, and where it may come from: entered here, or kept from what
    -- is online. Ask for versions of sources alone.
    create view source_settings as
      select v.asset_id, v.version,
        coalesce(json_typeof(c.body::json -> 'definition' -> 'connection') = 'null', false)
          as lacks_connection,
        coalesce(json_typeof(c.body::json -> 'definition' -> 'authentication') = 'null', false)
          and v.sealed_secrets is null as lacks_authentication,
        c.body::json #>> '{definition,connection}' as own_connection,
        s.sealed_connection as entered_connection,
        s.sealed_authentication as entered_authentication,
        online.sealed_connection as kept_connection,
        online.sealed_authentication as kept_authentication,
        oc.body::json #>> '{definition,connection}' as online_connection,
        ov.sealed_secrets as online_secrets
      from asset_versions v
      join contents c on c.id = v.content_id
      left join publish_settings s on s.asset_id = v.asset_id
      left join online_assets online on online.asset_id = v.asset_id
      left join contents oc on oc.id = online.content_id
      left join asset_versions ov
        on ov.asset_id = online.asset_id and ov.version = online.version;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view source_settings;
    alter table online_assets drop column sealed_connection, drop column sealed_authentication;
    drop table table_grants, publish_settings, publish_run_edges, publish_run_objects, publishings,
      publish_objects`);
}
