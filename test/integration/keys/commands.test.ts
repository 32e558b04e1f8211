import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand, type CommandResult } from '../../support/run-command';

describe('gantry key', () => {
  let installation: Installation;
  let folder: string;
  const gantry = (tenant: string, ...args: string[]): Promise<CommandResult> =>
    runCommand(['key', ...args, '--tenant', tenant], {
      ...installation.environment,
      GANTRY_TOKEN: installation.adminToken,
    });

  beforeAll(async () => {
    installation = await createInstallation();
    folder = mkdtempSync(join(tmpdir(), 'gantry-keys-'));
    await installation.admin.tenants.create({ code: 'retail' });
    await installation.admin.tenants.create({ code: 'shop' });
  });
  afterAll(async () => {
    await installation.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('REL-24 goes from one tenant to another by a file, and is revoked there', async () => {
    const file = join(folder, 'retail.key.json');
    const id = (await gantry('retail', 'create', '--label', 'of 2026')).stdout.trim();
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect((await gantry('retail', 'export', '--output', file)).status).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ keyId: id, tenant: 'retail' });
    expect((await gantry('retail', 'export', '--format', 'pem')).stdout).toContain('PUBLIC KEY');
    expect((await gantry('shop', 'trust', file)).stdout).toBe(`${id}\n`);
    expect((await gantry('shop', 'list')).stdout).toMatch(new RegExp(`${id} +trusted +retail`));
    const revoked = await gantry('shop', 'revoke', id, '--reason', 'lost', '--json');
    expect(JSON.parse(revoked.stdout)).toMatchObject({ keyId: id, state: 'revoked' });
    const listed = await gantry('shop', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ keyId: id, state: 'revoked' }] });
  });

  it('RUN-15 ends with the exit status of its failure', async () => {
    const missing = await gantry('shop', 'export', '--json');
    const unreadable = await gantry('shop', 'trust', join(folder, 'none'));
    const unknown = await gantry('shop', 'revoke', '0'.repeat(16), '--reason', 'x');
    expect([missing.status, unreadable.status, unknown.status]).toEqual([4, 2, 4]);
  });
});
