import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import type { Role } from '../../../schemas/tenants/rights';
import { ensureInstallationAdministrator } from '../../../store/people/ensure-installation-administrator';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

let installation: Installation;
let admin: Gantry;
let system: Gantry;
const tokens: string[] = [];

beforeAll(async () => {
  installation = await createInstallation();
  admin = installation.admin;
  await admin.tenants.create({ code: 'retail' });
  await admin.tenants.create({ code: 'other' });
  system = await join('retail', 'sys', 'system-administrator');
});
afterAll(() => installation.close());

describe('people', () => {
  it('REL-5 administrators appoint cross-tenant release users', async () => {
    const added = await system.people.add({
      tenant: 'retail',
      name: 'release-li',
      roles: [{ role: 'cross-tenant-release-user' }],
    });
    expect(added.person).toMatchObject({
      name: 'release-li',
      kind: 'person',
      roles: [{ role: 'cross-tenant-release-user', scope: null }],
      tokenCount: 1,
    });
  });

  it('RUN-21 a program is somebody too, with a token that works', async () => {
    const { person, token } = await admin.people.add({
      tenant: 'retail',
      name: 'platform',
      kind: 'program',
      roles: [{ role: 'cross-tenant-release-user' }],
    });
    const platform = await installation.as(token);
    expect(person.kind).toBe('program');
    expect((await platform.tenants.list()).map((tenant) => tenant.code)).toEqual(['retail']);
  });

  it('RUN-29 who is there already gets further roles, each once, and no token', async () => {
    await join('retail', 'twice', 'approver');
    const { person, token } = await admin.people.add({
      tenant: 'retail',
      name: 'twice',
      roles: [{ role: 'approver' }, { role: 'project-member', scope: 'dwd' }, { role: 'operator' }],
    });
    expect(token).toBeNull();
    expect(person.roles).toEqual([
      { role: 'approver', scope: null },
      { role: 'operator', scope: null },
      { role: 'project-member', scope: 'dwd' },
    ]);
  });

  it('RUN-29 a role that is taken away no longer counts', async () => {
    const leaver = await join('retail', 'leaver', 'operator');
    await leaver.audit.list({ tenant: 'retail' });
    await admin.people.revoke({ tenant: 'retail', name: 'leaver', roles: [{ role: 'operator' }] });
    expect((await failureOf(leaver.audit.list({ tenant: 'retail' }))).code).toBe(
      'PermissionDenied',
    );
  });

  it('RUN-29 every fault of a new person is reported at once', async () => {
    const failure = await failureOf(
      admin.people.add({
        name: '../etc',
        roles: [
          { role: 'project-owner' },
          { role: 'approver', scope: 'p' },
          { role: 'king' as Role },
        ],
      }),
    );
    expect(failure.findings.map((one) => one.code).sort()).toEqual([
      'InputInvalid',
      'InputInvalid',
      'RoleScopeMissing',
      'RoleScopeNotWanted',
      'TenantMissing',
    ]);
  });

  it('RUN-29 a role in a tenant needs a tenant', async () => {
    const failure = await failureOf(admin.people.add({ name: 'x', roles: [{ role: 'approver' }] }));
    expect(failure.findings.map((one) => one.code)).toEqual(['TenantMissing']);
  });

  it('RUN-29 who manages no people adds none', async () => {
    const approver = await join('retail', 'appr', 'approver');
    const attempt = approver.people.add({
      tenant: 'retail',
      name: 'y',
      roles: [{ role: 'approver' }],
    });
    expect((await failureOf(attempt)).code).toBe('PermissionDenied');
  });

  it('RUN-29 an administrator of one tenant appoints nobody in another', async () => {
    const attempt = system.people.add({
      tenant: 'other',
      name: 'z',
      roles: [{ role: 'approver' }],
    });
    expect((await failureOf(attempt)).code).toBe('PermissionDenied');
  });

  it('RUN-29 a system administrator makes no super administrators, himself included', async () => {
    const roles = [{ role: 'super-administrator' as const }];
    const added = await failureOf(system.people.add({ tenant: 'retail', name: 'su', roles }));
    const granted = await failureOf(system.people.grant({ tenant: 'retail', name: 'sys', roles }));
    expect([added.code, granted.code]).toEqual(['PermissionDenied', 'PermissionDenied']);
    expect(await names('retail')).not.toContain('su');
  });

  it('RUN-29 nobody but installation administrators grants a role of the installation', async () => {
    const su = await join('retail', 'super', 'super-administrator');
    const roles = [{ role: 'installation-administrator' as const }];
    const inTenant = await failureOf(su.people.grant({ tenant: 'retail', name: 'super', roles }));
    const without = await failureOf(su.people.add({ name: 'root2', roles }));
    const second = await admin.people.add({ name: 'admin2', roles });
    expect([inTenant.code, without.code]).toEqual(['PermissionDenied', 'PermissionDenied']);
    expect(second.person.roles).toEqual([{ role: 'installation-administrator', scope: null }]);
  });

  it('RUN-21 a name of another tenant is not taken over by who does not manage it', async () => {
    await join('other', 'homonym', 'approver');
    const attempt = system.people.add({
      tenant: 'retail',
      name: 'homonym',
      roles: [{ role: 'approver' }],
    });
    expect((await failureOf(attempt)).code).toBe('PersonExists');
    expect(await names('retail')).not.toContain('homonym');
  });

  it('RUN-22 the installation administrator is ensured twice without a change', async () => {
    const before = await installation.dump();
    await Promise.all([
      ensureInstallationAdministrator(installation.database, installation.adminToken),
      ensureInstallationAdministrator(installation.database, installation.adminToken),
    ]);
    expect(await installation.dump()).toBe(before);
  });
});

