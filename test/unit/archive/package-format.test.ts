import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { archiveFindings } from '../../../archive/archive-findings';
import { openArchive } from '../../../archive/archive-reader';
import { bufferSource } from '../../../archive/archive-source';
import { sha256Hex } from '../../../archive/canonical-json';
import { deriveAuthenticationKeys, encryptSecrets } from '../../../archive/authentication-box';
import { checkSignature, keyIdOf } from '../../../archive/signature';
import { deriveSealKey } from '../../../archive/seal';
import { verifyPackage } from '../../../archive/verify-package';
import { PackageManifest } from '../../../schemas/releases/manifest';
import { PackageSeal } from '../../../schemas/releases/seal';
import { credential, makePackage } from './make-package';

const page = readFileSync(path.resolve(__dirname, '../../../docs/package-format.md'), 'utf8');
const hasPython = spawnSync('python3', ['--version']).status === 0;
const withPython = hasPython ? it : it.skip;

describe('docs/package-format.md', () => {
  const example = Buffer.from(block('base64'), 'base64');

  it('REL-24 shows a package that passes the check', async () => {
    const verdict = await verifyPackage(bufferSource(example), {
      credential: /credential is `([^`]+)`/.exec(page)?.[1] ?? '',
    });
    expect(verdict).toMatchObject({ ok: true, findings: [], digest: hexOf('SHA-256 of the file') });
    expect(page).toContain(`A whole package of ${example.length} bytes`);
  });

  it('REL-24 shows what is in it, digests, key and seal', async () => {
    const archive = await openArchive(bufferSource(example));
    const read = async (name: string): Promise<Buffer> =>
      (await archive.find(name)?.read()) ?? Buffer.alloc(0);
    const [manifest, seal] = [await read('manifest.json'), await read('seal.json')];
    const objects = await read('objects/development/shell/0001.ndjson');
    expect([String(manifest), String(seal), String(objects)]).toEqual([
      block('text manifest'),
      block('text seal'),
      `${block('text object')}\n`,
    ]);
    expect(sha256Hex(manifest)).toBe(hexOf('SHA-256 of `manifest.json`'));
    expect(sha256Hex(objects)).toBe(hexOf('SHA-256 of the objects file'));
    const { kdf, mac } = PackageSeal.parse(JSON.parse(String(seal)));
    const salt = Buffer.from(kdf.salt, 'base64');
    expect(salt.toString('hex')).toBe(hexOf('salt'));
    expect((await deriveSealKey(credential, salt)).toString('hex')).toBe(hexOf('key'));
    expect(Buffer.from(mac, 'base64').toString('hex')).toBe(hexOf('mac'));
  });

  it('REL-24 shows a signature that fits, and by which key', () => {
    const manifest = Buffer.from(block('text manifest'));
    const publicKey = Buffer.from(valueOf('public key'), 'hex');
    const key = { keyId: keyIdOf(publicKey), publicKey, isRevoked: false };
    const signature = {
      ...({ algorithm: 'Ed25519', keyId: valueOf('its `keyId`') } as const),
      value: valueOf('its signature'),
    };
    const seal = PackageSeal.parse({ ...(JSON.parse(block('text seal')) as object), signature });
    expect(checkSignature(manifest, seal, [key])).toBe('valid');
  });

  it('REL-26 shows an encrypted member and how it is read', async () => {
    const salt = Buffer.from(hexOf('salt'), 'hex');
    const keys = await deriveAuthenticationKeys(credential, salt);
    const [type, project, code, member] = JSON.parse(valueOf('bound data')) as string[];
    const identity = { type: type ?? '', project: project ?? null, code: code ?? '' };
    const plain = JSON.parse(valueOf('plain value')) as unknown;
    const encrypted = encryptSecrets({ [member ?? '']: plain }, { keys, identity });
    expect(keys.encryption.toString('hex')).toBe(valueOf('authentication key'));
    expect(encrypted[member ?? '']?.$encrypted).toEqual({
      ...{ algorithm: 'A256GCM', nonce: valueOf('its `nonce`'), value: valueOf('its `value`') },
    });
  });

  it('REL-24 names every member of the manifest and every reason to refuse an archive', () => {
    for (const member of Object.keys(PackageManifest.shape))
      expect(page).toContain(`\`${member}\``);
    for (const code of Object.keys(archiveFindings)) expect(page).toContain(`\`${code}\``);
  });
});

describe('independent readers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'gantry-format-'));
  const file = path.join(folder, 'sample.dp');
  beforeAll(async () => writeFileSync(file, await makePackage()));
  afterAll(() => rmSync(folder, { recursive: true }));

  withPython('REL-24 a reader written from the page alone agrees', () => {
    const verdict = readWithPython(file, credential);
    expect(verdict).toMatchObject({ faults: [], objects: 4 });
    writeFileSync(path.join(folder, 'page.dp'), Buffer.from(block('base64'), 'base64'));
    const onPage = readWithPython(path.join(folder, 'page.dp'), credential);
    expect(onPage).toEqual({
      faults: [],
      objects: 1,
      key: hexOf('key'),
      manifest: hexOf('SHA-256 of `manifest.json`'),
    });
  });

  withPython('REL-24 a reader written from the page alone finds a wrong credential', () => {
    expect(readWithPython(file, 'other')).toMatchObject({ faults: ['seal'] });
  });

  const hasUnzip = spawnSync('unzip', ['-v']).status === 0;
  (hasUnzip ? it : it.skip)('REL-24 unzip finds no fault', () => {
    expect(execFileSync('unzip', ['-t', file], { encoding: 'utf8' })).toContain(
      'No errors detected',
    );
  });
});

function readWithPython(file: string, secret: string): unknown {
  const output = execFileSync('python3', [path.join(__dirname, 'reader.py'), file], {
    input: secret,
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

function block(language: string): string {
  const start = page.indexOf(`\`\`\`${language}\n`) + language.length + 4;
  return page.slice(start, page.indexOf('\n```', start));
}

/** The last text in code marks of a row. */
function valueOf(what: string): string {
  const row = page.split('\n').find((line) => line.startsWith(`| ${what}`)) ?? '';
  return (
    row
      .match(/`[^`]+`/g)
      ?.at(-1)
      ?.slice(1, -1) ?? ''
  );
}

function hexOf(what: string): string {
  const row = page.split('\n').find((line) => line.startsWith(`| ${what} `)) ?? '';
  return /`([0-9a-f]{64})`/.exec(row)?.[1] ?? '';
}
