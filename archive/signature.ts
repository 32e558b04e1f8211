import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { PackageSeal } from '../schemas/releases/seal';

/** A public key that signatures are checked with; `publicKey` is its raw 32 bytes. */
export interface VerifyingKey {
  readonly keyId: string;
  readonly publicKey: Buffer;
  /** Its signatures are refused. */
  readonly isRevoked: boolean;
}

/** A private key that signs; `seed` is its raw 32 bytes. */
export interface SigningKey {
  readonly keyId: string;
  readonly seed: Buffer;
}

/** What is asked of a signature. */
export interface SignatureDemand {
  /** The keys a signature may be of; without them it is not checked, which the findings say. */
  readonly trustedKeys?: readonly VerifyingKey[];
  /** Whether a signature has to be there, by one of these keys. @default false */
  readonly demandSignature?: boolean;
}

/** What a check of a signature says. */
export type SignatureVerdict =
  | 'valid'
  | 'SignatureMissing'
  | 'SignatureKeyUnknown'
  | 'SignatureKeyRevoked'
  | 'SignatureMismatch';

const keyBytes = 32;
/** What precedes the raw key in its DER form (RFC 8410): SubjectPublicKeyInfo, and PKCS #8. */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The name of a public key: the first 16 hex digits of the SHA-256 of its raw 32 bytes. */
export function keyIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

/** The raw 32 bytes of an Ed25519 public key in PEM (SubjectPublicKeyInfo), or undefined for anything else. */
export function publicKeyOfPem(pem: string): Buffer | undefined {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    const der = createPublicKey(pem).export({ format: 'der', type: 'spki' });
    const isEd25519 =
      der.length === publicPrefix.length + keyBytes &&
      der.subarray(0, publicPrefix.length).equals(publicPrefix);
    return isEd25519 ? der.subarray(publicPrefix.length) : undefined;
  } catch {
    return undefined;
  }
}

/** The PEM (SubjectPublicKeyInfo) of a raw public key. */
export function pemOfPublicKey(publicKey: Buffer): string {
  return toPublicKey(publicKey).export({ format: 'pem', type: 'spki' }).toString();
}

/** The raw 32-byte public key of a seed. */
export function publicKeyOfSeed(seed: Buffer): Buffer {
  const der = createPublicKey(toPrivateKey(seed)).export({ format: 'der', type: 'spki' });
  return der.subarray(publicPrefix.length);
}

/** Signs the exact bytes of `manifest.json` with Ed25519 (REL-24): the same at every call. */
export function signManifest(
  manifest: Buffer,
  { keyId, seed }: SigningKey,
): NonNullable<PackageSeal['signature']> {
  const value = sign(null, manifest, toPrivateKey(seed)).toString('base64');
  return { algorithm: 'Ed25519', keyId, value };
}

/** Checks the signature of a seal over the exact bytes of `manifest.json` against these keys (REL-29). */
export function checkSignature(
  manifest: Buffer,
  seal: PackageSeal,
  keys: readonly VerifyingKey[],
): SignatureVerdict {
  const { signature } = seal;
  if (signature === undefined) return 'SignatureMissing';
  const key = keys.find((one) => one.keyId === signature.keyId);
  if (key === undefined) return 'SignatureKeyUnknown';
  if (key.isRevoked) return 'SignatureKeyRevoked';
  const value = Buffer.from(signature.value, 'base64');
  return verify(null, manifest, toPublicKey(key.publicKey), value) ? 'valid' : 'SignatureMismatch';
}

/**
 * The code of what there is to say about the signature of a seal (REL-29), or undefined. Where none
 * is demanded, one by an unknown key says nothing; a revoked key or a broken signature always does.
 */
export function findSignatureFault(
  manifest: Buffer,
  seal: PackageSeal,
  { trustedKeys, demandSignature = false }: SignatureDemand,
): Exclude<SignatureVerdict, 'valid'> | 'SignatureNotChecked' | undefined {
  const isUnsigned = seal.signature === undefined;
  if (trustedKeys === undefined && !demandSignature)
    return isUnsigned ? undefined : 'SignatureNotChecked';
  const verdict = checkSignature(manifest, seal, trustedKeys ?? []);
  if (verdict === 'valid') return undefined;
  if (demandSignature || verdict === 'SignatureKeyRevoked' || verdict === 'SignatureMismatch')
    return verdict;
  return isUnsigned ? undefined : 'SignatureNotChecked';
}

function toPublicKey(raw: Buffer) {
  const key = Buffer.concat([publicPrefix, raw]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function toPrivateKey(seed: Buffer) {
  const key = Buffer.concat([privatePrefix, seed]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
