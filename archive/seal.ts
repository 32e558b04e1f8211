import { createHmac, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import type { PackageSeal } from '../schemas/releases/seal';

const deriveKey = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);
const keyBytes = 32;
const saltBytes = 32;
const cost = { N: 16384, r: 8, p: 1 } as const;

/** A new random salt; it is drawn once, when the scope is frozen (REL-21). */
export function createSealSalt(): Buffer {
  return randomBytes(saltBytes);
}

/** The 32-byte key that seals: scrypt of the release credential in Unicode form NFC. */
export function deriveSealKey(credential: string, salt: Buffer): Promise<Buffer> {
  return deriveKey(credential.normalize('NFC'), salt, keyBytes, cost);
}

/** The seal over the exact bytes of `manifest.json` (REL-24). */
export async function buildSeal(
  manifest: Buffer,
  secret: { credential: string; salt: Buffer },
): Promise<PackageSeal> {
  const key = await deriveSealKey(secret.credential, secret.salt);
  return {
    algorithm: 'HMAC-SHA256',
    kdf: { name: 'scrypt', ...cost, salt: secret.salt.toString('base64') },
    mac: createHmac('sha256', key).update(manifest).digest('base64'),
  };
}

/** True when the seal was made over these bytes with this credential; compares in constant time. */
export async function checkSeal(
  manifest: Buffer,
  seal: PackageSeal,
  credential: string,
): Promise<boolean> {
  const expected = await buildSeal(manifest, {
    credential,
    salt: Buffer.from(seal.kdf.salt, 'base64'),
  });
  const [left, right] = [Buffer.from(expected.mac, 'base64'), Buffer.from(seal.mac, 'base64')];
  return left.length === right.length && timingSafeEqual(left, right);
}
