import type { Knex } from 'knex';

/** What imports brought and production does not run yet (REL-35 … REL-40, REL-45). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- One row an asset: the newest import that wrote it wins. No foreign keys to assets and tenants,
    -- which are never removed: checking them would cost as much as listing.
    create table publish_objects (
      asset_id bigint primary key,
      tenant_id bigint not null,
      change_type text not null check (change_type in ('new', 'changed', 'deleted')),
      import_id text collate "C" not null,
      listed_at timestamptz not null default now(),
      status text not null default 'to be published'
    );
    create index publish_objects_by_tenant on publish_objects (tenant_id, status);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table publish_objects');
}
