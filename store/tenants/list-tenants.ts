import { mayDo } from '../../schemas/tenants/rights';
import type { Tenant } from '../../schemas/tenants/tenant';
import type { Connection } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { rolesOf } from '../people/authorize';
import type { TenantRow } from './find-tenant';
import { toTenant } from './to-tenant';

/**
 * The tenants where the caller holds a role, by code; all of them for who may create tenants
 * (RUN-29). Nobody is refused: who holds no role sees none.
 */
export async function listTenants(connection: Connection, caller: Caller): Promise<Tenant[]> {
  const seesAll = mayDo('tenant.create', await rolesOf(connection, caller.personId));
  const query = connection<TenantRow>('tenants').orderBy('code').select('*');
  if (!seesAll) {
    const mine = connection('role_grants')
      .where('person_id', caller.personId)
      .whereNotNull('tenant_id')
      .select('tenant_id');
    void query.whereIn('id', mine);
  }
  const rows: TenantRow[] = await query;
  return rows.map(toTenant);
}
