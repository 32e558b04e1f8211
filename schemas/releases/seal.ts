import { z } from 'zod';

const base64Of32Bytes = z.base64().length(44);

/** `seal.json` of a release package: proof that `manifest.json` was made with a credential (REL-24). */
export const PackageSeal = z.strictObject({
  algorithm: z.literal('HMAC-SHA256'),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.literal(16384),
    r: z.literal(8),
    p: z.literal(1),
    salt: base64Of32Bytes,
  }),
  mac: base64Of32Bytes,
  signature: z
    .strictObject({
      algorithm: z.literal('Ed25519'),
      keyId: z.string().min(1),
      value: z.base64().length(88),
    })
    .exactOptional(),
});
export type PackageSeal = z.infer<typeof PackageSeal>;
