import type { Tenant } from '../../schemas/tenants/tenant';
import type { TenantRow } from './find-tenant';

/** A tenant's row as people see it. */
export function toTenant(row: TenantRow): Tenant {
  return {
    code: row.code,
    name: row.name,
    timeZone: row.time_zone,
    productVersion: row.product_version,
    engines: row.engines,
    engineMode: row.engine_mode,
    features: row.features,
    mode: row.mode,
    createdAt: row.created_at.toISOString(),
  };
}
