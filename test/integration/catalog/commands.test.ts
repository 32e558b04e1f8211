import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand, type CommandResult } from '../../support/run-command';
import { deletion, line } from './catalog-world';
import { manifest, models } from './dbt/dbt-world';

let installation: Installation;
let folder: string;

beforeAll(async () => {
  installation = await createInstallation();
  await installation.admin.tenants.create({ code: 'retail', timeZone: 'UTC' });
  folder = mkdtempSync(join(tmpdir(), 'gantry-catalog-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await installation.close();
});

function gantry(...args: readonly string[]): Promise<CommandResult> {
  const environment = { ...installation.environment, GANTRY_TOKEN: installation.adminToken };
  return runCommand(args, environment);
}

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  const text = lines.join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('gantry catalog', () => {
  it('RUN-18 loads a packed file, then its change file', async () => {
    const first = await gantry('catalog', 'load', file('a.gz', [line('订单'), line('b')]));
    expect([first.status, first.stdout]).toEqual([0, expect.stringContaining('2 created')]);
    const changes = file('b.ndjson', [deletion('b'), line('订单', { name: '订单宽表' })]);
    const second = await gantry('catalog', 'load', changes, '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ changed: 1, deleted: 1, findings: [] });
  });

  it('RUN-18 loads a dbt manifest into the project that is named, and says what it left out', async () => {
    const whole = manifest({ nodes: models({ a: 'x', b: 'y' }), docs: { 'doc.a': {} } });
    const path = file('manifest.json.gz', [JSON.stringify(whole, null, 2)]);
    const first = await gantry('catalog', 'load', path, '--project', 'shop');
    expect([first.status, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/2 objects: 3 created/);
    expect(first.stdout).toMatch(/compute_task\W+2\W+0\W+0\W+0/);
    expect(first.stdout).toContain('left out: 1 docs');
    const again = await gantry('catalog', 'load', path, '--project', 'shop', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      ...{ format: 'dbt', unchanged: 2, created: 0, changed: 0, deleted: 0, findings: [] },
      manifest: { leftOut: { docs: 1 }, projectCreated: false },
    });
  });

  it('RUN-18 wants a project for a dbt manifest, and none for asset documents', async () => {
    const path = file('manifest.json', [JSON.stringify(manifest({ nodes: models({ a: 'x' }) }))]);
    const codes = [];
    for (const args of [
      [path],
      [path, '--project', 'shop', '--format', 'ndjson'],
      [file('good.ndjson', [line('good')]), '--project', 'shop'],
      [file('good.ndjson', [line('good')]), '--project', 'shop', '--format', 'dbt'],
    ]) {
      const result = await gantry('catalog', 'load', ...args, '--json');
      const { error } = JSON.parse(result.stdout) as { error: { code: string } };
      codes.push([result.status, error.code]);
    }
    expect(codes).toEqual([
      [2, 'DbtManifestProjectMissing'],
      [2, 'InvalidInput'],
      [2, 'InvalidInput'],
      [1, 'DbtManifestInvalid'],
    ]);
  });

  it('RUN-18 names the objects of a manifest that are bad', async () => {
    const nodes = { ...models({ a: 'x' }), 'model.shop.b': { resource_type: 'model' } };
    const path = file('bad.json', [JSON.stringify(manifest({ nodes }))]);
    const result = await gantry('catalog', 'load', path, '--project', 'bad');
    expect(result.status).toBe(5);
    expect(result.stderr).toMatch(/model\.shop\.b {2}NodeInvalid {2}name:/);
  });

  it('RUN-18 shows the first 50 faults with the total, and writes all into the report', async () => {
    const bad = Array.from({ length: 120 }, (_, index) => line(`x${index}`, { type: 'none' }));
    const report = join(folder, 'faults.ndjson');
    const result = await gantry('catalog', 'load', file('bad.ndjson', bad), '--report', report);
    expect(result.status).toBe(5);
    expect(result.stderr).toContain('CatalogLinesInvalid');
    expect(result.stderr.match(/AssetTypeUnknown/g)).toHaveLength(50);
    expect(result.stderr).toContain('70 more of 120');
    const written = readFileSync(report, 'utf8').trimEnd().split('\n');
    expect(written.map((text) => (JSON.parse(text) as { line: number }).line)).toEqual(
      bad.map((_, index) => index + 1),
    );
  });

  it('RUN-18 tells all faults in the JSON document', async () => {
    const bad = Array.from({ length: 120 }, () => '{');
    const result = await gantry('catalog', 'load', file('bad.ndjson', bad), '--json');
    const { error } = JSON.parse(result.stdout) as { error: { findings: unknown[] } };
    expect([result.status, error.findings.length]).toEqual([5, 120]);
  });

  it('RUN-18 leaves bad lines out with --skip-bad and names them', async () => {
    const path = file('mixed.ndjson', [line('good'), '{']);
    const result = await gantry('catalog', 'load', path, '--skip-bad');
    expect([result.status, result.stdout]).toEqual([0, expect.stringContaining('1 skipped')]);
    expect(result.stderr).toContain('LineNotJson');
  });

  it('RUN-15 fails with a code for a file that is not there', async () => {
    const result = await gantry('catalog', 'load', join(folder, 'none.ndjson'), '--json');
    expect(result.status).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code: 'CatalogFileUnreadable' } });
  });

  it('RUN-17 lists, shows and counts what is there, and the versions', async () => {
    await gantry('catalog', 'load', file('v.ndjson', [line('v'), line('w')]));
    await gantry('catalog', 'load', file('v.ndjson', [line('v', { name: 'New' }), deletion('w')]));
    const listed = await gantry('catalog', 'list', '--search', 'new', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      assets: [{ code: 'v', version: 2 }],
      next: null,
    });
    const gone = await gantry('catalog', 'list', '--deleted', '--search', 'w', '--json');
    expect(JSON.parse(gone.stdout)).toMatchObject({ assets: [{ code: 'w' }] });
    const ref = ['show', 'database_sql', 'v', '--project', 'orders'];
    const shown = await gantry('catalog', ...ref, '--asset-version', '1', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ version: 1, document: { name: 'Asset v' } });
    const versions = await gantry('catalog', ...ref, '--versions', '--json');
    expect(JSON.parse(versions.stdout)).toMatchObject({
      versions: [{ version: 2 }, { version: 1 }],
    });
    const stats = await gantry('catalog', 'stats');
    expect(stats.stdout).toMatch(/digest {6}sha256 [0-9a-f]{64}/);
  });

  it('RUN-15 fails with status 4 for an asset that is not there and 2 for a type that is none', async () => {
    const missing = await gantry('catalog', 'show', 'database_sql', 'none', '--project', 'orders');
    const wrong = await gantry('catalog', 'list', '--type', 'none', '--json');
    expect([missing.status, wrong.status]).toEqual([4, 2]);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ error: { code: 'InvalidInput' } });
  });
});
