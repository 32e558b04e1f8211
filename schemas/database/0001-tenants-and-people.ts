import type { Knex } from 'knex';

/** Tenants with their modes and release settings; people, their tokens and roles (REL-1, 2; RUN-21, 29). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table tenants (
      id bigint generated always as identity primary key,
      code text collate "C" not null unique,
      name text not null,
      time_zone text not null,
      product_version text not null,
      engines text[] not null,
      engine_mode text not null check (engine_mode in ('single', 'multi')),
      features text[] not null,
      mode text not null default 'normal' check (mode in ('normal', 'maintenance', 'cross-tenant-publishing')),
      created_at timestamptz not null default now()
    );

    create table people (
      id bigint generated always as identity primary key,
      name text collate "C" not null unique,
      kind text not null check (kind in ('person', 'program')),
      created_at timestamptz not null default now()
    );

    create table tokens (
      id bigint generated always as identity primary key,
      person_id bigint not null references people,
      hash bytea not null unique,
      label text not null,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    );
    create index tokens_by_person on tokens (person_id);

    create table role_grants (
      id bigint generated always as identity primary key,
      person_id bigint not null references people,
      role text not null,
      tenant_id bigint references tenants,
      scope_kind text check (scope_kind in ('project', 'application', 'snapshot-application')),
      scope_code text collate "C",
      granted_at timestamptz not null default now(),
      granted_by bigint references people,
      check ((scope_kind is null) = (scope_code is null)),
      unique nulls not distinct (person_id, role, tenant_id, scope_kind, scope_code)
    );
    create index role_grants_by_tenant on role_grants (tenant_id, role);

    create table tenant_modes (
      id bigint generated always as identity primary key,
      tenant_id bigint not null references tenants,
      mode text not null,
      started_at timestamptz not null default now(),
      started_by text not null,
      start_reason text,
      ended_at timestamptz,
      ended_by text,
      end_reason text,
      -- The run that took it (REL-4); null where a person started it.
      taken_by_run text collate "C"
    );
    create unique index tenant_modes_lasting on tenant_modes (tenant_id) where ended_at is null;
    create index tenant_modes_by_tenant on tenant_modes (tenant_id, started_at);

    create table release_settings (
      tenant_id bigint primary key references tenants,
      sealed_credential bytea,
      credential_set_at timestamptz,
      package_retention_days integer check (package_retention_days > 0),
      storage_prefix text,
      permission_verification boolean,
      auto_grant boolean,
      export_approval jsonb,
      publish_approval jsonb,
      import_approval jsonb,
      takes_mode boolean not null default false,
      updated_at timestamptz not null default now(),
      updated_by text not null
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table release_settings, tenant_modes, role_grants, tokens, people, tenants');
}
