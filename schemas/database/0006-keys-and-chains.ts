import type { Knex } from 'knex';

/**
 * Signing keys (REL-24), two release credentials for a while, what packages that continue another
 * are made from (REL-16), and encrypted authentication information (REL-26).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Own keys have a private half, trusted ones are public keys of other tenants. The newest own key
    -- signs; those before it are retired, which their signatures survive. Revoked is for good.
    create table signing_keys (
      tenant_id bigint not null references tenants,
      key_id text collate "C" not null,
      kind text not null check (kind in ('own', 'trusted')),
      label text not null,
      public_key bytea not null check (octet_length(public_key) = 32),
      sealed_private_key bytea,
      created_at timestamptz not null default now(),
      created_by text not null,
      retired_at timestamptz,
      revoked_at timestamptz,
      revoked_by text,
      revoke_reason text,
      check ((kind = 'own') = (sealed_private_key is not null)),
      primary key (tenant_id, key_id)
    );
    create unique index signing_keys_active on signing_keys (tenant_id)
      where kind = 'own' and retired_at is null and revoked_at is null;

    alter table release_settings
      add column previous_sealed_credential bytea,
      add column previous_credential_until timestamptz,
      add column demand_signature boolean not null default false,
      add column demand_sequence boolean not null default false;

    -- Which transaction wrote a version: with a snapshot of an earlier moment it tells what was there
    -- then (docs/adr/0009-state-by-snapshot.md).
    alter table asset_versions add column saved_xid xid8 not null default pg_current_xact_id();

    -- sealed_credential and signing_key_id are fixed by the first step that needs them, so that a
    -- resumed run makes the same bytes.
    alter table frozen_scopes
      add column snapshot pg_snapshot,
      add column system_identifier bigint,
      add column sealed_credential bytea,
      add column signing_key_id text collate "C",
      add column sealing_fixed_at timestamptz;

    -- new_places: of a package that continues another, the positions of the objects that its base lacks.
    alter table frozen_shards
      add column new_places integer[],
      drop constraint frozen_shards_kind_check,
      add constraint frozen_shards_kind_check check
        (kind in ('objects', 'resources', 'statements', 'requirements', 'deletions'));

    -- The lines of a run's deletions.ndjson, 1,000 a row, without the last line's end.
    create table frozen_deletions (
      run_id text collate "C" not null references frozen_scopes on delete cascade,
      number integer not null,
      body text not null,
      primary key (run_id, number)
    );

    -- Secrets of sources whose authentication information travels, as the catalog seals them.
    create table frozen_secrets (
      run_id text collate "C" not null references frozen_scopes on delete cascade,
      type text collate "C" not null,
      project text collate "C" not null,
      code text collate "C" not null,
      sealed bytea not null,
      mac bytea not null,
      primary key (run_id, type, project, code)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table frozen_secrets, frozen_deletions, signing_keys;
    alter table frozen_shards drop column new_places,
      drop constraint frozen_shards_kind_check,
      add constraint frozen_shards_kind_check check
        (kind in ('objects', 'resources', 'statements', 'requirements'));
    alter table frozen_scopes drop column snapshot, drop column system_identifier,
      drop column sealed_credential, drop column signing_key_id, drop column sealing_fixed_at;
    alter table asset_versions drop column saved_xid;
    alter table release_settings drop column previous_sealed_credential,
      drop column previous_credential_until, drop column demand_signature, drop column demand_sequence`);
}
