import type { Knex } from 'knex';

/** Mappings of names from a source tenant to a target tenant, every version of them (RUN-25). */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- source is the code of a tenant that may be of another installation. Versions never change.
    create table mappings (
      tenant_id bigint not null references tenants,
      source text collate "C" not null,
      version integer not null,
      -- As text: nobody asks for what is in it, and people see members in the order of the schema.
      rules json not null,
      rule_count integer not null,
      digest bytea not null,
      created_by text not null,
      created_at timestamptz not null default now(),
      primary key (tenant_id, source, version)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table mappings');
}
