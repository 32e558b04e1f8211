import type { Knex } from 'knex';
import type { TenantRow } from '../tenants/find-tenant';
import { holdContents } from './hold-contents';

/**
 * Waits until nobody else writes to the catalog of a tenant, and keeps others and the tenant's mode
 * waiting until the transaction ends; then until no contents are being removed that this one may
 * point to. Always in this order.
 */
export async function lockCatalog(trx: Knex.Transaction, tenantId: number): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`catalog/${tenantId}`]);
  await trx<TenantRow>('tenants').where({ id: tenantId }).forShare().first('id');
  await holdContents(trx);
}
