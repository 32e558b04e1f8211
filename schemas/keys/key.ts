import { z } from 'zod';
import { TenantCode } from '../tenants/tenant';

/** The name of a key: the first 16 hex digits of the SHA-256 of its raw public key. */
export const KeyId = z.string().regex(/^[0-9a-f]{16}$/, 'is not 16 hex digits');

const Label = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(100, 'is longer than 100 characters')
  .regex(/^\P{Cc}*$/u, 'has control characters');

/** The public half of a key as tenants hand it to each other (REL-24). */
export const PublicKeyDocument = z.object({
  algorithm: z.literal('Ed25519'),
  keyId: KeyId,
  /** Base64 of the raw 32 bytes. */
  publicKey: z.base64().length(44),
  /** Code of the tenant it belongs to; what its owner says, nothing vouches for it. */
  tenant: z.string().optional(),
  label: z.string().optional(),
});
export type PublicKeyDocument = z.infer<typeof PublicKeyDocument>;

/** A signing key to make; it replaces the one that signs until now. */
export const KeyInput = z.strictObject({
  tenant: TenantCode,
  /** @default 'signing key' */
  label: Label.default('signing key'),
});
export type KeyInput = z.infer<typeof KeyInput>;

/** A public key of somebody else to trust. */
export const KeyToTrust = z.strictObject({
  tenant: TenantCode,
  /** PEM, or the JSON document that `export` gives. */
  publicKey: z.string().min(1, 'is empty').max(10_000, 'is longer than 10,000 characters'),
  /** Whose it is. @default the label or tenant of the document */
  label: Label.optional(),
});
export type KeyToTrust = z.infer<typeof KeyToTrust>;

/** Which key of which tenant; without a key the one that signs. */
export const KeyRef = z.strictObject({ tenant: TenantCode, key: KeyId.optional() });
export type KeyRef = z.infer<typeof KeyRef>;

/** A key to revoke, and why. */
export const KeyRevocation = z.strictObject({
  tenant: TenantCode,
  key: KeyId,
  reason: z.string().trim().min(1, 'is empty').max(500, 'is longer than 500 characters'),
});
export type KeyRevocation = z.infer<typeof KeyRevocation>;

/**
 * What a key is good for: `active` signs, `retired` signed once and is still checked with,
 * `trusted` belongs to somebody else and is checked with, `revoked` is refused.
 */
export type KeyState = 'active' | 'retired' | 'trusted' | 'revoked';

/** A key as people see it; the private half never leaves the database. Times are ISO 8601 in UTC. */
export interface Key {
  readonly keyId: string;
  readonly kind: 'own' | 'trusted';
  readonly state: KeyState;
  readonly label: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly retiredAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
  readonly revokeReason: string | null;
}

/** The public half of a key in both forms. */
export interface ExportedKey extends PublicKeyDocument {
  readonly pem: string;
}
