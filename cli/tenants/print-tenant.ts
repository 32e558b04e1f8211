import type { Tenant } from '../../client';
import type { Output } from '../kit/output';

/** Prints a tenant for people. */
export function printTenant(output: Output, tenant: Tenant): void {
  output.table(
    ['tenant', tenant.code],
    [
      ['name', tenant.name],
      ['time zone', tenant.timeZone],
      ['product version', tenant.productVersion],
      ['engines', `${tenant.engines.join(', ')} (${tenant.engineMode})`],
      ['features', tenant.features.join(', ')],
      ['mode', tenant.mode],
      ['created', tenant.createdAt],
    ],
  );
}
