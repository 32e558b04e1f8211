import type { Knex } from 'knex';
import { isChain, type ReleaseScope } from '../../schemas/releases/scope';
import { demandBase } from './find-base';
import { standaloneCondition, type ScopeTenant, type SqlCondition } from './scope-query';
import { selectDifference } from './select-difference';

/**
 * The one place that turns a scope into SQL, for preview and freezing alike: a condition on `assets
 * a` that holds for the objects in scope. A scope of the method `objects`, and what differs from a
 * base, are written to temporary tables first, so it holds within `trx` only; throws
 * `ObjectsNotFound` with a finding per identity, and `DraftInvalid` where the base is none.
 */
export async function scopeCondition(
  trx: Knex.Transaction,
  tenant: ScopeTenant,
  scope: ReleaseScope,
): Promise<SqlCondition> {
  if (!isChain(scope)) {
    return standaloneCondition(trx, tenant, {
      scope,
      ...{ assets: 'assets', listed: 'scope_objects', mayLack: false },
    });
  }
  await selectDifference(trx, tenant, await demandBase(trx, tenant.id, scope));
  return {
    sql: `a.tenant_id = :tenantId and a.deleted_at is null and a.id in (
      select asset_id from scope_difference where change in ('new', 'changed'))`,
    values: { tenantId: tenant.id },
  };
}