describe('tokens', () => {
  it('RUN-21 without a token, with an unknown one or an empty one nobody is anybody', async () => {
    for (const token of [null, '', 'x'.repeat(43)]) {
      const stranger = await installation.as(token);
      expect((await failureOf(stranger.tenants.list())).code).toBe('Unauthenticated');
    }
  });

  it('RUN-21 a revoked token ends an open connection too', async () => {
    const gone = await join('retail', 'gone', 'approver');
    await gone.tenants.list();
    const { revoked } = await system.people.revokeTokens({ tenant: 'retail', name: 'gone' });
    expect(revoked).toBe(1);
    expect((await failureOf(gone.tenants.list())).code).toBe('Unauthenticated');
  });

  it('RUN-21 everybody renews the own token, and the old one ends where that is asked for', async () => {
    const old = await join('retail', 'renewer', 'approver');
    const { token } = await old.people.newToken({
      tenant: 'retail',
      name: 'renewer',
      revokeOthers: true,
    });
    tokens.push(token);
    const renewed = await installation.as(token);
    expect((await failureOf(old.tenants.list())).code).toBe('Unauthenticated');
    expect(await renewed.tenants.list()).toHaveLength(1);
  });

  it('RUN-21 nobody makes a token of a person who may do more than he could grant', async () => {
    await join('retail', 'boss', 'super-administrator');
    await join('retail', 'guest', 'approver');
    await admin.people.grant({
      tenant: 'other',
      name: 'guest',
      roles: [{ role: 'super-administrator' }],
    });
    const codes: string[] = [];
    for (const name of ['boss', 'guest']) {
      codes.push((await failureOf(system.people.newToken({ tenant: 'retail', name }))).code);
      codes.push((await failureOf(system.people.revokeTokens({ tenant: 'retail', name }))).code);
    }
    expect(new Set(codes)).toEqual(new Set(['PermissionDenied']));
  });

  it('RUN-21 a token of somebody of another tenant is out of reach', async () => {
    await join('other', 'far', 'approver');
    const attempt = system.people.newToken({ tenant: 'retail', name: 'far' });
    expect((await failureOf(attempt)).code).toBe('PersonNotFound');
  });

  it('RUN-20 no token stands in any table, list or audit entry', async () => {
    const shown = JSON.stringify([
      await admin.people.list({ tenant: 'retail' }),
      await admin.audit.list({ tenant: 'retail', limit: 1000 }),
      await installation.dump(),
    ]);
    expect(tokens.length).toBeGreaterThan(5);
    expect(tokens.filter((token) => shown.includes(token))).toEqual([]);
    expect(shown).not.toContain(installation.adminToken);
  });
});

async function join(tenant: string, name: string, role: Role): Promise<Gantry> {
  const { token } = await admin.people.add({ tenant, name, roles: [{ role }] });
  if (token !== null) tokens.push(token);
  return installation.as(token);
}

async function names(tenant: string): Promise<string[]> {
  return (await admin.people.list({ tenant })).map((person) => person.name);
}
