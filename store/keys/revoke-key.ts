import { PipelineError } from '../../schemas/pipeline-error';
import type { Key, KeyRevocation } from '../../schemas/keys/key';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { findKey, toKey, type KeyRow } from './key-rows';

/**
 * Revokes an own or a trusted key for good: its signatures are refused from now on (REL-29), and
 * nothing is signed with it any more. Throws `KeyNotFound`, `KeyRevoked`, `PermissionDenied`,
 * `TenantNotFound`.
 */
export async function revokeKey(
  database: Database,
  caller: Caller,
  input: KeyRevocation,
): Promise<Key> {
  const tenant = await findTenant(database, input.tenant);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'key.manage',
    object: `key/${input.key}`,
    details: { change: 'revoke', reason: input.reason },
  } as const;
  return auditedChange(database, attempt, async (trx) => {
    const known = await findKey(trx, tenant.id, input.key);
    const [row] = await trx('signing_keys')
      .where({ tenant_id: tenant.id, key_id: input.key })
      .whereNull('revoked_at')
      .update({
        revoked_at: trx.fn.now(),
        revoked_by: caller.name,
        revoke_reason: input.reason,
      })
      .returning<KeyRow[]>('*');
    if (row === undefined) {
      const at = known.revoked_at?.toISOString();
      throw new PipelineError('KeyRevoked', { key: input.key, at });
    }
    return toKey(row);
  });
}
