import type { Knex } from 'knex';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Role } from '../../schemas/tenants/rights';
import type { Tenant, TenantInput } from '../../schemas/tenants/tenant';
import { writeAudit } from '../audit/audit-log';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import type { TenantRow } from './find-tenant';
import { toTenant } from './to-tenant';

/**
 * Creates a tenant (REL-1). Its creator becomes super administrator there and, unless `releaseRole`
 * is false, cross-tenant release user, so that there is somebody to appoint the others.
 * Throws `TenantExists` and `PermissionDenied`.
 */
export async function createTenant(
  database: Database,
  caller: Caller,
  input: TenantInput,
): Promise<Tenant> {
  const object = `tenant/${input.code}`;
  return auditedChange(
    database,
    { caller, tenantId: null, action: 'tenant.create', object },
    async (trx) => {
      const row = await insertTenant(trx, input);
      const roles: Role[] = ['super-administrator'];
      if (input.releaseRole) roles.push('cross-tenant-release-user');
      await appointCreator(trx, { caller, tenantId: row.id, roles });
      return toTenant(row);
    },
  );
}

async function insertTenant(trx: Knex.Transaction, input: TenantInput): Promise<TenantRow> {
  const [row] = await trx('tenants')
    .insert({
      code: input.code,
      name: input.name ?? input.code,
      time_zone: input.timeZone,
      product_version: input.productVersion,
      engines: [...new Set(input.engines)],
      engine_mode: input.engineMode,
      features: [...new Set(input.features)],
    })
    .onConflict('code')
    .ignore()
    .returning<TenantRow[]>('*');
  if (row === undefined) throw new PipelineError('TenantExists', { tenant: input.code });
  return row;
}

async function appointCreator(
  trx: Knex.Transaction,
  appointment: { caller: Caller; tenantId: number; roles: readonly Role[] },
): Promise<void> {
  const { caller, tenantId, roles } = appointment;
  await trx('role_grants').insert(
    roles.map((role) => ({
      person_id: caller.personId,
      role,
      tenant_id: tenantId,
      granted_by: caller.personId,
    })),
  );
  await writeAudit(trx, {
    tenantId,
    actor: caller.name,
    actorSource: 'token',
    action: 'person.manage',
    object: `person/${caller.name}`,
    outcome: 'ok',
    details: { change: 'granted', roles, because: 'created the tenant' },
  });
}
