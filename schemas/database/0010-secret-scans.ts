import type { Knex } from 'knex';

/** What the secret scan found, by content, so that what did not change is never scanned twice (REL-26). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table release_settings
      add column secret_scan text not null default 'warn' check (secret_scan in ('off', 'warn', 'refuse'));

    -- A set of detection features; content_ids are those of their assets.
    -- unsupported: the findings about features that cannot be used.
    create table feature_sets (
      id integer generated always as identity primary key,
      digest bytea not null unique,
      content_ids bigint[] not null,
      unsupported jsonb not null,
      last_used_at timestamptz not null default now()
    );

    -- suspected: where the content looks like a secret, with masked hints; null where it does not.
    -- No foreign key on contents: what is deleted was in no catalog, and checking costs a fifth of the writing.
    create table content_scans (
      feature_set_id integer not null references feature_sets on delete cascade,
      content_id bigint not null,
      suspected jsonb,
      primary key (feature_set_id, content_id)
    );
    create index content_scans_suspected on content_scans (feature_set_id, content_id) where suspected is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table content_scans, feature_sets;
    alter table release_settings drop column secret_scan`);
}
