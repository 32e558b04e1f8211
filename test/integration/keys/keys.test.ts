import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry, Key } from '../../../client';
import { keyIdOf } from '../../../archive/signature';
import { readSigningKey, readVerifyingKeys } from '../../../store/keys/read-keys';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

const tenant = 'retail';

describe('keys', () => {
  let installation: Installation;
  let admin: Gantry;
  let operator: Gantry;
  let first: Key;

  beforeAll(async () => {
    installation = await createInstallation();
    admin = installation.admin;
    await admin.tenants.create({ code: tenant });
    await admin.tenants.create({ code: 'shop' });
    const roles = [{ role: 'operator' }] as const;
    const { token } = await admin.people.add({ tenant, name: 'op', roles: [...roles] });
    operator = await installation.as(token);
    first = await admin.keys.create({ tenant, label: 'first' });
  });
  afterAll(() => installation.close());

  it('REL-24 a new key signs, and its private half is nowhere to be seen', async () => {
    const { database, encryptionKey } = installation;
    const { id } = await findTenant(database, tenant);
    const { seed } = await readSigningKey(database, encryptionKey, {
      tenantId: id,
      keyId: first.keyId,
    });
    const shown = JSON.stringify([
      await admin.keys.list({ tenant }),
      await admin.keys.export({ tenant }),
      await admin.audit.list({ tenant }),
    ]);
    const dump = await installation.dump();
    expect(first.state).toBe('active');
    expect(dump).toContain(first.keyId);
    for (const form of ['hex', 'base64'] as const) {
      expect(shown + dump).not.toContain(seed.toString(form));
    }
  });

  it('REL-24 the public half is handed out with its id', async () => {
    const exported = await operator.keys.export({ tenant });
    expect(keyIdOf(Buffer.from(exported.publicKey, 'base64'))).toBe(first.keyId);
    expect(exported).toMatchObject({ algorithm: 'Ed25519', keyId: first.keyId, tenant });
    expect(exported.pem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('REL-24 the next key retires it, and of two at once one signs', async () => {
    await Promise.all([admin.keys.create({ tenant }), admin.keys.create({ tenant })]);
    const keys = await admin.keys.list({ tenant });
    expect(keys.map((key) => key.state).sort()).toEqual(['active', 'retired', 'retired']);
    expect(keys.find((key) => key.keyId === first.keyId)?.state).toBe('retired');
  });

  it('REL-29 a key is trusted as PEM or as JSON, once', async () => {
    const { pem, ...document } = await admin.keys.export({ tenant });
    const trusted = await admin.keys.trust({ tenant: 'shop', publicKey: pem, label: 'retail' });
    const again = admin.keys.trust({ tenant: 'shop', publicKey: JSON.stringify(document) });
    expect((await failureOf(again)).code).toBe('KeyExists');
    const old = await admin.keys.export({ tenant, key: first.keyId });
    const older = await admin.keys.trust({ tenant: 'shop', publicKey: JSON.stringify(old) });
    expect([trusted, older]).toMatchObject([
      { keyId: document.keyId, state: 'trusted', label: 'retail' },
      { keyId: first.keyId, state: 'trusted', label: tenant },
    ]);
    const { id } = await findTenant(installation.database, 'shop');
    expect(await readVerifyingKeys(installation.database, id)).toHaveLength(2);
  });

  it('REL-29 what is no key, or says a wrong id, is refused', async () => {
    const { publicKey } = await admin.keys.export({ tenant });
    const wrong = { algorithm: 'Ed25519', keyId: '0'.repeat(16), publicKey };
    const codes = await Promise.all(
      ['nonsense', JSON.stringify(wrong)].map(async (text) => {
        const failure = await failureOf(admin.keys.trust({ tenant: 'shop', publicKey: text }));
        return [failure.code, failure.findings[0]?.code];
      }),
    );
    expect(codes).toEqual([
      ['InvalidInput', 'PublicKeyUnreadable'],
      ['InvalidInput', 'KeyIdWrong'],
    ]);
  });

  it('REL-29 a revoked key is refused for good, and cannot be trusted again', async () => {
    const { pem, keyId } = await admin.keys.export({ tenant, key: first.keyId });
    const revoked = await admin.keys.revoke({ tenant: 'shop', key: keyId, reason: 'lost' });
    expect(revoked).toMatchObject({ state: 'revoked', revokeReason: 'lost', revokedBy: 'admin' });
    const twice = admin.keys.revoke({ tenant: 'shop', key: keyId, reason: 'lost' });
    const trusted = admin.keys.trust({ tenant: 'shop', publicKey: pem });
    expect((await failureOf(twice)).code).toBe('KeyRevoked');
    expect((await failureOf(trusted)).code).toBe('KeyRevoked');
    const { id } = await findTenant(installation.database, 'shop');
    const keys = await readVerifyingKeys(installation.database, id);
    expect(keys.find((key) => key.keyId === keyId)?.isRevoked).toBe(true);
  });

  it('REL-24 without a key that signs there is none to export', async () => {
    const { keyId } = await admin.keys.export({ tenant });
    await admin.keys.revoke({ tenant, key: keyId, reason: 'test' });
    expect((await failureOf(admin.keys.export({ tenant }))).code).toBe('KeyNotFound');
    const unknown = admin.keys.revoke({ tenant, key: 'f'.repeat(16), reason: 'test' });
    expect((await failureOf(unknown)).code).toBe('KeyNotFound');
  });

  it('RUN-29 administrators alone change keys, and every change is audited', async () => {
    const denied = operator.keys.create({ tenant });
    expect((await failureOf(denied)).code).toBe('PermissionDenied');
    const { entries } = await admin.audit.list({ tenant, action: 'key.manage' });
    expect(entries.slice(0, 3).map((one) => [one.actor, one.outcome])).toEqual([
      ['op', 'refused'],
      ['admin', 'refused'],
      ['admin', 'ok'],
    ]);
    expect(entries[2]?.details).toMatchObject({ change: 'revoke', reason: 'test' });
  });
});
