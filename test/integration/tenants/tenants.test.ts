import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

let installation: Installation;
let admin: Gantry;

beforeAll(async () => {
  installation = await createInstallation();
  admin = installation.admin;
});
afterAll(() => installation.close());

describe('tenants', () => {
  it('REL-1 a tenant keeps what it was created with', async () => {
    await admin.tenants.create({
      code: 'retail',
      name: '零售 Retail',
      timeZone: 'Asia/Shanghai',
      productVersion: '4.2',
      engines: ['bigquery', 'hive'],
      engineMode: 'multi',
      features: ['tag', 'security'],
    });
    expect(await admin.tenants.show({ tenant: 'retail' })).toEqual({
      code: 'retail',
      name: '零售 Retail',
      timeZone: 'Asia/Shanghai',
      productVersion: '4.2',
      engines: ['bigquery', 'hive'],
      engineMode: 'multi',
      features: ['tag', 'security'],
      mode: 'normal',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it('REL-1 defaults suffice, and the creator can appoint, set up and release', async () => {
    await admin.tenants.create({ code: 'plain' });
    const tenant = await admin.tenants.show({ tenant: 'plain' });
    const [creator] = await admin.people.list({ tenant: 'plain' });
    expect(tenant).toMatchObject({ name: 'plain', timeZone: 'UTC', engineMode: 'single' });
    expect(creator?.roles.map((one) => one.role)).toEqual([
      'cross-tenant-release-user',
      'installation-administrator',
      'super-administrator',
    ]);
  });

  it('REL-5 the creator can leave the release role to others', async () => {
    await admin.tenants.create({ code: 'strict', releaseRole: false });
    const [creator] = await admin.people.list({ tenant: 'strict' });
    expect(creator?.roles.map((one) => one.role)).not.toContain('cross-tenant-release-user');
  });

  it('REL-1 every fault of a new tenant is reported at once', async () => {
    const failure = await failureOf(
      admin.tenants.create({
        code: 'No Good',
        name: ' ',
        timeZone: '+08:00',
        engines: ['a', 'b'],
        features: ['telepathy' as 'tag'],
      }),
    );
    expect(failure.code).toBe('InvalidInput');
    expect(failure.findings.map((one) => [one.code, one.object?.code])).toEqual([
      ['InputInvalid', 'code'],
      ['InputInvalid', 'name'],
      ['TimeZoneUnknown', 'timeZone'],
      ['InputInvalid', 'features.0'],
      ['EngineModeWrong', 'engineMode'],
    ]);
  });

  it('REL-1 one engine mode cannot stand for several engines', async () => {
    const failure = await failureOf(admin.tenants.create({ code: 'two', engines: ['a', 'b'] }));
    expect(failure.findings.map((one) => one.code)).toEqual(['EngineModeWrong']);
  });

  it.each(['Europe/Nowhere', 'UTC+8', '', 'utc; drop table tenants'])(
    'REL-1 the time zone %p is refused',
    async (timeZone) => {
      const failure = await failureOf(admin.tenants.create({ code: 'zone', timeZone }));
      expect(failure.findings.map((one) => one.code)).toEqual(['TimeZoneUnknown']);
    },
  );

  it('REL-1 a code is taken once, also when two ask at the same time', async () => {
    const attempts = await Promise.allSettled([
      admin.tenants.create({ code: 'once' }),
      admin.tenants.create({ code: 'once' }),
    ]);
    const refused = attempts.filter((one) => one.status === 'rejected');
    expect(refused.map((one) => (one.reason as { code: string }).code)).toEqual(['TenantExists']);
  });

  it('RUN-29 only installation administrators create tenants', async () => {
    const { token } = await admin.people.add({
      tenant: 'retail',
      name: 'su',
      roles: [{ role: 'super-administrator' }],
    });
    const su = await installation.as(token);
    expect((await failureOf(su.tenants.create({ code: 'mine' }))).code).toBe('PermissionDenied');
  });

  it('RUN-29 people see the tenants where they hold a role and no others', async () => {
    const { token } = await admin.people.add({
      tenant: 'retail',
      name: 'member',
      roles: [{ role: 'project-member', scope: 'retail_dwd' }],
    });
    const member = await installation.as(token);
    const codes = (await member.tenants.list()).map((tenant) => tenant.code);
    expect(codes).toEqual(['retail']);
    expect((await failureOf(member.tenants.show({ tenant: 'plain' }))).code).toBe(
      'PermissionDenied',
    );
  });

  it('REL-1 an unknown tenant is named', async () => {
    const failure = await failureOf(admin.tenants.show({ tenant: 'nowhere' }));
    expect([failure.code, failure.details['tenant']]).toEqual(['TenantNotFound', 'nowhere']);
  });
});
