import type { SealingSecrets } from '../../archive/seal';
import { PipelineError } from '../../schemas/pipeline-error';
import type { Connection } from '../database/connect';
import { readSigningKey } from '../keys/read-keys';
import { openSecret } from '../secrets/secret-box';
import { credentialContext } from '../tenants/find-settings';

interface SealingRow {
  readonly tenant_id: number;
  readonly salt: Buffer;
  readonly sealed_credential: Buffer | null;
  readonly signing_key_id: string | null;
}

/**
 * What the package of a run is sealed, signed and encrypted with. The first call fixes credential
 * and key to those of that moment, so that the run gives the same bytes whatever is changed while it
 * is under way (REL-21); a run that waited long for its approval still seals with what is valid
 * afterwards. Throws `FrozenScopeMissing`, `SettingsIncomplete`, `SigningKeyRevoked`, `SecretUndecryptable`.
 */
export async function fixSealing(
  connection: Connection,
  encryptionKey: Uint8Array,
  runId: string,
): Promise<SealingSecrets> {
  await connection.raw(
    `update frozen_scopes f
     set sealed_credential = s.sealed_credential, sealing_fixed_at = now(), signing_key_id = (
       select k.key_id from signing_keys k where k.tenant_id = r.tenant_id and k.kind = 'own'
         and k.retired_at is null and k.revoked_at is null)
     from runs r join release_settings s on s.tenant_id = r.tenant_id
     where f.run_id = :runId and r.id = f.run_id and f.sealing_fixed_at is null
       and s.sealed_credential is not null`,
    { runId },
  );
  const row = await connection('frozen_scopes as f')
    .join('runs as r', 'r.id', 'f.run_id')
    .where('f.run_id', runId)
    .first<SealingRow | undefined>(
      ...['r.tenant_id', 'f.salt', 'f.sealed_credential', 'f.signing_key_id'],
    );
  if (row === undefined) throw new PipelineError('FrozenScopeMissing', { run: runId });
  const { tenant_id: tenantId, sealed_credential: sealed, signing_key_id: keyId } = row;
  if (sealed === null) throw new PipelineError('SettingsIncomplete', { missing: ['credential'] });
  const credential = openSecret(encryptionKey, sealed, credentialContext(tenantId));
  if (keyId === null) return { credential, salt: row.salt };
  const signingKey = await readSigningKey(connection, encryptionKey, { tenantId, keyId });
  return { credential, salt: row.salt, signingKey };
}
