import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { readReleaseCredential } from '../../../store/tenants/find-settings';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

const credential = 'PLANTED-release-credential';
let installation: Installation;
let admin: Gantry;
let system: Gantry;
let operator: Gantry;

beforeAll(async () => {
  installation = await createInstallation();
  admin = installation.admin;
  await admin.tenants.create({ code: 'retail' });
  const join = async (name: string, role: 'system-administrator' | 'operator' | 'approver') =>
    installation.as((await admin.people.add({ tenant: 'retail', name, roles: [{ role }] })).token);
  system = await join('sys', 'system-administrator');
  operator = await join('op', 'operator');
  await join('li', 'approver');
});
afterAll(() => installation.close());

describe('release settings', () => {
  it('REL-2 everything is missing at first', async () => {
    const { missing } = await admin.tenants.settings({ tenant: 'retail' });
    expect(missing).toEqual([
      'credential',
      'retentionDays',
      'storagePrefix',
      'permissionVerification',
      'exportApproval',
      'publishApproval',
    ]);
  });

  it('REL-2 what is set stays set when the rest follows, and none counts as set', async () => {
    await admin.tenants.changeSettings({
      tenant: 'retail',
      settings: { credential, retentionDays: 30, permissionVerification: true },
    });
    const half = await admin.tenants.settings({ tenant: 'retail' });
    const whole = await system.tenants.changeSettings({
      tenant: 'retail',
      settings: {
        storagePrefix: 'packages/retail',
        autoGrant: false,
        exportApproval: { kind: 'approvers', approvers: [{ role: 'approver' }, { person: 'li' }] },
        publishApproval: { kind: 'none' },
      },
    });
    expect(half.missing).toEqual([
      'storagePrefix',
      'autoGrant',
      'exportApproval',
      'publishApproval',
    ]);
    expect(whole).toMatchObject({
      retentionDays: 30,
      autoGrant: false,
      exportApproval: { kind: 'approvers', quorum: 1, selfApproval: false, onDeadline: 'expire' },
      publishApproval: { kind: 'none' },
      updatedBy: 'sys',
      missing: [],
    });
  });

  it('REL-2 the credential is stored encrypted and shown to nobody', async () => {
    const shown = await admin.tenants.settings({ tenant: 'retail' });
    const audit = await admin.audit.list({ tenant: 'retail' });
    const { id } = await findTenant(installation.database, 'retail');
    const dump = await installation.dump();
    expect(shown.credentialSetAt).not.toBeNull();
    expect(JSON.stringify([shown, audit])).not.toContain('PLANTED');
    expect(dump).not.toContain('PLANTED');
    expect(dump).not.toContain(Buffer.from('PLANTED').toString('hex'));
    expect(await readReleaseCredential(installation.database, installation.encryptionKey, id)).toBe(
      credential,
    );
  });

  it('REL-2 a credential moved to another tenant cannot be opened there', async () => {
    await admin.tenants.create({ code: 'thief' });
    const { id } = await findTenant(installation.database, 'thief');
    await installation.database.raw(
      `insert into release_settings (tenant_id, sealed_credential, updated_by)
       select ?, sealed_credential, 'x' from release_settings where sealed_credential is not null`,
      [id],
    );
    const opened = readReleaseCredential(installation.database, installation.encryptionKey, id);
    expect((await failureOf(opened)).code).toBe('SecretUndecryptable');
  });

  it('REL-2 a tenant without credential has none to read', async () => {
    await admin.tenants.create({ code: 'bare' });
    const { id } = await findTenant(installation.database, 'bare');
    const opened = readReleaseCredential(installation.database, installation.encryptionKey, id);
    expect((await failureOf(opened)).code).toBe('SettingsIncomplete');
  });

  it('REL-2 only super and system administrators edit them', async () => {
    const attempt = operator.tenants.changeSettings({
      tenant: 'retail',
      settings: { retentionDays: 1 },
    });
    expect((await failureOf(attempt)).code).toBe('PermissionDenied');
    expect((await admin.tenants.settings({ tenant: 'retail' })).retentionDays).toBe(30);
  });

  it('REL-2 every edit is audited with old and new values, refused ones too', async () => {
    await system.tenants.changeSettings({ tenant: 'retail', settings: { retentionDays: 60 } });
    const { entries } = await admin.audit.list({
      tenant: 'retail',
      action: 'tenant.settings.edit',
    });
    expect(entries.map((one) => [one.actor, one.outcome])).toEqual([
      ['sys', 'ok'],
      ['op', 'refused'],
      ['sys', 'ok'],
      ['admin', 'ok'],
    ]);
    expect(entries[0]?.details).toEqual({ changes: { retentionDays: { from: 30, to: 60 } } });
    expect(entries[3]?.details).toMatchObject({
      changes: { credential: { from: null, to: 'set' } },
    });
  });

  it('REL-2 every fault of a change is reported at once and nothing of it is kept', async () => {
    const failure = await failureOf(
      admin.tenants.changeSettings({
        tenant: 'retail',
        settings: {
          credential: 'short',
          retentionDays: 0,
          storagePrefix: '../elsewhere',
          exportApproval: { kind: 'approvers', approvers: [] },
        },
      }),
    );
    expect(failure.findings.map((one) => one.object?.code)).toEqual([
      'settings.credential',
      'settings.retentionDays',
      'settings.storagePrefix',
      'settings.exportApproval.approvers',
    ]);
    expect(JSON.stringify(failure.findings)).not.toContain('short"');
  });

  it('RUN-9 an approver who is nobody in the tenant is refused', async () => {
    const policy = {
      kind: 'approvers',
      approvers: [{ person: 'wang' }, { person: 'li' }],
    } as const;
    const failure = await failureOf(
      admin.tenants.changeSettings({
        tenant: 'retail',
        settings: { exportApproval: { ...policy, approvers: [...policy.approvers] } },
      }),
    );
    expect(failure.findings.map((one) => one.code)).toEqual(['ApproverUnknown']);
  });
});
