import { pemOfPublicKey } from '../../archive/signature';
import type { ExportedKey, Key, KeyRef } from '../../schemas/keys/key';
import { PipelineError } from '../../schemas/pipeline-error';
import { guardedRead } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { findActiveKey, findKey, toKey, type KeyRow } from './key-rows';

/** Every key of a tenant, own ones first, the newest first. Throws `PermissionDenied`, `TenantNotFound`. */
export async function listKeys(database: Database, caller: Caller, tenant: string): Promise<Key[]> {
  const { id } = await findTenant(database, tenant);
  const attempt = { caller, tenantId: id, action: 'key.read', object: `tenant/${tenant}` } as const;
  return guardedRead(database, attempt, async (connection) => {
    const rows = await connection<KeyRow>('signing_keys')
      .where({ tenant_id: id })
      .orderBy([{ column: 'kind' }, { column: 'created_at', order: 'desc' }, { column: 'key_id' }]);
    return rows.map(toKey);
  });
}

/**
 * The public half of a key, by default of the one that signs, to hand to those who should trust it.
 * Throws `KeyNotFound`, `PermissionDenied`, `TenantNotFound`.
 */
export async function exportKey(
  database: Database,
  caller: Caller,
  ref: KeyRef,
): Promise<ExportedKey> {
  const tenant = await findTenant(database, ref.tenant);
  const object = `key/${ref.key ?? 'active'}`;
  const attempt = { caller, tenantId: tenant.id, action: 'key.read', object } as const;
  return guardedRead(database, attempt, async (connection) => {
    const row =
      ref.key === undefined
        ? await findActiveKey(connection, tenant.id)
        : await findKey(connection, tenant.id, ref.key);
    if (row === undefined) throw new PipelineError('KeyNotFound', { reason: 'no key signs' });
    return {
      algorithm: 'Ed25519',
      keyId: row.key_id,
      publicKey: row.public_key.toString('base64'),
      ...(row.kind === 'own' ? { tenant: tenant.code } : {}),
      label: row.label,
      pem: pemOfPublicKey(row.public_key),
    };
  });
}
