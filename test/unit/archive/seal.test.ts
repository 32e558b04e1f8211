import { createHmac, scryptSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { buildSeal, checkSeal, createSealSalt, deriveSealKey } from '../../../archive/seal';
import { PackageSeal } from '../../../schemas/releases/seal';

const manifest = Buffer.from('{"formatVersion":1}');
const salt = Buffer.alloc(32, 7);

describe('seal', () => {
  it('REL-24 is the HMAC-SHA256 of the manifest under a key derived with scrypt', async () => {
    const seal = await buildSeal(manifest, { credential: 'correct horse', salt });
    const key = scryptSync('correct horse', salt, 32, { N: 16384, r: 8, p: 1 });
    expect(seal.mac).toBe(createHmac('sha256', key).update(manifest).digest('base64'));
    expect(PackageSeal.parse(seal)).toEqual(seal);
    await expect(deriveSealKey('correct horse', salt)).resolves.toEqual(key);
  });

  it('REL-21 is the same for the same manifest, credential and salt', async () => {
    const secret = { credential: 'c', salt };
    expect(await buildSeal(manifest, secret)).toEqual(await buildSeal(manifest, secret));
    expect(createSealSalt().equals(createSealSalt())).toBe(false);
  });

  it('REL-29 matches its own credential only, in any Unicode form', async () => {
    const seal = await buildSeal(manifest, { credential: 'caf\u00e9', salt });
    await expect(checkSeal(manifest, seal, 'cafe\u0301')).resolves.toBe(true);
    await expect(checkSeal(manifest, seal, 'cafe')).resolves.toBe(false);
    await expect(checkSeal(Buffer.from('{"formatVersion":2}'), seal, 'caf\u00e9')).resolves.toBe(
      false,
    );
    await expect(
      checkSeal(manifest, { ...seal, mac: Buffer.alloc(5).toString('base64') }, 'caf\u00e9'),
    ).resolves.toBe(false);
  });

  it('RUN-19 refuses a derivation of another cost', async () => {
    const seal = await buildSeal(manifest, { credential: 'c', salt });
    expect(PackageSeal.safeParse({ ...seal, kdf: { ...seal.kdf, N: 2 ** 30 } }).success).toBe(
      false,
    );
    expect(PackageSeal.safeParse({ ...seal, algorithm: 'none' }).success).toBe(false);
  });
});
