import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Open } from 'unzipper';
import { inspectPackageFile, verifyPackageFile, type Release } from '../../../client';
import { decryptSecrets, deriveAuthenticationKeys } from '../../../archive/authentication-box';
import type { PackageSeal } from '../../../schemas/releases/seal';
import { createGantryStack, type GantryStack } from '../../support/gantry-stack';
import { runCommand, type CommandResult } from '../../support/run-command';
import { storyOf } from '../../support/story-of';
import { tinyCatalog } from '../../support/tiny-catalog';
import { ended } from '../runs/run-world';

const tenant = 'retail';
const secret = { user: 'gantry', password: 'PLANTED-password-of-erp' };

describe('a signed chain with encrypted authentication', () => {
  let stack: GantryStack;
  let folder: string;
  let keyFile: string;
  let base: Release;
  let next: Release;

  const gantry = (...args: string[]): Promise<CommandResult> =>
    runCommand([...args, '--tenant', tenant], stack.shellOf('mara'));
  const fileOf = (release: Release): string => join(folder, `${release.id}.dp`);
  const load = (...lines: object[]) =>
    stack.admin.catalog.load({
      tenant,
      source: Readable.from([lines.map((line) => JSON.stringify(line)).join('\n')]),
    });
  /** Drafts by command, exports, downloads. */
  const release = async (...options: string[]): Promise<Release> => {
    const created = await gantry('release', 'create', ...options);
    const id = created.stdout.trim();
    const run = await stack.person('mara').releases.export({ tenant, release: id });
    expect((await ended(stack, run)).status).toBe('succeeded');
    const made = await stack.person('mara').releases.show({ tenant, release: id });
    await stack.person('mara').releases.download({ tenant, release: id, target: fileOf(made) });
    return made;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-e2e-'));
    keyFile = join(folder, 'retail.key.json');
    stack = await createGantryStack({
      catalog: [...tinyCatalog(), JSON.stringify(dataSource('erp', secret))],
      environment: { GANTRY_LOG_LEVEL: 'trace' },
    });
    await stack.person('lin').keys.create({ tenant });
    writeFileSync(keyFile, JSON.stringify(await stack.person('mara').keys.export({ tenant })));
    base = await release(
      ...['--method', 'full', '--keep-authentication', 'data-sources'],
      '--confirm-keep-authentication',
    );
    await load(
      { ...dataSource('crm', secret), changedAt: '2026-07-01T00:00:00Z' },
      {
        ...{ type: 'python', project: 'stock', code: 'clean', deleted: true },
        ...{ changedAt: '2026-07-01T00:00:00Z', changedBy: 'user-b' },
      },
    );
    next = await release('--base', base.id, '--name', 'july');
  }, 120_000);
  afterAll(async () => {
    await stack.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('REL-24 both packages are signed, sealed and whole', async () => {
    for (const made of [base, next]) {
      const verdict = await verifyPackageFile({
        file: fileOf(made),
        credential: stack.credential,
        publicKeys: [readFileSync(keyFile, 'utf8')],
      });
      expect([verdict.ok, verdict.findings]).toEqual([true, []]);
    }
  });

  it('REL-27 the command line checks the signature offline, and knows a stranger’s key', async () => {
    const strange = join(folder, 'strange.pem');
    await stack.admin.tenants.create({ code: 'other' });
    await stack.admin.keys.create({ tenant: 'other' });
    writeFileSync(strange, (await stack.admin.keys.export({ tenant: 'other' })).pem);
    const verify = (...keys: string[]) =>
      runCommand(['package', 'verify', fileOf(base), '--json', '--public-key', ...keys], {
        GANTRY_RELEASE_CREDENTIAL: stack.credential,
      });
    const good = await verify(strange, keyFile);
    const bad = await verify(strange);
    expect(good.status).toBe(0);
    expect([bad.status, codesIn(bad)]).toEqual([5, ['SignatureKeyUnknown']]);
    const nonsense = await verify(fileOf(base));
    expect(nonsense.status).toBe(2);
  });

  it('REL-16 the second one carries the difference and names the first', async () => {
    const { manifest } = await inspectPackageFile({ file: fileOf(next) });
    expect(manifest).toMatchObject({
      method: 'incremental',
      counts: { objects: 1, byType: { data_source: 1 } },
      deletions: { count: 1 },
      chain: { baseDigest: base.package?.digest, sequence: 1 },
    });
    expect(next.package?.chain).toEqual({
      basePackageId: base.package?.id,
      baseDigest: base.package?.digest,
      sequence: 1,
    });
    expect(await entryOf(fileOf(next), 'deletions.ndjson')).toBe(
      '{"changedAt":"2026-07-01T00:00:00.000000Z","changedBy":"user-b","code":"clean","deleted":true,"project":"stock","type":"python"}\n',
    );
    const shown = await gantry('release', 'show', next.id);
    expect(shown.stdout).toContain(`continues   ${base.package?.id ?? ''} as number 1`);
  });

  it('REL-16 nothing more differs, which ends the next export as a failed check', async () => {
    const created = await gantry('release', 'create', '--base', next.package?.digest ?? '');
    const id = created.stdout.trim();
    const preview = await gantry('release', 'preview', id);
    expect(preview.stdout).toContain('since base   0 new, 0 changed, 0 deleted');
    const run = await stack.person('mara').releases.export({ tenant, release: id });
    const { report } = await ended(stack, run);
    expect(report).toMatchObject({
      outcome: 'check failed',
      findings: [{ code: 'NothingChanged' }],
    });
  });

  it('REL-6 the warning stays with the package, in its record, manifest and inspection', async () => {
    const { manifest } = await inspectPackageFile({ file: fileOf(base) });
    const shown = await runCommand(['package', 'inspect', fileOf(base)], {});
    expect(base.package?.warnings.map((one) => one.code)).toContain('AuthenticationKept');
    expect(manifest?.notes?.map((one) => one.code)).toContain('AuthenticationKept');
    expect(shown.stdout).toContain('kept, encrypted with the credential');
    expect(shown.stdout).toContain('AuthenticationKept');
  });

  it('REL-26 the secret can be read with credential and package alone', async () => {
    const file = fileOf(base);
    const seal = JSON.parse(await entryOf(file, 'seal.json')) as PackageSeal;
    const line = await entryOf(file, 'objects/global/data_source/0001.ndjson');
    const { type, project, code, definition } = JSON.parse(line) as {
      type: string;
      project: null;
      code: string;
      definition: Record<string, unknown>;
    };
    const salt = Buffer.from(seal.kdf.salt, 'base64');
    const keys = await deriveAuthenticationKeys(stack.credential, salt);
    const identity = { type, project, code };
    const opened = decryptSecrets(definition, { keys, identity, fields: ['authentication'] });
    expect(opened.secrets).toEqual({ authentication: secret });
    const cleared = await entryOf(fileOf(next), 'objects/global/data_source/0001.ndjson');
    expect(JSON.parse(cleared)).toMatchObject({
      code: 'crm',
      definition: { authentication: null },
    });
  });

  it('RUN-20 REL-26 is in plain nowhere: packages, histories, logs, database', async () => {
    const packages = await Promise.all([base, next].map((one) => everythingIn(fileOf(one))));
    const story = await storyOf(stack);
    const dump = await stack.dump();
    expect(packages.join('')).toContain('$encrypted');
    expect(story).toContain('collectShards');
    expect(stack.logs()).toContain('activity done');
    for (const text of [...packages, story, stack.logs(), dump]) {
      expect(text.includes('PLANTED-')).toBe(false);
      expect(text.includes(Buffer.from('PLANTED-').toString('hex'))).toBe(false);
    }
  });

  it('REL-29 a package sealed before the credential was changed fits while the two overlap', async () => {
    const renewed = `${stack.credential}-renewed`;
    await stack.person('lin').tenants.changeSettings({
      tenant,
      settings: { credential: renewed, credentialOverlapMs: 60_000 },
    });
    await load({ ...dataSource('dwh', null), changedAt: '2026-08-01T00:00:00Z' });
    const third = await release('--base', next.id);
    const check = async (made: Release, credential: string) =>
      (await verifyPackageFile({ file: fileOf(made), credential })).findings.map((one) => one.code);
    expect(await check(third, renewed)).toEqual(['SignatureNotChecked']);
    expect(await check(next, renewed)).toEqual(['SealMismatch', 'SignatureNotChecked']);
    expect(await check(next, stack.credential)).toEqual(['SignatureNotChecked']);
  });

  it('REL-24 a tenant whose key is revoked signs no more, until it makes another', async () => {
    const { keyId } = await stack.person('mara').keys.export({ tenant });
    await stack.person('lin').keys.revoke({ tenant, key: keyId, reason: 'test' });
    const unsigned = await release('--method', 'full');
    await stack.person('lin').keys.create({ tenant });
    const signed = await release('--method', 'full');
    const seals = await Promise.all(
      [unsigned, signed].map((one) => inspectPackageFile({ file: fileOf(one) })),
    );
    expect(seals.map(({ seal }) => seal?.isSigned)).toEqual([false, true]);
  });
});

function dataSource(code: string, authentication: object | null): object {
  return {
    ...{ type: 'data_source', project: null, segment: null, code, name: code },
    ...{ owner: 'user-a', changedAt: '2026-06-01T08:00:00+08:00', changedBy: 'user-b' },
    ...{ labels: {}, references: [] },
    definition: { connection: { host: 'erp.example.org' }, authentication },
  };
}

function codesIn({ stdout }: CommandResult): string[] {
  const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] };
  return findings.filter((one) => one.severity === 'error').map((one) => one.code);
}

async function entryOf(file: string, path: string): Promise<string> {
  const { files } = await Open.file(file);
  return (await files.find((entry) => entry.path === path)?.buffer())?.toString('utf8') ?? '';
}

async function everythingIn(file: string): Promise<string> {
  const { files } = await Open.file(file);
  const entries = await Promise.all(files.map((entry) => entry.buffer()));
  return [readFileSync(file, 'latin1'), ...entries.map((entry) => entry.toString('utf8'))].join('');
}
