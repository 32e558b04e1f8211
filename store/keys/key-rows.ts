import { PipelineError } from '../../schemas/pipeline-error';
import type { Key, KeyState } from '../../schemas/keys/key';
import type { Connection } from '../database/connect';

/** A key as its row says it. */
export interface KeyRow {
  readonly tenant_id: number;
  readonly key_id: string;
  readonly kind: 'own' | 'trusted';
  readonly label: string;
  readonly public_key: Buffer;
  readonly sealed_private_key: Buffer | null;
  readonly created_at: Date;
  readonly created_by: string;
  readonly retired_at: Date | null;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly revoke_reason: string | null;
}

/** The own key that signs now, or undefined. */
export async function findActiveKey(
  connection: Connection,
  tenantId: number,
): Promise<KeyRow | undefined> {
  return connection<KeyRow>('signing_keys')
    .where({ tenant_id: tenantId, kind: 'own' })
    .whereNull('retired_at')
    .whereNull('revoked_at')
    .first();
}

/** A key of a tenant by its id; throws `KeyNotFound`. */
export async function findKey(
  connection: Connection,
  tenantId: number,
  keyId: string,
): Promise<KeyRow> {
  const row = await connection<KeyRow>('signing_keys')
    .where({ tenant_id: tenantId, key_id: keyId })
    .first();
  if (row === undefined) throw new PipelineError('KeyNotFound', { key: keyId });
  return row;
}

/** A key as people see it. */
export function toKey(row: KeyRow): Key {
  return {
    keyId: row.key_id,
    kind: row.kind,
    state: stateOf(row),
    label: row.label,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    retiredAt: row.retired_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedBy: row.revoked_by,
    revokeReason: row.revoke_reason,
  };
}

function stateOf(row: KeyRow): KeyState {
  if (row.revoked_at !== null) return 'revoked';
  if (row.kind === 'trusted') return 'trusted';
  return row.retired_at === null ? 'active' : 'retired';
}
