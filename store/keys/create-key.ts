import { randomBytes } from 'node:crypto';
import { keyIdOf, publicKeyOfSeed } from '../../archive/signature';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Key, KeyInput } from '../../schemas/keys/key';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { sealSecret } from '../secrets/secret-box';
import { findTenant } from '../tenants/find-tenant';
import { toKey, type KeyRow } from './key-rows';
import { privateKeyContext } from './read-keys';

/**
 * Makes the key that signs the tenant's packages from now on; the one before it is retired, which
 * its signatures survive (REL-24). The private half is kept encrypted and never leaves the
 * installation. Throws `PermissionDenied`, `TenantNotFound`.
 */
export async function createKey(
  database: Database,
  caller: Caller,
  given: { readonly input: KeyInput; readonly encryptionKey: Uint8Array },
): Promise<Key> {
  const tenant = await findTenant(database, given.input.tenant);
  const seed = randomBytes(32);
  const publicKey = publicKeyOfSeed(seed);
  const keyId = keyIdOf(publicKey);
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'key.manage',
    object: `key/${keyId}`,
    details: { change: 'create', label: given.input.label },
  } as const;
  return auditedChange(database, attempt, async (trx, note) => {
    // Two who make a key at once wait here for one another: one key signs.
    await trx('tenants').where({ id: tenant.id }).forNoKeyUpdate().first('id');
    const retired = await trx('signing_keys')
      .where({ tenant_id: tenant.id, kind: 'own' })
      .whereNull('retired_at')
      .whereNull('revoked_at')
      .update({ retired_at: trx.fn.now() })
      .returning<{ key_id: string }[]>('key_id');
    const context = privateKeyContext(tenant.id, keyId);
    const [row] = await trx('signing_keys')
      .insert({
        tenant_id: tenant.id,
        key_id: keyId,
        kind: 'own',
        label: given.input.label,
        public_key: publicKey,
        sealed_private_key: sealSecret(given.encryptionKey, seed.toString('base64'), context),
        created_by: caller.name,
      })
      .returning<KeyRow[]>('*');
    if (row === undefined) throw new PipelineError('InternalError', { reason: 'no row came back' });
    if (retired[0] !== undefined) note({ retired: retired[0].key_id });
    return toKey(row);
  });
}
