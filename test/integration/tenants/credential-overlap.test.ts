import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Gantry, ReleaseSettings } from '../../../client';
import { readReleaseCredentials } from '../../../store/tenants/find-settings';
import { findTenant } from '../../../store/tenants/find-tenant';
import { createInstallation, type Installation } from '../../support/installation';

const tenant = 'retail';
const dayMs = 24 * 60 * 60 * 1000;

describe('two release credentials for a while', () => {
  let installation: Installation;
  let admin: Gantry;
  type Change = Parameters<Gantry['tenants']['changeSettings']>[0]['settings'];
  const change = (settings: Change): Promise<ReleaseSettings> =>
    admin.tenants.changeSettings({ tenant, settings });
  const credentials = async (): Promise<string[]> => {
    const { id } = await findTenant(installation.database, tenant);
    return readReleaseCredentials(installation.database, installation.encryptionKey, id);
  };

  beforeAll(async () => {
    installation = await createInstallation();
    admin = installation.admin;
    await admin.tenants.create({ code: tenant });
  });
  beforeEach(() => change({ credential: 'PLANTED-credential-1' }));
  afterAll(() => installation.close());

  it('REL-2 a new credential takes the place of the old one at once', async () => {
    const { previousCredentialUntil } = await change({ credential: 'PLANTED-credential-2' });
    expect(previousCredentialUntil).toBeNull();
    expect(await credentials()).toEqual(['PLANTED-credential-2']);
  });

  it('REL-29 with an overlap both count, the new one first', async () => {
    const settings = await change({
      credential: 'PLANTED-credential-2',
      credentialOverlapMs: 14 * dayMs,
    });
    const leftMs = Date.parse(settings.previousCredentialUntil ?? '') - Date.now();
    expect(leftMs / dayMs).toBeCloseTo(14, 1);
    expect(await credentials()).toEqual(['PLANTED-credential-2', 'PLANTED-credential-1']);
  });

  it('REL-29 the old one counts no longer when the overlap is over', async () => {
    await change({ credential: 'PLANTED-credential-2', credentialOverlapMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await credentials()).toEqual(['PLANTED-credential-2']);
    expect((await admin.tenants.settings({ tenant })).previousCredentialUntil).toBeNull();
    await change({ retentionDays: 3 });
    const { rows } = await installation.database.raw<{ rows: unknown[] }>(
      'select previous_sealed_credential from release_settings where previous_sealed_credential is not null',
    );
    expect(rows).toEqual([]);
  });

  it('REL-29 an overlap alone shortens or ends the one there is, and lengthens none', async () => {
    const { previousCredentialUntil } = await change({
      credential: 'PLANTED-credential-2',
      credentialOverlapMs: dayMs,
    });
    const longer = await change({ credentialOverlapMs: 9 * dayMs });
    expect(longer.previousCredentialUntil).toBe(previousCredentialUntil);
    const shorter = await change({ credentialOverlapMs: 60_000 });
    expect(Date.parse(shorter.previousCredentialUntil ?? '')).toBeLessThan(Date.now() + 60_001);
    expect(await credentials()).toHaveLength(2);
    expect((await change({ credentialOverlapMs: 0 })).previousCredentialUntil).toBeNull();
    expect(await credentials()).toEqual(['PLANTED-credential-2']);
  });

  it('REL-2 a third credential ends the first, whatever its overlap was', async () => {
    await change({ credential: 'PLANTED-credential-2', credentialOverlapMs: dayMs });
    await change({ credential: 'PLANTED-credential-3', credentialOverlapMs: dayMs });
    expect(await credentials()).toEqual(['PLANTED-credential-3', 'PLANTED-credential-2']);
  });

  it('RUN-20 the audit log has the time and neither credential', async () => {
    await change({ credential: 'PLANTED-credential-2', credentialOverlapMs: dayMs });
    const { entries } = await admin.audit.list({ tenant, action: 'tenant.settings.edit' });
    expect(entries[0]?.details).toMatchObject({
      changes: {
        credential: { from: 'set', to: 'set' },
        previousCredentialUntil: { from: null, to: expect.any(String) },
      },
    });
    expect(JSON.stringify(entries) + (await installation.dump())).not.toContain('PLANTED');
  });

  it('REL-29 signature and sequence are demanded only where that is said', async () => {
    const before = await admin.tenants.settings({ tenant });
    const after = await change({ demandSignature: true, demandSequence: true });
    expect([before.demandSignature, before.demandSequence]).toEqual([false, false]);
    expect([after.demandSignature, after.demandSequence]).toEqual([true, true]);
    expect(after.missing).not.toContain('demandSignature');
  });
});
