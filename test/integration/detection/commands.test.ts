import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand, type CommandResult } from '../../support/run-command';
import { asset } from '../releases/releases-world';
import { features, plantedToken } from './detection-world';

describe('gantry detection', () => {
  let installation: Installation;
  let folder: string;

  beforeAll(async () => {
    installation = await createInstallation();
    await installation.admin.tenants.create({ code: 'retail' });
    await installation.admin.tenants.create({ code: 'bare' });
    folder = mkdtempSync(join(tmpdir(), 'gantry-detection-'));
    const source = file('features.ndjson', features);
    await installation.admin.catalog.load({ tenant: 'retail', source });
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await installation.close();
  });

  function gantry(...args: readonly string[]): Promise<CommandResult> {
    const environment = { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
    return runCommand(['detection', ...args], environment);
  }

  function file(name: string, lines: readonly string[]): string {
    const path = join(folder, name);
    const text = lines.join('\n');
    writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
    return path;
  }

  const leaky = asset('shell', 'leaky', { project: 'p1', definition: { body: plantedToken } });

  it('REL-26 lists features, and why one cannot be used', async () => {
    const all = await gantry('features', '--tenant', 'retail');
    expect([all.status, all.stderr]).toEqual([0, expect.stringContaining('2 of 3 are used')]);
    expect(all.stdout).toMatch(/mobile +no/);
    const some = await gantry('features', '--unsupported', '--tenant', 'retail', '--json');
    expect(JSON.parse(some.stdout)).toMatchObject({
      features: [{ code: 'mobile', supported: false, reasons: [expect.any(String)] }],
    });
  });

  it('REL-26 RUN-20 scans a packed file, skips what is no document, and prints no secret', async () => {
    const path = file('a.ndjson.gz', [leaky, 'no json', '[1]', asset('shell', 'clean')]);
    const shown = await gantry('scan', path, '--tenant', 'retail');
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('leaky')]);
    const { status, stdout } = await gantry('scan', path, '--tenant', 'retail', '--json');
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({
        ...{ documents: 2, skippedLines: 2, suspectedCount: 1 },
        findings: [expect.objectContaining({ code: 'SecretSuspected' })],
      }),
    ]);
    expect(shown.stdout + stdout).not.toContain(plantedToken.slice(4));
  });

  it('REL-26 finds what is hidden behind escapes that JSON does not need', async () => {
    const escaped = leaky.replace('shop_live', String.raw`\u0073hop\u005flive`);
    const path = file('escaped.ndjson', [escaped]);
    const { stdout } = await gantry('scan', path, '--tenant', 'retail', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ suspectedCount: 1 });
  });

  it('REL-26 says that there is nothing to scan with', async () => {
    const { status, stdout } = await gantry(
      ...['scan', file('b.ndjson', [leaky]), '--tenant', 'bare', '--json'],
    );
    expect(status).not.toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'DetectionFeaturesNone' } });
  });
});
