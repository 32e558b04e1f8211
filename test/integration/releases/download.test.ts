import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'minio';
import { connectGantry, type Gantry } from '../../../client';
import { parseSettings, type Settings } from '../../../schemas/settings';
import { failureOf } from '../../support/failure-of';
import { createInstallation, type Installation } from '../../support/installation';
import { runCommand } from '../../support/run-command';

const content = Buffer.from('PK the bytes of a package '.repeat(50_000));
const name = '零售_六月 (1).dp';

describe('the download of a package', () => {
  let installation: Installation;
  let environment: Record<string, string>;
  let store: Client;
  let settings: Settings['objectStore'];
  let gantry: Gantry;
  let release: string;
  let folder: string;
  const key = 'packages/retail/pkg_test.dp';
  const put = (bytes: Buffer): Promise<unknown> =>
    store.putObject(settings.bucket, key, bytes, bytes.length);

  beforeAll(async () => {
    installation = await createInstallation();
    environment = withObjectStore(installation.environment);
    settings = parseSettings(environment, (path) => readFileSync(path, 'utf8')).objectStore;
    const url = new URL(settings.endpoint);
    store = new Client({
      ...{ endPoint: url.hostname, port: Number(url.port), useSSL: false, region: settings.region },
      ...{ accessKey: settings.accessKey, secretKey: settings.secretKey },
    });
    if (!(await store.bucketExists(settings.bucket))) await store.makeBucket(settings.bucket);
    gantry = await connectGantry({ environment, token: installation.adminToken });
    await gantry.tenants.create({ code: 'retail' });
    release = (await gantry.releases.create({ tenant: 'retail', scope: { method: 'full' } })).id;
    await registerPackage(installation, release);
    folder = await mkdtemp(join(tmpdir(), 'gantry-download-'));
  });

  afterAll(async () => {
    await store.removeObject(settings.bucket, key);
    await gantry.close();
    await installation.close();
    await rm(folder, { recursive: true });
  });

  it('REL-22 writes the package under its own name once size and digest agree', async () => {
    await put(content);
    const seen: number[] = [];
    const path = await gantry.releases.download({
      tenant: 'retail',
      release,
      target: folder,
      onProgress: ({ done }) => seen.push(done),
    });
    expect(path).toBe(join(folder, name));
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(content.length);
    const audited = await installation.database('audit_log').where({ action: 'package.download' });
    expect(audited).toMatchObject([
      { outcome: 'ok', details: { way: 'download', package: 'pkg_test' } },
    ]);
  });

  it('REL-22 refuses a package with one other byte and leaves the old file as it was', async () => {
    const other = Buffer.from(content);
    other[1000] = 0;
    await put(other);
    const target = join(folder, 'kept.dp');
    await writeFile(target, 'before');
    const call = gantry.releases.download({ tenant: 'retail', release, target });
    expect((await failureOf(call)).code).toBe('PackageCorrupt');
    expect(await readFile(target, 'utf8')).toBe('before');
    expect((await readdir(folder)).filter((one) => one.endsWith('.part'))).toEqual([]);
  });

  it('REL-22 tells a missing object and an unwritable target apart by code', async () => {
    await put(content);
    const target = join(folder, 'nowhere', 'x.dp');
    const unwritable = gantry.releases.download({ tenant: 'retail', release, target });
    expect((await failureOf(unwritable)).code).toBe('InvalidInput');
    await store.removeObject(settings.bucket, key);
    const missing = gantry.releases.download({ tenant: 'retail', release, target: folder });
    expect((await failureOf(missing)).code).toBe('PackageNotReady');
  });

  it('REL-22 makes a link that gives the bytes under the true name, without a token', async () => {
    await put(content);
    const link = await gantry.releases.link({ tenant: 'retail', release, expiresInSeconds: 60 });
    const answer = await fetch(link);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toContain(
      `filename*=UTF-8''${encodeURIComponent('零售_六月 ')}%281%29.dp`,
    );
    expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    const forged = await fetch(link.replace('pkg_test', 'pkg_other'));
    expect(forged.status).toBe(403);
  });

  it('RUN-15 downloads by the command line', async () => {
    const target = join(folder, 'cli.dp');
    const result = await runCommand(
      ['release', 'download', release, '--output', target, '--tenant', 'retail', '--json'],
      { ...environment, GANTRY_TOKEN: installation.adminToken },
    );
    expect(result.status).toBe(0);
    expect(JSON.parse(result.stdout)).toEqual({ file: target });
    expect((await readFile(target)).equals(content)).toBe(true);
  });
});

/** The object store of the tests' stack instead of one that is not there. */
function withObjectStore(base: Readonly<Record<string, string>>): Record<string, string> {
  const isStore = ([variable]: readonly [string, unknown]): boolean =>
    variable.startsWith('GANTRY_S3_');
  return Object.fromEntries([
    ...Object.entries(base).filter((entry) => !isStore(entry)),
    ...Object.entries(process.env).filter(isStore),
  ]) as Record<string, string>;
}

async function registerPackage({ database }: Installation, release: string): Promise<void> {
  const tenant = database('tenants').where({ code: 'retail' }).select('id');
  const run = `release-export/${release}/1`;
  await database('runs').insert({
    ...{ id: run, tenant_id: tenant, pipeline: 'release-export', subject: release, request: '{}' },
    ...{ requested_by: database('people').min('id'), status: 'ended' },
  });
  await database('packages').insert({
    ...{ id: 'pkg_test', tenant_id: tenant, release_id: release, run_id: run, name },
    ...{ object_key: 'packages/retail/pkg_test.dp', size_bytes: content.length, counts: '{}' },
    ...{ digest: createHash('sha256').update(content).digest(), warnings: '[]' },
    ...{ created_by: 'admin', expires_at: new Date(Date.now() + 86_400_000) },
  });
  await database('releases').where({ id: release }).update({ state: 'exported' });
}
