import { createHmac } from 'node:crypto';
import { canonicalize } from '../../archive/canonical-json';
import { findAssetType } from '../../schemas/catalog/asset-types';
import { sealSecret } from '../secrets/secret-box';

/** The identity of an asset; `project` is '' for types of the tenant. */
export interface AssetKey {
  readonly type: string;
  readonly project: string;
  readonly code: string;
}

/** What is stored of an asset's secrets. */
export interface StoredSecrets {
  /** The sealed canonical JSON of the secret members; null where there is none. */
  readonly sealed: Buffer | null;
  /** Tells whether secrets are the same without opening them; null where there is none. */
  readonly mac: Buffer | null;
  /** True where the document says null: what is stored stays. */
  readonly keep: boolean;
}

/** A definition without its secrets, and these sealed (RUN-20). */
export interface ClearedDefinition {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly secrets: StoredSecrets;
}

const none: StoredSecrets = { sealed: null, mac: null, keep: false };

/** The context under which the secrets of an asset are sealed. */
export function secretsContext(tenantId: number, key: AssetKey): string {
  return `asset/${tenantId}/${key.type}/${key.project}/${key.code}`;
}

/** Creates the function that replaces the secret members of definitions by null and seals them. */
export function createSecretsCutter(options: {
  readonly encryptionKey: Uint8Array;
  readonly tenantId: number;
}): (key: AssetKey, definition: Readonly<Record<string, unknown>>) => ClearedDefinition {
  const macKey = createHmac('sha256', options.encryptionKey)
    .update('gantry asset secrets')
    .digest();
  return (key, definition) => {
    const fields = findAssetType(key.type)?.secretFields ?? [];
    const present = fields.filter((field) => Object.hasOwn(definition, field));
    if (present.length === 0) return { definition, secrets: none };
    const given = present.filter((field) => definition[field] !== null);
    if (given.length === 0) return { definition, secrets: { ...none, keep: true } };
    const context = secretsContext(options.tenantId, key);
    const text = canonicalize(pick(definition, given));
    return {
      definition: { ...definition, ...Object.fromEntries(given.map((field) => [field, null])) },
      secrets: {
        sealed: sealSecret(options.encryptionKey, text, context),
        mac: createHmac('sha256', macKey).update(`${context}\n${text}`).digest(),
        keep: false,
      },
    };
  };
}

function pick(definition: Readonly<Record<string, unknown>>, fields: readonly string[]) {
  return Object.fromEntries(fields.map((field) => [field, definition[field]]));
}
