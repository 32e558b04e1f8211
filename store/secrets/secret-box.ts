import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { PipelineError } from '../../schemas/pipeline-error';

const formatVersion = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts a secret for rest (RUN-20): AES-256-GCM under the installation's key. `context` names
 * what the secret belongs to and must be the same when it is opened, so that a sealed value cannot
 * be moved to another row. Layout: version (1 byte), nonce (12), tag (16), ciphertext.
 */
export function sealSecret(key: Uint8Array, secret: string, context: string): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(formatVersion), nonce, cipher.getAuthTag(), ciphertext]);
}

/** Opens what `sealSecret` made; throws `SecretUndecryptable` for another key, context or damage. */
export function openSecret(key: Uint8Array, sealed: Buffer, context: string): string {
  try {
    if (sealed[0] !== formatVersion)
      throw new Error(`sealed secret of version ${String(sealed[0])}`);
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      .setAAD(Buffer.from(context, 'utf8'))
      .setAuthTag(tag);
    const ciphertext = sealed.subarray(1 + nonceBytes + tagBytes);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new PipelineError('SecretUndecryptable', { context }, { cause: error });
  }
}
