import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendNotice } from '../../../store/notices/send-notice';
import { findTenant } from '../../../store/tenants/find-tenant';
import { sweepRecords } from '../../../store/upkeep/sweep-records';
import { createInstallation, type Installation } from '../../support/installation';

const tenant = 'retail';

describe('sweeping records', () => {
  let installation: Installation;
  let tenantId: number;

  beforeAll(async () => {
    installation = await createInstallation();
    await installation.admin.tenants.create({ code: tenant });
    tenantId = (await findTenant(installation.database, tenant)).id;
    await installation.admin.webhooks.set({ tenant, url: 'https://hooks.example.com/' });
    const { database } = installation;
    const { id } = await database('people').first<{ id: number }>('id');
    for (const key of ['old-read', 'old-unread', 'new-read']) {
      const notice = { kind: 'parked' as const, key, title: key, body: '', runId: null };
      await sendNotice(database, { tenantId, personIds: [id], ...notice });
    }
    const ago = database.raw(`now() - interval '91 days'`);
    await database('notices').where({ key: 'old-read' }).update({ read_at: ago });
    await database('notices').where({ key: 'old-unread' }).update({ created_at: ago });
    await database('notices').where({ key: 'new-read' }).update({ read_at: new Date() });
    await database('webhook_deliveries').where({ key: 'old-read' }).update({ delivered_at: ago });
    await database('webhook_deliveries').where({ key: 'old-unread' }).update({ created_at: ago });
    await database('webhook_deliveries').where({ key: 'new-read' }).update({ given_up_at: ago });
  });
  afterAll(() => installation.close());

  const sweep = (kind: Parameters<typeof sweepRecords>[1]['kind']) =>
    sweepRecords(installation.database, { kind, runRetentionDays: 365 });
  const keys = (table: string) =>
    installation.database(table).orderBy('key').pluck<string[]>('key');

  it('RUN-26 removes notices that were read long ago, and no others', async () => {
    expect(await sweep('notices')).toBe(1);
    expect(await keys('notices')).toEqual(['new-read', 'old-unread']);
    expect(await sweep('notices')).toBe(0);
  });

  it('RUN-26 removes messages that are done with for long, and none that waits', async () => {
    expect(await sweep('webhook messages')).toBe(2);
    expect(await keys('webhook_deliveries')).toEqual(['old-unread']);
  });

  it('RUN-26 finds nothing where there is nothing', async () => {
    expect([await sweep('runs'), await sweep('before-images'), await sweep('codes')]).toEqual([
      0, 0, 0,
    ]);
  });

  it('RUN-26 removes the images of an import that was applied long ago, which then cannot be undone', async () => {
    const { database } = installation;
    const ago = database.raw(`now() - interval '400 days'`);
    const row = {
      ...{ tenant_id: tenantId, kind: 'import', until: 'register', file_name: 'a.dp' },
      ...{ object_key: '', options: '{}', state: 'imported', created_by: 'admin' },
    };
    await database('imports').insert([
      { ...row, id: 'imp_old', request_key: 'old', applied_at: ago },
      { ...row, id: 'imp_new', request_key: 'new', applied_at: new Date() },
    ]);
    const image = { asset_id: 1, deleted: false, after_version: 2 };
    await database('import_before_images').insert([
      { ...image, import_id: 'imp_old' },
      { ...image, import_id: 'imp_new' },
    ]);

    expect(await sweep('before-images')).toBe(1);
    expect(await database('import_before_images').pluck('import_id')).toEqual(['imp_new']);
    const imports = await database('imports').whereNotNull('images_removed_at').pluck('id');
    expect(imports).toEqual(['imp_old']);
  });
});
