import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { auditedChange } from '../../../store/audit/audited';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

let installation: Installation;
let admin: Gantry;
let operator: Gantry;
let approver: Gantry;

beforeAll(async () => {
  installation = await createInstallation();
  admin = installation.admin;
  await admin.tenants.create({ code: 'retail' });
  const join = async (name: string, role: 'operator' | 'approver') =>
    installation.as((await admin.people.add({ tenant: 'retail', name, roles: [{ role }] })).token);
  operator = await join('op', 'operator');
  approver = await join('li', 'approver');
});
afterAll(() => installation.close());

describe('audit log', () => {
  it('RUN-23 tells who did what, when, on what and with which outcome', async () => {
    await admin.tenants.startMode({ tenant: 'retail', mode: 'maintenance', reason: 'patching' });
    const { entries } = await operator.audit.list({ tenant: 'retail', limit: 1 });
    expect(entries).toEqual([
      {
        at: expect.stringMatching(/Z$/),
        actor: 'admin',
        actorSource: 'token',
        action: 'tenant.mode.change',
        object: 'tenant/retail/mode',
        outcome: 'ok',
        details: { start: 'maintenance', reason: 'patching' },
      },
    ]);
  });

  it('RUN-23 holds what was refused, with the code', async () => {
    await failureOf(approver.tenants.endMode({ tenant: 'retail' }));
    await failureOf(admin.tenants.startMode({ tenant: 'retail', mode: 'cross-tenant-publishing' }));
    await failureOf(approver.audit.list({ tenant: 'retail' }));
    const { entries } = await admin.audit.list({ tenant: 'retail', outcome: 'refused' });
    expect(entries.map((one) => [one.actor, one.action, one.details['code']])).toEqual([
      ['li', 'audit.read', 'PermissionDenied'],
      ['admin', 'tenant.mode.change', 'ModeTaken'],
      ['li', 'tenant.mode.change', 'PermissionDenied'],
    ]);
  });

  it('RUN-23 is read by its readers alone', async () => {
    expect((await failureOf(approver.audit.list({ tenant: 'retail' }))).code).toBe(
      'PermissionDenied',
    );
    expect((await failureOf(operator.audit.list())).code).toBe('PermissionDenied');
  });

  it('RUN-23 keeps the entries of the installation apart', async () => {
    await failureOf(operator.tenants.create({ code: 'mine' }));
    const { entries } = await admin.audit.list({ action: 'tenant.create' });
    expect(entries.map((one) => [one.actor, one.object, one.outcome])).toEqual([
      ['op', 'tenant/mine', 'refused'],
      ['admin', 'tenant/retail', 'ok'],
    ]);
  });

  it('RUN-23 is filtered by actor, action and time, and comes in pages', async () => {
    const { entries: all } = await admin.audit.list({ tenant: 'retail' });
    const pages: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await admin.audit.list({
        tenant: 'retail',
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      pages.push(...page.entries.map((one) => one.at + one.action));
      cursor = page.next;
    } while (cursor !== null);
    const byLi = await admin.audit.list({ tenant: 'retail', actor: 'li' });
    const since = all[2]?.at ?? '';
    const late = await admin.audit.list({ tenant: 'retail', since });
    const early = await admin.audit.list({ tenant: 'retail', until: since });
    expect(pages).toEqual(all.map((one) => one.at + one.action));
    expect(new Set(byLi.entries.map((one) => one.actor))).toEqual(new Set(['li']));
    expect(late.entries.length + early.entries.length).toBe(all.length);
    expect(late.entries.length).toBeGreaterThanOrEqual(3);
  });

  it('RUN-23 reports every fault of a query at once', async () => {
    const failure = await failureOf(
      admin.audit.list({ tenant: 'Retail!', since: 'yesterday', limit: 0 }),
    );
    expect(failure.findings.map((one) => one.object?.code)).toEqual(['tenant', 'since', 'limit']);
  });

  it('RUN-23 a change that breaks leaves neither itself nor an entry', async () => {
    const before = await installation.dump();
    const person = await installation
      .database('people')
      .where({ name: 'admin' })
      .first<{ id: number }>();
    const broken = auditedChange(
      installation.database,
      {
        caller: { personId: person.id, name: 'admin' },
        tenantId: null,
        action: 'tenant.create',
        object: 'tenant/broken',
      },
      async (trx) => {
        await trx('people').insert({ name: 'half', kind: 'person' });
        throw new RangeError('broken');
      },
    );
    await expect(broken).rejects.toThrow(RangeError);
    expect(await installation.dump()).toBe(before);
  });
});
