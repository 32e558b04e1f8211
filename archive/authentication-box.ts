import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { z } from 'zod';
import { PipelineError } from '../schemas/pipeline-error';
import { canonicalize } from './canonical-json';
import type { LineIdentity } from './line-identity';
import { deriveSealKey } from './seal';

/** What stands in a document in place of a secret member that travels (REL-26). */
export const EncryptedMember = z.strictObject({
  $encrypted: z.strictObject({
    algorithm: z.literal('A256GCM'),
    nonce: z.base64().length(16),
    value: z.base64(),
  }),
});
export type EncryptedMember = z.infer<typeof EncryptedMember>;

/** The keys for the authentication information of one package. */
export interface AuthenticationKeys {
  readonly encryption: Buffer;
  readonly nonce: Buffer;
}

/** A definition whose encrypted members became null, and what they were. */
export interface DecryptedDefinition {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

const tagBytes = 16;
const nonceBytes = 12;

/** Derives the keys from the release credential and the salt of the package's seal; takes as long as a seal. */
export async function deriveAuthenticationKeys(
  credential: string,
  salt: Buffer,
): Promise<AuthenticationKeys> {
  const sealKey = await deriveSealKey(credential, salt);
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', sealKey, '', info, 32));
  return {
    encryption: derive('gantry authentication'),
    nonce: derive('gantry authentication nonce'),
  };
}

/**
 * Encrypts secret members of the definition of one object: the same at every call for the same
 * package, as its salt gives the keys and no two members of it are bound alike (REL-21, REL-26).
 */
export function encryptSecrets(
  secrets: Readonly<Record<string, unknown>>,
  { keys, identity }: { readonly keys: AuthenticationKeys; readonly identity: LineIdentity },
): Record<string, EncryptedMember> {
  const encrypted = Object.entries(secrets).map(([field, secret]): [string, EncryptedMember] => {
    const bound = boundTo(identity, field);
    const nonce = createHmac('sha256', keys.nonce).update(bound).digest().subarray(0, nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', keys.encryption, nonce).setAAD(bound);
    const value = Buffer.concat([
      cipher.update(canonicalize(secret), 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const text = { nonce: nonce.toString('base64'), value: value.toString('base64') };
    return [field, { $encrypted: { algorithm: 'A256GCM', ...text } }];
  });
  return Object.fromEntries(encrypted);
}

/**
 * Takes the encrypted members out of a definition: they become null, and come back as `secrets`.
 * `fields` are the secret members of the object's type; what is not encrypted there stays. Throws
 * `AuthenticationUndecryptable` where one was made with other keys or for another object.
 */
export function decryptSecrets(
  definition: Readonly<Record<string, unknown>>,
  object: {
    readonly keys: AuthenticationKeys;
    readonly identity: LineIdentity;
    readonly fields: readonly string[];
  },
): DecryptedDefinition {
  const secrets: Record<string, unknown> = {};
  const cleared: Record<string, null> = {};
  for (const field of object.fields) {
    if (!isEncrypted(definition[field])) continue;
    secrets[field] = decryptMember(definition[field], { ...object, field });
    cleared[field] = null;
  }
  return { definition: { ...definition, ...cleared }, secrets };
}

/** True for a member that claims to be encrypted, rightly or not. */
export function isEncrypted(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '$encrypted');
}

function decryptMember(
  value: unknown,
  object: {
    readonly keys: AuthenticationKeys;
    readonly identity: LineIdentity;
    readonly field: string;
  },
): unknown {
  const { keys, identity, field } = object;
  try {
    const { $encrypted } = EncryptedMember.parse(value);
    const bytes = Buffer.from($encrypted.value, 'base64');
    const nonce = Buffer.from($encrypted.nonce, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', keys.encryption, nonce)
      .setAAD(boundTo(identity, field))
      .setAuthTag(bytes.subarray(-tagBytes));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
    return JSON.parse(text.toString('utf8'));
  } catch {
    // Not the cause: a parser's message may quote what was decrypted.
    const { type, project, code } = identity;
    throw new PipelineError('AuthenticationUndecryptable', { type, project, code, field });
  }
}

/** What a ciphertext belongs to, so that it cannot be moved to another object or member. */
function boundTo({ type, project, code }: LineIdentity, field: string): Buffer {
  return Buffer.from(canonicalize([type, project, code, field]), 'utf8');
}
