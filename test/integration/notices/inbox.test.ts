import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { findRecipients } from '../../../store/notices/find-recipients';
import { sendNotice, type NewNotice } from '../../../store/notices/send-notice';
import { findTenant } from '../../../store/tenants/find-tenant';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';

let installation: Installation;
let tenantId: number;
let li: Gantry;
let op: Gantry;
let outsider: Gantry;

beforeAll(async () => {
  installation = await createInstallation();
  const { admin } = installation;
  await admin.tenants.create({ code: 'retail' });
  await admin.tenants.create({ code: 'other' });
  tenantId = (await findTenant(installation.database, 'retail')).id;
  const join = async (tenant: string, name: string, role: 'operator' | 'approver') =>
    installation.as((await admin.people.add({ tenant, name, roles: [{ role }] })).token);
  li = await join('retail', 'li', 'approver');
  op = await join('retail', 'op', 'operator');
  outsider = await join('other', 'outsider', 'approver');
  await admin.people.grant({ tenant: 'retail', name: 'op', roles: [{ role: 'approver' }] });
});
afterAll(() => installation.close());

describe('recipients', () => {
  it('RUN-30 are who holds a role or bears a name in the tenant, each once', async () => {
    const found = async (wanted: Parameters<typeof findRecipients>[2]) =>
      (await findRecipients(installation.database, tenantId, wanted)).map((one) => one.name);
    expect(await found({ roles: ['approver', 'operator'] })).toEqual(['li', 'op']);
    expect(await found({ people: ['admin', 'outsider', 'nobody'] })).toEqual(['admin']);
    expect(await found({ roles: ['operator'], people: ['li'] })).toEqual(['li', 'op']);
    expect(await found({})).toEqual([]);
  });
});

describe('inbox', () => {
  it('RUN-30 a notice reaches each recipient once, however often it is sent', async () => {
    const sent = [await send({ key: 'parked/1' }), await send({ key: 'parked/1' })];
    expect(sent).toEqual([2, 0]);
    for (const reader of [li, op]) {
      expect(await reader.inbox.list({ tenant: 'retail' })).toMatchObject([
        {
          kind: 'parked',
          title: 'A step is parked',
          body: 'Retry it.',
          runId: 'run/1',
          readAt: null,
        },
      ]);
    }
  });

  it('RUN-30 reading empties the own inbox and no other', async () => {
    await send({ key: 'parked/2' });
    const [latest] = await li.inbox.list({ tenant: 'retail', limit: 1 });
    const one = await li.inbox.markRead({ tenant: 'retail', ids: [latest?.id ?? 0] });
    const rest = await li.inbox.markRead({ tenant: 'retail' });
    expect([one.marked, rest.marked]).toEqual([1, 1]);
    expect(await li.inbox.list({ tenant: 'retail' })).toEqual([]);
    expect(await li.inbox.list({ tenant: 'retail', all: true })).toHaveLength(2);
    expect(await op.inbox.list({ tenant: 'retail' })).toHaveLength(2);
  });

  it('RUN-30 nobody marks a notice of somebody else', async () => {
    const [notice] = await op.inbox.list({ tenant: 'retail' });
    const { marked } = await li.inbox.markRead({ tenant: 'retail', ids: [notice?.id ?? 0] });
    expect(marked).toBe(0);
    expect(await op.inbox.list({ tenant: 'retail' })).toHaveLength(2);
  });

  it('RUN-29 who holds no role in the tenant has no inbox there', async () => {
    expect((await failureOf(outsider.inbox.list({ tenant: 'retail' }))).code).toBe(
      'PermissionDenied',
    );
  });
});

async function send(notice: Pick<NewNotice, 'key'>): Promise<number> {
  const recipients = await findRecipients(installation.database, tenantId, { roles: ['approver'] });
  return sendNotice(installation.database, {
    tenantId,
    personIds: recipients.map((one) => one.id),
    kind: 'parked',
    title: 'A step is parked',
    body: 'Retry it.',
    runId: 'run/1',
    ...notice,
  });
}
