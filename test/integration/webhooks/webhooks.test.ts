import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gantry } from '../../../client';
import { findTenant } from '../../../store/tenants/find-tenant';
import { queueDeliveries } from '../../../store/webhooks/queue-deliveries';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand } from '../../support/run-command';

const tenant = 'retail';
const url = 'https://hooks.example.com/in?key=planted-key';

describe('webhooks of a tenant', () => {
  let installation: Installation;
  let folder: string;
  let olga: Gantry;

  beforeAll(async () => {
    installation = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'gantry-webhooks-'));
    const { admin } = installation;
    await admin.tenants.create({ code: tenant });
    const roles = [{ role: 'operator' as const }];
    olga = await installation.as((await admin.people.add({ tenant, name: 'olga', roles })).token);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await installation.close();
  });

  const shell = () => ({ ...installation.environment, GANTRY_TOKEN: installation.adminToken });
  const run = (...args: string[]) =>
    runCommand(['webhook', ...args, '--tenant', tenant, '--json'], shell());

  it('RUN-30 are made by administrators alone', async () => {
    const refused = await failureOf(olga.webhooks.set({ tenant, url }));
    const hidden = await failureOf(olga.webhooks.list({ tenant }));

    expect([refused.code, hidden.code]).toEqual(['PermissionDenied', 'PermissionDenied']);
  });

  it('RUN-20 RUN-30 get secrets that are written to a file and never shown', async () => {
    const file = join(folder, 'made.env');
    const made = await run('set', '--url', url, '--secrets-out', file);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const secrets = lines.map((line) => line.split('=')[1] ?? '');

    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout)).toEqual({ tenant, name: 'main', secretsFile: file });
    expect(lines.map((line) => line.split('=')[0])).toEqual([
      'GANTRY_WEBHOOK_SECRET',
      'GANTRY_CALLBACK_SECRET',
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const dump = await installation.dump();
    const audit = JSON.stringify(await installation.admin.audit.list({ tenant }));
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_/);
      for (const text of [made.stdout, made.stderr, dump]) expect(text).not.toContain(secret);
    }
    expect(audit).toContain('https://hooks.example.com');
    expect(audit).not.toContain('planted-key');
  });

  it('RUN-30 keep what is left out, and their secrets', async () => {
    const before = await installation.database('webhooks').first<{ sealed_secret: Buffer }>();
    const changed = await run('set', '--kinds', 'parked,approval-wanted', '--active', 'off');
    const listed = await run('list');
    const after = await installation.database('webhooks').first<{ sealed_secret: Buffer }>();

    expect(JSON.parse(changed.stdout)).toMatchObject({ secretsFile: null });
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { name: 'main', url, kinds: ['parked', 'approval-wanted'], active: false, pending: 0 },
    ]);
    expect(after.sealed_secret.equals(before.sealed_secret)).toBe(true);
  });

  it('RUN-30 queue each event once, and only kinds that are wanted', async () => {
    await installation.admin.webhooks.set({ tenant, active: true });
    const { database } = installation;
    const tenantId = (await findTenant(database, tenant)).id;
    const event = { tenantId, key: 'parked/1', runId: null, title: 'A', body: 'B' };
    const queue = (kind: string) => queueDeliveries(database, { ...event, kind });

    expect(await queue('parked')).toBe(1);
    expect(await queue('parked')).toBe(0);
    expect(await queue('package-ready')).toBe(0);
    expect(await installation.admin.webhooks.deliveries({ tenant })).toHaveLength(1);
  });

  it('RUN-15 take secrets of others, and tell every fault', async () => {
    const file = join(folder, 'given.env');
    const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;
    writeFileSync(file, `GANTRY_WEBHOOK_SECRET=${secret}\nGANTRY_CALLBACK_SECRET=${secret}\n`);
    const out = ['--secrets-out', join(folder, 'none.env')];
    const given = await run(
      'set',
      '--name',
      'second',
      '--url',
      url,
      '--secrets-file',
      file,
      ...out,
    );
    writeFileSync(file, 'GANTRY_WEBHOOK_SECRET=whsec_AAAA\n');
    const faulty = await run('set', '--url', 'ftp://x:y@z', '--kinds', 'x', '--secrets-file', file);
    const missing = await run('remove', '--name', 'third');

    expect([given.status, faulty.status, missing.status]).toEqual([0, 2, 4]);
    const { error } = JSON.parse(faulty.stdout) as {
      error: { findings: { object: { code: string } }[] };
    };
    const fields = new Set(error.findings.map((finding) => finding.object.code));
    expect([...fields].sort()).toEqual(['kinds.0', 'secret', 'url']);
    expect((await run('remove', '--name', 'second')).status).toBe(0);
  });
});
