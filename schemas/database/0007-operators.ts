import type { Knex } from 'knex';

/**
 * What operators and outside systems do: webhooks with their deliveries and call-backs, one-time
 * codes, earlier executions of runs that were started again (RUN-4, 9, 11, 30).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table webhooks (
      id bigint generated always as identity primary key,
      tenant_id bigint not null references tenants,
      name text collate "C" not null,
      url text not null,
      kinds text[] not null,
      active boolean not null,
      -- Signs what is sent; what comes back is signed with the other one.
      sealed_secret bytea not null,
      sealed_callback_secret bytea not null,
      changed_at timestamptz not null default now(),
      changed_by text not null,
      unique (tenant_id, name)
    );

    -- The outbox: written with what it tells of, in one transaction.
    create table webhook_deliveries (
      id text collate "C" primary key,
      webhook_id bigint not null references webhooks on delete cascade,
      key text not null,
      kind text not null,
      run_id text collate "C",
      payload jsonb not null,
      attempts integer not null default 0,
      created_at timestamptz not null default now(),
      next_at timestamptz not null default now(),
      delivered_at timestamptz,
      given_up_at timestamptz,
      last_error text,
      unique (webhook_id, key)
    );
    create index webhook_deliveries_due on webhook_deliveries (next_at)
      where delivered_at is null and given_up_at is null;

    -- A decision that came by a signed call-back has the id of its message in its own id.
    alter table approval_decisions add column source text not null default 'claimed'
      check (source in ('claimed', 'token', 'callback'));
    -- What was found of the one-time code when a client presented it.
    alter table approval_decisions add column code_verdict text;
    alter table audit_log drop constraint audit_log_actor_source_check;
    alter table audit_log add constraint audit_log_actor_source_check
      check (actor_source in ('token', 'claimed', 'system', 'callback'));

    -- One valid code for each approver and request; of the code only a keyed hash is kept.
    create table approval_codes (
      request_id text collate "C" not null references approval_requests,
      person_id bigint not null references people,
      hash bytea not null,
      issued_at timestamptz not null default now(),
      failed_tries integer not null default 0,
      used_at timestamptz,
      primary key (request_id, person_id)
    );

    -- execution: how often the run was begun; recorded: what its steps gave, to begin again from one.
    -- Since when an import can no longer be undone.
    alter table imports add column images_removed_at timestamptz;

    alter table runs add column execution integer not null default 1;
    alter table runs add column recorded jsonb;
    alter table runs add column rerun jsonb;
    alter table approval_requests add column execution integer not null default 1;
    create table run_executions (
      run_id text collate "C" not null references runs,
      execution integer not null,
      requested_by bigint not null references people,
      status text not null,
      steps jsonb not null,
      report jsonb,
      started_at timestamptz not null,
      ended_at timestamptz not null,
      primary key (run_id, execution)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table run_executions, approval_codes, webhook_deliveries, webhooks;
    alter table approval_requests drop column execution;
    alter table imports drop column images_removed_at;
    alter table runs drop column execution, drop column recorded, drop column rerun;
    alter table approval_decisions drop column source, drop column code_verdict`);
}
