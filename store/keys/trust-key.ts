import type { Knex } from 'knex';
import { keyIdOf, publicKeyOfPem } from '../../archive/signature';
import { PipelineError } from '../../schemas/pipeline-error';
import { PublicKeyDocument, type Key, type KeyToTrust } from '../../schemas/keys/key';
import { auditedChange } from '../audit/audited';
import type { Database } from '../database/connect';
import type { Caller } from '../people/authenticate';
import { findTenant } from '../tenants/find-tenant';
import { toKey, type KeyRow } from './key-rows';

/**
 * Trusts the public key of somebody else: signatures made with it count from now on (REL-29). Throws
 * `InvalidInput` with `PublicKeyUnreadable` or `KeyIdWrong`, `KeyExists`, `KeyRevoked` for one that
 * was revoked here, `PermissionDenied`, `TenantNotFound`.
 */
export async function trustKey(
  database: Database,
  caller: Caller,
  input: KeyToTrust,
): Promise<Key> {
  const { keyId, publicKey, label } = readPublicKey(input.publicKey);
  const tenant = await findTenant(database, input.tenant);
  const named = input.label ?? label;
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'key.manage',
    object: `key/${keyId}`,
    details: { change: 'trust', label: named },
  } as const;
  return auditedChange(database, attempt, async (trx) => {
    await refuseKnown(trx, tenant.id, keyId);
    const [row] = await trx('signing_keys')
      .insert({
        tenant_id: tenant.id,
        key_id: keyId,
        kind: 'trusted',
        label: named,
        public_key: publicKey,
        created_by: caller.name,
      })
      .onConflict()
      .ignore()
      .returning<KeyRow[]>('*');
    if (row === undefined) throw new PipelineError('KeyExists', { key: keyId });
    return toKey(row);
  });
}

/** A public key out of a file: its id, its raw bytes, and what its owner calls it. */
export interface ReadPublicKey {
  readonly keyId: string;
  readonly publicKey: Buffer;
  readonly label: string;
}

/**
 * Reads a public key in PEM or in the JSON of `gantry key export`; throws `InvalidInput` with
 * `PublicKeyUnreadable`, or `KeyIdWrong` where the id in the document is not that of the key.
 */
export function readPublicKey(text: string): ReadPublicKey {
  const fromPem = publicKeyOfPem(text);
  if (fromPem !== undefined) {
    return { keyId: keyIdOf(fromPem), publicKey: fromPem, label: 'unnamed' };
  }
  const document = parseDocument(text);
  if (document === undefined) {
    const reason = 'is neither an Ed25519 public key in PEM nor what gantry key export writes';
    throw refusal('PublicKeyUnreadable', { reason, fix: 'Have the key exported again.' });
  }
  const publicKey = Buffer.from(document.publicKey, 'base64');
  const keyId = keyIdOf(publicKey);
  if (publicKey.length !== 32 || keyId !== document.keyId) {
    const reason = `says key ${document.keyId}, and its bytes are ${keyId}`;
    throw refusal('KeyIdWrong', { reason, fix: 'Have the key exported again.' });
  }
  const label = document.tenant ?? document.label ?? 'unnamed';
  return { keyId, publicKey, label: label.replaceAll(/\p{Cc}/gu, '').slice(0, 100) };
}

function parseDocument(text: string): PublicKeyDocument | undefined {
  try {
    return PublicKeyDocument.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function refuseKnown(trx: Knex.Transaction, tenantId: number, keyId: string): Promise<void> {
  const known = await trx<KeyRow>('signing_keys')
    .where({ tenant_id: tenantId, key_id: keyId })
    .first();
  if (known === undefined) return;
  const code = known.revoked_at === null ? 'KeyExists' : 'KeyRevoked';
  throw new PipelineError(code, { key: keyId, kind: known.kind });
}

function refusal(
  code: 'PublicKeyUnreadable' | 'KeyIdWrong',
  text: { readonly reason: string; readonly fix: string },
): PipelineError {
  const finding = {
    code,
    severity: 'error',
    object: { type: 'input', project: null, code: 'publicKey' },
    reason: `publicKey: ${text.reason}`,
    fix: text.fix,
    overridable: false,
  } as const;
  return new PipelineError('InvalidInput', { fields: ['publicKey'] }, { findings: [finding] });
}
