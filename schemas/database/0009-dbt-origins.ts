import type { Knex } from 'knex';

/**
 * Which dbt projects an asset came from, so that what a later manifest has no more is deleted and
 * nothing else (RUN-18). Two dbt projects may share packages, and their assets.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table dbt_origins (
      asset_id bigint not null references assets on delete cascade,
      dbt_project_id text collate "C" not null,
      primary key (asset_id, dbt_project_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table dbt_origins');
}
