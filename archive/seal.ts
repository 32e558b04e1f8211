import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import type { PackageSeal } from '../schemas/releases/seal';
import { signManifest, type SigningKey } from './signature';

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const keyBytes = 32;
const saltBytes = 32;
const cost = { N: 16384, r: 8, p: 1 } as const;

/** What a package is sealed with: credential and salt, and the tenant's signing key where it has one. */
export interface SealingSecrets {
  readonly credential: string;
  readonly salt: Buffer;
  readonly signingKey?: SigningKey;
}

/** A new random salt; it is drawn once, when the scope is frozen (REL-21). */
export function createSealSalt(): Buffer {
  return randomBytes(saltBytes);
}

/** The 32-byte key that seals: scrypt of the release credential in Unicode form NFC. */
export function deriveSealKey(credential: string, salt: Buffer): Promise<Buffer> {
  return deriveKey(credential.normalize('NFC'), salt, keyBytes, cost);
}

/** The seal over the exact bytes of `manifest.json`, signed where there is a signing key (REL-24). */
export async function buildSeal(manifest: Buffer, secrets: SealingSecrets): Promise<PackageSeal> {
  const { credential, salt, signingKey } = secrets;
  return {
    algorithm: 'HMAC-SHA256',
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    mac: (await computeMac(manifest, { credential, salt })).toString('base64'),
    ...(signingKey === undefined ? {} : { signature: signManifest(manifest, signingKey) }),
  };
}

/** True when the seal was made over these bytes with this credential; compares in constant time. */
export async function checkSeal(
  manifest: Buffer,
  seal: PackageSeal,
  credential: string,
): Promise<boolean> {
  return (await findSealCredential(manifest, seal, [credential])) !== undefined;
}

/**
 * The credential that the seal was made with over these bytes, or undefined where it was none of
 * them. All are tried whatever the first said, so that the time tells nothing.
 */
export async function findSealCredential(
  manifest: Buffer,
  seal: PackageSeal,
  credentials: readonly string[],
): Promise<string | undefined> {
  const salt = Buffer.from(seal.kdf.salt, 'base64');
  const given = Buffer.from(seal.mac, 'base64');
  let found: string | undefined;
  for (const credential of credentials) {
    const mac = await computeMac(manifest, { credential, salt });
    if (mac.length === given.length && timingSafeEqual(mac, given)) found ??= credential;
  }
  return found;
}

async function computeMac(
  manifest: Buffer,
  { credential, salt }: { credential: string; salt: Buffer },
): Promise<Buffer> {
  return createHmac('sha256', await deriveSealKey(credential, salt))
    .update(manifest)
    .digest();
}
