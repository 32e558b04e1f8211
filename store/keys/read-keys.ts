import type { SigningKey, VerifyingKey } from '../../archive/signature';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { openSecret } from '../secrets/secret-box';
import { findKey, type KeyRow } from './key-rows';

/**
 * The keys that signatures of packages are checked with in a tenant (REL-29): those it trusts and
 * its own, retired ones too; revoked ones are marked, as their signatures are refused.
 */
export async function readVerifyingKeys(
  connection: Connection,
  tenantId: number,
): Promise<VerifyingKey[]> {
  const rows = await connection<KeyRow>('signing_keys')
    .where({ tenant_id: tenantId })
    .orderBy('key_id')
    .select('key_id', 'public_key', 'revoked_at');
  return rows.map((row) => ({
    keyId: row.key_id,
    publicKey: row.public_key,
    isRevoked: row.revoked_at !== null,
  }));
}

/** An own key with its private half, for signing alone; throws `KeyNotFound`, `SigningKeyRevoked`, `SecretUndecryptable`. */
export async function readSigningKey(
  connection: Connection,
  encryptionKey: Uint8Array,
  key: { readonly tenantId: number; readonly keyId: string },
): Promise<SigningKey> {
  const row = await findKey(connection, key.tenantId, key.keyId);
  if (row.sealed_private_key === null) throw new PipelineError('KeyNotFound', { key: key.keyId });
  if (row.revoked_at !== null) throw new PipelineError('SigningKeyRevoked', { key: key.keyId });
  const context = privateKeyContext(key.tenantId, key.keyId);
  const seed = openSecret(encryptionKey, row.sealed_private_key, context);
  return { keyId: row.key_id, seed: Buffer.from(seed, 'base64') };
}

/** What a sealed private key is bound to. */
export function privateKeyContext(tenantId: number, keyId: string): string {
  return `tenant/${tenantId}/signing-key/${keyId}`;
}
