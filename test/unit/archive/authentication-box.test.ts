import { createDecipheriv, hkdfSync, scryptSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import {
  decryptSecrets,
  deriveAuthenticationKeys,
  encryptSecrets,
  isEncrypted,
} from '../../../archive/authentication-box';
import { failureOf } from '../../support/failure-of';

const credential = 'correct horse battery staple';
const salt = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
const identity = { type: 'data_source', project: null, code: 'erp' };
const secret = { user: 'gantry', password: 'PLANTED-é' };
const fields = ['authentication'];

describe('authentication information in a package', () => {
  it('REL-26 comes back as it was, and the definition has null', async () => {
    const keys = await deriveAuthenticationKeys(credential, salt);
    const encrypted = encryptSecrets({ authentication: secret }, { keys, identity });
    const definition: Record<string, unknown> = { host: 'erp', ...encrypted };
    expect(JSON.stringify(definition)).not.toContain('PLANTED');
    expect(isEncrypted(definition['authentication'])).toBe(true);
    expect(decryptSecrets(definition, { keys, identity, fields })).toEqual({
      definition: { host: 'erp', authentication: null },
      secrets: { authentication: secret },
    });
  });

  it('REL-21 is the same at every call, and another in another package', async () => {
    const keys = await deriveAuthenticationKeys(credential, salt);
    const other = await deriveAuthenticationKeys(credential, Buffer.alloc(32));
    const encrypt = (with_: typeof keys, of = identity) =>
      encryptSecrets({ authentication: secret }, { keys: with_, identity: of });
    expect(encrypt(keys)).toEqual(encrypt(keys));
    expect(encrypt(keys)).not.toEqual(encrypt(other));
    const nonces = [identity, { ...identity, code: 'crm' }].map(
      (one) => encrypt(keys, one)['authentication']?.$encrypted.nonce,
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('REL-26 is decrypted by what the page of the format says alone', async () => {
    const keys = await deriveAuthenticationKeys(credential, salt);
    const { authentication } = encryptSecrets({ authentication: secret }, { keys, identity });
    const seal = scryptSync(credential, salt, 32, { N: 16384, r: 8, p: 1 });
    const key = Buffer.from(hkdfSync('sha256', seal, '', 'gantry authentication', 32));
    const bytes = Buffer.from(authentication?.$encrypted.value ?? '', 'base64');
    const nonce = Buffer.from(authentication?.$encrypted.nonce ?? '', 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce);
    decipher.setAAD(Buffer.from('["data_source",null,"erp","authentication"]'));
    decipher.setAuthTag(bytes.subarray(-16));
    const text =
      decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
    expect(text).toBe('{"password":"PLANTED-é","user":"gantry"}');
  });

  it('REL-26 is bound to its object, its member and its package', async () => {
    const keys = await deriveAuthenticationKeys(credential, salt);
    const moved = encryptSecrets({ authentication: secret }, { keys, identity });
    const wrong = await deriveAuthenticationKeys('another credential', salt);
    const flipped = structuredClone(moved);
    const member = flipped['authentication'];
    if (member === undefined) throw new Error('nothing was encrypted');
    member.$encrypted.value = `A${member.$encrypted.value.slice(1)}`;
    const attempts = [
      () => decryptSecrets(moved, { keys, identity: { ...identity, code: 'crm' }, fields }),
      () =>
        decryptSecrets({ other: moved['authentication'] }, { keys, identity, fields: ['other'] }),
      () => decryptSecrets(moved, { keys: wrong, identity, fields }),
      () => decryptSecrets({ authentication: { $encrypted: 1 } }, { keys, identity, fields }),
      () => decryptSecrets(flipped, { keys, identity, fields }),
    ];
    for (const attempt of attempts) {
      const failure = await failureOf(Promise.resolve().then(attempt));
      expect(failure.code).toBe('AuthenticationUndecryptable');
      expect(JSON.stringify(failure.details)).not.toContain('PLANTED');
      expect(failure.cause).toBeUndefined();
    }
  });

  it('REL-26 leaves members that are not encrypted as they are', async () => {
    const keys = await deriveAuthenticationKeys(credential, salt);
    const definition = { authentication: null, host: 'erp' };
    expect(decryptSecrets(definition, { keys, identity, fields })).toEqual({
      definition,
      secrets: {},
    });
  });
});
