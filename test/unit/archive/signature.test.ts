import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { bufferSource } from '../../../archive/archive-source';
import { buildSeal } from '../../../archive/seal';
import {
  checkSignature,
  findSignatureFault,
  keyIdOf,
  pemOfPublicKey,
  publicKeyOfPem,
  publicKeyOfSeed,
  signManifest,
  type VerifyingKey,
} from '../../../archive/signature';
import { verifyPackage } from '../../../archive/verify-package';
import { credential, makePackage } from './make-package';

/** Test 2 of RFC 8032, section 7.1. */
const rfc = {
  seed: Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex'),
  publicKey: Buffer.from('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', 'hex'),
  message: Buffer.from('72', 'hex'),
  signature:
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
};
const salt = Buffer.alloc(32, 1);
const manifest = Buffer.from('{"a":1}');
const signingKey = { keyId: keyIdOf(rfc.publicKey), seed: rfc.seed };
const trusted: VerifyingKey = {
  keyId: signingKey.keyId,
  publicKey: rfc.publicKey,
  isRevoked: false,
};

describe('signatures of packages', () => {
  it('REL-24 are Ed25519 as the standard computes it', () => {
    const { value, algorithm } = signManifest(rfc.message, signingKey);
    expect(publicKeyOfSeed(rfc.seed)).toEqual(rfc.publicKey);
    expect([algorithm, Buffer.from(value, 'base64').toString('hex')]).toEqual([
      'Ed25519',
      rfc.signature,
    ]);
  });

  it('REL-24 name their key by the first 16 hex digits of its SHA-256', () => {
    expect(keyIdOf(rfc.publicKey)).toMatch(/^[0-9a-f]{16}$/);
    expect(keyIdOf(Buffer.alloc(32))).toBe('66687aadf862bd77');
  });

  it('REL-24 are checked by any tool with the PEM that is handed out', async () => {
    const { signature } = await buildSeal(manifest, { credential, salt, signingKey });
    const pem = pemOfPublicKey(rfc.publicKey);
    const value = Buffer.from(signature?.value ?? '', 'base64');
    expect(verify(null, manifest, pem, value)).toBe(true);
    expect(publicKeyOfPem(pem)).toEqual(rfc.publicKey);
  });

  it('REL-29 no key is read of what is no Ed25519 public key', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const ed = generateKeyPairSync('ed25519').privateKey;
    const texts = [
      '',
      'nonsense',
      '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      rsa.export({ format: 'pem', type: 'spki' }).toString(),
      ed.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ];
    expect(texts.map(publicKeyOfPem)).toEqual(texts.map(() => undefined));
  });

  it('REL-29 say which of five things they are', async () => {
    const signed = await buildSeal(manifest, { credential, salt, signingKey });
    const unsigned = await buildSeal(manifest, { credential, salt });
    const check = (keys: VerifyingKey[], seal = signed, bytes = manifest) =>
      checkSignature(bytes, seal, keys);
    expect([
      check([trusted]),
      check([trusted], unsigned),
      check([]),
      check([{ ...trusted, isRevoked: true }]),
      check([trusted], signed, Buffer.from('{"a":2}')),
      check([{ ...trusted, publicKey: Buffer.alloc(32, 9) }]),
    ]).toEqual([
      ...['valid', 'SignatureMissing', 'SignatureKeyUnknown', 'SignatureKeyRevoked'],
      ...['SignatureMismatch', 'SignatureMismatch'],
    ]);
  });

  it('REL-29 unknown and missing ones matter only where they are demanded', async () => {
    const signed = await buildSeal(manifest, { credential, salt, signingKey });
    const unsigned = await buildSeal(manifest, { credential, salt });
    const faults = [false, true].map((demandSignature) => [
      findSignatureFault(manifest, unsigned, { trustedKeys: [trusted], demandSignature }),
      findSignatureFault(manifest, signed, { trustedKeys: [], demandSignature }),
      findSignatureFault(manifest, signed, { trustedKeys: [trusted], demandSignature }),
      findSignatureFault(manifest, signed, {
        trustedKeys: [{ ...trusted, isRevoked: true }],
        demandSignature,
      }),
    ]);
    expect(faults).toEqual([
      [undefined, 'SignatureNotChecked', undefined, 'SignatureKeyRevoked'],
      ['SignatureMissing', 'SignatureKeyUnknown', undefined, 'SignatureKeyRevoked'],
    ]);
  });

  it('REL-29 are checked with the package, beside a seal of one of two credentials', async () => {
    const bytes = await makePackage({ signingKey });
    const verdict = async (options: Parameters<typeof verifyPackage>[1]) =>
      (await verifyPackage(bufferSource(bytes), options)).findings.map((finding) => finding.code);
    const demand = { trustedKeys: [trusted], demandSignature: true };
    expect(await verdict({ credential: ['newer credential', credential], ...demand })).toEqual([]);
    expect(await verdict({ credential: ['newer credential', 'other'], ...demand })).toEqual([
      'SealMismatch',
    ]);
    expect(await verdict({ credential })).toEqual(['SignatureNotChecked']);
    expect(await verdict({ credential, trustedKeys: [], demandSignature: true })).toEqual([
      'SignatureKeyUnknown',
    ]);
  });
});
