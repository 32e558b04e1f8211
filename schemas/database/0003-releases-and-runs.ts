import type { Knex } from 'knex';

/** Releases, frozen scopes with their shards, packages; runs, approvals, notices and the audit log. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table releases (
      id text collate "C" primary key,
      tenant_id bigint not null references tenants,
      name text not null,
      description text not null default '',
      method text not null check (method in ('full', 'incremental', 'objects')),
      scope jsonb not null,
      export_settings jsonb not null,
      state text not null default 'draft' check (state in
        ('draft', 'waiting for approval', 'rejected', 'exporting', 'exported', 'failed', 'cancelled', 'expired')),
      attempt integer not null default 0,
      created_at timestamptz not null default now(),
      created_by text not null,
      updated_at timestamptz not null default now(),
      copied_from text,
      deleted_at timestamptz
    );
    create index releases_by_tenant on releases (tenant_id, created_at desc, id desc);

    -- request: what the caller asked for, with who asked; activities read it, histories never carry it.
    create table runs (
      id text collate "C" primary key,
      tenant_id bigint not null references tenants,
      pipeline text not null,
      subject text collate "C" not null,
      request jsonb not null,
      requested_by bigint not null references people,
      status text not null,
      holds_mode boolean not null default false,
      steps jsonb not null default '[]',
      report jsonb,
      started_at timestamptz not null default now(),
      ended_at timestamptz
    );
    create index runs_by_tenant on runs (tenant_id, started_at desc);
    create index runs_by_subject on runs (subject);
    create index runs_holding_modes on runs (tenant_id) where holds_mode;

    create table frozen_scopes (
      run_id text collate "C" primary key references runs,
      release_id text collate "C" not null references releases,
      package_id text not null,
      digest bytea not null,
      salt bytea not null,
      frozen_at timestamptz not null default now(),
      object_count integer not null,
      byte_count bigint not null,
      requirement_count integer not null,
      details jsonb not null
    );

    -- content_ids are in the order of the entry's lines. A shard of statements has one entry for each
    -- content, whose paths stand in entry_paths in the same order.
    create table frozen_shards (
      run_id text collate "C" not null references frozen_scopes,
      number integer not null,
      kind text not null check (kind in ('objects', 'resources', 'statements', 'requirements')),
      type text,
      path text not null,
      content_ids bigint[] not null,
      entry_paths text[],
      object_count integer not null,
      byte_count bigint not null,
      digest bytea not null,
      fragment jsonb,
      primary key (run_id, number)
    );
    -- Compressing lists of ids takes longer than freezing the rest of a shard.
    alter table frozen_shards alter content_ids set storage external;

    -- The lines of a run's requirements.ndjson, 1,000 a row, without the last line's end.
    create table frozen_requirements (
      run_id text collate "C" not null references frozen_scopes,
      number integer not null,
      body text not null,
      primary key (run_id, number)
    );

    create table packages (
      id text primary key,
      tenant_id bigint not null references tenants,
      release_id text collate "C" not null references releases,
      run_id text collate "C" not null references runs,
      name text not null,
      object_key text not null,
      size_bytes bigint not null,
      digest bytea not null,
      counts jsonb not null,
      warnings jsonb not null,
      created_at timestamptz not null default now(),
      created_by text not null,
      expires_at timestamptz not null,
      deleted_at timestamptz
    );
    create index packages_by_release on packages (release_id);

    create table approval_requests (
      id text collate "C" primary key,
      tenant_id bigint not null references tenants,
      run_id text collate "C" not null references runs,
      subject_digest text not null,
      summary jsonb not null,
      policy jsonb not null,
      requested_by bigint not null references people,
      state text not null check (state in ('pending', 'approved', 'rejected', 'expired', 'cancelled')),
      opened_at timestamptz not null default now(),
      due_at timestamptz,
      closed_at timestamptz
    );
    create index approval_requests_pending on approval_requests (tenant_id) where state = 'pending';

    -- Every decision that came in, counted or not; authenticated ones were presented with a token.
    create table approval_decisions (
      id text collate "C" primary key,
      request_id text collate "C" not null,
      run_id text collate "C" not null,
      approver text not null,
      authenticated boolean not null,
      decision text not null check (decision in ('approve', 'reject')),
      comment text not null default '',
      verdict text,
      decided_at timestamptz not null default now()
    );
    create index approval_decisions_by_request on approval_decisions (request_id);

    -- What an operator asked of a run through the client, with whose token.
    create table operator_requests (
      id text collate "C" primary key,
      run_id text collate "C" not null references runs,
      action text not null,
      actor text not null,
      note text not null default '',
      requested_at timestamptz not null default now()
    );

    create table notices (
      id bigint generated always as identity primary key,
      tenant_id bigint not null references tenants,
      person_id bigint not null references people,
      kind text not null,
      run_id text collate "C",
      key text not null,
      title text not null,
      body text not null,
      created_at timestamptz not null default now(),
      read_at timestamptz,
      unique (person_id, key)
    );

    create table audit_log (
      id bigint generated always as identity primary key,
      at timestamptz not null default now(),
      tenant_id bigint references tenants,
      actor text not null,
      actor_source text not null check (actor_source in ('token', 'claimed', 'system')),
      action text not null,
      object text not null,
      outcome text not null,
      details jsonb not null default '{}'
    );
    create index audit_log_by_tenant on audit_log (tenant_id, at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop table audit_log, notices, operator_requests, approval_decisions, approval_requests, packages,
    frozen_requirements, frozen_shards, frozen_scopes, runs, releases`);
}
